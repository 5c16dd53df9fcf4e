"""Two columns of match texts to evidence, one row per pair: titles, names of authors, venues."""

import itertools

import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

#: Titles that many papers have, each by its editor, its year, its issue.
GENERIC = (
    r"^(?:(?:guest )?editorials?|editorial (?:comment|note)|(?:from the )?editors?|(?:guest )?editors? s (?:note|notes|choice|page|introduction)|"
    r"(?:message|letter|note|greetings) from the [a-z]+(?: (?:in )?[a-z]+)?|(?:an )?introduction to (?:the|this) special (?:issue|section|feature)|(?:the )?year in review|"
    r"letters?(?: to the editors?)?|preface|foreword|introduction|news|abstracts?|comments?|commentary|correspondence|announcements?|book reviews?(?: column)?|in this issue|"
    r"(?:table of )?contents|(?:author |subject )?index|errat(?:um|a)|corrigend(?:um|a)|corrections?|repl(?:y|ies)|author s reply|authors reply|in reply|response|discussion|"
    r"conclusions?|summary|untitled|no title(?: available)?|in memoriam|obituary|meeting (?:report|abstracts?)|chair s message|president s (?:message|page)|special issue|"
    r"acknowledge?ments?(?: (?:of|to) (?:our |the )?(?:peer )?reviewers)?|(?:list of|thanks? to|thank you to) (?:our |the )?(?:peer )?reviewers|references|abbreviations|reviewers?|poster(?: session| abstracts| presentations)?|oral presentations?|proceedings|title page|front matter|back matter)(?: \d+)?$"
)

