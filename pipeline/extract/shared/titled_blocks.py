"""Papers on pages as blocks of lines: a title, its authors right below it, then where it appeared and links.

Homepages and programmes of workshops set papers so, in elements of any kind.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.cited_marks import WHEN, YEAR, are_names
from papersieve.pipeline.extract.shared.cited_reference import cited_of
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_url
from papersieve.pipeline.extract.shared.institutes import without_institutes
from papersieve.pipeline.extract.shared.list_links import LABEL, without_signs
from papersieve.pipeline.extract.shared.page_lines import Lines

_HEADING = re.compile(r"\s*#{1,6} ")
#: Marks before a title or names, also several, and the kind of a talk: "1. - [PT] ".
_MARK = re.compile(r"\s*(?:(?:[-+•>]|\d{1,4}[.)]|\[\w{1,4}\](?!\()|#{1,6})\s+)*")
_LINK = re.compile(r"!?\[{1,2}([^\[\]]*)\]{1,2}\(([^()\s]*)\)\]?")
#: Names of links that stand without one, and marks after people's names.
_NAMED, _MARKS = re.compile(r"\s*[\[(]([\w ]{2,20})[\])]"), re.compile(r"(?<=[\w.])\s?[*†‡§¶✉#]+(?=[,\s;.]|$)")
_SEVERAL, _OTHERS = re.compile(r"[,;&]| and "), re.compile(r"(\bet al)\b.*")
_BY = re.compile(r"(?:by|(?P<sure>with|together with|co-?authored with)|authors?:)\s+", re.IGNORECASE)
_INSTITUTE, _DATED = (
    re.compile(r"\b(?:universit|institut|school|college)", re.IGNORECASE),
    re.compile(r"^[A-Z][a-z]+(?: on)?: "),
)
#: What separates names from the place on the same line: its italics, a dot, or "In".
_PLACE = re.compile(r"[.,]? (?=\*[^*]+\*)| · |\. (?=In\b)")
#: No titles: ends of labels, times, rows of tables, references, the rest of a sentence, sessions, places with a year.
_NO_TITLE = re.compile(
    r"[:,;]$|^&|\bdoi: |^\W*\d{1,2}[:.]\d\d\b|\bet al\b|\||^(?:keynote|invited|session|panel|accepted papers?)\b|\((?:19|20)\d\d|,[^,]*\b(?:19|20)\d\d\W*$"
    r"|,[^*]*,[^*]*\*|^(?-i:for|in|of|and|the|on|with|to|an?|by) |^(?-i:(?:[^\W\d_]+, )?[A-Z]\. ?[A-Z])|\bvol\.|\bpp?\. \d",
    re.IGNORECASE,
)
_TITLE_WORDS, _MOST_LINES, _PLACE_WORDS = range(3, 41), 8, 40
#: The most lines of a page for each paper on it.
_MOST_LINES_EACH = 20


def titled_entries(lines: Lines) -> Iterator[Entry]:
    """The papers among the lines of a page in Markdown; none if they are rare, as chance finds in running text are."""
    said, starts = _said(lines), dict[int, str | None]()
    often, year = Counter(_plain(text) for _, text, _ in said), None
    for at, (line, below) in enumerate(pairwise(said)):
        if _HEADING.match(line[1]):
            year = _title(line[1]) if re.fullmatch(YEAR, _title(line[1])) else None
        if at - 1 not in starts and often[_plain(line[1])] == 1 and (_is_pair(line, below) or _is_turned(line, below)):
            starts[at] = year
    is_list = _MOST_LINES_EACH * len(starts) >= len(said)
    for (start, dated), end in zip(starts.items(), [*starts, len(said)][1:], strict=True) if is_list else ():
        block = [(number, text) for number, text, _ in said[start : min(end, start + _MOST_LINES)]]
        yield _entry(_block(block), dated, is_turned=_is_turned(*said[start : start + 2]))


def _said(lines: Lines) -> list[tuple[int, str, bool]]:
    """The lines with text: number, text, and whether a line begins a block, below a blank line or with a mark."""
    pairs = [(before.strip(), line) for (_, before), line in pairwise([(0, ""), *lines])]
    return [
        (number, without_signs(text), not before or bool(_bullet(text)))
        for before, (number, text) in pairs
        if text.strip(" -|")
    ]


def _is_pair(line: tuple[int, str, bool], below: tuple[int, str, bool]) -> bool:
    """Whether a line is the title of a paper whose authors are below it, not those of the next block."""
    return _is_title(_title(line[1])) and bool(_names(below[1])[0]) and (line[2] or not below[2])


def _is_turned(line: tuple[int, str, bool], below: tuple[int, str, bool]) -> bool:
    """Whether a line has the authors of a paper whose title is right below it, in the same block."""
    return line[2] and not below[2] and _is_title(_title(below[1])) and bool(_names(line[1])[0])


def _block(lines: Lines) -> Lines:
    """The lines up to a heading, or up to one with the title's mark, whose authors could not be read."""
    mark = _bullet(lines[0][1])
    others = range(2, len(lines))
    ends = (at for at in others if _HEADING.match(lines[at][1]) or (mark and _bullet(lines[at][1]) == mark))
    return lines[: next(ends, len(lines))]


