"""Saved HTML pages, read in three ways: from their data, from their elements, and as the Markdown that they could be.

A page's own paper is in its meta tags. Known sites, and pages with classes for titles and authors, are read by their
elements. The text of all others becomes Markdown, which the formats of Markdown read: tables, digests, lists and
references. lxml's HTML parser is used because it knows the line of each element.
"""

import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.formats import (
    copied_page,
    digest_list,
    digest_markdown,
    digest_table,
    hf_markdown,
    linked_text,
    reference_list,
)
from papersieve.pipeline.extract.formats.hf_daily_json import entry_of
from papersieve.pipeline.extract.open_dump import Head, OpenDump, head_of
from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.digest_fields import name_of
from papersieve.pipeline.extract.shared.html_markdown import markdown_of
from papersieve.pipeline.extract.shared.html_pages import card_entries, cited_entries, mentions_papers
from papersieve.pipeline.extract.shared.html_sites import site_entries
from papersieve.pipeline.extract.shared.json_values import is_deep
from papersieve.pipeline.extract.shared.list_links import PAPER_URL, leads_to_paper
from papersieve.pipeline.extract.shared.markup import is_markdown
from papersieve.pipeline.extract.shared.page_lines import Lines
from papersieve.pipeline.extract.shared.table_columns import is_table
from papersieve.pipeline.extract.shared.titled_blocks import titled_entries
from papersieve.pipeline.reading_settings import Reading

#: The last line number that libxml2 gives to an HTML element.
_LINES_KNOWN = 65_535

_HTML = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+(?:html|netscape-bookmark-file-1)|html)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
#: A page without its frame; Markdown pages may also begin with an element, around a picture.
_FRAGMENT = re.compile(
    r"\s*<(h[1-6]|p|ul|ol|dl|div|article|section|main|body)[\s>](?=.*</\1>)", re.IGNORECASE | re.DOTALL
)
#: Where another page begins behind the end of a page.
_NEXT_PAGE = re.compile(rb"(?<=</html>)(?=\s*<(?:!doctype html|html[\s>]))", re.IGNORECASE)
_MARKDOWN = re.compile(r"^(?:#{1,6} |[-*] |\d+\. |```|\|)|\]\(http|\*\*", re.MULTILINE)
#: The fewest papers of a list, and those of which only authors are known; the share of a list that is sure, and of a
#: page's text that is references.
_FEWEST, _FEWEST_NAMED, _SHARE = 2, 4, 0.5
#: The most lines for each paper on a page with hardly anything else; the share of papers that another reader may find.
_LINES_EACH, _ALMOST = 12, 0.8

