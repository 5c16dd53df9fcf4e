"""HTML pages as the Markdown that they were made from, or could have been: most lists on the web are rendered Markdown.

Blocks are set apart by blank lines, and items keep their marks and indentation, as the readers of Markdown expect.
"""

import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.shared.page_lines import Lines

_SKIPPED = frozenset("script style nav footer noscript head button template svg form".split())
_BLOCKS = frozenset(
    "h1 h2 h3 h4 h5 h6 p li dt dd div table thead tbody tfoot tr ul ol dl section article main body header blockquote "
    "details summary figure figcaption pre html hr center".split()
)
#: Signs around the text of inline elements.
_AROUND = {"b": "**", "strong": "**", "em": "*", "i": "*", "code": "`"}
#: Blocks without blank lines around them.
_TIGHT = frozenset("li table thead tbody tfoot details".split())
#: A link that leads to another place of the page, as GitHub puts beside each heading.
_OWN_PLACE = re.compile(r"#|$")
#: A line end that Markdown keeps in a paragraph; in other pages the next line is indented. Bold text.
_LINE_END, _KEPT = "\v", re.compile(r"[ \t]*\n(?=\S|\Z)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def markdown_of(root: Any) -> Lines:
    """The lines of a page as Markdown, each with the number of the source line that its element is on."""
    lines, last = Lines(), 1
    for number, text in _block(root, "", ""):
        last = max(last, number)
        if text or (lines and lines[-1][1]):
            lines.append((last, text))
    return lines


def _block(node: Any, mark: str, indent: str) -> Iterator[tuple[int, str]]:
    """The lines of a block. mark: what its first line begins with; indent: what the lines below begin with."""
    number, places, parts = node.sourceline or 1, 0, [_text(node.text)]
    mark, below = mark + _mark(node), indent + "> " * (node.tag == "blockquote")
    yield from ((number, text) for text in _above(node, indent))
    for child in (*node, None):
        is_block = child is not None and isinstance(child.tag, str) and child.tag in _BLOCKS
        if child is None or is_block:
            for text in filter(str.strip, "".join(parts).split(_LINE_END)):
                yield number, mark + " ".join(text.split())
                mark = below
            parts = []
        if is_block and child.tag not in _SKIPPED:
            places += child.tag == "li"
            item = "" if child.tag != "li" else f"{places}. " if node.tag == "ol" else "- "
            read = _ON_A_LINE.get(child.tag)
            yield from read(child, below) if read else _block(child, mark + item, below + "  " * bool(item))
            mark, number = below, child.sourceline or number
        elif child is not None and not is_block:
            parts.append(_inline(child))
        parts.append(_text(child.tail) if child is not None else "")
    yield from ((number, text) for text in _behind(node, indent))


def _mark(node: Any) -> str:
    """The Markdown before the text of a block."""
    heading = re.fullmatch("h([1-6])", node.tag)
    return "#" * int(heading[1]) + " " if heading else "> " if node.tag == "blockquote" else ""


def _above(node: Any, indent: str) -> list[str]:
    """The lines above a block: a blank one, unless it is an item or a list in an item."""
    if node.tag == "hr":
        return ["", "---"]
    is_tight = node.tag in _TIGHT or (node.tag in ("ul", "ol") and node.getparent().tag == "li")
    return [] if is_tight else [""]


def _behind(node: Any, indent: str) -> list[str]:
    """The lines below a block."""
    if node.tag == "details":
        return [f"{indent}</details>"]
    return _above(node, indent) if node.tag != "hr" else [""]


def _row(row: Any, indent: str) -> Iterator[tuple[int, str]]:
    """A row of a table, and a rule below the first one."""
    cells = [
        " ".join("<br>".join(filter(str.strip, _inside(cell).split(_LINE_END))).split())
        for cell in row
        if cell.tag in ("td", "th")
    ]
    yield row.sourceline or 1, f"{indent}| {' | '.join(cells)} |"
    if (row.getprevious() is None and row.getparent().tag != "tbody") or any(cell.tag == "th" for cell in row):
        yield row.sourceline or 1, f"{indent}|{' --- |' * len(cells)}"


def _summary(summary: Any, indent: str) -> Iterator[tuple[int, str]]:
    """The line that is shown of a folded part."""
    text = _BOLD.sub(r"<b>\1</b>", " ".join(_inside(summary).split()))
    yield from ((summary.sourceline or 1, line) for line in (f"{indent}<details><summary>{text}</summary>", ""))


#: Blocks that are one line of Markdown each.
_ON_A_LINE = {"tr": _row, "summary": _summary}


def _inside(node: Any) -> str:
    """The text in an element, with its inline elements as Markdown."""
    return "".join([_text(node.text), *(_inline(child) + _text(child.tail) for child in node)])


def _text(text: str | None) -> str:
    return _KEPT.sub(_LINE_END, text or "")


def _inline(node: Any) -> str:
    """An inline element as Markdown."""
    if not isinstance(node.tag, str) or node.tag in _SKIPPED:
        return " "
    if node.tag == "br":
        return _LINE_END
    if node.tag == "img":
        return f"![{alt}]({node.get('src') or ''})" if (alt := (node.get("alt") or "").strip("[] ")) else " "
    inside = _inside(node)
    if node.tag in ("details", "summary"):
        return f"<{node.tag}>{inside}</{node.tag}>"
    if node.tag in _BLOCKS:
        return f"{_LINE_END}{inside}{_LINE_END}"
    text = " ".join(inside.split())
    link = (node.get("href") or "").strip()
    if node.tag == "a" and text:
        return f"[{text}]({link})" if not _OWN_PLACE.match(link) else text
    sign = _AROUND.get(node.tag, "") if text and _LINE_END not in inside else ""
    return (
        f"{inside[: len(inside) - len(inside.lstrip())]}{sign}{text}{sign}{inside[len(inside.rstrip()) :]}"
        if sign
        else inside
    )
