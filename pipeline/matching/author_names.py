"""Two columns of name lists to evidence, one row per pair: how far the authors agree, however names are written."""

import itertools

import polars as pl
from rapidfuzz.distance import OSA

#: Müller is also written Mueller and Muller.
_UMLAUT = r"([aou])e\B"
#: Words in the names of groups. They do not distinguish the ATLAS and the CMS collaboration, and are nobody's name.
_GROUPS = frozenset(
    "collaboration collaborators consortium group groups study investigators committee team network corporate society "
    "association university univ institute".split()
)
_NO_NAMES = [*"and et al others jr sr von van de der the anonymous dr prof md phd".split(), *_GROUPS]
#: Title similarity from which names are compared again in other spellings, as one paper is likely; letters of a name
#: from which on one letter may be a misprint.
_LIKE_TITLES, _LONG_NAME = 0.9, 6
#: Words of a list of names from which on a catalogue names only some of the authors.
_MANY_NAMES = 30


def compare_names(left: pl.Series, right: pl.Series, titles: pl.Series, abstracts: pl.Series) -> list[pl.Series]:
    """authors and authors_all of pairs of name lists; null if a list is missing.

    Neither the order of names nor the form of first names makes a difference. A name that the other list lacks does not
    count as missing if its initial appears there ("Maya" and "M."); neither does a pair of initials ("QJ" and "Qing").
    titles, abstracts: their similarities. Under the same title, a name that the other list joins ("O Brien" and
    "OBrien") or misprints is the same name. If one list names a group there, or a list is very long, and no name
    agrees, the result is null without abstracts. With abstracts it counts: a member's talk has its collaboration's
    title.
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
    """Whether only one of the lists names a group, or one is so long that each catalogue cuts it elsewhere."""
    words = left.split(), right.split()
    return len({_GROUPS.isdisjoint(names) for names in words}) > 1 or max(map(len, words)) >= _MANY_NAMES


def spell_alike(left: str, right: str) -> tuple[str, str]:
    """Join names that the other list joins, and make long names equal that differ by one letter.

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
    """authors and authors_all of names as they are written."""
    both = pl.DataFrame({"left": left, "right": right}).with_row_index("row").drop_nulls()
    split = both.select("row", *(column for side in ("left", "right") for column in _split(side)))
    split = split.filter((pl.col("left_names").list.len() > 0) & (pl.col("right_names").list.len() > 0))
    shared = pl.col("left_names").list.set_intersection("right_names").list.len()
    lacking = split.with_columns(*_lacking("left", "right"), *_lacking("right", "left"), shared=shared)
    shared = pl.when(_are_namesakes()).then(0).otherwise("shared")
    counted = lacking.select("row", shared=shared, left=_missing("left", "right"), right=_missing("right", "left"))
    missing = {"authors": pl.min_horizontal("left", "right"), "authors_all": pl.col("left") + pl.col("right")}
    shares = {name: (pl.col("shared") / (pl.col("shared") + count)).fill_nan(0.0) for name, count in missing.items()}
    rows = pl.DataFrame({"row": range(left.len())}, schema={"row": pl.UInt32})
    return rows.join(counted.select("row", **shares), on="row", how="left", maintain_order="left").drop("row")


def _split(side: str) -> list[pl.Expr]:
    """Distinct names and distinct initials of one list."""
    words = pl.col(side).str.replace_all(_UMLAUT, "$1").str.split(" ").list.unique()
    length = pl.element().str.len_chars()
    names = words.list.filter((length > 1) & ~pl.element().is_in(_NO_NAMES))
    return [names.alias(f"{side}_names"), words.list.filter(length == 1).alias(f"{side}_initials")]


def _lacking(side: str, other: str) -> list[pl.Expr]:
    """First letters of the names that only this side has: of long names, and of names of two letters."""
    lacking, length = pl.col(f"{side}_names").list.set_difference(f"{other}_names"), pl.element().str.len_chars()
    first = pl.element().str.slice(0, 1)
    are_so_long = {"long": length > 2, "short": length == 2}
    return [lacking.list.eval(first.filter(length)).alias(f"{side}_{name}") for name, length in are_so_long.items()]


def _missing(side: str, other: str) -> pl.Expr:
    """How many names of one side the other has neither in full nor as an initial; equal initials count once."""
    firsts = pl.col(f"{other}_names").list.eval(pl.element().str.slice(0, 1))
    of_long = pl.col(f"{side}_long").list.set_difference(f"{other}_initials").list.len()
    of_short = pl.col(f"{side}_short").list.set_difference(f"{other}_initials").list.set_difference(firsts).list.len()
    return of_long + of_short


def _are_namesakes() -> pl.Expr:
    """Whether both lists give initials for each surname that they share, but none agree: "Zhang Y", "Zhang L".

    In lists of full names, an initial is that of a middle name.
    """
    given = [pl.col(f"{side}_initials").list.set_union(f"{side}_short") for side in ("left", "right")]
    said = [names.list.set_union(f"{side}_long") for names, side in zip(given, ("left", "right"), strict=True)]
    are_given = pl.min_horizontal(names.list.len() for names in given) >= pl.col("shared")
    return are_given & (said[0].list.set_intersection(said[1]).list.len() == 0)
