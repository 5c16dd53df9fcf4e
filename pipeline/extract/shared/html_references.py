"""References on HTML pages: items in which people and reference managers cite papers, and bookmarks."""

import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.cited_reference import cited
from papersieve.pipeline.extract.shared.html_pages import links_of, on_lines, text_of_node
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_url

#: Links in brackets after a reference: "[pdf] [bib]".
_LINKS = re.compile(r"(?:\s*(?:\[[A-Za-z][\w .:-]{1,19}\]|\((?:pdf|link|code|doi|arxiv)\))[.,|]?)+\s*$", re.IGNORECASE)
_PAGE_OF_ARXIV = re.compile(r"^\[[\w./-]{9,20}\] | [|-] arXiv.*$")
#: Characters at the end that may hold such links; the fewest references of a list, and their smallest share of a page.
_TAIL, _FEWEST, _SHARE = 200, 2, 0.5
_SKIPPED = ("script", "style", "nav", "header", "footer", "noscript")


def cited_items(root: Any) -> list[Entry]:
    """Papers cited by items of a page; none if they are less than half of its text, as references of an article are."""
    items = [
        node
        for node in root.iter("li", "p", "dd", "div")
        if node.tag != "div" or "csl-entry" in (node.get("class") or "")
    ]
    found, told = list[Entry](), 0
    for item in items:
        if (entry := _cited(item)) and (
            not found or entry.line_start > found[-1].line_start or entry.title != found[-1].title
        ):
            found.append(entry)
            told += len(text_of_node(item) or "")
    whole = sum(len(text) for text in _texts(root))
    return found if len(found) >= _FEWEST and told >= _SHARE * whole else []


def linked_entries(root: Any) -> list[Entry]:
    """Papers in a browser's bookmarks: links to arXiv and to DOIs, with the titles of their pages."""
    links = root.iterfind(".//dt/a[@add_date]")
    return [
        Entry(a.sourceline or 1, a.sourceline or 1, title=_PAGE_OF_ARXIV.sub("", title), urls=[link], doi=link)
        for a in links
        if (link := a.get("href") or "") and (is_arxiv_url(link) or find_doi(link)) and (title := text_of_node(a))
    ]


def _cited(item: Any) -> Entry | None:
    links = links_of(item)
    known = next((link for link in links if find_doi(link) or is_arxiv_url(link)), "")
    text = text_of_node(item) or ""
    text = (text[:-_TAIL] + _LINKS.sub("", text[-_TAIL:])).strip()
    entry = cited(f"{text} {known}".strip(), marked=True) if len(text) > 1 and not item.findall(".//li") else None
    if entry:
        on_lines(entry, item)
        entry.urls += [link for link in links if link not in entry.urls]
    return entry


def _texts(root: Any) -> Iterator[str]:
    """The texts that a page shows, without its navigation."""
    for node in root.iter():
        if isinstance(node.tag, str) and node.tag not in _SKIPPED and node.text:
            yield " ".join(node.text.split())
        if node.tail:
            yield " ".join(node.tail.split())
