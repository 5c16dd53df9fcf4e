"""Saved HTML: pages of Hugging Face, arXiv, dblp, Google Scholar and proceedings, tables, references, pages of a paper.

Pages of a paper are read from their meta tags. lxml's HTML parser is used because it knows the line of each element.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.formats import (
    digest_list,
    digest_markdown,
    digest_table,
    hf_markdown,
    linked_text,
    reference_list,
)
from papersieve.pipeline.extract.formats.hf_daily_json import entry_of
from papersieve.pipeline.extract.open_dump import Head, OpenDump, head_of
from papersieve.pipeline.extract.shared.cited_reference import cited
from papersieve.pipeline.extract.shared.digest_fields import name_of
from papersieve.pipeline.extract.shared.digest_papers import is_of_paper, section_entry, tells_papers
from papersieve.pipeline.extract.shared.digest_sections import paper_sections
from papersieve.pipeline.extract.shared.html_articles import article_entries
from papersieve.pipeline.extract.shared.html_lines import html_lines
from papersieve.pipeline.extract.shared.html_lists import listed_entries
from papersieve.pipeline.extract.shared.html_markdown import markdown_of
from papersieve.pipeline.extract.shared.html_pages import cited_entries
from papersieve.pipeline.extract.shared.html_programmes import mentions_papers, programme_entries
from papersieve.pipeline.extract.shared.html_sites import site_entries
from papersieve.pipeline.extract.shared.html_tables import names_papers, table_entries
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_url
from papersieve.pipeline.extract.shared.json_values import is_deep
from papersieve.pipeline.extract.shared.list_links import LINK, PAPER_URL, leads_to_paper
from papersieve.pipeline.extract.shared.markup import is_markdown
from papersieve.pipeline.extract.shared.page_lines import Lines
from papersieve.pipeline.extract.shared.titled_blocks import titled_entries
from papersieve.pipeline.reading_settings import Reading

#: Reads the papers of a page, given its root element.
Reader = Callable[[Any], Iterable[Entry]]

#: The last line number that libxml2 gives to an HTML element.
_LINES_KNOWN = 65_535

_HTML = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+(?:html|netscape-bookmark-file-1)|html)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
#: A page without its frame; Markdown pages may also begin with an element, around a picture.
_FRAGMENT = re.compile(r"\s*<(h[1-6]|p|ul|ol|section|main)[\s>](?=.*</\1>)", re.IGNORECASE | re.DOTALL)
_MARKDOWN = re.compile(r"^(?:#{1,6} |[-*] |\d+\. |```|\|)|\]\(http|\*\*", re.MULTILINE)
#: Links in brackets after a reference: "[pdf] [bib]".
_LINKS = re.compile(
    r"(?:\s*(?:\[{1,2}[A-Za-z][\w .:-]{1,19}\]{1,2}|\((?:pdf|link|code|doi|arxiv)\))[.,|]?)+\s*$", re.IGNORECASE
)
#: Characters at the end that may hold such links; the fewest references of a list, and their smallest share of a page.
_TAIL, _FEWEST, _SHARE = 200, 2, 0.5
#: The fewest titles above names that make a list without places or links, if the page mentions papers; the share of the
#: entries of another reader that they must reach.
_FEWEST_NAMED, _ALMOST = 4, 0.8

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
    return f"it has a table of HTML with the columns {', '.join(names[:12])}" if names_papers(names) else None


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


def _entries(dump: OpenDump) -> list[Entry]:
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(dump.whole(), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        root = None
    if root is None:
        return []
    carried = (e for node in root.iter() for e in _carried(node, dump.reading.max_depth))
    if own := list(cited_entries(root)) or list(carried):
        return own
    found = next(filter(None, (list(read(root)) for read in _READERS)), [])
    lines = markdown_of(root)
    listed = _of_markdown(lines, dump.reading) if len(found) < _FEWEST else []
    found = listed if len(listed) >= _FEWEST else found
    titled = _titled(lines, is_list=mentions_papers(root))
    return titled if _is_better(titled, found) else found


def _titled(lines: Lines, *, is_list: bool) -> list[Entry]:
    """The papers in blocks of titles and authors; is_list: whether the page says that it lists papers."""
    found = list(titled_entries(lines))
    sure = sum(map(_is_sure, found))
    return found if sure >= max(_FEWEST, _SHARE * len(found)) or (is_list and len(found) >= _FEWEST_NAMED) else []


def _is_better(entries: list[Entry], found: list[Entry]) -> bool:
    """Whether far more of these entries have authors, and there are hardly fewer of them."""
    named, others = (sum(1 for entry in each if entry.authors) for each in (entries, found))
    return named >= 2 * others and len(entries) >= _ALMOST * len(found)


def _of_markdown(lines: Lines, reading: Reading) -> list[Entry]:
    """The papers of a page that was made from Markdown, or could have been."""
    data = "\n".join(text for _, text in lines).encode()
    head = head_of(data, reading.columns)
    known = next((each for each in _OF_MARKDOWN if each.recognises(head)), None)
    if not known:
        return []
    found = known.extract(OpenDump("", partial(io.BytesIO, data), len(data), reading))
    entries = [entry for entry in found if isinstance(entry, Entry)]
    for entry in entries:
        entry.line_start, entry.line_end = (lines[at - 1][0] for at in (entry.line_start, entry.line_end))
    entries = [entry for at, entry in enumerate(entries) if not (at and _is_same(entries[at - 1], entry))]
    return entries if sum(map(_is_sure, entries)) >= _SHARE * len(entries) else []


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


def _cited_items(root: Any) -> list[Entry]:
    """Papers that lines of a page cite; none if they are less than half of its text, as those of an article are."""
    found, told, whole = list[Entry](), 0, 0
    for number, line in html_lines(root):
        text, links = LINK.sub(r"\1", line.removeprefix("- ")), [url for _, url in LINK.findall(line)]
        known = next((link for link in links if find_doi(link) or is_arxiv_url(link)), "")
        plain = text[:-_TAIL] + _LINKS.sub("", text[-_TAIL:])
        whole += len(text)
        if entry := cited(f"{plain} {known}".strip(), marked=True):
            entry.line_start = entry.line_end = number
            entry.urls += links
            found.append(entry)
            told += len(text)
    return found if len(found) >= _FEWEST and told >= _SHARE * whole else []


def _digest(root: Any) -> Iterator[Entry]:
    """The papers of a digest: a page whose headings are followed by labelled fields.

    It must have abstracts or links to papers, as posts and products have authors and summaries too.
    """
    lines = html_lines(root)
    texts = [text for _, text in lines]
    if tells_papers(texts) and any(leads_to_paper(text) or name_of(text) == "abstract" for text in texts):
        yield from filter(None, (section_entry(part) for part in paper_sections(lines) if is_of_paper(part)))


#: Readers of a page's papers, in order; the first that finds a paper is used.
_READERS: tuple[Reader, ...] = (
    article_entries, site_entries, table_entries, listed_entries, _cited_items, programme_entries, _digest,
)  # fmt: skip

#: The formats of lists in Markdown, in the order they are tried.
_OF_MARKDOWN = [
    each.FORMAT for each in (hf_markdown, digest_table, digest_markdown, digest_list, reference_list, linked_text)
]

FORMAT = Format(
    "saved_html",
    "an HTML page of Hugging Face's papers, of arXiv's listings, of one paper, or with a table of papers",
    recognises,
    extract,
)
