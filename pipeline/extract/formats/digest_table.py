"""Digests of "daily papers" repositories as Markdown tables: named columns, or date, title, authors, links.

Lists between the tables are read too.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.column_names import Mapped, guess_columns
from papersieve.pipeline.extract.shared.digest_papers import papers, tells_papers
from papersieve.pipeline.extract.shared.list_item import SYSTEM_WORDS
from papersieve.pipeline.extract.shared.list_links import BREAK, LABEL, LINK, addresses, leads_to_paper, without_signs
from papersieve.pipeline.extract.shared.list_papers import listed
from papersieve.pipeline.extract.shared.markdown_lines import markdown_head, markdown_lines
from papersieve.pipeline.extract.shared.markup import is_markdown
from papersieve.pipeline.extract.shared.page_lines import Lines
from papersieve.pipeline.extract.shared.table_columns import entry_of, unique_names
from papersieve.pipeline.extract.shared.table_row import Row

_DATE = re.compile(r"\*{0,2}(\d{4}-\d{2}-\d{2})\*{0,2}")
_BAR = re.compile(r"(?<!\\)\|")
#: The columns of a table that does not name them, as cv-arxiv-daily writes it.
_UNNAMED = ["Date", "Title", "Authors", "PDF", "Code"]
#: The markup around a folded abstract.
_FOLD = re.compile(r"<summary[^<>]*>.*?</summary>|</?details[^<>]*>", re.IGNORECASE)
#: A title with its number, and a description after it: "1) **Lamps in Towers** - counts forty lamps".
_DESCRIBED = re.compile(r"(?:\d{1,3}[.)]\s*)?\*\*(?P<title>[^*]+)\*\*\s*(?P<sign>[-–—:])\s+(?P<abstract>\S.*)")
#: Links behind a title that name what they lead to: "Lamps (read more on [arXiv](…) or [Hugging Face](…))".
_LINKS = re.compile(r"\s*\([^()\[\]]{0,40}(?:\[(?P<label>[^\[\]]{0,60})\]\(https?://[^()\s]+\)[^()\[\]]{0,20})+\)")
#: Columns that hold titles if rows link to papers; otherwise they may hold anything.
_LINKED = ("Paper", "paper", "Papers", "论文")
#: What stands for nothing in a cell.
_NONE = re.compile(r"[-–—]*|null|n/?a|none", re.IGNORECASE)
_RULE = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?")


def recognises(head: Head) -> str | None:
    """A row starts with a date and has links; or a table has a title and another of our columns, or linked papers.

    A table that only lists the headings below it is left to another format.
    """
    head = markdown_head(head)
    if not is_markdown(head.text) or _lists_headings(head.lines):
        return None
    found = next((line for line in head.lines if row_entry(line.strip())), None)
    if not found:
        found = next((line for line, rule in pairwise(head.lines) if _names(line, rule)), None)
        is_named = found and "title" in guess_columns(unique_names(_cells(found)))
        found = found if is_named or any(map(leads_to_paper, head.lines)) else None
    return f"it has the row {found.strip()[:60]!r}" if found else None


def _lists_headings(lines: Sequence[str]) -> bool:
    """Whether the papers below headings are as many as the rows of tables: head and rule, then one row per paper."""
    rows = sum(line.lstrip().startswith("|") for line in lines)
    if rows < 2:
        return False
    told = sum(1 for entry in papers(list(enumerate(lines))) if entry.abstract) if tells_papers(lines) else 0
    return rows <= told + 2


def _names(line: str, rule: str) -> list[str]:
    """The column names of a table of papers, if these two lines begin one; else empty."""
    if not _RULE.fullmatch(rule.strip()) or "|" not in line:
        return []
    names = unique_names([_plain(cell) for cell in _cells(line)])
    mapped = _mapped(names)
    return names if "title" in mapped and (len(mapped) > 1 or set(names) & set(_LINKED)) else []


def _mapped(names: list[str]) -> dict[str, list[str]]:
    """Our columns to theirs; if none is a title, a column of linked papers is taken as the title."""
    mapped = guess_columns(names)
    linked = [name for name in names if name in _LINKED]
    return mapped if "title" in mapped or not linked else {**mapped, "title": linked[:1]}


def _cells(row: str) -> list[str]:
    """The cells of a row; a bar inside bold text does not separate cells."""
    cells = list[str]()
    for cell in _BAR.split(row.strip().removeprefix("|").removesuffix("|")):
        if cells and cells[-1].startswith("**") and cells[-1].count("**") % 2:
            cells[-1] += f"|{cell}"
        else:
            cells.append(cell.lstrip())
    return [cell.replace("\\|", "|").strip() for cell in cells]


def _plain(cell: str) -> str:
    """The text of a cell without images, line breaks and the marks around it."""
    return " ".join(BREAK.sub(" ", LINK.sub(r"\1", without_signs(cell))).replace("**", "").split()).strip("* ")


def _titled(cell: str, column: str) -> tuple[str, str]:
    """(title, names below it if the column has both) of a cell; links called "paper" or "code" are left out."""
    titles = _LINKS.sub(lambda links: "" if LABEL.fullmatch(links["label"]) else links[0], cell)
    titles = LINK.sub(lambda link: "" if LABEL.fullmatch(link[1]) else link[0], titles)
    first, *others = [text for part in BREAK.split(titles) if (text := _plain(part))] or [_plain(cell)]
    return (first, " ".join(others)) if "author" in column.lower() else (" ".join([first, *others]), "")


def row_entry(row: str) -> Entry | None:
    """The entry of a row `|date|title|authors|…links…|`; None for other rows."""
    has_date = row.startswith("|") and _DATE.fullmatch(_cells(row)[0])
    return _named_entry(row, _UNNAMED, guess_columns(_UNNAMED)) if has_date and LINK.search(row) else None


def _named_entry(line: str, names: list[str], mapped: Mapped) -> Entry | None:
    """The entry of a row of a table with these columns; None if it has no title."""
    if not names:
        return None
    cells, column = dict(zip(names, _cells(line), strict=False)), mapped["title"][0]
    described = _DESCRIBED.fullmatch(cells.get(column, "").strip())
    if described and described["sign"] == ":" and len(described["title"].split()) <= SYSTEM_WORDS:
        described = None  # the name of a system, with the title continuing after it
    title, below = _titled(described["title"] if described else cells.get(column, ""), column)
    values = {name: _plain(_FOLD.sub("", cell)) for name, cell in cells.items()} | {column: title}
    entry = entry_of(values, mapped)
    if not entry or not entry.title or (column in _LINKED and not leads_to_paper(line)):
        return None
    entry.abstract = entry.abstract or (described and described["abstract"])
    entry.authors = with_others(Row(values, mapped).text("authors") or below)
    entry.said = {
        name: text for name, text in values.items() if not (LINK.search(cells[name]) or _NONE.fullmatch(text))
    }
    entry.urls = addresses(without_signs(line))
    return entry


def _rows(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """The lines, each with its first and last number: a row with line breaks in its cells is one line."""
    bars, first, last, row = 0, 0, 0, ""
    for number, line in lines:
        is_open = row.startswith("|") and len(_BAR.findall(row)) < bars
        if is_open and line.strip() and not line.startswith("|"):
            last, row = number, f"{row} {line.strip()}"
            continue
        if first:
            yield first, last, row
        first, last, row = number, number, line
        bars = len(_BAR.findall(line)) if _RULE.fullmatch(line.strip()) else bars if line.strip() else 0
    if first:
        yield first, last, row


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one paper per row and per item of lists between the tables; other text and tables are furniture."""
    names, mapped, between = list[str](), dict[str, list[str]](), Lines()
    for (number, last, line), (_, _, after) in pairwise([*_rows(markdown_lines(dump)), (0, 0, "")]):
        if dump.ledger.fate(number) is Fate.BLANK:
            names = []
            continue
        is_row = "|" in line and not _RULE.fullmatch(line.strip())
        if is_row and _RULE.fullmatch(after.strip()):
            names, is_row = _names(line, after), False
            mapped = _mapped(names)
        entry = (_named_entry(line, names, mapped) or row_entry(line.strip())) if is_row else None
        if entry:
            yield from listed(between)
            between = []
            entry.line_start, entry.line_end = number, last
            yield entry
        elif is_row and line.lstrip().startswith("|") and _DATE.match(line.lstrip("| ")):
            dump.ledger.reject(number, "row_unreadable", line)
        else:
            between.append((number, line))
    yield from listed(between)


FORMAT = Format("digest_table", "rows such as '|**2024-01-05**|**title**|authors|[id](link)|'", recognises, extract)
