"""HTML pages as lines of Markdown: headings, items, bold labels, links; an element of class title is a heading."""

import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.shared.page_lines import Lines

_BLOCKS = frozenset(
    "h1 h2 h3 h4 h5 h6 p li dt dd div td th tr table tbody thead ul ol dl section article main body header blockquote "
    "details summary figure pre html form".split()
)
_SKIPPED = ("script", "style", "nav", "footer", "noscript", "head", "button", "template")
#: Classes of a page's parts, and the Markdown that such a part begins with.
_CALLED = (
    (re.compile(r"(?:^|[\s_-])title(?:\s|$)"), "##### "),
    (re.compile(r"(?:^|[\s_-])authors?(?:\s|$)"), "**Authors:** "),
    (re.compile(r"(?:^|[\s_-])abstract(?:\s|$)"), "**Abstract:** "),
    (re.compile(r"(?:^|[\s_-])summary(?:\s|$)"), "**Summary:** "),
)
#: The style of a block that may be a title, in mails, which have no classes.
_BOLD, _TITLED = re.compile(r"font-size:\s*(?:1[6-9]|2\d)px;.*font-weight:\s*bold"), ("td", "div", "p")
_LABEL = re.compile(r"\W*(?:authors?|abstract|summary|title)\s*[:：]|.{0,4}\*\*", re.IGNORECASE)
#: Separators of a paper's names, date and number on one line.
_BETWEEN = re.compile(r"\s+[•·|]\s+")


def html_lines(root: Any) -> Lines:
    """The lines of a page in order, each with the number of the source line that its element is on."""
    lines, last = list[tuple[int, str]](), 1
    for number, text in _lines(root):
        last = max(last, number)
        lines += ((last, part) for part in (_BETWEEN.split(text) if text[:1] not in "#*-" else [text]))
    return lines


def _lines(node: Any, mark: str = "") -> Iterator[tuple[int, str]]:
    """The texts of a block, and those of the blocks inside it, each as a line.

    mark: the Markdown of the element around the block, if that has no text before it.
    """
    mark, parts, number = _mark(node) or mark, [node.text or ""], node.sourceline or 1
    for child in node:
        is_element = isinstance(child.tag, str)
        if not is_element or child.tag in _SKIPPED:
            parts.append(" ")
        elif child.tag in _BLOCKS or child.tag == "br":
            if text := " ".join("".join(parts).split()):
                yield number, _marked(mark, text)
                mark = ""
            if child.tag != "br":
                yield from _lines(child, mark)
                mark = ""
            parts, number = [], child.sourceline or number
        else:
            parts.append(_inline(child))
        parts.append(child.tail or "")
    if text := " ".join("".join(parts).split()):
        yield number, _marked(mark, text)


def _mark(node: Any) -> str:
    """The Markdown before the text of a block."""
    if re.fullmatch("h[1-6]", node.tag):
        return "#" * int(node.tag[1]) + " "
    called = node.get("class") or ""
    if _BOLD.search(node.get("style") or "") and node.tag in _TITLED:
        return "##### "
    return next((mark for name, mark in _CALLED if name.search(called)), "- " if node.tag == "li" else "")


def _marked(mark: str, text: str) -> str:
    """The text after its mark; without a bold mark if it begins with a label itself."""
    return text if mark.startswith("**") and _LABEL.match(text) else mark + text


def _inline(node: Any) -> str:
    """The text of an inline element, with links and bold text as Markdown."""
    inside = "".join((node.text or "", *(_piece(child) for child in node)))
    if not inside.strip():
        return inside
    link = node.get("href") or ""
    if node.tag == "a" and link.startswith(("http://", "https://")):
        text = " ".join(inside.split()).strip("[] ")
        return f"[{text}]({link})" if "[" not in text and "(" not in link else inside
    return f"**{inside.strip()}**" if node.tag in ("b", "strong") and "*" not in inside else inside


def _piece(child: Any) -> str:
    said = _inline(child) if isinstance(child.tag, str) and child.tag not in _SKIPPED else " "
    return said + (child.tail or "")
