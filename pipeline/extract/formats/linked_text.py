"""Plain text with each paper's title before or above a link to it."""

import re
from collections import Counter
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.card_fields import card_entry
from papersieve.pipeline.extract.shared.card_lines import line_of
from papersieve.pipeline.extract.shared.list_links import LABEL, LINK, URL, addresses, leads_to_paper
from papersieve.pipeline.extract.shared.markdown_lines import markdown_head, markdown_lines
from papersieve.pipeline.extract.shared.page_cards import cards
from papersieve.pipeline.extract.shared.page_lines import Lines, read_groups

_MARK = re.compile(r"\s*(?:[-*+•]\s+|#{1,6}\s+|\[?\d{1,4}[.)\]]\s+)?")
#: Signs of a reference, which titles do not have, and openings of messages.
_NO_TITLE = re.compile(
    r"\((?:19|20)\d\d|, (?:19|20)\d\d\b|,[^,]*\b(?:19|20)\d\d\W*$|\bet al\b|\bvol\.|\bpp\.|\d\(\d|(?-i:\b[A-Z]\.)[ ,]|[<>{}|\"“]|[,;:]$|^(?-i:[a-z]+\s)|\d:\d\d|^\w{1,20}: (?-i:[a-z])"
    r"|^(?:check|have|here|this is|interesting|great|nice|cool|excited|our|my|i|via|also|and|another|thanks?|please|found|just|find|visit|download|yes|hey|hi|hello"
    r"|proud|happy|thrilled|new paper|look at|read (?:the|this|more)|see (?:the|also|our|this)|add(?:s|ed)?|fix(?:es|ed)?|implement(?:s|ed)?|updated?|adapted)\b"
    r"|\b(?:of|in|at|on|from|by|to|with|via|see|and|the|an?|presents?|called|here|our paper):?$"
    r"|^(?-i:[A-Z][^\W\d_]+, [A-Z][^\W\d_]+\. [A-Z])|(?-i:[a-z]{2}[.!] [A-Z].*\.$)",
    re.IGNORECASE,
)
_TITLE_WORDS = range(3, 31)
#: Fewest papers among the first lines, and the smallest share of these lines that they take.
_FEWEST, _SHARE = 2, 0.6


def recognises(head: Head) -> str | None:
    """Two or more papers take up most of the text, and it is neither a chat of a few speakers nor a page of cards."""
    head = markdown_head(head)
    lines = list(enumerate(head.text.split("\n")))
    found = [(group, entry) for group in _groups(lines) if (entry := _entry([text for _, text in group]))]
    told = sum(len(group) for group, _ in found)
    speakers = Counter(name for _, entry in found if (name := (entry.title or "").partition(": ")[0]) != entry.title)
    repeated = sum(count for count in speakers.values() if count > 1)
    is_list = len(found) >= _FEWEST and told >= _SHARE * len(head.lines) and repeated <= len(found) / 2
    if not is_list or len(cards(lines)) >= len(found):
        return None
    return f"its titles stand before links to papers, such as {(found[0][1].title or '')[:60]!r}"


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry per link with a title; links without a title are rejected, other lines are furniture."""
    yield from read_groups(dump, _groups(markdown_lines(dump)), _entry, "no_title")


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
    entry = card_entry([line_of(0, text) for text in (title, *below)])
    entry.urls = addresses(last)
    return entry


FORMAT = Format("linked_text", "titles before or above links to papers", recognises, extract)
