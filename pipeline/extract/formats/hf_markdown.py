"""Hugging Face's pages of daily and trending papers as Markdown: `### [title][n]`, abstracts, authors, dates.

Scrapers render them in many ways, which `shared.hf_lines` brings into one form. A vote box (`-` or a number) comes
before the title. After the abstract come `* 8 authors` or an organisation, `·`, and a date with the linked number of
comments (`May 21 [ 2][77]`). Trending pages add repository stars and list each paper twice.
"""

import re
from collections.abc import Iterator
from itertools import takewhile

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.dates import parse_shown_date
from papersieve.pipeline.extract.shared.digest_papers import tells_papers
from papersieve.pipeline.extract.shared.hf_lines import TELLTALE, plain_lines
from papersieve.pipeline.extract.shared.identifiers import find_arxiv_id
from papersieve.pipeline.extract.shared.markdown_lines import markdown_head, markdown_lines
from papersieve.pipeline.extract.shared.page_lines import Lines, daily_listing

#: A longer line is taken as plain text: patterns of headings and footers can be slow on it.
_LONG_LINE = 2_000

_TITLE = re.compile(r"\s*###\s+\[(.+?)\](?:\[(\d+)\]|\((\S*?)\))\s*(.*)$")
_OF_PAPER = re.compile(r"^/papers/|huggingface\.co/papers/|/papers/\d{4}\.\d")
_REFERENCE = re.compile(r"\s*\[(\d+)\]:\s*(\S+)")
_BULLET = re.compile(r"\s*[*•·]\s+(\S.*)")
_AUTHORS = re.compile(r"(?:\[\s*)?(\d{1,6}) authors?\b.*")
_DATE = re.compile(
    r"(?P<date>[A-Z][a-z]{2} \d{1,2}(?:, \d{4})?)?\s*(?:\[\s*(?P<linked>\d+)\s*\](?:\[\d+\]|\([^)]*\))|(?P<count>\d{1,9}))?"
)
_VOTES = re.compile(r"-|\d{1,6}|\[\s*\d+\s*\](?:\[\d+\]|\([^)]*\))|Upvote|Submitted by|\*\s*|[·.]")
_STARS = re.compile(r"(?:\[\s*)?(?:GitHub\s*)?[\d.,]+\s*k?\s*(?:\](?:\[\d+\]|\([^)]*\)))?", re.IGNORECASE)
_LINK_ONLY = re.compile(r"(?:!?\[[^\]]*\](?:\[\d+\]|\([^)]*\))\s*)+")
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\[\d+\]|\([^)]*\))")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\[\d+\]|\([^)]*\))")
_HEADING = re.compile(r"\s*#{1,6}\s")


def recognises(head: Head) -> str | None:
    """A third-level heading is a link to a paper, or a link by reference; or the page has headings or addresses.

    A digest has the same headings, but labels its fields.
    """
    head = markdown_head(head)
    if tells_papers(head.lines):
        return None
    for line in head.lines:
        if (found := _TITLE.fullmatch(line)) and (found[2] or _OF_PAPER.search(found[3] or "")):
            return f"it has the heading {line.strip()[:60]!r}"
    lines = [(0, line) for line in head.lines if line.strip()]
    if any(TELLTALE in line for _, line in lines) and any(map(_is_title, (line for _, line in plain_lines(lines, {})))):
        return "it has a line of Hugging Face's pages, and headings or addresses of papers"
    return None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry per linked heading; text before the first, and the links at the end, are furniture."""
    ledger = dump.ledger
    shown = [(n, line) for n, line in markdown_lines(dump) if ledger.fate(n) is not Fate.BLANK]
    links = {found[1]: found[2] for _, line in shown if (found := _REFERENCE.match(line))}
    lines = plain_lines(shown, links)
    starts = [place for place, (_, line) in enumerate(lines) if _is_title(line)]
    date_raw = next((line.strip() for _, line in lines[: starts[0] if starts else 0] if parse_shown_date(line)), None)
    entries = []
    for place, start in enumerate(starts):
        stop = starts[place + 1] if place + 1 < len(starts) else len(lines)
        if entry := _entry([(n, text) for n, text in lines[start:stop] if not _REFERENCE.match(text)], links):
            entries.append(entry)
    yield daily_listing(dump, date_raw, entries)
    yield from entries


def _is_title(line: str) -> bool:
    return len(line) <= _LONG_LINE and bool(_TITLE.fullmatch(line))


def _entry(lines: Lines, links: dict[str, str]) -> Entry | None:
    """The entry of a heading and the lines after it, up to the next entry's vote box or the end matter of the page."""
    found = _TITLE.fullmatch(lines[0][1])
    if not found:
        return None
    behind = list(takewhile(lambda shown: len(shown[1]) > _LONG_LINE or not _HEADING.match(shown[1]), lines[1:]))
    known = find_arxiv_id((links.get(found[2]) if found[2] else found[3]) or "")
    entry = Entry(lines[0][0], lines[0][0], title=found[1], arxiv=known[0] if known else None)
    abstract, footer = _abstract(entry, behind)
    entry.abstract = " ".join(abstract) or None
    if footer:
        _read_footer(entry, footer)
    return entry


def _abstract(entry: Entry, lines: Lines) -> tuple[list[str], Lines]:
    """The lines of the abstract, up to which the entry is extended, and those of the footer, if one follows."""
    texts = list[str]()
    for at, (number, line) in enumerate(lines):
        text = line.strip()
        if len(text) <= _LONG_LINE:
            if _BULLET.fullmatch(line):
                return texts, lines[at:]
            if _VOTES.fullmatch(text) or _LINK_ONLY.fullmatch(text) or (not texts and _STARS.fullmatch(text)):
                if texts:
                    break
                continue
        texts.append(text)
        entry.line_end = number
    return texts, []


def _read_footer(entry: Entry, lines: Lines) -> None:
    """Read authors or an organisation, then marks and a date with the number of comments, up to any other line."""
    entry.line_end, first = lines[0]
    who = _LINK.sub(r"\1", _IMAGE.sub("", first.strip()[1:])).strip()
    authors = _AUTHORS.fullmatch(who)
    entry.author_count, entry.organisation = (int(authors[1]), None) if authors else (None, who.strip("[] ") or None)
    for number, line in lines[1:]:
        text = line.strip()
        shown = None if len(text) > _LONG_LINE else _DATE.fullmatch(text.lstrip("*•· ").removeprefix("Published on "))
        if shown and (shown["date"] or shown["linked"]):
            entry.published_raw, entry.published = shown["date"], parse_shown_date(shown["date"] or "")
            count = shown["linked"] or shown["count"]
            entry.comment_count = int(count) if count else None
        elif text not in ("·", "*", "•", "-"):
            return
        entry.line_end = number
        if shown and (shown["date"] or shown["linked"]):
            return


FORMAT = Format("hf_markdown", "headings such as '### [title][12]'", recognises, extract)
