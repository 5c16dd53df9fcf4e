"""Digests of "daily papers" repositories as markdown: a heading a paper, then its fields, then the abstract."""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.dates import parse_date

_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_FIELD = re.compile(
    r"(?:[-*+>]\s*)*(?:\*\*|__)?(?P<name>[^\W\d_][\w /;-]{0,24}?)\s*(?:[:：]\s*(?:\*\*|__)|(?:\*\*|__)\s*[:：]?|[:：])\s*(?P<value>.*)"
)
_BULLET = re.compile(r"\s*[-*+•]\s+(\S.*)")
#: A folded part, `<details><summary>Abstract</summary>`, is a field as well.
_FOLDED = re.compile(
    r"(?:<details[^<>]*>)?\s*<summary[^<>]*>\s*(?:<[a-z]+>)?\s*(?P<name>[^<>]*?)\s*[:：]?\s*(?:</[a-z]+>\s*)*</summary>",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-*_]{3,}")
#: Where a line of several fields in bold goes on with the next: "**Authors**: … | **Date**: …".
_NEXT_FIELD = re.compile(r"\s+[|·•]\s+(?=(?:\*\*|__)[^*_]{1,25}?(?:[:：]\s*(?:\*\*|__)|(?:\*\*|__)\s*[:：]))")
_BOLD, _PARAGRAPHS = re.compile(r"</?(?:strong|b)>", re.IGNORECASE), re.compile(r"</?p>|<br ?/?>", re.IGNORECASE)
_TAGS = re.compile(r"</?(?:details|p|br|b|i|em|strong|blockquote)\s*/?>", re.IGNORECASE)
#: Names of fields in Chinese, as ours.
_CHINESE = {
    "标题": "title", "题目": "title", "论文标题": "title", "作者": "authors", "摘要": "abstract", "英文摘要": "abstract",
    "中文摘要": "translation", "简介": "abstract",
    "日期": "date", "发表日期": "date", "发表时间": "date", "提交日期": "date", "更新日期": "date", "更新时间": "date", "发布日期": "date",
    "发布时间": "date", "时间": "date", "链接": "link", "论文链接": "link", "代码": "code", "代码链接": "code", "类别": "categories",
    "分类": "categories", "领域": "categories", "期刊": "journal", "会议": "venue", "机构": "affiliation", "关键词": "keywords",
}  # fmt: skip
#: Words by which the name of a folded part tells what is in it: "Click to view the abstract".
_FOLDS = {"abstract": "abstract", "摘要": "abstract", "summary": "abstract", "tl;dr": "abstract", "tldr": "abstract"}
#: A folded part that is called otherwise is a paper with its title: `<summary><b>title</b> - <a
#: href="link">id</a></summary>`.
_FOLDED_TITLE = re.compile(
    r"(?:<details[^<>]*>)?\s*<summary[^<>]*>\s*(?:<[a-z]+>)?\s*(?P<name>(?=[^<>\s]+\s+[^<>\s])[^<>]*?)\s*"
    r"(?:[-–—|:]|<a\s[^<>]*>.{0,200}?</a>|\s)*(?:</[a-z]+>.{0,500}?)?</summary>",
    re.IGNORECASE,
)
#: "1. **title**", above its fields.
_ITEM_TITLE = re.compile(r"\d{1,4}[.)]\s+\*\*\[?(?P<name>[^*\[\]]*[^*:：\[\]\s])(?:\]\([^()\s]*\))?\*\*")
#: "- **title**": a list of papers.
_BOLD_ITEM = re.compile(r"[-*+]\s+\*\*[^*]*[^*:：\s]\*\*(?!\s*[:：])")
_TITLES = ("title", "paper", "paper title")
#: What stands around a title: its arXiv id, signs such as 📄, and votes.
_BEFORE_TITLE = re.compile(
    r"(?:[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d\s]+|\[?(?:arxiv:)?\d{4}\.\d{4,5}(?:v\d{1,2})?(?:\][:\s]|[:|\s][-–—|\s]*))+(?=\S)",
    re.IGNORECASE,
)
_OWN_ID = re.compile(r"arxiv|(?:^|>)\W*(?:\d{1,4}[.)]\s+)?\[?\d{4}\.\d{4,5}", re.IGNORECASE)
_BEHIND_TITLE = re.compile(
    r"\s*[(\[]?\s*(?:[\u2190-\u21ff\u25b2\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f]+\s*(?:upvotes?|votes?)?[:：]?\s*\d*|\d+ (?:upvotes?|votes?))\s*[)\]]?\s*$",
    re.IGNORECASE,
)
_LINK = re.compile(r"\[([^\[\]]{0,1000})\]\((https?://[^)\s]{1,1000})\)")
_NUMBER = re.compile(r"^(?:\d{1,4}[.)]|\[\d{1,4}\])\s+")
_DATES = ("date", "published", "publish date", "published date", "publication date", "submitted", "updated")
_SUBJECTS = ("subjects", "categories", "category", "keywords", "tags")
_CLICK = re.compile(r"click|show|expand|view|more|read|table of contents|目录|点击|展开", re.IGNORECASE)
_ABSTRACT = ("abstract", "summary")
#: What says it shorter, in the order in which they stand for an abstract: a paragraph below fields first, if it is of
#: some words.
_PROSE = "paragraph"
_SHORT = (_PROSE, "tldr", "tl;dr")
_PROSE_WORDS = 4
#: Fields that a bullet may have; one with another word before a colon is a sentence.
_KNOWN = {
    *_TITLES, *_ABSTRACT, *_SHORT[1:], *_CHINESE.values(), "author", "published", "publish date", "published date", "updated",
    "submitted", "subjects", "category", "url", "urls",
    "pdf", "arxiv", "arxiv id", "paper link", "code link", "project", "project page", "github", "comment", "comments",
    "vote", "votes", "upvotes", "doi", "institution",
    "affiliations", "tags", "links", "html", "source",
}  # fmt: skip
#: Fields that begin a paper where several stand under one heading.
_PARTING = (*_TITLES, "authors", "author")

