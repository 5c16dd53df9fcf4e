"""Lists of accepted papers on HTML pages: items with a title in bold, in italics or as a link, beside names."""

import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.cited_marks import are_names
from papersieve.pipeline.extract.shared.cited_reference import cited_of
from papersieve.pipeline.extract.shared.html_pages import links_of, on_lines, text_of_node
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_url
from papersieve.pipeline.extract.shared.institutes import without_institutes

_HEADING = re.compile(r"\b(?:accepted|papers?|proceedings|publications|posters?)\b", re.IGNORECASE)
_HEADINGS, _YEAR = ("h1", "h2", "h3", "h4"), re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(r"[\W\d]{0,12}")
#: A stand-in for the end of a line, and marks after people's names.
_LINE, _MARKS = "\ue000", re.compile(r"(?<=\w)[*†‡§¶]+")
_LABEL = r"(?:pdf|paper|video|slides|code|link|doi|(?:ar|bior|medr)xiv|abstract)"
_LINKS = re.compile(rf"\s*[\[(]\s*{_LABEL}(?:\s*[,;|]\s*{_LABEL})*\s*[\])]", re.IGNORECASE)
_QUOTED = re.compile(r"^[\"“]([^\"“”]+)[\"”]$")
_TITLES, _TITLE_WORDS = ("strong", "b", "em", "i", "a"), 3
#: The fewest such items that make a list, and their smallest share of all items on the page.
_FEWEST, _SHARE = 2, 0.6


def programme_entries(root: Any) -> list[Entry]:
    """The papers in the items of a page; none if no heading mentions papers, or too few items are papers."""
    for tags in (("li", "p"), ("td",)) if mentions_papers(root) else ():
        items = [(node, year) for node, year in _dated(root, tags) if tags[0] == "li" or node.find("br") is not None]
        found = [entry for item, year in items if (entry := _entry(item, year))]
        if len(found) >= max(_FEWEST, _SHARE * len(items)):
            return found
    return []


def mentions_papers(root: Any) -> bool:
    """Whether a heading of a page, or its name, mentions papers."""
    headings = " ".join(text_of_node(node) or "" for node in root.iter("title", *_HEADINGS))
    return bool(_HEADING.search(headings))


def _dated(root: Any, tags: tuple[str, ...]) -> Iterator[tuple[Any, str | None]]:
    """The elements with these tags that have text, each with the year, if a heading or cell before it is one."""
    year = None
    for node in root.iter(*tags, *_HEADINGS, "td"):
        said = text_of_node(node) or ""
        if _YEAR.fullmatch(said) or node.tag in _HEADINGS:
            year = said if _YEAR.fullmatch(said) else None
        elif said and node.tag in tags:
            yield node, year


def _entry(item: Any, year: str | None) -> Entry | None:
    first = next((node for node in item if node.tag != "br"), None)
    above = " ".join((item.text or "").split()).rstrip(".")
    if first is None or first.tag not in _TITLES or not (_NUMBER.fullmatch(above) or are_names(above)):
        return None
    title, lines = (text_of_node(first) or "").strip(" .,:"), _behind(item, text_of_node(first) or "")
    names, *place = lines if _NUMBER.fullmatch(above) else [above, *lines]
    title, names = _QUOTED.sub(r"\1", title), without_institutes(names)
    links, said = links_of(item), " ".join(place)
    doi, arxiv = next(filter(find_doi, links), None), next(filter(is_arxiv_url, links), None)
    is_title = len(title.split()) >= (2 if doi or arxiv else _TITLE_WORDS)
    if not is_title or not are_names(", ".join(with_others(names))):
        return None
    entry = cited_of(names, title, said, None if _YEAR.search(said) else year)
    entry.doi, entry.arxiv, entry.urls = doi, arxiv, links
    return on_lines(entry, item)


def _behind(item: Any, title: str) -> list[str]:
    """The lines after a title, without links in brackets: first the names, then where the paper appeared."""
    inside = (node for node in item.iter() if node is not item)
    said = (f"{node.text or ''}{_LINE if node.tag == 'br' else ''}{node.tail or ''}" for node in inside)
    lines = " ".join("".join(said).split()).lstrip(f"{_LINE} ").removeprefix(title).split(_LINE)
    plain = (_LINKS.sub("", _MARKS.sub("", line)).strip(" .,:;-–—|") for line in lines)
    first, *others = [line for line in plain if line] or [""]
    return [first.removeprefix("by ").removeprefix("Authors: "), *others]
