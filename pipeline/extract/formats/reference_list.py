"""References as people cite: one a line or a paragraph, in the styles of APA, Harvard, Chicago, MLA, IEEE and AMA."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.cited_reference import cited

Lines = list[tuple[int, str]]

#: What stands before a reference: a bullet, or a number.
_MARK = re.compile(r"\s*(?:[-*+•]\s+|\[\d{1,4}\]\s+|\d{1,4}[.)]\s+)?")
#: References among the first lines of a text that is a list of them, and their share.
_LINES, _FEWEST, _SHARE = 200, 2, 0.6
#: Words of the longest heading between them.
_HEADING_WORDS = 4


def recognises(head: Head) -> str | None:
    """Most of its paragraphs are references, and there are two or more."""
    texts = [text for _, _, text in _paragraphs(list(enumerate(head.text.split("\n")[:_LINES], start=1)))]
    found = [entry for text in texts if (entry := _entry(text))]
    if len(found) >= _FEWEST and len(found) >= _SHARE * len(texts):
        return f"its lines are references, such as one to {(found[0].title or '')[:60]!r}"
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
            found = [at for at, line in part if _entry(line)]
            whole = " ".join(line.strip() for _, line in part)
            if found in ([], [part[0][0]]) and _entry(whole):
                yield part[0][0], part[-1][0], whole
            else:
                yield from ((at, at, line) for at, line in part)
            part = []


def _entry(line: str) -> Entry | None:
    mark = _MARK.match(line)
    return cited(line[mark.end() :] if mark else line)


FORMAT = Format(
    "reference_list", "lines such as 'Gale, H. (2020). Lamps in towers. Towers, 44(3), 112-119.'", recognises, extract
)