Lines = list[tuple[int, str]]


def recognises(head: Head) -> str | None:
    """Headings, or folded parts, are followed by fields, authors among them."""
    for place, line in enumerate(head.lines):
        if _begins(line) and not _BOLD_ITEM.match("".join(head.lines[place + 1 : place + 2])):
            after = list(takewhile(lambda line: not _begins(line), head.lines[place + 1 : place + 13]))
            names = [_name(piece) for line in after for piece in _pieces(line)]
            has_more = len([n for n in names if n]) > 1 or any(_BULLET.match(line) for line in after)
            if any(n in ("authors", "author") for n in names) and has_more:
                return f"the heading {line.strip()[:60]!r} is followed by authors and other fields"
    return None


def _begins(line: str) -> bool:
    """Whether a line may begin a paper: a heading that is no field, or a folded part with a title."""
    return bool((_HEADING.match(line) and not _field(line)) or _folded_title(line))


def _pieces(line: str) -> list[str]:
    """The line, or the fields that stand in it, with the marks of markdown where it has those of HTML."""
    if "<" in line and "<summary" not in line:
        line = _BOLD.sub("**", _PARAGRAPHS.sub("", line))
    return _NEXT_FIELD.split(line)


def _field(line: str) -> tuple[str, str] | None:
    """(name, value) of a line that is a field, the name as ours; a heading is one where it is called so."""
    if heading := _HEADING.match(line):
        name = heading[2].strip(" #*:：").lower()
        name = _CHINESE.get(name, name)
        return (name, "") if name in (*_ABSTRACT, *_SHORT, "translation", "authors") else None
    if folded := _FOLDED.match(line.strip()):
        name = folded["name"].strip().lower()
        name = next((ours for word, ours in _FOLDS.items() if word in name), _CHINESE.get(name, name))
        return (name, _TAGS.sub(" ", line.strip()[folded.end() :]).strip()) if name in _KNOWN else None
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
        if _begins(line) or (_HEADING.match(line) and not _is_within(line, sections[-1])):
            sections.append([])
        sections[-1].append((number, line))
    at = 0
    for section in filter(None, sections):
        for part in _papers(section):
            if entry := _entry(part):
                dump.ledger.fill(at + 1, entry.line_start - 1, Fate.FURNITURE)
                dump.ledger.claim(entry.line_start, entry.line_end)
                at = entry.line_end
                yield entry
        dump.ledger.fill(at + 1, section[-1][0], Fate.FURNITURE)


def _is_within(heading: str, section: Lines) -> bool:
    """Whether a heading called as a field stands below the heading of a paper, which has fields before it."""
    above = _HEADING.match(section[0][1]) if section else None
    level = len(heading) - len(heading.lstrip("#"))
    return bool(above and len(above[1]) < level and any(_name(line) in _KNOWN for _, line in section[1:]))


def _folded_title(line: str) -> str | None:
    """The title that a folded part, or a numbered item, begins
    with; None where it is a field, or only says what to click on.
    """
    found = _ITEM_TITLE.fullmatch(line.strip()) or _FOLDED_TITLE.match(line.strip())
    return found["name"] if found and not _field(line) and not _CLICK.match(found["name"]) else None


