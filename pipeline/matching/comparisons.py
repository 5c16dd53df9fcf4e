"""Two columns of match texts to evidence, one row per pair: titles, names of authors, venues."""

import re

import polars as pl
from rapidfuzz import fuzz, process

_ORDINAL = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_CARDINAL = "one two three four five six seven eight nine ten eleven twelve".split()

#: A numbered part in a title: of two titles that name parts, other ones are other papers.
PART = (
    r"\b(?:part|volume|vol|chapter|episode|paper|study|phase|report|lecture|topic|supplement|appendix) "
    rf"(\d{{1,3}}[a-h]?|[ivx]{{1,6}}|[a-h]|{'|'.join(_CARDINAL)})\b"
    rf"|\b({'|'.join(_ORDINAL)}|\d{{1,2}}(?:st|nd|rd|th)) (?:part|report|edition|study|paper)\b|^({'|'.join(_ORDINAL)}) "
)
_LAST_NUMBER = r" ([ivx]{1,6}|\d{1,2})$"
_WORTH = {word: number for words in (_ORDINAL, _CARDINAL, "abcdefgh") for number, word in enumerate(words, start=1)}
_ROMAN = {"i": 1, "v": 5, "x": 10}

#: What begins or ends the title of a notice about another paper, which often repeats that paper's title and abstract.
NOTICE = (
    r"\b(?:errat(?:um|a)|corrigend(?:um|a)|addend(?:um|a)|expression of concern|(?:author|publisher) correction|retraction not(?:e|ice)|"
    r"comment|reply|rejoinder|discussion)$|^(?:(?:author|publisher|editorial) )?(?:errat(?:um|a)|corrigend(?:um|a)|correction|retraction|addend(?:um|a)|"
    r"withdrawn|withdrawal|expression of concern|comments? on|commentary on|repl(?:y|ies) (?:to|on)|response to|letter to the editor on|"
    r"reply rc\d*|rc ?\d+|author reply|discussion of|rejoinder|editorial comment on|in reply to|notice of)\b"
)

#: Titles that many papers have, each by its editor, its year, its issue.
GENERIC = (
    r"^(?:(?:guest )?editorials?|editorial (?:comment|note)|(?:from the )?editors?|(?:guest )?editors? s (?:note|notes|choice|page|introduction)|"
    r"letters?(?: to the editors?)?|preface|foreword|introduction|news|abstracts?|comments?|commentary|correspondence|announcements?|book reviews?(?: column)?|in this issue|"
    r"(?:table of )?contents|(?:author |subject )?index|errat(?:um|a)|corrigend(?:um|a)|corrections?|repl(?:y|ies)|author s reply|authors reply|in reply|response|discussion|"
    r"conclusions?|summary|untitled|no title(?: available)?|in memoriam|obituary|meeting (?:report|abstracts?)|chair s message|president s (?:message|page)|special issue|"
    r"acknowledge?ments?|references|abbreviations|reviewers?|poster(?: session| abstracts| presentations)?|oral presentations?|proceedings|title page|front matter|back matter)(?: \d+)?$"
)

#: What `title_parts` says of two titles that nothing but their numbers tells apart.
NUMBERED = 0.5

_NUMBERS = r"\d+"
_NO_NAMES = "and et al others jr sr von van de der the anonymous dr prof md phd".split()
_SMALL_WORDS = frozenset("of the and in on for de la a an proc proceedings international".split())
_KINDS = {
    kind: frozenset(words.split())
    for kind, words in {
        "report": "thesis report tr dissertation manuscript preprint unpublished arxiv biorxiv medrxiv",
        "journal": "journal j transactions trans record magazine letters annals bulletin review reviews",
        "meeting": "proc proceedings conference conf symposium workshop meeting congress advances",
    }.items()
}


