"""Papers on pages as blocks of lines: a title, its authors below, above or beside it, then where it appeared and links.

Homepages and programmes of workshops set papers so, in elements of any kind.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

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
#: A title in bold, in italics, in quotes or as a link, with names before it or behind it on the same line.
_MARKED = re.compile(
    r"(?P<before>[^*\"“\[]*)(?P<title>\*\*[^*]+\*\*|(?<![\w*])\*(?=[^\s*])[^*]+(?<=[^\s*,])\*(?!\w)|[\"“][^\"“”]+[\"”]|\[[^\[\]\"“]+\]\([^()\s]*\))(?P<behind>.*)"
)
#: A person's name in bold or italics, such as the owner of the page among others; an institute behind each name.
_OWN, _AFFILIATION = re.compile(r"\*+([^*]+)\*+"), re.compile(r", \*[^*;]+\*(?=;|$)")
_ITALIC = re.compile(r"\*[^*]+\*")
#: What follows the name of a journal, not a title.
_VOLUME = re.compile(r"[\s,.]*(?:v\.|vol|no\.|\d)", re.IGNORECASE)
_SEVERAL, _OTHERS = re.compile(r"[,;&]| and "), re.compile(r"(\bet al)\b.*")
_BY = re.compile(r"(?:by|(?P<sure>with|together with|co-?authored with|authors?:))\s+", re.IGNORECASE)
_INSTITUTE, _DATED = (
    re.compile(r"\b(?:universit|institut|school|college)", re.IGNORECASE),
    re.compile(r"^[A-Z][a-z]+(?: on)?: "),
)
#: What separates names from the place on the same line: its italics, a dot, or "In".
_PLACE = re.compile(r"[.,]? (?=\*[^*]+\*)| · |\. (?=In\b)")
#: No titles: ends of labels, times, rows of tables, references, the rest of a sentence, sessions, places with a year.
_NO_TITLE = re.compile(
    r"[:,;]$|; |^&|\bdoi: |^\W*\d{1,2}[:.]\d\d\b|\bet al\b|\||(?-i:[a-z]{3}\. [A-Z])|^\(|^(?:keynote|invited|session|panel|accepted papers?)\b|\((?:19|20)\d\d|,[^,]*\b(?:19|20)\d\d\W*$"
    r"|,[^*]*,[^*]*\*|^(?-i:for|in|of|and|the|on|with|to|an?|by) |^(?-i:(?:[^\W\d_]+, )?[A-Z]\. ?[A-Z])|\bvol\.|\bpp?\. \d",
    re.IGNORECASE,
)
_TITLE_WORDS, _MOST_LINES, _MOST_CELLS, _PLACE_WORDS = range(3, 41), 8, 12, 40
#: The most lines of a page for each paper on it.
_MOST_LINES_EACH = 20


class _Line(NamedTuple):
    """A line with text. begins: whether a block begins with it; is_people: whether it is of the names of a title.

    Names are known by their place on the line of a title.
    """

    number: int
    text: str
    begins: bool
    is_people: bool = False


def titled_entries(lines: Lines) -> Iterator[Entry]:
    """The papers among the lines of a page in Markdown; none if they are rare, as chance finds in running text are."""
    said, starts = _said(lines), dict[int, str | None]()
    often, year = Counter(_plain(line.text) for line in said), None
    for at, (line, below) in enumerate(pairwise(said)):
        if _HEADING.match(line.text) or re.fullmatch(YEAR, line.text):
            year = _title(line.text) if re.fullmatch(YEAR, _title(line.text)) else None
        title = line if _is_pair(line, below) else below if _is_turned(line, below) else None
        if title and at - 1 not in starts and often[_plain(title.text)] == 1:
            starts[at] = year
    is_list = _MOST_LINES_EACH * len(starts) >= len(said)
    for (start, dated), end in zip(starts.items(), [*starts, len(said)][1:], strict=True) if is_list else ():
        block = _block(said[start : min(end, start + _MOST_LINES)])
        yield _entry(block, dated, is_turned=not _is_pair(*said[start : start + 2]))


def _said(lines: Lines) -> list[_Line]:
    """The lines with text; what is on one line with a title is a line of its own.

    A block begins below a blank line or with a mark.
    """
    said = list[_Line]()
    for (_, before), (number, line) in pairwise([(0, ""), *lines]):
        if line.strip(" -|"):
            first, *others = _apart(number, without_signs(line))
            said += [first._replace(begins=not before.strip() or bool(_bullet(line)) or line[0] == "|"), *others]
    return said


def _apart(number: int, line: str) -> list[_Line]:
    """The title and the names on a line, the cells of a row, or the line."""
    if line.startswith("| ") and line.count(" | ") < _MOST_CELLS:
        cells = re.split(r"<br>| (?<!\\)\| ", f" {line.strip('| ')} ")
        return [part for cell in cells if cell.strip(" -|") for part in _apart(number, cell.strip())]
    mark = found[0] if (found := _MARK.match(line)) else ""
    marked = _MARKED.fullmatch(line[len(mark) :].strip())
    own = _OWN.fullmatch(marked["title"]) if marked else None
    if not marked or not _is_title(marked["title"]) or (own and are_names(_MARKS.sub("", own[1]))):
        return [_Line(number, line, begins=False)]
    before, title, behind = (text.strip(" .,:;-–—|") for text in marked.groups())
    is_named = (
        not marked["before"].rstrip().endswith(":")
        and marked["behind"][:1] != ";"
        and not _VOLUME.match(marked["behind"])
    )
    if is_named and before and are_names(without_institutes(before)):
        names = _Line(number, mark + before, begins=False, is_people=True)
        return [names, *(_Line(number, text, begins=False) for text in (title, behind) if text)]
    names = _Line(number, behind, begins=False, is_people=True)
    is_named = not before and bool(_names(names._replace(is_people=title[0] != "["))[0])
    return [_Line(number, mark + title, begins=False), names] if is_named else [_Line(number, line, begins=False)]


def _is_pair(line: _Line, below: _Line) -> bool:
    """Whether a line is the title of a paper whose authors are below it, not those of the next block."""
    is_inside = not _bullet(below.text) or _indent(below.text) > _indent(line.text)
    is_apart = below.begins and (not line.begins or not is_inside or below.is_people)
    is_sure = _is_marked(line.text) and len(_title(line.text).split()) > _TITLE_WORDS[0]
    names = below._replace(is_people=below.is_people or is_sure)
    return not is_apart and _is_title(line.text) and bool(_names(names)[0])


def _is_turned(line: _Line, below: _Line) -> bool:
    """Whether a line has the authors of a paper whose title is right below it, in the same block."""
    return line.begins and not below.begins and _is_title(below.text) and bool(_names(line)[0])


def _block(said: list[_Line]) -> list[_Line]:
    """The lines up to a heading or, if the first is an item, up to the next item or a block that is not below it."""
    mark = _bullet(said[0].text)
    is_item = mark.strip() in ("-", "0.")
    for at, line in enumerate(said[2:], start=2):
        is_next = (mark and _bullet(line.text) == mark) or (is_item and line.begins and line.text[0] != " ")
        if is_next or _HEADING.match(line.text):
            return said[:at]
    return said


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


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


def _is_marked(text: str) -> bool:
    """Whether a line is a title in bold, in italics, in quotes or as a link, and nothing else."""
    found = _MARKED.fullmatch(_MARK.sub("", text, count=1).strip())
    return found is not None and not (found["before"] + found["behind"]).strip(" .")


def _is_title(text: str) -> bool:
    """Whether a text may be a title, not several names, nor names before italics, as in a reference."""
    title = _title(text)
    names, *italics = title.split("*")
    is_names = not _is_marked(text) and are_names(names.strip(" .,")) and bool(italics or _SEVERAL.search(names))
    return len(title.split()) in _TITLE_WORDS and not _NO_TITLE.search(title) and not is_names


def _names(line: _Line) -> tuple[str, str]:
    """The names of people at the start of a line, and the place behind them; empty if it has none.

    One person is enough if the line says so, by its words or its place; a word alone is no person.
    """
    plain = _plain(line.text)
    said = _BY.match(plain)
    plain = plain[said.end() :] if said else plain
    plain = _AFFILIATION.sub("", plain) if ";" in plain else plain
    whole = re.fullmatch(r"\*([^*]+)\*", plain)
    names, *place = [whole[1]] if whole else _PLACE.split(plain, maxsplit=1)
    names = without_institutes(_OTHERS.sub(r"\1.", _MARKS.sub("", names)).strip(" .,;*"))
    listed = with_others(names)
    people = [name for name in listed if len(name.split()) > 1]
    is_enough = len(listed) > 1 or line.is_people or (said and said["sure"])
    is_list = is_enough and people == listed and are_names(", ".join(listed)) and not _INSTITUTE.search(names)
    return (names, " ".join(place)) if is_list else ("", "")


def _entry(lines: list[_Line], year: str | None, *, is_turned: bool) -> Entry:
    """The paper of a block; year: that of the heading above it; is_turned: whether the authors are above the title."""
    title, people = lines[:2][:: -1 if is_turned else 1]
    names, place = _names(people._replace(is_people=True))
    below = [text for text in (_plain(line.text) for line in lines[2:4]) if len(text.split()) <= _PLACE_WORDS]
    italic = [text for text in below[:1] if _ITALIC.match(text) and not lines[2].begins]
    place = next(filter(None, (place, *(text for text in below if re.search(YEAR, text)), *italic)), "").strip(" ·")
    date = None if re.search(YEAR, place) else year
    if not re.search(r"[^\W\d_]{3}", WHEN.sub("", _DATED.sub("", place))):
        place, date = "", place or year
    place = re.sub(r"\bv\. (?=\d)", "vol. ", place.replace("*", "").replace(" · ", ", "))
    entry = cited_of(names, _title(title.text), place, date)
    links = [to for line in lines for _, to in _LINK.findall(line.text) if to.startswith("http")]
    entry.doi = next(filter(find_doi, links), None) or entry.doi
    entry.arxiv, entry.urls = next(filter(is_arxiv_url, links), None) or entry.arxiv, links
    entry.line_start, entry.line_end = lines[0].number, lines[-1].number
    return entry
