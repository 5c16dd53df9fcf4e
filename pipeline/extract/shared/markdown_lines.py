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
#: Breaks at the end of a line, an address in a tag, and a link in angle brackets.
_BREAKS = re.compile(r"(?:\s*(?:<br ?/?>|(?<!\\)\\))+\s*$", re.IGNORECASE)
_ANCHOR = re.compile(
    r"<a\s[^<>]{0,100}?href=[\"'](https?://[^\"'()\s]{1,1000})[\"'][^<>]{0,300}>([^<>\[\]]{1,300})</a>"
)
#: People with links to their pages: "with [Jo Holt](https://…) and [Ada Fenn](https://…)".
_PERSON = r"\[([^\[\]]{3,60})\]\(https?://[^()\s]{1,300}\)"
_PEOPLE = re.compile(rf"\b(?:[Ww]ith|[Bb]y) {_PERSON}(?:(?:,? and |, | & ){_PERSON})*")
#: Brackets that are escaped inside a link or around a note, and a bullet behind the mark of a heading.
_ESCAPED = re.compile(r"(?<=\[)\\\[([^\[\]\\]{1,80})\\\](?=\])|\\(?=\[[^\[\]\\]{2,40}\\\])|(?<=[^\\\[\]])\\(?=\])")
_HEAD_BULLET = re.compile(r"(\s*#{1,6}\s+)[•·]\s+")
_ANGLED = re.compile(r"<(\[[^\[\]]+\]\([^()\s]+\))>")
#: A link, a heading and emphasis of Org mode; a heading may have a state of work before it and tags behind it.
_ORG_LINK, _ORG_BARE = re.compile(r"\[\[(?:file:)?([^\[\]]+)\]\[([^\[\]]+)\]\]"), re.compile(r"\[\[([^\[\]]+)\]\]")
_ORG_HEADING = re.compile(
    r"(?P<stars>\*{1,12})\s+(?:(?:TODO|DONE|NEXT|READ|READING)\s+)?(?:\[#[A-Z]\]\s+)?(?P<text>\S.*?)(?:\s+:[\w@:]+:)?\s*"
)
_SLASHED = re.compile(r"/(\[[^\[\]]+\]\([^()]+\))/")
_ORG_BOLD = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]{1,300}?(?<=\S))\*(?![\w*])")
_ORG_ITALIC = re.compile(r"(?<![\w/:.])/(?=[^\s/])([^/\[\]]{1,300}?(?<=\S))/(?![\w/])")
_CLOSED = re.compile(r"(\s*#{1,6}\s.*?\S)\s+#{1,6}")


def markdown_lines(dump: OpenDump) -> Lines:
    """The lines of a dump that is read whole, as Markdown in one spelling."""
    lines = dump.page(furnished=True)
    texts = _as_markdown([text for _, text in lines])
    return [(number, in_one_spelling(text)) for (number, _), text in zip(lines, texts, strict=True)]


def markdown_head(head: Head) -> Head:
    """The beginning of a dump as Markdown in one spelling."""
    text = "\n".join(map(in_one_spelling, _as_markdown(head.text.split("\n"))))
    return replace(head, text=text, lines=list(map(in_one_spelling, _as_markdown(head.lines))))


def _as_markdown(texts: list[str]) -> list[str]:
    """The lines, those of Emacs' Org mode as Markdown; its links tell Org mode, and Markdown's that it is not.

    >>> _as_markdown(["** TODO [[https://example.org][Lamps]] :read:", "/Towers/ 44"])
    ['## [Lamps](https://example.org)', '*Towers* 44']
    """
    if not any(map(_ORG_LINK.search, texts)) or any("](http" in text for text in texts):
        return texts
    return [_from_org(text) for text in texts]


def _from_org(line: str) -> str:
    if heading := _ORG_HEADING.fullmatch(line):
        line = f"{'#' * min(len(heading['stars']), 6)} {heading['text']}"
    line = _ORG_ITALIC.sub(r"*\1*", _ORG_BOLD.sub(r"**\1**", line).removesuffix("\\\\"))
    return _SLASHED.sub(r"\1", _ORG_BARE.sub(r"\1", _ORG_LINK.sub(r"[\2](\1)", line)))


def in_one_spelling(line: str) -> str:
    """A line of Markdown in one spelling.

    >>> in_one_spelling("• __Lamps__ and <strong>kettles</strong>"), in_one_spelling("## Towers ##")
    ('- **Lamps** and **kettles**', '## Towers')
    """
    if ("__" in line or "<" in line) and "<summary" not in line:  # the summary of a folded part has tags of its own
        line = _BOLD.sub(lambda found: f"**{found[1] or found[2]}**", _ANGLED.sub(r"\1", line))
        line = _ANCHOR.sub(r"[\2](\1)", line)
    if line.rstrip()[-1:] in (">", "\\"):
        line = _BREAKS.sub("", line)
    if "\\]" in line:
        line = _ESCAPED.sub(r"\1", line)
    line = _HEAD_BULLET.sub(r"\1", line, count=1) if line.lstrip().startswith("#") else line
    if "ith [" in line or "y [" in line:
        line = _PEOPLE.sub(lambda found: re.sub(_PERSON, r"\1", found[0]), line)
    if found := _CLOSED.fullmatch(line):
        return found[1]
    return _BULLET.sub(r"\1- ", line, count=1) if _BULLET.match(line) else line
