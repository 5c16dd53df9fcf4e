"""Digests of "daily papers" repositories as markdown: a heading a paper, then its fields, then the abstract."""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.dates import parse_date

_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_FIELD = re.compile(
    r"(?:[-*+>]\s*)*(?:\*\*|__)?(?P<name>[^\W\d_][\w /-]{0,24}?)\s*(?:[:：]\s*(?:\*\*|__)|(?:\*\*|__)\s*[:：]?|[:：])\s*(?P<value>.*)"
)
_BULLET = re.compile(r"\s*[-*+•]\s+(\S.*)")
#: A folded part, `<details><summary>Abstract</summary>`, is a field as well.
_FOLDED = re.compile(
    r"(?:<details[^<>]*>)?\s*<summary[^<>]*>\s*(?:<[a-z]+>)?\s*(?P<name>[^<>]*?)\s*[:：]?\s*(?:</[a-z]+>\s*)*</summary>",
    re.IGNORECASE,
)
_TAGS = re.compile(r"</?(?:details|p|br|b|i|em|strong|blockquote)\s*/?>", re.IGNORECASE)
#: Names of fields in Chinese, as ours.
_CHINESE = {
    "标题": "title", "题目": "title", "论文标题": "title", "作者": "authors", "摘要": "abstract", "英文摘要": "abstract", "中文摘要": "translation", "简介": "abstract",
    "日期": "date", "发布日期": "date", "发布时间": "date", "时间": "date", "链接": "link", "论文链接": "link", "代码": "code", "代码链接": "code", "类别": "categories",
    "分类": "categories", "领域": "categories", "期刊": "journal", "会议": "venue", "机构": "affiliation", "关键词": "keywords",
}  # fmt: skip
_TITLES = ("title", "paper", "paper title")
_LINK = re.compile(r"\[([^\[\]]{0,1000})\]\((https?://[^)\s]{1,1000})\)")
_NUMBER = re.compile(r"^(?:\d{1,4}[.)]|\[\d{1,4}\])\s+")
_ABSTRACT = ("abstract", "summary", "tldr", "tl;dr")
#: Fields that a bullet may have; one with another word before a colon is a sentence.
_KNOWN = {
    *_TITLES, *_ABSTRACT, *_CHINESE.values(), "author", "published", "publish date", "published date", "updated", "submitted", "subjects", "category", "url", "urls",
    "pdf", "arxiv", "arxiv id", "paper link", "code link", "project", "project page", "github", "comment", "comments", "vote", "votes", "upvotes", "doi", "institution",
    "affiliations", "tags", "links", "html", "source",
}  # fmt: skip
#: Fields that begin a paper where several stand under one heading.
_PARTING = (*_TITLES, "authors", "author")

Lines = list[tuple[int, str]]


def recognises(head: Head) -> str | None:
    """Headings are followed by fields, authors among them."""
    for place, line in enumerate(head.lines):
        if _HEADING.match(line):
            after = list(takewhile(lambda line: not _HEADING.match(line), head.lines[place + 1 : place + 13]))
            names = [_name(line) for line in after]
            has_more = len([n for n in names if n]) > 1 or any(_BULLET.match(line) for line in after)
            if any(n in ("authors", "author") for n in names) and has_more:
                return f"the heading {line.strip()[:60]!r} is followed by authors and other fields"
    return None


def _field(line: str) -> tuple[str, str] | None:
    """(name, value) of a line that is a field, the name as ours."""
    if folded := _FOLDED.match(line.strip()):
        return folded["name"].strip().lower(), _TAGS.sub(" ", line.strip()[folded.end() :]).strip()
    found = _FIELD.fullmatch(line.strip())
    if not found:
        return None
    name = found["name"].strip().lower()
    return _CHINESE.get(name, name), found["value"].strip()


def _name(line: str) -> str | None:
    found = _field(line)
    return found[0] if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one paper a heading that fields follow; other headings and the text under them are furniture."""
    sections: list[list[tuple[int, str]]] = [[]]
    for number, line in dump.page():
        if dump.ledger.fate(number) is Fate.BLANK:
            continue
        if _HEADING.match(line):
            sections.append([])
        sections[-1].append((number, line))
    for section in sections:
        for part in _papers(section):
            if entry := _entry(part):
                dump.ledger.claim(entry.line_start, entry.line_end)
                yield entry
        for number, _ in section:
            dump.ledger.fill(number, number, Fate.FURNITURE)


def _papers(section: Lines) -> list[Lines]:
    """The section, or its parts where several papers stand under one heading, each from its title or first field on."""
    names = [(at, name) for at, (_, line) in enumerate(section) if at and (name := _name(line)) in _PARTING]
    first = names[0][1] if names else None
    starts = [at for at, name in names if name == first]
    if len(starts) < 2:
        return [section]
    return [section[start:end] for start, end in pairwise([*starts, len(section)])]


def _entry(section: Lines) -> Entry | None:
    heading = _HEADING.match(section[0][1]) if section else None
    value = _values(section[1:] if heading else section)
    title = next((value[name] for name in _TITLES if value.get(name)), None) or (heading[2] if heading else None)
    authors, abstract = (
        value.get("authors") or value.get("author"),
        next((value[a] for a in _ABSTRACT if value.get(a)), None),
    )
    if not title or (not authors and not abstract):
        return None
    said = " ".join(line for _, line in section)
    date = value.get("date") or value.get("published") or value.get("publish date")
    subjects = (value.get("subjects") or value.get("categories") or "").removeprefix("Subjects:")
    urls = [
        *(u for _, u in _LINK.findall(said)),
        *re.findall(r"(?<!\()https?://[^\s)>\]]+", " ".join(v for k, v in value.items() if k not in _ABSTRACT)),
    ]
    return Entry(
        section[0][0], section[-1][0],
        title=_NUMBER.sub("", _LINK.sub(r"\1", title)).strip("* #"), abstract=abstract,
        authors=split_names(_LINK.sub(r"\1", authors)) if authors else [],
        venue=value.get("journal") or value.get("venue"),
        published_raw=date, published=parse_date(date) if date else None,
        categories=[s.strip() for s in re.split(r"[;,]", subjects) if s.strip()],
        urls=[u.rstrip(".,;*") for u in urls],
    )  # fmt: skip


def _values(lines: Lines) -> dict[str, str]:
    """Fields by name; bullets behind other fields than the abstract are the abstract."""
    fields: dict[str, list[str]] = {}
    last = ""
    for _, line in lines:
        found, bullet = _field(line), _BULLET.match(line)
        if found and bullet and last and not _is_field(line, *found):
            found = None
        if found and not (last in _ABSTRACT and not bullet):  # behind its mark all is abstract, whatever colons it has
            last = found[0]
            fields[last] = [found[1]]
        elif bullet and last and last not in _ABSTRACT:
            last = "abstract"
            fields.setdefault(last, []).append(bullet[1])
        elif last:
            fields[last].append(bullet[1] if bullet else _TAGS.sub(" ", line).strip())
    return {name: " ".join(" ".join(values).split()) for name, values in fields.items()}


def _is_field(line: str, name: str, value: str) -> bool:
    """Whether a bullet with a colon is a field, and no sentence: its name is known, or in bold, or leads to a link."""
    return name in _KNOWN or "**" in line or (len(name.split()) < 4 and value.startswith(("http", "[", "<http")))


FORMAT = Format("digest_markdown", "headings followed by fields such as '- **Authors:** …'", recognises, extract)
