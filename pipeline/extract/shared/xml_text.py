"""The text of XML elements, and the root of a document."""

import re
from functools import lru_cache
from xml.etree.ElementTree import Element

#: What holds no tags, though it may seem to: comments, instructions, CDATA. Its end may be cut off.
_APART = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!\[CDATA\[(?P<text>.*?)(?:\]\]>|\Z)", re.DOTALL)


@lru_cache(1)  # each format of XML asks for the root of the same text
def root_of(text: str) -> str | None:
    """The name of an XML text's root element, without its prefix; None if the text is not XML."""
    text = re.sub(
        r"<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>", "", text[:8_000], flags=re.DOTALL
    ).lstrip()
    found = re.match(r"<(?:[\w.-]+:)?([\w.-]+)[\s/>]", text)
    return found[1] if found else None


def tags_only(text: str) -> str:
    """The text without comments and instructions, changed so that every `<` in it begins a tag.

    >>> tags_only("<a><!-- <b> --><![CDATA[x <i>]]></a>")
    '<a>x  i></a>'
    """
    return _APART.sub(lambda found: (found["text"] or "").replace("<", " "), text)


def texts(element: Element | None, path: str = ".") -> list[str]:
    """All text in each element at a path, white space as single spaces; empty texts are left out."""
    found = [] if element is None else element.findall(path)
    joined = (" ".join(shown(e).split()) for e in found)
    return [text for text in joined if text]


def shown(element: Element) -> str:
    """All text in an element; a superscript number does not merge with the number before it: 10^3."""
    if not len(element):
        return element.text or ""
    said = element.text or ""
    for child in element:
        inner = shown(child)
        is_power = child.tag == "sup" and said[-1:].isdigit() and inner.lstrip("-−–").isdigit()
        said += ("^" if is_power else "") + inner + (child.tail or "")
    return said


def element_at(element: Element, *paths: str) -> Element | None:
    """The first element at the first of these paths that has one; None if none has."""
    return next((found for path in paths if (found := element.find(path)) is not None), None)


def text(element: Element | None, *paths: str) -> str | None:
    """The first of the `texts` at the first path that has any, or the element's own if no path is given; else None."""
    return next((said[0] for path in paths or (".",) if (said := texts(element, path))), None)
