"""What the records at hand say together and no two of them alone: titles that recur, names of one venue, sources without repeats.

Counted over the documents of a batch, whatever their order; a batch too small to tell says nothing.
"""

import math
from collections import Counter, defaultdict

import polars as pl

from pipeline.dedup.fields import Fields

MEANING = {
    "title_years": "years in which the title occurs, where the titles agree: a column recurs, a paper seldom",
    "venue_company": "where the venues are named differently: of the sure pairs of the rarer name, the share with the other",
    "one_source": "where sources seldom list a paper twice: log-odds of both being of one, or of two, among sure pairs, over those among the others",
}

#: Title and authors from which a pair is sure enough to tell that two names are of one venue.
SURE_TITLE, SURE_TITLE_WORDS, SURE_AUTHORS = 0.97, 4, 0.6

#: Sure pairs of the rarer venue below which nothing is said of its names.
MIN_COMPANY = 3

#: Sure pairs below which nothing is said of sources; log-odds from which they list a paper twice seldom enough to be evidence;
#: those below which nothing is said of two sources: among hundreds of them any two papers are of two.
MIN_SURE, SELDOM, LITTLE = 30, -1.0, 0.2

_SURE = (
    (
        (pl.col("title_similarity") >= SURE_TITLE)
        & (pl.col("title_length") >= SURE_TITLE_WORDS)
        & (pl.col("authors_all") >= SURE_AUTHORS)
        & (pl.col("year_distance") == 0)
    )
    .fill_null(value=False)
    .alias("sure")
)

_SCHEMA = dict.fromkeys(MEANING, pl.Float64)


def batch_evidence(
    pairs: pl.DataFrame, documents: list[Fields], sources: list[list[str]] | None = None
) -> pl.DataFrame:
    """Return a column for each kind of `MEANING`, a row for each of pairs (left_no, right_no and evidence).

    sources: those of each document's records, a record after another; None where records don't say theirs.
    """
    years = _years(documents)
    is_sure = pairs.select(_SURE)["sure"].to_list()
    company = _company(pairs, documents, is_sure)
    one_source = _one_source(pairs, sources, is_sure) if sources else [None] * pairs.height
    rows = [
        {
            "title_years": _most(years[documents[left].title], years[documents[right].title], title),
            "venue_company": venues,
            "one_source": told,
        }
        for (left, right, title), venues, told in zip(
            pairs.select("left_no", "right_no", "title_similarity").iter_rows(), company, one_source, strict=True
        )
    ]
    return pl.DataFrame(rows, schema=_SCHEMA)


def _most(one: set[int], other: set[int], title_similarity: float | None) -> float | None:
    years = max(len(one), len(other))
    return float(years) if years and title_similarity is not None and title_similarity >= SURE_TITLE else None


def _years(documents: list[Fields]) -> dict[str, set[int]]:
    years: dict[str, set[int]] = defaultdict(set)
    for d in documents:
        years[d.title].update([d.year] if d.year else [])
    return years


def _company(pairs: pl.DataFrame, documents: list[Fields], is_sure: list[bool]) -> list[float | None]:
    rows = []
    together: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
    total: Counter[tuple[str, ...]] = Counter()
    for (left, right), sure in zip(pairs.select("left_no", "right_no").iter_rows(), is_sure, strict=True):
        one, other = sorted((documents[left].venue, documents[right].venue))
        is_told = bool(one) and one != other
        rows.append((one, other, is_told, is_told and sure))
        if is_told and sure:
            together[one, other] += 1
            total.update({one, other})
    return [
        _share(together[one, other] - itself, min(total[one], total[other]) - itself) if is_told else None
        for one, other, is_told, itself in rows
    ]


def _share(together: int, total: int) -> float | None:
    return together / total if total >= MIN_COMPANY else None


def _one_source(pairs: pl.DataFrame, sources: list[list[str]], is_sure: list[bool]) -> list[float | None]:
    """The strongest that is said of a source or of what it is a part of: `a/b` is a source of the collection `a`.

    That both are of one says more than that they are of two.
    """
    parts = [[source.split("/") for source in of_document] for of_document in sources]
    levels = []
    for level in range(1, max((len(p) for of_document in parts for p in of_document), default=0) + 1):
        names = [["/".join(p[:level]) for p in of_document] for of_document in parts]
        levels.append(_one_name(pairs, names, is_sure))
    return [
        min((odds for odds in row if odds is not None), key=lambda odds: (odds > 0, -abs(odds)), default=None)
        for row in zip(*levels, strict=True)
    ]


def _one_name(pairs: pl.DataFrame, names: list[list[str]], is_sure: list[bool]) -> list[float | None]:
    """Counted as Fellegi and Sunter count an agreement, but unlabelled: sure pairs stand for the matches, all others for the rest.

    A document against itself is as many pairs as it has records. They count for each other alone: a harvest that lists
    one record under two headings has not two versions of it.
    """
    rows = []
    counts: dict[bool, Counter[tuple[bool, bool]]] = {True: Counter(), False: Counter()}
    for (left, right), sure in zip(pairs.select("left_no", "right_no").iter_rows(), is_sure, strict=True):
        is_itself = left == right
        alike, others = _of_one_name(names[left], names[right], is_itself=is_itself)
        for counted in (counts[True],) if is_itself else counts.values():
            counted[sure, True] += alike
            counted[sure, False] += others
        rows.append((is_itself, sure, alike, others))
    return [
        _odds(counts[is_itself], sure * alike, sure * others, is_one=alike > 0)
        for is_itself, sure, alike, others in rows
    ]


def _of_one_name(left: list[str], right: list[str], *, is_itself: bool) -> tuple[int, int]:
    """How many pairs are of one name, and how many are not: of a document's own records, else of the two as one pair."""
    if not is_itself:
        is_one = not set(left).isdisjoint(right)
        return int(is_one), int(not is_one)
    alike = sum(count * (count - 1) // 2 for count in Counter(left).values())
    return alike, len(left) * (len(left) - 1) // 2 - alike


def _odds(counts: Counter[tuple[bool, bool]], one: int, two: int, *, is_one: bool) -> float | None:
    """Log-odds of counts (is sure, is of one name), smoothed, without the pair itself; None where they are too few, or speak of no rule."""
    sure = [counts[True, False] - two, counts[True, True] - one]
    others = [counts[False, False], counts[False, True]]
    if sum(sure) < MIN_SURE:
        return None
    of_two, of_one = (
        math.log((s + 1) / (sum(sure) + 2) * (sum(others) + 2) / (o + 1)) for s, o in zip(sure, others, strict=True)
    )
    told = of_one if is_one else of_two
    return told if of_one <= SELDOM and abs(told) >= LITTLE else None
