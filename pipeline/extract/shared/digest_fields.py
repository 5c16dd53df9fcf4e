"""Fields of papers in Markdown: "**Authors:** …", several on one line, as headings, or in folded parts."""

import re

from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.cited_marks import are_names
from papersieve.pipeline.extract.shared.column_names import column_of
from papersieve.pipeline.extract.shared.list_links import LABEL, LINK, PICTURES

TITLES = ("title", "paper", "paper title", "full title")
ABSTRACT = ("abstract", "summary")
#: Shorter texts that replace a missing abstract, best first: a paragraph below the fields, if it is long enough, then
#: a TL;DR.
PROSE = "paragraph"
SHORT = (PROSE, "tldr", "tl;dr")
HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_FIELD = re.compile(
    r"(?:[-*+>]\s*)*(?:\*\*|__)?(?:[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d]+\s*(?:\*\*|__)?)?(?P<name>[^\W\d_][\w /;-]{0,24}?)\s*(?:[:：]\s*(?:\*\*|__)|(?<!\s)(?:\*\*|__)\s*[:：]?|(?:\*\*|__)\s*[:：]|[:：]{1,2})\s*(?P<value>.*)"
)
BULLET = re.compile(r"\s*[-*+•]\s+(\S.*)")
#: A folded part, `<details><summary>Abstract</summary>`, is also a field.
_FOLDED = re.compile(
    r"(?:<details[^<>]*>)?\s*<summary[^<>]*>\s*(?:<[a-z]+>)?\s*(?P<name>[^<>]*?)\s*[:：]?\s*(?:</[a-z]+>\s*)*</summary>",
    re.IGNORECASE,
)
#: Where the next bold field on a line begins: "**Authors**: … | **Date**: …".
_NEXT_FIELD = re.compile(
    r"(?<=\S)\s{1,4}[|·•]\s+(?=(?:\*\*|__)[^*_]{1,25}?(?:[:：]\s*(?:\*\*|__)|(?:\*\*|__)\s*[:：]))"
)
_PARAGRAPHS = re.compile(r"</?(?:p|font|span)(?: [^<>]*)?>|<br ?/?>", re.IGNORECASE)
TAGS = re.compile(r"</?(?:details|p|br|b|i|em|strong|blockquote)\s*/?>", re.IGNORECASE)
_MARKS = re.compile(r"\[\[|\]\]|(?<!\w)[*_]{1,2}(?=\w)|(?<=[\w.])[*_]{1,2}(?!\w)")
_BY = re.compile(r"^(?:by|with|solo-authored)\b\s*", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.IGNORECASE)
#: Our words for fields: first by the column that tables call so in any language, then by names that tables don't have.
_WORDS = {
    "title": "title", "authors": "authors", "abstract": "abstract", "published": "date", "venue": "venue", "urls": "link",
    "categories": "categories",
}  # fmt: skip
_NAMED = {
    "原文标题": "title", "英文标题": "title", "英文摘要": "abstract", "论文摘要": "abstract", "原文摘要": "abstract", "中文摘要": "translation", "更新日期": "date", "更新时间": "date",
    "时间": "date", "提交日期": "date", "类别": "categories", "分类": "categories", "论文": "link", "代码": "code", "代码链接": "code", "领域": "categories", "期刊": "journal", "会议": "venue", "机构": "affiliation",
    "updated": "update date", "fuente": "source", "학회": "venue", "링크": "link",
}  # fmt: skip
#: A note after a name that says whether the text is the original or a translation.
_WHICH = re.compile(
    r"(?P<name>.*\S)\s*[(（](?:(?P<other>中文|翻译|译文|chinese|translat\w+)|原文|원문|英文|original|english)[)）]"
)
_SIGNS = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d\s]+")
#: The label of a folded abstract: a word for it, alone or in an instruction: "Click to view the abstract".
_FOLDED_ABSTRACT = re.compile(
    r"\W*(?:(?:click|tap|press|here|to|for|show|hide|expand|collapse|view|read|see|toggle|the|full|more|paper|original|english|chinese|ai)\b\W*"
    r"|(?:点击|展开|查看|阅读|论文|原文|中文|英文)\W*|(?P<word>(?:abstract|summary|tl;?dr)\b|摘要)\W*)+(?(word)|(?!))"
)
#: A folded part with another label is a paper, labelled with its title: `<summary><b>title</b> - <a
#: href="link">id</a></summary>`.
_FOLDED_TITLE = re.compile(
    r"(?:<details[^<>]*>)?\s*<summary[^<>]*>\s*(?:<[a-z]+>)?\s*(?P<name>(?=[^<>\s]+\s+[^<>\s])[^<>]{0,500}?)"
    r"(?:[-–—|:\s]|<a\s[^<>]*>(?:(?!</a>).){0,200}</a>)*+(?:</[a-z]+>.{0,2000}?)?</summary>",
    re.IGNORECASE,
)
#: "1. **title**" or "**1. title**", above its fields.
_ITEM_TITLE = re.compile(
    r"(?:\d{1,4}[.)]\s+\*\*|\*\*\d{1,4}[.)]\s+)\[?(?P<name>[^*\[\]]*[^*:：\[\]\s])(?:\]\([^()\s]*\))?\*\*"
)
#: Labels of folded parts that are instructions, not titles.
_CLICK = re.compile(
    r"(?:click\b.*|(?:show|expand|view|read|see)(?: the| more| full| all)*(?: (?:abstract|summary|details?|more|code|text|paper|bibtex))?"
    r"|more(?: details?| info(?:rmation)?)?|table of contents|目录|点击.*|展开.*)\W*",
    re.IGNORECASE,
)
#: Fields that a bullet may hold; a bullet with another word before a colon is a sentence.
KNOWN = {
    *TITLES, *ABSTRACT, *SHORT[1:], *_NAMED.values(), *_WORDS.values(), "author", "published", "publish date", "published date",
    "submitted", "subjects", "category", "url", "urls",
    "pdf", "arxiv", "arxiv id", "paper link", "code link", "project", "project page", "github", "comment", "comments",
    "vote", "votes", "upvotes", "doi", "institution",
    "affiliations", "year", "conference", "volume", "issue", "pages", "tags", "links", "html", "source",
}  # fmt: skip
#: Sections that an abstract may have.
_SECTIONS = (
    "background", "introduction", "motivation", "objective", "objectives", "purpose", "aim", "aims", "method", "methods",
    "approach", "findings", "result", "results", "discussion", "conclusion", "conclusions",
)  # fmt: skip
#: What may surround a title: its arXiv id, signs such as 📄, and votes.
_BEFORE_TITLE = re.compile(
    r"(?:[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d\s]|\[?(?:arxiv:)?\d\d(?:0[1-9]|1[0-2])\.\d{4,5}(?:v\d{1,2})?(?:\][:\s]|[:|\s][-–—|\s]*+))++(?=\S)",
    re.IGNORECASE,
)
#: A link, also to a file beside the page.
LINK_HERE = re.compile(r"\[{1,2}([^\[\]]{0,1000})\]{1,2}\([^()\s]{1,1000}\)\]{0,2}")
OWN_ID = re.compile(r"arxiv|(?:^|>)\W*(?:\d{1,4}[.)]\s+)?\[?\d\d(?:0[1-9]|1[0-2])\.\d{4,5}", re.IGNORECASE)
_BEHIND_TITLE = re.compile(
    r"\s{0,3}(?:[(\[]?\s{0,3}[\u2190-\u21ff\u25b2\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f]{1,4}\s{0,3}(?:upvotes?|votes?)?[:：]?\s{0,3}\d{0,7}|[(\[]\s{0,3}\d{1,7} (?:upvotes?|votes?))\s{0,3}[)\]]?\s*$",
    re.IGNORECASE,
)
#: Remarks of a digest's author after an abstract: "Why it matters: …", "**Our take:** …".
ASIDE = re.compile(
    r"\W*(?:(?:our|my|editor['’]?s) (?:take|view|opinion|notes?|thoughts|comments?)|why (?:it|this) matters|comment(?:ary|s)?|(?:key )?take-?aways?)[^\w:：]*[:：]",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"^(?:\d{1,4}[.)]|(?:\d\ufe0f?\u20e3)+|\[(?:(?:new|replaced|updated|cross) )?\d{1,4}\])\s+|^title\s*[:：]\s*",
    re.IGNORECASE,
)
_LABEL_OF_FIELDS = re.compile(
    r"\W*(?:\d{1,2}[.)]\s*)?(?:meta[ -]?data|meta[ -]?info(?:rmation)?|(?:paper|basic|bibliographic|publication) (?:info(?:rmation)?|details)"
    r"|메타데이터|저자 정보|メタ情報|基本情報|書誌情報|(?:论文)?(?:基本)?信息|元数据|论文元数据)\W*",
    re.IGNORECASE,
)


