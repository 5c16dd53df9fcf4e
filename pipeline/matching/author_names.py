"""Two columns of lists of names to evidence, one row per pair: how far the authors agree, however they are written."""

import itertools

import polars as pl
from rapidfuzz.distance import OSA

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


def compare_names(left: pl.Series, right: pl.Series, titles: pl.Series, abstracts: pl.Series) -> list[pl.Series]:
    """authors and authors_all of two lists of names; null where one is missing. Neither their order nor how first names
    are written makes a difference.

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
    split = both.select("row", *(column for side in ("left", "right") for column in _split(side)))
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
    missing = {"authors": pl.min_horizontal("left", "right"), "authors_all": pl.col("left") + pl.col("right")}
    shares = {name: (pl.col("shared") / (pl.col("shared") + count)).fill_nan(0.0) for name, count in missing.items()}
    rows = pl.DataFrame({"row": range(left.len())}, schema={"row": pl.UInt32})
    return rows.join(counted.select("row", **shares), on="row", how="left", maintain_order="left").drop("row")


def _split(side: str) -> list[pl.Expr]:
    """Names and initials of one list, each once."""
    words = pl.col(side).str.replace_all(_UMLAUT, "$1").str.split(" ").list.unique()
    length = pl.element().str.len_chars()
    return [
        words.list.filter((length > 1) & ~pl.element().is_in(_NO_NAMES)).alias(f"{side}_names"),
        words.list.filter(length == 1).alias(f"{side}_initials"),
    ]


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