_TABLE = re.compile(
    r"^[ \t]*<table[^<>]*>(?:(?!<table).){0,200}?<tr[^<>]*>((?:(?!<t(?:able|r)\b).){1,4000}?)</tr>",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_CELL = re.compile(r"<t[hd][^<>]*>(.{0,200}?)</t[hd]>", re.IGNORECASE | re.DOTALL)


def recognises(head: Head) -> str | None:
    """It is HTML, or contains an HTML table whose first row names columns that we know."""
    if _HTML.match(head.text):
        return "it starts as an HTML page"
    if _FRAGMENT.match(head.text) and not _MARKDOWN.search(head.text):
        return "it starts as a part of an HTML page"
    table = _TABLE.search(head.text) if is_markdown(head.text) else None
    names = [re.sub(r"<[^<>]*>", "", cell) for cell in _CELL.findall(table[1])] if table else []
    is_of_papers = names and is_table(names, {}) and len(guess_columns(names)) > 1
    return f"it has a table of HTML with the columns {', '.join(names[:12])}" if is_of_papers else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read the papers of the page; all other lines are furniture."""
    lines = dump.page(furnished=True)
    last = max((number for number, _ in lines), default=0)
    if last > _LINES_KNOWN:
        dump.ledger.notice(
            _LINES_KNOWN,
            "lines_unknown",
            f"entries behind line {_LINES_KNOWN:,} are placed on it: libxml2 counts no further",
        )
    found = sorted(_entries(dump), key=lambda e: e.line_start)
    last = max([last, *(entry.line_start for entry in found)])  # the last line may have been too long to be read
    for place, entry in enumerate(found):
        following = found[place + 1].line_start if place + 1 < len(found) else last + 1
        entry.line_end = min(max(entry.line_start, min(entry.line_end, following - 1)), last)
    yield from found


def _entries(dump: OpenDump) -> Iterator[Entry]:
    """The papers of the page, or of all pages if several are joined."""
    above = 0
    for page in _NEXT_PAGE.split(dump.whole()):
        root = _root(page)
        for entry in _papers(root, dump.reading) if root is not None else ():
            entry.line_start, entry.line_end = entry.line_start + above, entry.line_end + above
            yield entry
        above += page.count(b"\n")


def _root(page: bytes) -> Any:
    """The root element of a page; None if it has none."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    with suppress(etree.LxmlError, ValueError, AssertionError):
        return etree.fromstring(page, parser)
    return None


def _papers(root: Any, reading: Reading) -> list[Entry]:
    """The papers of a page: those in its data, else those in its elements or in its text, whichever are more."""
    carried = (e for node in root.iter() for e in _carried(node, reading.max_depth))
    if own := list(cited_entries(root)) or list(carried):
        return own
    marked = next(filter(None, (list(read(root)) for read in _READERS)), [])
    if len(marked) >= _FEWEST and all(entry.authors for entry in marked):
        return marked
    written = _written(root, reading)
    is_more = not marked or len(marked) < _FEWEST <= len(written)
    return written if is_more or _is_better(written, marked) else marked


def _written(root: Any, reading: Reading) -> list[Entry]:
    """The papers of a page read as Markdown, by the first reader that finds a list, or a later one that is better.

    Papers of which nothing is sure make a list where the page says that it has papers, or in a table with such columns.
    """
    lines, best = markdown_of(root), list[Entry]()
    says_papers = any(leads_to_paper(text) or name_of(text) == "abstract" for _, text in lines)
    is_told = {digest_table.FORMAT: True, digest_markdown.FORMAT: says_papers}
    for known in (*_OF_MARKDOWN, None):
        entries = _of_format(lines, known, reading) if known else list(titled_entries(lines))
        fewest = 1 if len(lines) <= _LINES_EACH * len(entries) else _FEWEST_NAMED
        is_list = is_told.get(known) or (not known and len(entries) >= max(_FEWEST, fewest) and mentions_papers(root))
        is_sure = sum(map(_is_sure, entries)) >= max(min(_FEWEST, fewest), _SHARE * len(entries))
        if (is_sure or is_list) and (not best or _is_better(entries, best)):
            best = entries
    return best


def _is_better(entries: list[Entry], found: list[Entry]) -> bool:
    """Whether more of these entries have authors, and there are hardly fewer of them."""
    named, others = (sum(1 for entry in each if entry.authors) for each in (entries, found))
    return named > others and len(entries) >= _ALMOST * len(found)


def _of_format(lines: Lines, known: Format, reading: Reading) -> list[Entry]:
    """The papers that a format of Markdown finds on a page that was made from it, or could have been."""
    data = "\n".join(text for _, text in lines).encode()
    is_cited = known is reference_list.FORMAT  # below other text, too
    if not is_cited and not known.recognises(head_of(data, reading.columns)):
        return []
    found = known.extract(OpenDump("", partial(io.BytesIO, data), len(data), reading))
    entries = [entry for entry in found if isinstance(entry, Entry)]
    told = sum(len(text) for entry in entries for _, text in lines[entry.line_start - 1 : entry.line_end])
    if is_cited and told < _SHARE * sum(len(text) for _, text in lines):
        return []
    for entry in entries:
        entry.line_start, entry.line_end = (lines[at - 1][0] for at in (entry.line_start, entry.line_end))
    return [entry for at, entry in enumerate(entries) if not (at and _is_same(entries[at - 1], entry))]


def _is_same(before: Entry, entry: Entry) -> bool:
    """Whether an entry has only the link of the one before it: cards may link each of their lines to the paper."""
    return bool(entry.urls and entry.urls == before.urls and not entry.authors)


def _is_sure(entry: Entry) -> bool:
    """Whether an entry has what posts and products, with their titles and authors, do not have."""
    is_placed = entry.authors and (entry.venue or entry.volume)
    return bool(entry.doi or entry.arxiv or entry.pmid or is_placed or any(map(PAPER_URL.match, entry.urls)))


def _carried(node: Any, max_depth: int) -> Iterator[Entry]:
    """The papers in the JSON data that an element carries for the page's script."""
    props = node.get("data-props") if isinstance(node.tag, str) else None
    if not props or '"paper"' not in props or is_deep(props, max_depth):
        return
    try:
        value = json.loads(props)
    except (ValueError, RecursionError):
        return
    for items in value.values() if isinstance(value, dict) else ():
        for item in items if isinstance(items, list) else ():
            entry = entry_of("", item)
            if entry and entry.is_told:
                entry.line_start = entry.line_end = node.sourceline or 1
                yield entry


#: Readers of papers in the elements of a page, in order; the first that finds a paper is used.
_READERS = (site_entries, card_entries)

#: The formats of lists in Markdown, in the order they are tried.
_OF_MARKDOWN = [
    each.FORMAT
    for each in (hf_markdown, digest_table, digest_markdown, digest_list, reference_list, linked_text, copied_page)
]

FORMAT = Format(
    "saved_html",
    "an HTML page: a listing of a site that is known, one paper, or a list or a table of papers",
    recognises,
    extract,
)