def _papers(section: Lines) -> list[Lines]:
    """The section, or its parts where several papers stand under one heading, each from its title or first field on."""
    names = [(at, name) for at, (_, line) in enumerate(section) if at and (name := _name(line)) in _PARTING]
    first = names[0][1] if names else None
    starts = [at for at, name in names if name == first]
    if len(starts) < 2:
        return [section]
    return [section[start:end] for start, end in pairwise([*starts, len(section)])]


def _entry(section: Lines) -> Entry | None:
    found = _HEADING.match(section[0][1]) if section else None
    heading = found[2] if found else _folded_title(section[0][1]) if section else None
    value = _values(section[1:] if heading else section)
    title = next((value[name] for name in _TITLES if _LINK.sub("", value.get(name, "")).strip(" |·,")), None) or heading
    authors = value.get("authors") or value.get("author")
    names = (*_ABSTRACT, *_SHORT) if authors else _ABSTRACT
    abstract = next((value[name] for name in names if value.get(name)), None)
    if not title or (not authors and not abstract):
        return None
    said = " ".join(line for _, line in section)
    date = next((value[name] for name in _DATES if value.get(name)), None)
    subjects = next((value[name] for name in _SUBJECTS if value.get(name)), "").removeprefix("Subjects:")
    urls = [
        *(u for _, u in _LINK.findall(said)),
        *re.findall(
            r"(?<!\()https?://[^\s)>\]'\"]+",
            " ".join(
                [section[0][1] if heading else "", *(v for k, v in value.items() if k not in (*_ABSTRACT, _PROSE))]
            ),
        ),
    ]
    return Entry(
        section[0][0], section[-1][0],
        title=_bare(title), abstract=abstract,
        authors=with_others(_LINK.sub(r"\1", authors)) if authors else [],
        venue=value.get("journal") or value.get("venue"),
        published_raw=date, published=parse_date(date) if date else None,
        arxiv=value.get("arxiv id") or value.get("arxiv") or (section[0][1] if heading and _OWN_ID.search(section[0][1]) else None),
        categories=[s.strip() for s in re.split(r"[;,]", subjects) if s.strip()],
        urls=[u.rstrip(".,;*") for u in urls],
    )  # fmt: skip


def _bare(title: str) -> str:
    """The title without its number, its id, and what else lists write around it."""
    plain = _NUMBER.sub("", _LINK.sub(r"\1", title)).strip("* #")
    before = _BEFORE_TITLE.match(plain)
    return _BEHIND_TITLE.sub("", plain[before.end() if before else 0 :]).strip("* #") or plain


def _values(lines: Lines) -> dict[str, str]:
    """Fields by name; bullets behind other fields than the abstract are the abstract."""
    fields: dict[str, list[str]] = {}
    last, before = "", 0
    for number, line in ((number, piece) for number, text in lines for piece in _pieces(text)):
        is_apart, before = number > before + 1, number
        if _RULE.fullmatch(line.strip()):
            continue
        found, bullet = _field(line), _BULLET.match(line)
        if found and bullet and last and not _is_field(line, *found):
            found = None
        if found and not (
            last in (*_ABSTRACT, _PROSE) and not bullet and not _is_marked(line, found[0])
        ):  # behind its mark all is abstract, whatever colons it has
            last = found[0]
            fields[last] = [found[1]]
        elif bullet and last and last not in (*_ABSTRACT, *_SHORT):
            last = "abstract"
            fields.setdefault(last, []).append(bullet[1])
        elif last:
            if is_apart and any(fields[last]) and last not in _ABSTRACT and _is_prose(line):
                last = _PROSE
            fields.setdefault(last, []).append(bullet[1] if bullet else _TAGS.sub(" ", line).strip())
    return {name: " ".join(" ".join(values).split()) for name, values in fields.items()}


def _is_prose(line: str) -> bool:
    """Whether a line below fields is the beginning of a text: it has some words, and is more than links."""
    return not line.lstrip().startswith(("[", "!", "<", "|", "`")) and len(line.split()) >= _PROSE_WORDS


def _is_marked(line: str, name: str) -> bool:
    """Whether a line is a field behind an abstract as well: one that is known, and in bold or a heading."""
    return name in _KNOWN and line.lstrip().startswith(("**", "__", "#"))


def _is_field(line: str, name: str, value: str) -> bool:
    """Whether a bullet with a colon is a field, and no sentence: its name is known, or in bold, or leads to a link."""
    return name in _KNOWN or "**" in line or (len(name.split()) < 4 and value.startswith(("http", "[", "<http")))


FORMAT = Format("digest_markdown", "headings followed by fields such as '- **Authors:** …'", recognises, extract)
