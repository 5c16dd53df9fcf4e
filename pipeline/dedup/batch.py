"""What the records at hand say together and no two of them alone: titles that recur, names of one venue.

Counted over the documents of a batch, whatever their order; a batch too small to tell says nothing.
"""

from collections import Counter, defaultdict

import polars as pl

from pipeline.dedup.fields import Fields

MEANING = {
    "title_years": "years in which the title occurs, where the titles agree: a column recurs, a paper seldom",
    "venue_company": "where the venues are named differently: of the sure pairs of the rarer name, the share with the other",
}

#: Title and authors from which a pair is sure enough to tell that two names are of one venue.
SURE_TITLE, SURE_TITLE_WORDS, SURE_AUTHORS = 0.97, 4, 0.6

#: Sure pairs of the rarer venue below which nothing is said of its names.
MIN_COMPANY = 3

_SCHEMA = dict.fromkeys(MEANING, pl.Float64)


def batch_evidence(pairs: pl.DataFrame, documents: list[Fields]) -> pl.DataFrame:
    """Return a column for each kind of `MEANING`, a row for each of pairs (left_no, right_no and evidence)."""
    years = _years(documents)
    company = _company(pairs, documents)
    rows = [
        {
            "title_years": _most(years[documents[left].title], years[documents[right].title], title),
            "venue_company": venues,
        }
        for (left, right, title), venues in zip(
            pairs.select("left_no", "right_no", "title_similarity").iter_rows(), company, strict=True
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


def _company(pairs: pl.DataFrame, documents: list[Fields]) -> list[float | None]:
    sure = (
        (pl.col("title_similarity") >= SURE_TITLE)
        & (pl.col("title_length") >= SURE_TITLE_WORDS)
        & (pl.col("authors_all") >= SURE_AUTHORS)
        & (pl.col("year_distance") == 0)
    ).fill_null(value=False)
    rows = []
    together: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
    total: Counter[tuple[str, ...]] = Counter()
    for left, right, is_sure in pairs.select("left_no", "right_no", sure=sure).iter_rows():
        one, other = sorted((documents[left].venue, documents[right].venue))
        is_told = bool(one) and one != other
        rows.append((one, other, is_told, is_told and is_sure))
        if is_told and is_sure:
            together[one, other] += 1
            total.update({one, other})
    return [
        _share(together[one, other] - itself, min(total[one], total[other]) - itself) if is_told else None
        for one, other, is_told, itself in rows
    ]


def _share(together: int, total: int) -> float | None:
    return together / total if total >= MIN_COMPANY else None
