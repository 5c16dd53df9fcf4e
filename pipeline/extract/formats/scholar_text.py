"""Google Scholar as text, from its page or the mail of an alert: a title above names, venue and year."""

import re
from collections.abc import Iterator
from itertools import takewhile
from urllib.parse import unquote

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.identifiers import is_arxiv_text
from papersieve.pipeline.extract.shared.page_lines import Lines, with_single_blanks
from papersieve.pipeline.extract.shared.titles import FILES

_NAME = r"[^\W\d_a-z]{1,4}(?:-[A-Z]{1,2})? [^\W\d_][\w'’-]*(?: [^\W\d_][\w'’-]*){0,3}"
#: "H Gale, J Holt… - Journal of Towers, 2020 - Elsevier".
_PLACE = re.compile(
    rf"(?P<authors>{_NAME}(?:, {_NAME}){{0,20}})(?P<others>…|,? \.\.\.)? [-–] (?:(?P<venue>.{{2,200}}?), )?(?P<year>(?:19|20)\d\d)(?: [-–] \S.*)?"
)
_FILE = re.compile(rf"(?:\[(?:{FILES})\]\s*)+", re.IGNORECASE)
#: A link to a file, between a title and its names.
_FROM = re.compile(rf"\s*(?:\[(?:{FILES})\] from \S+\.\S+|Full View\s*$)", re.IGNORECASE)
#: Lines below a result on the page or in an alert, such as "Cited by 3" or an address.
_BELOW = re.compile(r"(?:[☆★] ?)?Save\b.*Cite\b.*|Cited by \d.*|https?://\S+")
_ADDRESS = re.compile(r"<https?://\S+>")
#: The title of a result in an alert converted to Markdown.
_LINKED = re.compile(
    rf"(?:#{{1,6}} )?(?:\[(?:{FILES})\]\s*)*\[(?P<title>[^\[\]]+)\]\((?P<url>https?://scholar\.google\.[^()\s]+)\)",
    re.IGNORECASE,
)
_REDIRECT = re.compile(r"https?://scholar\.google\.[a-z.]{2,6}/scholar_url\?url=([^&\s]+)")


def recognises(head: Head) -> str | None:
    """Two lines of names, venue and year; one is enough if the text shows signs of Google Scholar."""
    found = [line for line in map(with_single_blanks, head.lines) if _PLACE.fullmatch(line)]
    is_told = "scholar.google." in head.text or "Related articles" in head.text
    return f"it has the line {found[0][:60]!r}" if len(found) > (not is_told) else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry from each title down to a blank line or the next title; all other lines are furniture."""
    shown = (line for line in dump.page(furnished=True) if not _FROM.match(line[1]))
    lines = _in_order([(number, with_single_blanks(text)) for number, text in shown])
    found = [_PLACE.fullmatch(text) for _, text in lines]
    places = [(at, place) for at, place in enumerate(found) if place and at and lines[at - 1][1] and not found[at - 1]]
    starts = [*(at - 1 for at, _ in places), len(lines)]
    for (at, place), end in zip(places, starts[1:], strict=True):
        yield _entry(lines[at - 1], place, list(takewhile(lambda line: line[1], lines[at + 1 : end])))


def _in_order(lines: Lines) -> Lines:
    """The lines, with addresses in angle brackets, which mails put between title and names, moved after the names.

    >>> _in_order([(1, "Lamps"), (2, "<https://doi.org/10.1000/1>"), (3, ""), (4, "H Gale")])
    [(1, 'Lamps'), (4, 'H Gale'), (2, 'https://doi.org/10.1000/1')]
    """
    found, address = Lines(), Lines()
    for number, text in lines:
        if _ADDRESS.fullmatch(text):
            address = [(number, text[1:-1])]
        elif linked := _LINKED.fullmatch(text):
            found, address = [*found, (number, linked["title"])], [(number, linked["url"])]
        elif text or not address:
            found += [(number, text), *address]
            address = []
    return [*found, *address]


def _entry(title: tuple[int, str], found: re.Match[str], below: Lines) -> Entry:
    said, venue = [text for _, text in below if not _BELOW.fullmatch(text)], found["venue"]
    return Entry(
        title[0], max(title[0] + 1, *(number for number, _ in below)) if below else title[0] + 1,
        title=_FILE.sub("", title[1]), abstract=" ".join(said) or None,
        authors=with_others(found["authors"] + (" et al." if found["others"] else "")), venue=venue,
        published_raw=found["year"], arxiv=venue if venue and is_arxiv_text(venue) else None,
        urls=[unquote(link[1]) for _, text in below if (link := _REDIRECT.match(text))],
    )  # fmt: skip


FORMAT = Format("scholar_text", "a title above 'H Gale, J Holt - Towers, 2020 - Elsevier'", recognises, extract)
