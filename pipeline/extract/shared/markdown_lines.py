"""Lines of Markdown in one spelling: bold as `**`, items as `-`, headings without number signs behind them."""

import re
from dataclasses import replace

from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.page_lines import Lines

_BOLD = re.compile(
    r"(?<![\w/])__(?=[^\s_])(.{1,400}?(?<=[^\s_]))__(?!\w)|<(?:b|strong)>(?=\S)(.{1,400}?(?<=\S))</(?:b|strong)>",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(\s*)[+•●◦▪‣]\s+(?=\S)")
_CLOSED = re.compile(r"(\s*#{1,6}\s.*?\S)\s+#{1,6}")


def markdown_lines(dump: OpenDump) -> Lines:
    """The lines of a dump that is read whole, as Markdown in one spelling."""
    return [(number, in_one_spelling(text)) for number, text in dump.page(furnished=True)]


def markdown_head(head: Head) -> Head:
    """The beginning of a dump as Markdown in one spelling."""
    text = "\n".join(map(in_one_spelling, head.text.split("\n")))
    return replace(head, text=text, lines=list(map(in_one_spelling, head.lines)))


def in_one_spelling(line: str) -> str:
    """A line of Markdown in one spelling.

    >>> in_one_spelling("• __Lamps__ and <strong>kettles</strong>"), in_one_spelling("## Towers ##")
    ('- **Lamps** and **kettles**', '## Towers')
    """
    if ("__" in line or "<" in line) and "<summary" not in line:  # the summary of a folded part has tags of its own
        line = _BOLD.sub(lambda found: f"**{found[1] or found[2]}**", line)
    if found := _CLOSED.fullmatch(line):
        return found[1]
    return _BULLET.sub(r"\1- ", line, count=1) if _BULLET.match(line) else line