def begins(line: str) -> bool:
    """Whether a line may begin a paper: a heading that is not a field, or a folded part with a title."""
    return bool((HEADING.match(line) and not field_of(line)) or folded_title(line))


def fields_of(line: str) -> list[str]:
    """The line without tags of paragraphs, split if it has several fields."""
    if "<" in line and "<summary" not in line:
        line = _PARAGRAPHS.sub("", line)
    return _NEXT_FIELD.split(line) if " | " in line or " · " in line or " • " in line else [line]


def field_of(line: str) -> tuple[str, str] | None:
    """The name, as ours, and the value of a line that is a field, else None; a heading is one if it names a field."""
    if heading := HEADING.match(line):
        name = _named(heading[2].strip(" #*:："))
        return (name, "") if name in (*ABSTRACT, *SHORT, "translation", "authors") else None
    if folded := _FOLDED.match(line.strip()):
        name = folded["name"].strip().lower()
        name = "abstract" if _FOLDED_ABSTRACT.fullmatch(name) else _named(name)
        return (name, TAGS.sub(" ", line.strip()[folded.end() :]).strip()) if name in KNOWN else None
    found = _FIELD.fullmatch(line.strip())
    if not found:
        return None
    return _named(found["name"]), found["value"].strip()


def _named(shown: str) -> str:
    """Our name for a field in any language, or our word for the column that tables call so; else the name as shown."""
    name = _SIGNS.sub("", shown, count=1).strip().lower() if not shown.isascii() else shown.strip().lower()
    if which := _WHICH.fullmatch(name):
        if which["other"]:
            return "translation"
        name = which["name"]
    if name in KNOWN or name in _NAMED:
        return _NAMED.get(name, name)
    return _WORDS.get(column_of(name) or "", name)


