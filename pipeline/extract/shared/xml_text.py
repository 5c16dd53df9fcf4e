"""What an XML element says as text, and which root a document has."""

import re
from functools import lru_cache
from xml.etree.ElementTree import Element

#: What holds no tags though it may look so; the end may be cut.
_APART = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!\[CDATA\[(?P<text>.*?)(?:\]\]>|\Z)", re.DOTALL)


@lru_cache(1)  # each format of XML asks for the root of the same text
def root_of(text: str) -> str | None:
    """Name of the root element of an XML text, without its prefix; None where it is no XML."""
    text = re.sub(
        r"<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>", "", text[:8_000], flags=re.DOTALL
    ).lstrip("\ufeff \t\r\n")
    found = re.match(r"<(?:[\w.-]+:)?([\w.-]+)[\s/>]", text)
    return found[1] if found else None


def tags_only(text: str) -> str:
    """The text without comments and instructions, and so that every `<` in it begins a tag.

    >>> tags_only("<a><!-- <b> --><![CDATA[x <i>]]></a>")
    '<a>x  i></a>'
    """
    return _APART.sub(lambda found: (found["text"] or "").replace("<", " "), text)


def texts(element: Element | None, path: str = ".") -> list[str]:
    """Texts of all elements at a path, with those inside them, white space as single spaces; empty ones left out."""
    found = [] if element is None else element.findall(path)
    joined = (" ".join(shown(e).split()) for e in found)
    return [text for text in joined if text]


def shown(element: Element) -> str:
    """The text of an element and of all inside it; a number above a number stays apart from it: 10^3."""
    if not len(element):
        return element.text or ""
    said = element.text or ""
    for child in element:
        inner = shown(child)
        is_power = child.tag == "sup" and said[-1:].isdigit() and inner.lstrip("-−–").isdigit()
        said += ("^" if is_power else "") + inner + (child.tail or "")
    return said


def element_at(element: Element, *paths: str) -> Element | None:
    """First element at the first of these paths that has one."""
    return next((found for path in paths if (found := element.find(path)) is not None), None)


def text(element: Element | None, *paths: str) -> str | None:
    """First of the `texts` at the first of these paths that has any, the element's own without one; else None."""
    return next((said[0] for path in paths or (".",) if (said := texts(element, path))), None)
