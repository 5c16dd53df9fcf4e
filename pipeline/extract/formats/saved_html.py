"""Saved HTML: Hugging Face's pages (the data that they carry, or what they show), and arXiv's listings.

Read by lxml's HTML parser, which knows the line of each element.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.formats.hf_daily_json import entry_of
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.dates import parse_date, parse_shown_date
from papersieve.pipeline.extract.shared.json_depth import is_deep

#: The last line that libxml2 gives an element of HTML.
_LINES_KNOWN = 65_535

_HTML = re.compile(r"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL)
_LABEL = re.compile(r"^(?:Title|Authors?|Subjects?|Journal-ref|Comments|Abstract):\s*")


def recognises(head: Head) -> str | None:
    """It is HTML."""
    return "it starts as an HTML page" if _HTML.match(head.text) else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read the papers of the page; lines that hold none of them are furniture."""
    lines = dump.page()
    last = max((number for number, _ in lines), default=0)
    if last > _LINES_KNOWN:
        dump.ledger.notice(
            _LINES_KNOWN,
            "lines_unknown",
            f"entries behind line {_LINES_KNOWN:,} are placed on it: libxml2 counts no further",
        )
    found = sorted(_entries(dump), key=lambda e: e.line_start)
    for place, entry in enumerate(found):
        following = found[place + 1].line_start if place + 1 < len(found) else last + 1
        entry.line_end = min(max(entry.line_start, min(entry.line_end, following - 1)), last)
        dump.ledger.claim(entry.line_start, entry.line_end)
    for number, _ in lines:
        dump.ledger.fill(number, number, Fate.FURNITURE)
    if not found:
        dump.ledger.notice(1, "no_entry", "expected the papers of a page of Hugging Face or arXiv, found none of them")
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
    entries = [e for node in root.iter() for e in _carried(node, dump.reading.max_depth)]
    if not entries:
        entries = [e for article in root.iter("article") if (e := _shown(article))]
    if not entries:
        entries = [e for term in root.iter("dt") if (e := _listed(term))]
    return entries


def _carried(node: Any, max_depth: int) -> Iterator[Entry]:
    """Papers in the data that an element carries for the page's script."""
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
            if entry:
                entry.line_start = entry.line_end = node.sourceline or 1
                yield entry


def _shown(article: Any) -> Entry | None:
    """A paper as a page shows it: a heading that links to it, a paragraph, authors, a date."""
    heading = next((h for tag in ("h3", "h2", "h4") for h in article.iter(tag)), None)
    title = _text(heading)
    if heading is None or not title:
        return None
    link = next((a.get("href", "") for a in heading.iter("a")), None) or next(
        (a.get("href", "") for a in article.iter("a")), ""
    )
    abstract = max((_text(p) or "" for p in article.iter("p")), key=len, default="")
    said = [t.strip() for t in article.itertext() if t.strip()]
    authors = next((int(m[1]) for t in said if (m := re.fullmatch(r"[·•]?\s*(\d{1,6}) authors?", t))), None)
    date = next((t for t in said if parse_shown_date(t)), None)
    return Entry(
        article.sourceline or 1, _end(article),
        title=title, abstract=abstract or None, author_count=authors,
        published_raw=date, published=parse_shown_date(date) if date else None,
        arxiv=link.rpartition("/papers/")[2] if "/papers/" in link else None,
        urls=[link] if link.startswith(("http://", "https://")) else [],
    )  # fmt: skip


def _listed(term: Any) -> Entry | None:
    """A paper of arXiv's listings: its id in `<dt>`, the rest in the `<dd>` that follows."""
    about = next((e for e in term.itersiblings() if e.tag in ("dd", "dt")), None)
    link = next((a.get("href", "") for a in term.iter("a") if "/abs/" in a.get("href", "")), None)
    if about is None or about.tag != "dd" or not link:
        return None
    parts = {
        c: _text(e)
        for e in about.iter()
        if isinstance(e.tag, str)
        for c in (e.get("class") or "").split()
        if c.startswith("list-")
    }
    plain = {c: _LABEL.sub("", text) for c, text in parts.items() if text}
    title = plain.get("list-title")
    if not title:
        return None
    authors = next(
        (e for e in about.iter() if isinstance(e.tag, str) and "list-authors" in (e.get("class") or "")), None
    )
    abstract = next((t for p in about.iter("p") if (t := _text(p))), None)
    date = plain.get("list-date")
    return Entry(
        term.sourceline or 1, _end(about),
        title=title, abstract=abstract,
        authors=[n for a in authors.iter("a") if (n := _text(a))] if authors is not None else [],
        venue=plain.get("list-journal-ref"), published_raw=date, published=parse_date(date) if date else None,
        arxiv=link, categories=[s.strip() for s in plain.get("list-subjects", "").split(";") if s.strip()],
        urls=[f"https://arxiv.org{link}" if link.startswith("/") else link],
    )  # fmt: skip


def _text(node: Any) -> str | None:
    return (" ".join("".join(node.itertext()).split()) or None) if node is not None else None


def _end(node: Any) -> int:
    return max((e.sourceline or 1 for e in node.iter() if isinstance(e.tag, str)), default=node.sourceline or 1)


FORMAT = Format("saved_html", "an HTML page of Hugging Face's papers or of arXiv's listings", recognises, extract)