_NUMBERS = r"\d+"
#: Müller is Mueller and Muller.
_UMLAUT = r"([aou])e\B"
#: What groups are called: of the ATLAS and the CMS collaboration it says nothing, and no person has it for a name.
_GROUPS = frozenset(
    "collaboration collaborators consortium group groups study investigators committee team network corporate society "
    "association university univ institute".split()
)
_NO_NAMES = [*"and et al others jr sr von van de der the anonymous dr prof md phd".split(), *_GROUPS]
#: Titles so alike are one paper's often enough to look how else its names may be written; of a name of so many letters
#: one may be misprinted.
_LIKE_TITLES, _LONG_NAME = 0.9, 6
#: Words of a list of names from which on each catalogue names some of the authors.
_MANY_NAMES = 30
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
    """title_similarity, title_containment, title_length, title_numbers, generic_title; null where a title is missing
    (empty), save the last, which one title says alone.
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
        generic_title=pl.when(pl.any_horizontal(pl.col("left", "right").str.contains(GENERIC))).then(1.0),
    )
    told = [pl.when("is_told").then(pl.col(name)).alias(name) for name in found.columns[1:-1]]
    return found.select(*told, "generic_title").get_columns()


def _alike(left: pl.Series, right: pl.Series) -> pl.Series:
    """Share of equal letters, the better of in order (blanks aside) and with the words sorted."""
    closed = [s.str.replace_all(" ", "", literal=True).to_list() for s in (left, right)]
    in_order = process.cpdist(*closed, scorer=fuzz.ratio)
    by_words = process.cpdist(left.to_list(), right.to_list(), scorer=fuzz.token_sort_ratio)
    # Times a hundredth: polars divides a column by a number so, but a column of one row otherwise, and the last digit
    # differs.
    return pl.select(pl.max_horizontal(pl.Series(in_order), pl.Series(by_words)).cast(pl.Float64) * 0.01).to_series()


def compare_names(left: pl.Series, right: pl.Series, titles: pl.Series, abstracts: pl.Series) -> list[pl.Series]:
    """authors and authors_all of two lists of names, whatever their
    order and however first names are written; null where one is missing.

    A name that the other list lacks is not missed where its initial stands there ("Maya" beside "M."), and neither is a
    pair of initials ("QJ" beside "Qing"). titles, abstracts: how alike they are. Under one title a name that the other
    list joins ("O Brien" beside "OBrien") or misprints is that name. Without abstracts a group's name, or a very long
    list, says nothing there of other names; beside abstracts it does: a member's talk has its collaboration's title.
    """
    found = _compare_names(left, right)
    odd = ((titles >= _LIKE_TITLES) & (found["authors"] < 1)).arg_true()
    if odd.is_empty():
        return found.get_columns()
    one, other = left[odd], right[odd]
    spelled = [spell_alike(a, b) for a, b in zip(one, other, strict=True)]
    again = _compare_names(*(pl.Series([pair[side] for pair in spelled], dtype=pl.String) for side in (0, 1)))
    is_of_some = pl.Series([_names_some(a, b) for a, b in zip(one, other, strict=True)], dtype=pl.Boolean)
    says = ~is_of_some | (again["authors"] > 0) | abstracts[odd].is_not_null()
    said = again.with_columns(pl.when(says).then(pl.all()))
    return [found[name].scatter(odd, said[name]) for name in found.columns]


def _names_some(left: str, right: str) -> bool:
    """Whether one list alone names a group, or is so long that lists are cut at other names."""
    words = left.split(), right.split()
    return len({_GROUPS.isdisjoint(names) for names in words}) > 1 or max(map(len, words)) >= _MANY_NAMES


def spell_alike(left: str, right: str) -> tuple[str, str]:
    """Two lists of names, with those joined that the other one joins, and long ones that differ by a letter made one.

    >>> spell_alike("t o brien schapire", "obrien t shapire")
    ('t obrien schapire', 'obrien t schapire')
    """
    mine, other = _joined(left.split(), right), _joined(right.split(), left)
    long = [word for word in mine if len(word) >= _LONG_NAME and word.isalpha() and word not in other]
    for place, name in enumerate(other):
        if len(name) >= _LONG_NAME and name.isalpha() and name not in mine:
            meant = (word for word in long if word[0] == name[0] and OSA.distance(word, name) <= 1)
            other[place] = next(meant, name)
    return " ".join(mine), " ".join(other)


def _joined(names: list[str], other: str) -> list[str]:
    pairs = {f"{a} {b}": a + b for a, b in itertools.pairwise(names) if f" {a}{b} " in f" {other} "}
    text = " ".join(names)
    for apart, joined in pairs.items():
        text = f" {text} ".replace(f" {apart} ", f" {joined} ").strip()
    return text.split(" ")


def _compare_names(left: pl.Series, right: pl.Series) -> pl.DataFrame:
    """authors and authors_all, of the names as they are written."""
    both = pl.DataFrame({"left": left, "right": right}).with_row_index("row").drop_nulls()
    words = [pl.col(side).str.replace_all(_UMLAUT, "$1").str.split(" ").list.unique() for side in ("left", "right")]
    split = both.select(
        "row",
        *(w.list.filter((pl.element().str.len_chars() > 1) & ~pl.element().is_in(_NO_NAMES)).alias(f"{s}_names") for w, s in zip(words, ("left", "right"), strict=True)),
        *(w.list.filter(pl.element().str.len_chars() == 1).alias(f"{s}_initials") for w, s in zip(words, ("left", "right"), strict=True)),
    )  # fmt: skip
    split = split.filter((pl.col("left_names").list.len() > 0) & (pl.col("right_names").list.len() > 0))
    lacking = split.with_columns(
        *_lacking("left", "right"),
        *_lacking("right", "left"),
        shared=pl.col("left_names").list.set_intersection("right_names").list.len(),
    )
    counted = lacking.select(
        "row",
        shared=pl.when(_are_namesakes()).then(0).otherwise("shared"),
        left=_missing("left", "right"),
        right=_missing("right", "left"),
    )
    share = [
        (pl.col("shared") / (pl.col("shared") + missing)).fill_nan(0.0).alias(name)
        for name, missing in (("authors", pl.min_horizontal("left", "right")), ("authors_all", pl.col("left") + pl.col("right")))
    ]  # fmt: skip
    rows = pl.DataFrame({"row": range(left.len())}, schema={"row": pl.UInt32})
    return rows.join(counted.select("row", *share), on="row", how="left", maintain_order="left").drop("row")


def _lacking(side: str, other: str) -> list[pl.Expr]:
    """First letters of names of one side that the other lacks: of long ones, and of those of two letters."""
    lacking, length = pl.col(f"{side}_names").list.set_difference(f"{other}_names"), pl.element().str.len_chars()
    first = pl.element().str.slice(0, 1)
    return [
        lacking.list.eval(first.filter(is_so_long)).alias(f"{side}_{name}")
        for name, is_so_long in (("long", length > 2), ("short", length == 2))
    ]


def _missing(side: str, other: str) -> pl.Expr:
    """How many names of one side the other has neither in full nor as an initial; those of one initial count once."""
    firsts = pl.col(f"{other}_names").list.eval(pl.element().str.slice(0, 1))
    of_long = pl.col(f"{side}_long").list.set_difference(f"{other}_initials").list.len()
    of_short = pl.col(f"{side}_short").list.set_difference(f"{other}_initials").list.set_difference(firsts).list.len()
    return of_long + of_short


def _are_namesakes() -> pl.Expr:
    """Whether both lists give initials to each surname that they share, and none of these agrees: "Zhang Y", "Zhang L".

    In lists of whole names an initial is a middle one.
    """
    given = [pl.col(f"{side}_initials").list.set_union(f"{side}_short") for side in ("left", "right")]
    said = [names.list.set_union(f"{side}_long") for names, side in zip(given, ("left", "right"), strict=True)]
    are_given = pl.min_horizontal(names.list.len() for names in given) >= pl.col("shared")
    return are_given & (said[0].list.set_intersection(said[1]).list.len() == 0)


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
