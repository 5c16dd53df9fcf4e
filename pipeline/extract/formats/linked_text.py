"""Plain text with each paper's title before or above a link to it, or right above its authors."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.cited_marks import WHEN, YEAR, are_names
from papersieve.pipeline.extract.shared.cited_reference import cited_of
from papersieve.pipeline.extract.shared.institutes import without_institutes
from papersieve.pipeline.extract.shared.list_links import LABEL, LINK, URL, addresses, leads_to_paper
from papersieve.pipeline.extract.shared.markdown_lines import markdown_head, markdown_lines
from papersieve.pipeline.extract.shared.page_lines import Lines, read_groups

_MARK = re.compile(r"\s*(?:[-*+•]\s+|#{1,6}\s+|\[?\d{1,4}[.)\]]\s+)?")
#: Labelled lines of a table of contents.
_PAGES = re.compile(r"(?:pages?|pp\.?)[: ]\s*(\w+(?:[-–]\w+)?)", re.IGNORECASE)
_DATE = re.compile(
    r"(?:(?:first )?(?:published|posted|submitted)(?: online)?|date|year): ?([^,]*\d[^,]*(?:, \d{4})?)", re.IGNORECASE
)
_LABEL = re.compile(r"[A-Z][\w ]{2,30}: ")
#: Signs of a reference, which titles do not have, and openings of messages.
_NO_TITLE = re.compile(
    r"\((?:19|20)\d\d|, (?:19|20)\d\d\b|,[^,]*\b(?:19|20)\d\d\W*$|\bet al\b|\bvol\.|\bpp\.|\d\(\d|(?-i:\b[A-Z]\.)[ ,]|[<>{}|\"“]|[,;:]$|^(?-i:[a-z]+\s)|\d:\d\d|^\w{1,20}: (?-i:[a-z])"
    r"|^(?:check|have|here|this is|interesting|great|nice|cool|excited|our|my|i|via|also|and|another|thanks?|please|found|just|find|visit|download|yes|hey|hi|hello"
    r"|proud|happy|thrilled|new paper|look at|read (?:the|this|more)|see (?:the|also|our|this)|add(?:s|ed)?|fix(?:es|ed)?|implement(?:s|ed)?|updated?|adapted)\b"
    r"|\b(?:of|in|at|on|from|by|to|with|via|see|and|the|an?|presents?|called|here|our paper):?$"
    r"|^(?-i:[A-Z][^\W\d_]+, [A-Z][^\W\d_]+\. [A-Z])|(?-i:[a-z]{2}[.!] [A-Z].*\.$)",
    re.IGNORECASE,
)
_TITLE_WORDS, _ABSTRACT_WORDS = range(3, 31), 12
#: What pages put before a title: names of links, or a time.
_BEFORE = re.compile(r"(?:(?:pdf|bib|abs|html)\s+)+(?=[A-Z])|\d{1,2}[:.]\d\d(?:\s?[-–]\s?\d{1,2}[:.]\d\d)?\s+")
#: Where a paper appeared, and authors whom Semantic Scholar counts only.
_PLACE, _MORE = re.compile(rf"(?:To appear )?[Ii]n:? .*\b{YEAR}\b"), re.compile(r",? \+\d+ authors,? ")
#: Signs between names that are no commas; the most lines from a title to its authors, one of them blank.
_BETWEEN, _NEAR = re.compile(r"\s+[|·]\s+|;\s+"), 2
#: Fewest papers among the first lines, and the smallest share of these lines that they take.
_FEWEST, _SHARE = 2, 0.6
#: If there are no links: the smallest share that titles and names take of the short lines, and the lines looked at.
_NAMED_SHARE, _LINES = 0.3, 400


def recognises(head: Head) -> str | None:
    """Two or more papers take up most of the text, and it is not a chat, in which the same people speak repeatedly.

    Without links, two papers have several authors below titles that could not be names.
    """
    head = markdown_head(head)
    lines = list(enumerate(head.text.split("\n")))
    if not any(leads_to_paper(text) for _, text in lines):
        lines = lines[:_LINES]
        named = [_named([text for _, text in group]) for group in _named_groups(lines)]
        sure = [entry for entry in named if len(entry.authors) > 1 and not are_names(entry.title or "")]
        often = Counter(text.strip() for _, text in lines if 0 < len(text.split()) < _ABSTRACT_WORDS)
        told = sum(1 for text, count in often.items() if count == 1 and not text.isdecimal())
        is_list = len(sure) >= _FEWEST and len(sure) >= len(named) / 2 and 2 * len(named) >= _NAMED_SHARE * told
        return f"its titles stand above names, such as {(sure[0].title or '')[:60]!r}" if is_list else None
    found = [(group, entry) for group in _groups(lines) if (entry := _entry([text for _, text in group]))]
    told = sum(len(group) for group, _ in found)
    speakers = Counter(name for _, entry in found if (name := (entry.title or "").partition(": ")[0]) != entry.title)
    repeated = sum(count for count in speakers.values() if count > 1)
    if len(found) < _FEWEST or told < _SHARE * len(head.lines) or repeated > len(found) / 2:
        return None
    return f"its titles stand before links to papers, such as {(found[0][1].title or '')[:60]!r}"


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry per link with a title; links without a title are rejected, other lines are furniture."""
    lines = markdown_lines(dump)
    if any(leads_to_paper(text) for _, text in lines):
        yield from read_groups(dump, _groups(lines), _entry, "no_title")
    else:
        yield from read_groups(dump, _named_groups(lines), _named)


