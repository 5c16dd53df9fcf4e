"""Hypothesis strategies: words, texts, entries of listings, and whole listings."""

from dataclasses import dataclass

from hypothesis import strategies as st

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

words = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzäéßλж中"), min_size=1, max_size=9)
titles = st.lists(words, min_size=2, max_size=12).map(" ".join)
abstracts = st.lists(words, min_size=120, max_size=160).map(lambda w: " ".join(w) + ".")
texts = st.lists(words, max_size=40).map(" ".join)


@dataclass(frozen=True)
class ShownEntry:
    title: str | None
    abstract: str
    footer: list[str]
    author_count: int | None
    date: tuple[int, int, int | None] | None
    comment_count: int | None


@st.composite
def shown_entries(draw, own_year: int):
    """An entry of a listing of a given year. The footer may be missing, or lack its date or count."""
    title, abstract = draw(titles), draw(abstracts)
    if not draw(st.booleans()):
        return ShownEntry(title, abstract, [], None, None, None)
    authors = draw(st.integers(1, 300))
    count = draw(st.none() | st.integers(0, 999))
    date = draw(
        st.none() | st.tuples(st.integers(1, 12), st.integers(1, 28), st.integers(1991, own_year - 1) | st.none())
    )
    shown = ""
    if date:
        month, day, year = date
        shown = f"{MONTHS[month - 1]} {day}" + (f", {year}" if year else "")
    last = shown + (f" {count}" if count is not None else "")
    footer = [f"  • {authors} author{'s' if authors > 1 else ''}", "·", *([last] if last else [])]
    return ShownEntry(title, abstract, footer, authors, date, count)


@st.composite
def listings(draw):
    """A listing (text, entries, own year) that states at least once the year just before its own."""
    own_year = draw(st.integers(1995, 2030))
    entries = draw(st.lists(shown_entries(own_year), min_size=1, max_size=5))
    bound = ShownEntry(
        "A title that bounds the year",
        "word " * 60 + "end.",
        ["  • 2 authors", "·", f"Mar 7, {own_year - 1}"],
        2,
        (3, 7, own_year - 1),
        None,
    )
    entries = [*entries, bound]
    head = [
        "new",
        "Get trending papers in your email inbox!",
        "Subscribe",
        *draw(st.sampled_from([["Daily Papers"], []])),
        "byAK and the research community",
        "Oct 29",
    ]
    lines = [line for shown in head for line in (shown, "")]
    for entry in entries:
        lines += [entry.title, "", entry.abstract, "", *entry.footer, *([""] if entry.footer else [])]
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n"])), entries, own_year