def compare_titles(left: pl.Series, right: pl.Series) -> list[pl.Series]:
    """title_similarity, title_containment, title_length, title_numbers,
    title_parts, generic_title; null where a title is missing (empty).
    """
    pairs = pl.DataFrame({"left": left, "right": right}).with_columns(
        is_told=(pl.col("left") != "") & (pl.col("right") != "")
    )
    similarity = _alike(pairs["left"], pairs["right"])
    one, other = (pl.col(side).str.split(" ") for side in ("left", "right"))
    words = [one.list.unique().list.len(), other.list.unique().list.len()]
    shared = one.list.set_intersection(other).list.len()
    numbers = [pl.col(side).str.extract_all(_NUMBERS).list.unique().list.sort() for side in ("left", "right")]
    has_numbers = (numbers[0].list.len() > 0) | (numbers[1].list.len() > 0)
    found = pairs.select(
        "is_told",
        title_similarity=similarity,
        title_containment=shared / pl.min_horizontal(words),
        title_length=pl.min_horizontal(one.list.len(), other.list.len()),
        title_numbers=pl.when(has_numbers).then(numbers[0] == numbers[1]),
        title_parts=_parts(pairs["left"], pairs["right"]),
        generic_title=pl.when(pl.any_horizontal(pl.col("left", "right").str.contains(GENERIC))).then(1.0),
    )
    is_notice = pl.any_horizontal(pl.col("left", "right").str.contains(NOTICE))
    unknown = pl.when(is_notice & pl.col("is_told").not_()).then(0.0)
    return (
        found.with_columns(pairs.select(unknown=unknown).to_series())
        .select(
            *(pl.when("is_told").then(pl.col(name)).alias(name) for name in found.columns[1:-2]),
            title_parts=pl.when("is_told").then("title_parts").otherwise("unknown"),
            generic_title="generic_title",
        )
        .get_columns()
    )


def _alike(left: pl.Series, right: pl.Series) -> pl.Series:
    """Share of equal letters, the better of in order (blanks aside) and with the words sorted."""
    closed = [s.str.replace_all(" ", "", literal=True).to_list() for s in (left, right)]
    in_order = process.cpdist(*closed, scorer=fuzz.ratio)
    by_words = process.cpdist(left.to_list(), right.to_list(), scorer=fuzz.token_sort_ratio)
    # Times a hundredth: polars divides a column by a number so, but a column of one row otherwise, and the last digit
    # differs.
    return pl.select(pl.max_horizontal(pl.Series(in_order), pl.Series(by_words)).cast(pl.Float64) * 0.01).to_series()


def _parts(left: pl.Series, right: pl.Series) -> pl.Series:
    odd = [s.str.contains(f"{PART}|{NOTICE}|{_LAST_NUMBER}").fill_null(value=False) for s in (left, right)]
    either = odd[0] | odd[1]
    are_numbered = (left != right) & (_without_numbers(left) == _without_numbers(right))
    told = pl.select(pl.when(are_numbered.fill_null(value=False)).then(NUMBERED).otherwise(1.0)).to_series()
    differ = [parts_differ(a, b) for a, b in zip(left.filter(either), right.filter(either), strict=True)]
    return told.scatter(either.arg_true().filter(pl.Series(differ, dtype=pl.Boolean)), 0.0)


def _without_numbers(titles: pl.Series) -> pl.Series:
    return titles.str.replace_all(r"\b\d+\b", "#")


def parts_differ(left: str, right: str) -> bool:
    """Whether two titles name different numbered parts, or just one is a notice about another paper.

    >>> parts_differ("on graphs part i", "on graphs part 2"), parts_differ("on graphs", "on graphs part 2")
    (True, False)
    """
    if bool(_NOTICED.search(left)) != bool(_NOTICED.search(right)):
        return True
    parts = [_parts_of(title) for title in (left, right)]
    return bool(parts[0] and parts[1]) and parts[0] != parts[1]


_NOTICED, _PARTED, _NUMBERED = re.compile(NOTICE), re.compile(PART), re.compile(_LAST_NUMBER)


def _parts_of(title: str) -> list[str]:
    found = ["".join(found) for found in _PARTED.findall(title)] or _NUMBERED.findall(title)
    return [_worth(part) for part in found]


def _worth(part: str) -> str:
    """A number in digits, however it is written; another part as it is, such as 1a."""
    if part in _WORTH:
        return str(_WORTH[part])
    if _ROMAN.keys() >= set(part):
        worth = [_ROMAN[sign] for sign in part]
        return str(sum(-a if a < b else a for a, b in zip(worth, [*worth[1:], 0], strict=True)))
    return re.sub(r"^0+(?=\d)|(?<=\d)(?:st|nd|rd|th)$", "", part)


