"""Lists of accepted papers on pages of HTML: items of a title in bold, in italics or as a link, and names behind it."""

import re
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.html_pages import links_of, on_lines, text_of_node
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_url

_HEADING = re.compile(r"\b(?:accepted|papers?|proceedings|publications|posters?)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[\W\d]{0,12}")
_LINKS = re.compile(r"\s*[\[(]\s*(?:pdf|paper|video|slides|code|link|doi|arxiv|abstract)\s*[\])]", re.IGNORECASE)
#: A name of two words or more, in capitals save particles.
_WORD = r"(?:[^\W\d_a-z][\w'’.-]*|van|von|der|den|de|del|della|di|da|dos|du|la|le|al|bin|ter|el)"
_NAME = re.compile(rf"{_WORD}(?: {_WORD}){{1,5}}|et al\.")
_TITLES, _TITLE_WORDS = ("strong", "b", "em", "i", "a"), 3
#: How many such items are a list, and how many of all items of the page.
_FEWEST, _SHARE = 2, 0.6


def programme_entries(root: Any) -> list[Entry]:
    """The papers of the items; none where no heading speaks of papers, or most items are of another kind."""
    headings = " ".join(text_of_node(node) or "" for node in root.iter("title", "h1", "h2", "h3", "h4"))
    items = [node for node in root.iter("li", "p") if text_of_node(node)]
    found = [entry for item in items if (entry := _entry(item))] if _HEADING.search(headings) else []
    return found if len(found) >= max(_FEWEST, _SHARE * len(items)) else []


def _entry(item: Any) -> Entry | None:
    first = next((node for node in item if node.tag != "br"), None)
    if first is None or first.tag not in _TITLES or not _NUMBER.fullmatch(item.text or ""):
        return None
    title, names = (text_of_node(first) or "").strip(" .,:"), _names(item, text_of_node(first) or "")
    if len(title.split()) < _TITLE_WORDS or not names:
        return None
    links = links_of(item)
    entry = Entry(
        title=title, authors=names,
        doi=next(filter(find_doi, links), None), arxiv=next(filter(is_arxiv_url, links), None), urls=links,
    )  # fmt: skip
    return on_lines(entry, item)


def _names(item: Any, title: str) -> list[str]:
    """What stands behind a title where that is nothing but names."""
    inside = (node for node in item.iter() if node is not item)
    said = (f"{node.text or ''}{' ' if node.tag == 'br' else ''}{node.tail or ''}" for node in inside)
    behind = _LINKS.sub("", " ".join("".join(said).split()).removeprefix(title)).strip(" .,:;-–—|")
    names = with_others(behind.removeprefix("by ").removeprefix("Authors: ")) if behind else []
    return names if all(map(_NAME.fullmatch, names)) else []
