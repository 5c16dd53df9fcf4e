"""Two columns of match texts to evidence, one row per pair: titles and venues."""

import polars as pl
from polars.expr.whenthen import Then
from rapidfuzz import fuzz, process

#: Titles that many papers have, such as those that recur with each editor, year or issue.
GENERIC = (
    r"^(?:(?:guest )?editorials?|editorial (?:comment|note)|(?:from the )?editors?|(?:guest )?editors? s (?:note|notes|choice|page|introduction)|"
    r"(?:message|letter|note|greetings) from the [a-z]+(?: (?:in )?[a-z]+)?|(?:an )?introduction to (?:the|this) special (?:issue|section|feature)|(?:the )?year in review|"
    r"letters?(?: to the editors?)?|preface|foreword|introduction|news|abstracts?|comments?|commentary|correspondence|announcements?|book reviews?(?: column)?|in this issue(?: of [a-z ]{3,60})?|"
    r"(?:table of )?contents|(?:author |subject )?index|errat(?:um|a)|corrigend(?:um|a)|corrections?|repl(?:y|ies)|author s reply|authors reply|in reply|response|discussion|(?:(?:author s? ?)?(?:reply|response|rejoinder)|comments?) (?:to|on) \w+(?: \w+)? (?:et al|and colleagues)|"
    r"conclusions?|(?:executive |technical )?summary|summary for policy ?makers|glossary|untitled|no title(?: available)?|in memoriam|obituary|meeting (?:report|abstracts?)|chair s message|president s (?:message|page)|special issue|"
    r"acknowledge?ments?(?: (?:of|to) (?:our |the )?(?:peer )?reviewers)?|(?:list of|thanks? to|thank you to) (?:our |the )?(?:peer )?reviewers|references|abbreviations|reviewers?|poster(?: session| abstracts| presentations)?|oral presentations?|proceedings|title page|front matter|back matter|"
    r"issue information|(?:(?:inside|outside) )?(?:(?:front|back) )?cover(?: (?:image|picture|page|story))?|masthead|editorial board|(?:notes on |about the |list of )?contributors|"
    r"books received|calendar(?: of events)?|graphical abstracts?|(?:research )?highlights|instructions (?:for|to) authors|publisher s note)(?: \d+)?$"
)

#: Titles of reports that appear under one title each year.
YEARLY = (
    r"^(?:[a-z]+ ){0,6}(?:annual|biennial|quarterly) reports?\b|^reports? (?:of|by|from) the (?:[a-z]+ )?(?:committee|council|board|commission|"
    r"secretary|president|treasurer|director|inspector|working group)|^minutes of |"
    r"^(?:proceedings|abstracts|programme?) (?:of|from) the (?:[a-z]+ ){0,4}(?:meeting|conference|congress|symposium)\b|"
    r"^(?:an )?(?:overview|findings|report|summary) (?:of|on|from) the (?:[a-z]+ ){1,6}(?:tasks?|tracks?|challenge|workshop|competition|campaign)\b"
)

_NUMBERS = r"\d+"
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
    """title_similarity, title_containment, title_length, title_numbers, generic_title of pairs of titles.

    The first four are null if a title is missing (empty); one title is enough for generic_title.
    """
    is_told = (pl.col("left") != "") & (pl.col("right") != "")
    pairs = pl.DataFrame({"left": left, "right": right}).with_columns(is_told=is_told)
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
        generic_title=_when_either(GENERIC, 1.0).otherwise(_when_either(YEARLY, 0.5)),
    )
    told = [pl.when("is_told").then(pl.col(name)).alias(name) for name in found.columns[1:-1]]
    return found.select(*told, "generic_title").get_columns()


def _when_either(pattern: str, value: float) -> Then:
    return pl.when(pl.any_horizontal(pl.col("left", "right").str.contains(pattern))).then(value)


def _alike(left: pl.Series, right: pl.Series) -> pl.Series:
    """Share of equal letters: in order without blanks, or with sorted words, whichever is higher."""
    closed = [s.str.replace_all(" ", "", literal=True).to_list() for s in (left, right)]
    in_order = process.cpdist(*closed, scorer=fuzz.ratio)
    by_words = process.cpdist(left.to_list(), right.to_list(), scorer=fuzz.token_sort_ratio)
    # Multiplied by 0.01, because polars divides a column of one row differently, and the last digit would differ.
    return pl.select(pl.max_horizontal(pl.Series(in_order), pl.Series(by_words)).cast(pl.Float64) * 0.01).to_series()


def compare_venues(left: pl.Series, right: pl.Series) -> list[pl.Series]:
    """venue and venue_kind; null if a venue is missing."""
    pairs = pl.DataFrame({"left": left, "right": right})
    distinct = pairs.drop_nulls().unique()
    names = pl.concat([distinct["left"], distinct["right"].alias("left")]).unique()
    words = {name: [word for word in name.split() if word not in _SMALL_WORDS] for name in names}
    kinds = {name: _kind(name.split()) for name in names}
    rows = [(_same_venue(words[a], words[b]), _same_kind(kinds[a], kinds[b])) for a, b in distinct.iter_rows()]
    told = distinct.hstack(pl.DataFrame(rows, schema={"venue": pl.Float64, "venue_kind": pl.Float64}, orient="row"))
    found = pairs.join(told, on=["left", "right"], how="left", maintain_order="left")
    return found.select("venue", "venue_kind").get_columns()


def _same_venue(left: list[str], right: list[str]) -> float | None:
    """1 if equal word for word, at most 0.95 otherwise: "Curr Opin Lipidol" is "Current Opinion in Lipidology"."""
    if not left or not right:
        return None
    if left == right:
        return 1.0
    short, long = sorted((left, right), key=lambda words: (len(words), words))
    if "".join(short) == "".join(word[0] for word in long):
        return 0.95
    found = sum(any(b.startswith(a) or a.startswith(b) for b in long) for a in short)
    return 0.95 * found / len(short)


def _kind(words: list[str]) -> str:
    return next((kind for kind, marks in _KINDS.items() if not marks.isdisjoint(words)), "")


def _same_kind(one: str, other: str) -> float | None:
    """1 if equal, 0 if different, 0.5 if only one is known: a journal's name seldom hides that it is a journal."""
    if not one and not other:
        return None
    return float(one == other) if one and other else 0.5