def compare_names(left: pl.Series, right: pl.Series) -> list[pl.Series]:
    """authors and authors_all of two lists of names, whatever their
    order and however first names are written; null where one is missing.

    A name that the other list lacks is not missed where its initial stands there ("Maya" beside "M."), and neither is a
    pair of initials ("QJ" beside "Qing").
    """
    both = pl.DataFrame({"left": left, "right": right}).with_row_index("row").drop_nulls()
    words = [pl.col(side).str.split(" ").list.unique() for side in ("left", "right")]
    split = both.select(
        "row",
        *(w.list.filter((pl.element().str.len_chars() > 1) & ~pl.element().is_in(_NO_NAMES)).alias(f"{s}_names") for w, s in zip(words, ("left", "right"), strict=True)),
        *(w.list.filter(pl.element().str.len_chars() == 1).alias(f"{s}_initials") for w, s in zip(words, ("left", "right"), strict=True)),
    )  # fmt: skip
    split = split.filter((pl.col("left_names").list.len() > 0) & (pl.col("right_names").list.len() > 0))
    counted = split.select(
        "row",
        shared=pl.col("left_names").list.set_intersection("right_names").list.len().cast(pl.Float64),
        left=_missing("left", "right"),
        right=_missing("right", "left"),
    )
    share = [
        (pl.col("shared") / (pl.col("shared") + missing)).fill_nan(0.0).alias(name)
        for name, missing in (("authors", pl.min_horizontal("left", "right")), ("authors_all", pl.col("left") + pl.col("right")))
    ]  # fmt: skip
    rows = pl.DataFrame({"row": range(left.len())}, schema={"row": pl.UInt32})
    return (
        rows.join(counted.select("row", *share), on="row", how="left", maintain_order="left").drop("row").get_columns()
    )


def _missing(side: str, other: str) -> pl.Expr:
    """How many names of one side the other has neither in full nor as an initial; those of one initial count once."""
    lacking = pl.col(f"{side}_names").list.set_difference(f"{other}_names")
    firsts = pl.col(f"{other}_names").list.eval(pl.element().str.slice(0, 1))
    long = lacking.list.filter(pl.element().str.len_chars() > 2).list.eval(pl.element().str.slice(0, 1))
    short = lacking.list.filter(pl.element().str.len_chars() == 2).list.eval(pl.element().str.slice(0, 1))
    of_long = long.list.set_difference(f"{other}_initials").list.len()
    of_short = short.list.set_difference(f"{other}_initials").list.set_difference(firsts).list.len()
    return (of_long + of_short).cast(pl.Float64)


def compare_venues(left: pl.Series, right: pl.Series) -> list[pl.Series]:
    """venue and venue_kind; null where one is missing."""
    pairs = pl.DataFrame({"left": left, "right": right})
    distinct = pairs.drop_nulls().unique()
    rows = [(_same_venue(a.split(), b.split()), _same_kind(a.split(), b.split())) for a, b in distinct.iter_rows()]
    told = distinct.hstack(pl.DataFrame(rows, schema={"venue": pl.Float64, "venue_kind": pl.Float64}, orient="row"))
    return (
        pairs.join(told, on=["left", "right"], how="left", maintain_order="left")
        .select("venue", "venue_kind")
        .get_columns()
    )


def _same_venue(left: list[str], right: list[str]) -> float | None:
    """1 word for word, at most 0.95 otherwise: "Curr Opin Lipidol" is "Current Opinion in Lipidology"."""
    left, right = ([word for word in words if word not in _SMALL_WORDS] for words in (left, right))
    if not left or not right:
        return None
    if left == right:
        return 1.0
    short, long = sorted((left, right), key=lambda words: (len(words), words))
    if "".join(short) == "".join(word[0] for word in long):
        return 0.95
    found = sum(any(b.startswith(a) or a.startswith(b) for b in long) for a in short)
    return 0.95 * found / len(short)


def _same_kind(left: list[str], right: list[str]) -> float | None:
    """1 equal, 0 different, 0.5 where only one is known: a journal's name seldom hides that it is one."""
    one, other = (
        next((kind for kind, marks in _KINDS.items() if not marks.isdisjoint(words)), "") for words in (left, right)
    )
    if not one and not other:
        return None
    return float(one == other) if one and other else 0.5
