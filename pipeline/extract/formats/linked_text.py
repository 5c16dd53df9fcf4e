"""Plain text with each paper's title before or above a link to it, its authors and abstract in between."""

import re
from collections import Counter
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.cited_marks import are_names
from papersieve.pipeline.extract.shared.list_item import LABEL, LINK, URL, leads_to_paper
from papersieve.pipeline.extract.shared.page_lines import Lines, read_groups

_MARK = re.compile(r"\s*(?:[-*+•]\s+|\[?\d{1,4}[.)\]]\s+)?")
#: Labelled lines of a table of contents.
_PAGES = re.compile(r"(?:pages?|pp\.?)[: ]\s*(\w+(?:[-–]\w+)?)", re.IGNORECASE)
_DATE = re.compile(r"(?:(?:first )?(?:published|posted|submitted)(?: online)?|date|year): ?(.*\d.*)", re.IGNORECASE)
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
#: Fewest papers among the first lines, and the smallest share of these lines that they take.
_FEWEST, _SHARE = 2, 0.6


def recognises(head: Head) -> str | None:
    """Two or more papers take up most of the text, and it is not a chat, in which the same people speak repeatedly."""
    lines = list(enumerate(head.text.split("\n")))
    found = [(group, entry) for group in _groups(lines) if (entry := _entry([text for _, text in group]))]
    told = sum(len(group) for group, _ in found)
    speakers = Counter(name for _, entry in found if (name := (entry.title or "").partition(": ")[0]) != entry.title)
    repeated = sum(count for count in speakers.values() if count > 1)
    if len(found) < _FEWEST or told < _SHARE * len(head.lines) or repeated > len(found) / 2:
        return None
    return f"its titles stand before links to papers, such as {(found[0][1].title or '')[:60]!r}"


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry per link with a title; links without a title are rejected, other lines are furniture."""
    yield from read_groups(dump, _groups(dump.page(furnished=True)), _entry, "no_title")


def _groups(lines: Lines) -> Iterator[Lines]:
    """Each line with a title and a link, or each link with the lines above it, back to a blank line."""
    group: Lines = []
    for number, text in lines:
        if not text.strip():
            group = []
            continue
        group.append((number, text))
        if leads_to_paper(text):
            yield group[-1:] if len(URL.sub("", text).split()) >= _TITLE_WORDS[0] else group
            group = []


def _entry(lines: list[str]) -> Entry | None:
    *above, last = [text[found.end() :].strip() for text in lines if (found := _MARK.match(text))]
    plain = LINK.sub(lambda found: "" if LABEL.fullmatch(found[1]) else found[0], last)
    urls, beside = URL.findall(last), URL.sub("", plain).strip(" -–—:|()<>[],")
    title, *below = above or [beside]
    told = URL.findall(plain)
    is_marked = not (above or told) and bool(title)  # "Lamps | [pdf](…), [code](…)"
    if len(told) > 1 or (above and beside and not LABEL.fullmatch(beside)):
        return None
    if not is_marked and (len(title.split()) not in _TITLE_WORDS or _NO_TITLE.search(title)):
        return None
    names = next((text for text in below[:1] if are_names(text)), "")
    said = (text for text in below if text != names and not _LABEL.match(text))
    pages, date = (next((m[1] for text in below if (m := each.match(text))), None) for each in (_PAGES, _DATE))
    return Entry(
        title=title, abstract=" ".join(text for text in said if len(text.split()) >= _ABSTRACT_WORDS) or None,
        authors=with_others(names) if names else [], pages=pages, published_raw=date, urls=[url.rstrip(".,;)") for url in urls],
    )  # fmt: skip


FORMAT = Format("linked_text", "titles before or above links to papers", recognises, extract)
