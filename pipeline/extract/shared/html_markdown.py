"""HTML pages as the Markdown that they were made from, or could have been: most lists on the web are rendered Markdown.

Blocks are set apart by blank lines, and items keep their marks and indentation, as the readers of Markdown expect.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from papersieve.pipeline.extract.shared.list_links import PAPER_URL
from papersieve.pipeline.extract.shared.page_lines import Lines

_SKIPPED = frozenset("script style nav footer noscript head button template svg form".split())
_BLOCKS = frozenset(
    "h1 h2 h3 h4 h5 h6 p li dt dd div table caption tr td th ul ol dl section article main body header footer blockquote "
    "details summary figure figcaption pre html hr center".split()
)
#: Signs around the text of inline elements.
_AROUND = {"b": "**", "strong": "**", "em": "*", "i": "*", "code": "`"}
#: Elements that pages set apart from an element with a sign before them by their style alone.
_SET_APART = frozenset("a b strong em i span".split())
#: Blocks without blank lines around them; elements that make a table one that only arranges a page.
_TIGHT, _ARRANGED = frozenset("li table details".split()), ("table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6")
#: Classes of the parts of papers and of digests, and the style of titles in mails, with the Markdown of such parts.
_CALLED = (
    (re.compile(r"(?:^|[\s_-])title(?:\s|$)"), "##### "),
    (re.compile(r"(?:^|[\s_-])authors?(?:\s|$)"), "**Authors:** "),
    (re.compile(r"(?:^|[\s_-])abstract(?:[_-](?:body|text|content))?(?:\s|$)"), "**Abstract:** "),
    (re.compile(r"(?:^|[\s_-])summary(?:\s|$)"), "**Summary:** "),
)
_BOLD_STYLE = re.compile(r"font-size:\s*(?:1[6-9]|2\d)px;.*font-weight:\s*bold")
#: The mark of a heading or a label at the end of marks, and a text that has a label of its own.
_LAST_MARK, _LABEL = (
    re.compile(r"(?:#+ |\*\*\w+:\*\* )$"),
    re.compile(r"\W*(?:authors?|abstract|summary|title)\s*[:：]|.{0,4}\*\*", re.IGNORECASE),
)
#: Links that are kept: those to the web and to files of papers, but not those to other pages of the site.
_KEPT_LINK = re.compile(r"https?://[^()]*$|[^#:()]+\.pdf$", re.IGNORECASE)
#: Where a page says that a line ends, and where only its source does, with the next line indented. Bold text.
_LINE_END, _WRAPPED = "\v", re.compile(r"\n(?=[ \t\n])")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
#: The most columns of a table, and the most rows or columns that a cell spans.
_COLUMNS, _SPAN = 100, 1000


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
    mark, below = _marks(mark, node), indent + "> " * (node.tag == "blockquote")
    yield from ((number, text) for text in _above(node, indent))
    for child in (*node, None):
        is_block = child is not None and isinstance(child.tag, str) and child.tag in _BLOCKS
        if child is None or is_block:
            for text in _lines("".join(parts)):
                said = " ".join(text.split())
                yield number, (_LAST_MARK.sub("", mark) if "*" in mark and _LABEL.match(said) else mark) + said
                mark = below
            parts = []
        if is_block and not _is_skipped(child):
            places += child.tag == "li"
            item = "" if child.tag != "li" else _place(node, places) if node.tag == "ol" else "- "
            read = _READ.get(child.tag)
            yield from read(child, below) if read else _block(child, mark + item, below + "  " * bool(item))
            mark, number = below, child.sourceline or number
        elif child is not None and not is_block:
            parts.append(_inline(child))
        parts.append(_text(child.tail) if child is not None else "")
    yield from ((number, text) for text in _behind(node, indent))


def _place(items: Any, place: int) -> str:
    """The number of an item, or its letter, for which Markdown takes the initial of a name."""
    start, letter = _number(items, "start") - 1, items.get("type") == "A"
    return f"{chr(64 + min(start + place, 26))}. " if letter else f"{place}. "


def _marks(before: str, node: Any) -> str:
    """The Markdown before the text of a block: its own mark behind those of the blocks around it."""
    if node.tag[0] == "h" and node.tag[1:].isdecimal():
        own = "#" * int(node.tag[1:]) + " "
    elif node.tag == "blockquote":
        own = "> "
    elif _BOLD_STYLE.search(node.get("style") or ""):
        own = "##### "
    else:
        called = node.get("class") or ""
        own = next((mark for name, mark in _CALLED if name.search(called)), "") if called else ""
    return (_LAST_MARK.sub("", before) if own else before) + own


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
    if node.tag == "article" and node.getnext() is not None:
        return ["", f"{indent}---", ""]
    return _above(node, indent) if node.tag != "hr" else [""]


def _table(table: Any, indent: str) -> Iterator[tuple[int, str]]:
    """The rows of a table, with a rule below the first; the cells of one that only arranges the page are blocks."""
    rows = table.xpath("tr|*/tr")
    found = list(_cells(rows))
    is_arranged = (
        next(table.iter(*_ARRANGED[1:]), None) is not None or next(table.iterdescendants("table"), None) is not None
    )
    known = {} if is_arranged else {cell: _cell(cell) for cell in {*chain.from_iterable(found)}}
    texts = [] if is_arranged else [[known[cell] for cell in cells] for cells in found]
    if is_arranged or all(sum(map(bool, said)) < 2 for said in texts):
        for node in table:
            yield from _block(node, "", indent)
        return
    yield table.sourceline or 1, ""
    for row, cells, said in zip(rows, found, texts, strict=True):
        is_heading = len(cells) > 1 and sum(cell is not None for cell in cells) == 1
        yield row.sourceline or 1, indent + ("".join(said) if is_heading else f"| {' | '.join(said)} |")
        if row is rows[0] and not is_heading:
            yield row.sourceline or 1, f"{indent}|{' --- |' * len(said)}"
    yield table.sourceline or 1, ""


def _cells(rows: list[Any]) -> Iterator[list[Any]]:
    """The cells of each row by column; one that spans rows is in each of them, one that spans columns in the first."""
    below = dict[int, tuple[int, Any]]()  # by column: in how many of the next rows a cell appears
    for row in rows:
        found, own = list[Any](), [cell for cell in row if cell.tag in ("td", "th")][::-1]
        width = max((at + 1 for at, (count, _) in below.items() if count), default=0)
        while (own or len(found) < width) and len(found) < _COLUMNS:
            count, cell = below.get(len(found), (0, None))
            if count or not own:
                below[len(found)] = max(count - 1, 0), cell
                found.append(cell if count else None)
                continue
            first = own.pop()
            for cell in (first, *[None] * (_number(first, "colspan") - 1)):
                below[len(found)] = _number(first, "rowspan") - 1, cell
                found.append(cell)
        yield found


def _number(node: Any, name: str) -> int:
    """The number that an attribute states: how many rows or columns a cell spans; 1 if it states none."""
    said = node.get(name) or "1"
    return min(max(int(said), 1), _SPAN) if said.isdecimal() and len(said) < 6 else 1


def _cell(cell: Any) -> str:
    """The text of a cell on one line; bars in it are escaped."""
    said = "" if cell is None else "<br>".join(_lines(_inside(cell)))
    return " ".join(said.split()).replace("|", "\\|")


def _summary(summary: Any, indent: str) -> Iterator[tuple[int, str]]:
    """The line that is shown of a folded part."""
    text = _BOLD.sub(r"<b>\1</b>", " ".join(_inside(summary).split()))
    yield from ((summary.sourceline or 1, line) for line in (f"{indent}<details><summary>{text}</summary>", ""))


#: Blocks that are not read as others are.
_READ = {"table": _table, "summary": _summary}


def _inside(node: Any) -> str:
    """The text in an element, with its inline elements as Markdown."""
    return "".join([_text(node.text), *(_inline(child) + _text(child.tail) for child in node)])


def _is_skipped(node: Any) -> bool:
    """Whether an element is not of the text of a page, as its footer is not; the footer of an article is."""
    return node.tag in _SKIPPED and not (node.tag == "footer" and node.getparent().tag == "article")


def _text(text: str | None) -> str:
    return _WRAPPED.sub(" ", text or "")


def _lines(text: str) -> list[str]:
    """The lines of a text: they end where the page says so, and where Markdown keeps the end of a line.

    Where a page says how its lines end, its source may be wrapped anywhere but behind a sentence or a bracket.
    """
    text = re.sub(r"(?<![.)])\n", " ", text) if _LINE_END in text else text
    return [line for line in re.split(r"[\n\v]", text) if line.strip()]


def _inline(node: Any) -> str:
    """An inline element as Markdown."""
    if not isinstance(node.tag, str) or _is_skipped(node):
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
    gap = " " if not node.tail and (node.getnext() is not None and node.getnext().tag in _SET_APART) else ""
    if node.tag == "a" and (text or PAPER_URL.match(link)) and _KEPT_LINK.match(link):
        return f"[{text or 'link'}]({link}){gap}"
    sign = _AROUND.get(node.tag, "") if text and _LINE_END not in inside else ""
    before, behind = len(inside) - len(inside.lstrip()), len(inside.rstrip())
    return f"{inside[:before]}{sign}{text}{sign}{inside[behind:]}{gap}" if sign else inside