def _named_groups(lines: Lines) -> Iterator[Lines]:
    """Each title with names below it, and the lines up to the next title; lines that recur are no titles."""
    said = [(number, text) for number, text in lines if text.strip()]
    often = Counter(text.strip() for _, text in said)
    starts = list[int]()
    for at, ((number, text), (below, names)) in enumerate(pairwise(said)):
        is_free = (not starts or at > starts[-1] + 1) and below - number <= _NEAR and often[text.strip()] == 1
        if not is_free or len(text.split()) < _TITLE_WORDS[0] or (text.isupper() and names.isupper()):
            continue
        title = _bare(text)
        if len(title.split()) in _TITLE_WORDS and not _NO_TITLE.search(title) and _people(names):
            starts.append(at)
    yield from (said[start:end] for start, end in pairwise([*starts, len(said)]))


def _bare(text: str) -> str:
    plain = text[found.end() :] if (found := _MARK.match(text)) else text
    return _BEFORE.sub("", plain, count=1).strip() if _BEFORE.match(plain) else plain.strip()


def _people(text: str) -> str | None:
    """The names that a line consists of; None if it has other words."""
    names = _MORE.sub(", ", _BETWEEN.sub(", ", without_institutes(text.strip()))).removesuffix(".")
    return names if are_names(names) else None


def _named(lines: list[str]) -> Entry:
    """The paper of a title, the names below it, and the lines below these."""
    return _paper(_bare(lines[0]), [text.strip() for text in lines[1:]])


def _paper(title: str, below: list[str]) -> Entry:
    """The paper with this title, and the names, place, date and abstract in the lines below it."""
    names = _people(below[0]) if below else None
    rest = below[1:] if names else below
    place = rest[0] if rest and _PLACE.match(rest[0]) else ""
    date = next((m[m.lastindex or 0] for text in rest if (m := _DATE.match(text) or WHEN.fullmatch(text))), None)
    said = (text.removesuffix(" Expand") for text in rest if text != place and not _LABEL.match(text))
    entry = cited_of(names or "", title, place, date)
    entry.abstract = " ".join(text for text in said if len(text.split()) >= _ABSTRACT_WORDS) or None
    entry.pages = entry.pages or next((m[1] for text in rest if (m := _PAGES.match(text))), None)
    return entry


def _groups(lines: Lines) -> Iterator[Lines]:
    """Each line with a title and a link, or each link with the lines above it, back to a blank line or a heading."""
    group: Lines = []
    for number, text in lines:
        if not text.strip():
            group = []
            continue
        group = [] if text.startswith("#") else group
        group.append((number, text))
        if leads_to_paper(text):
            yield group[-1:] if len(URL.sub("", text).split()) >= _TITLE_WORDS[0] else group
            group = []


def _entry(lines: list[str]) -> Entry | None:
    *above, last = [text[found.end() :].strip() for text in lines if (found := _MARK.match(text))]
    plain = LINK.sub(lambda found: "" if LABEL.fullmatch(found[1]) else found[0], last)
    beside = URL.sub("", plain).strip(" -–—:|()<>[],")
    title, *below = above or [beside]
    told = URL.findall(plain)
    is_marked = not (above or told) and bool(title)  # "Lamps | [pdf](…), [code](…)"
    if len(told) > 1 or (above and beside and not LABEL.fullmatch(beside)):
        return None
    if not is_marked and (len(title.split()) not in _TITLE_WORDS or _NO_TITLE.search(title)):
        return None
    entry = _paper(title, below)
    entry.urls = addresses(last)
    return entry


FORMAT = Format("linked_text", "titles before or above links to papers, or above authors", recognises, extract)
