"""References as people cite: one a line or a paragraph, in the styles of APA, Harvard, Chicago, MLA, IEEE and AMA."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.cited_reference import cited

Lines = list[tuple[int, str]]

#: What stands before a reference: a bullet, or a number.
_MARK = re.compile(r"\s*(?:[-*+•]\s+|\[\d{1,4}\]\s+|\(\d{1,4}\)\s+|\d{1,4}[.)]\s+)?")
#: References among the first lines of a text that is a list of them, and their share; that of those with a mark.
_LINES, _FEWEST, _SHARE, _MARKED = 200, 2, 0.6, 0.5
#: Words of the longest heading between them.
_HEADING_WORDS = 4


def recognises(head: Head) -> str | None:
    """Most of its paragraphs are references, and half of these, two or more, have what no sentence has."""
    texts = [text for _, _, text in _paragraphs(list(enumerate(head.text.split("\n")[:_LINES], start=1)))]
    found = [text for text in texts if _entry(text)]
    marked = [entry for text in found if (entry := _entry(text, marked=True))]
    if len(marked) >= max(_FEWEST, _MARKED * len(found)) and len(found) >= _SHARE * len(texts):
        return f"its lines are references, such as one to {(marked[0].title or '')[:60]!r}"
    return None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry a reference; headings between them are furniture, and other lines are rejected."""
    lines = dump.page()
    texts = dict(lines)
    for first, last, text in _paragraphs(lines):
        if entry := _entry(text):
            entry.line_start, entry.line_end = first, last
            yield entry
            continue
        for number in range(first, last + 1):
            if text.lstrip().startswith("#") or len(text.split()) <= _HEADING_WORDS:
                dump.ledger.mark(number, Fate.FURNITURE)
            elif number in texts:
                dump.ledger.reject(number, "no_entry", texts[number])


def _paragraphs(lines: Lines) -> Iterator[tuple[int, int, str]]:
    """First and last line and text of each paragraph; of each of its lines where several of them are references."""
    part: Lines = []
    for number, text in [*lines, (0, "")]:
        if text.strip():
            part.append((number, text))
        elif part:
            hanging = _hanging(part)
            found = [at for at, line in part if _entry(line)]
            if len(hanging) == len(part) and found in ([], [part[0][0]]) and _entry(_joined(part)):
                hanging = [part]
            yield from ((each[0][0], each[-1][0], _joined(each)) for each in hanging)
            part = []


def _hanging(part: Lines) -> list[Lines]:
    """The lines of a paragraph, those that are indented with the one that they go on from."""
    found = list[Lines]()
    for number, text in part:
        if found and _indent(text) > _indent(found[-1][0][1]):
            found[-1].append((number, text))
        else:
            found.append([(number, text)])
    return found


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _joined(part: Lines) -> str:
    return " ".join(line.strip() for _, line in part)


def _entry(line: str, *, marked: bool = False) -> Entry | None:
    mark = _MARK.match(line)
    return cited(line[mark.end() :] if mark else line, marked=marked)


FORMAT = Format(
    "reference_list", "lines such as 'Gale, H. (2020). Lamps in towers. Towers, 44(3), 112-119.'", recognises, extract
)
