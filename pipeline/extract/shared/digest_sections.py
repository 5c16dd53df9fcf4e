"""The lines of a Markdown digest in sections that may each be a paper."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from papersieve.pipeline.extract.shared.digest_fields import (
    BULLET,
    HEADING,
    KNOWN,
    TITLES,
    begins,
    field_of,
    is_label_of_fields,
    name_of,
)
from papersieve.pipeline.extract.shared.page_lines import Lines

#: "- **title**": a list of papers.
BOLD_ITEM = re.compile(r"[-*+]\s+\*\*[^*]*[^*:：\s]\*\*(?!\s*[:：])")
#: A row of a table of one paper's fields: "| **Authors** | Hugh Gale |".
_ROW = re.compile(r"^\|\s*\*{0,2}([^\W\d_][^|*]{1,25}?)\*{0,2}\s*\|\s*([^|]*[^|\s])\s*\|\s*$")
#: How front matter begins, and the most lines that it has.
_KEY, _FRONT = re.compile(r"\w[\w-]*:"), 60
#: Fields that begin a paper if several papers share one heading.
_PARTING = (*TITLES, "authors", "author")


def headed(lines: Lines, *, nested: bool = False) -> Lines:
    """The lines without front matter and labels of fields; each item with indented fields below it is a heading.

    nested: whether the fields of an item with a bold title may be items too.
    """
    texts = [line for _, line in lines]
    if texts[:1] == ["---"] and "---" in texts[1:_FRONT] and _KEY.match(texts[1]):
        lines = lines[texts.index("---", 1) + 1 :]
    lines = [(n, _ROW.sub(r"**\1:** \2", line)) for n, line in lines if not is_label_of_fields(line)]
    texts = [line for _, line in lines]
    found = zip(lines, [*texts[1:], ""], strict=False)  # there may be no lines
    return [
        (n, f"###### {line[2:]}") if _is_item(line, below, nested=nested) else (n, line) for (n, line), below in found
    ]


def _is_item(line: str, below: str, *, nested: bool) -> bool:
    """Whether a line is an item with a title, and the one below it an indented field."""
    may_be = (nested and BOLD_ITEM.match(line)) or not BULLET.match(below)
    is_field = below[:2].isspace() and may_be and name_of(below) in KNOWN
    return is_field and line[:2] in ("- ", "* ") and name_of(line) not in KNOWN and "](" not in line


def paper_sections(lines: Iterable[tuple[int, str]]) -> Iterator[Lines]:
    """The lines split into sections that may each be a paper; one heading may have several."""
    sections: list[list[tuple[int, str]]] = [[]]
    at, paper = sections[0], list[tuple[int, str]]()  # the section of this line, and the last section with fields
    for number, line in lines:
        if heading := HEADING.match(line):
            is_below = bool(paper) and len(heading[1]) > _level(paper)
            if is_below and not begins(line):  # a field of the paper, even after other parts of its page
                at = paper
            else:
                paper = paper if is_below else []
                sections.append(at := [])
        elif begins(line):
            sections.append(at := [])
        at.append((number, line))
        paper = at if len(at) > 1 and _level(at) and _says_more(line, paper) else paper
    for section in filter(None, sections):
        yield from _papers(section)


def _says_more(line: str, paper: Lines) -> bool:
    """Whether a line begins a paper's fields: a title or authors, or any known field if `paper` has none of these."""
    name, value = field_of(line) or ("", "")
    if paper and not value:
        return False
    return name in _PARTING or (name in KNOWN and not any(name_of(line) in _PARTING for _, line in paper))


def _level(section: Lines) -> int:
    """The level of the heading that a section begins with; 0 if there is none."""
    found = HEADING.match(section[0][1])
    return len(found[1]) if found else 0


def _papers(section: Lines) -> list[Lines]:
    """The section, or one part per paper if it has several; each part begins with the title or the authors."""
    named = [name_of(line) for _, line in section]
    first = next((name for name in named[1:] if name in _PARTING), None)
    starts = [at for at, name in enumerate(named) if at and name == first != named[at - 1]] if first else []
    if len(starts) < 2:
        return [section]
    return [section[start:end] for start, end in pairwise([*starts, len(section)])]