def name_of(line: str) -> str | None:
    """The name, as ours, of a line that is a field; else None."""
    found = field_of(line)
    return found[0] if found else None


def folded_title(line: str) -> str | None:
    """The title that a folded part or a numbered item begins with; None if it is a field or an instruction."""
    found = _ITEM_TITLE.fullmatch(line.strip()) or _FOLDED_TITLE.match(line.strip())
    return found["name"] if found and not field_of(line) and not _CLICK.fullmatch(found["name"]) else None


def names_in(authors: str) -> list[str]:
    """The names in a field, without links between notes and the marks of bold and italic words."""
    said = _BY.sub("", _MARKS.sub("", titled(authors)).partition(" • ")[0].strip())
    return with_others(re.sub(r"(?<=\w{4})\.$", "", said.strip()))


def names_behind(line: str) -> str | None:
    """The names between the title of a folded part and the links after it; None if there are none."""
    pieces = re.split(r"\s[-–—|]\s", _TAG.sub(" | ", LINK.sub(" ", line))) if "<summary" in line else []
    return next((piece for piece in pieces[1:] if are_names(piece.strip())), None)


def titled(value: str) -> str:
    """The title in a field of that name; empty if it only has links that name what they lead to."""
    return LINK.sub(lambda link: "" if LABEL.fullmatch(link[1]) else link[1], value).strip(" |·,")


def bare_title(title: str) -> str:
    """The title without its number, its id and whatever else lists write around it."""
    plain = _NUMBER.sub("", LINK_HERE.sub(r"\1", PICTURES.sub("", title)).strip("* #")).strip("* #")
    if plain.isascii() and plain[:1].isalpha() and "vote" not in plain and not plain.lower().startswith("arxiv"):
        return plain
    before = _BEFORE_TITLE.match(plain)
    return _BEHIND_TITLE.sub("", _NUMBER.sub("", plain[before.end() if before else 0 :])).strip("* #") or plain


def is_marked(line: str, name: str) -> bool:
    """Whether a line counts as a field even after an abstract: a known one, in bold or as a heading."""
    return name in KNOWN and line.lstrip().startswith(("**", "__", "#"))


def is_label(line: str, name: str, value: str) -> bool:
    """Whether a line is only a bold label that does not name a section of an abstract: "**Key insights:**"."""
    return line.lstrip().startswith("**") and not value and name not in _SECTIONS


def is_label_of_fields(line: str) -> bool:
    """Whether a line is a heading of fields, not of a paper: "## Metadata"; the paper's heading is above it."""
    heading = HEADING.match(line)
    return bool(heading and _LABEL_OF_FIELDS.fullmatch(heading[2]))


def is_field(line: str, name: str, value: str) -> bool:
    """Whether a bullet with a colon is a field, not a sentence: its name is known or bold, or its value is a link."""
    return name in KNOWN or "**" in line or (len(name.split()) < 4 and value.startswith(("http", "[", "<http")))