def _bullet(text: str) -> str:
    """The mark of an item, with its indentation; the same for all numbers."""
    found = _MARK.match(text)
    return re.sub(r"\d+", "0", found[0]) if found and found[0].strip() else ""


def _plain(text: str) -> str:
    """The text of a line without marks, links and bold letters."""
    text = _LINK.sub(lambda found: "" if LABEL.fullmatch(found[1]) else found[1], text)
    text = _NAMED.sub(lambda found: "" if LABEL.fullmatch(found[1]) else found[0], text)
    return " ".join(_MARK.sub("", text.replace("**", ""), count=1).split())


def _title(text: str) -> str:
    return _plain(text).strip('*_ "“”.,')


def _is_title(title: str) -> bool:
    """Whether a text may be a title, not several names, nor names before italics, as in a reference."""
    names, *italics = title.split("*")
    is_names = are_names(names.strip(" .,")) and bool(italics or _SEVERAL.search(names))
    return len(title.split()) in _TITLE_WORDS and not _NO_TITLE.search(title) and not is_names


def _names(text: str) -> tuple[str, str]:
    """The names of people at the start of a line, and the place behind them; empty if it has none.

    One person is enough if the line says that the page's owner wrote the paper with them; a word alone is no person.
    """
    plain = _plain(text)
    said = _BY.match(plain)
    plain = plain[said.end() :] if said else plain
    whole = re.fullmatch(r"\*([^*]+)\*", plain)
    names, *place = [whole[1]] if whole else _PLACE.split(plain, maxsplit=1)
    names = without_institutes(_OTHERS.sub(r"\1.", _MARKS.sub("", names)).strip(" .,;*"))
    listed = with_others(names)
    people = [name for name in listed if len(name.split()) > 1]
    is_enough = len(listed) > 1 or (said and said["sure"])
    is_list = is_enough and people == listed and are_names(", ".join(listed)) and not _INSTITUTE.search(names)
    return (names, " ".join(place)) if is_list else ("", "")


def _entry(lines: Lines, year: str | None, *, is_turned: bool) -> Entry:
    """The paper of a block; year: that of the heading above it; is_turned: whether the authors are above the title."""
    title, people = lines[:2][:: -1 if is_turned else 1]
    names, place = _names(people[1])
    below = (text for text in (_plain(text) for _, text in lines[2:4]) if len(text.split()) <= _PLACE_WORDS)
    place = (place or next((text for text in below if re.search(YEAR, text)), "")).strip(" ·")
    date = None if re.search(YEAR, place) else year
    if not re.search(r"[^\W\d_]{3}", WHEN.sub("", _DATED.sub("", place))):
        place, date = "", place or year
    place = re.sub(r"\bv\. (?=\d)", "vol. ", place.replace("*", "").replace(" · ", ", "))
    entry = cited_of(names, _title(title[1]), place, date)
    links = [to for _, text in lines for _, to in _LINK.findall(text) if to.startswith("http")]
    entry.doi = next(filter(find_doi, links), None) or entry.doi
    entry.arxiv, entry.urls = next(filter(is_arxiv_url, links), None) or entry.arxiv, links
    entry.line_start, entry.line_end = lines[0][0], lines[-1][0]
    return entry
