"""Digests of "daily papers" repositories as lists: an item a
paper, with its title in bold or as a link, and lines that follow.
"""

import math
import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.markup import is_markdown

Lines = list[tuple[int, str]]

#: An item whose text begins with a title: in bold, as a link, or both; a date in brackets may stand before it.
_ITEM = re.compile(
    r"(?P<indent>\s{0,3})(?:[-*+]|\d{1,4}[.)]|(?P<heading>#{1,6}(?:\s+\d{1,4}[.)])?))\s+(?:[\[(]?(?P<date>\d{4}-\d{2}-\d{2})[\])]?[,:]?\s*)?"
    r"(?:\*\*\s*\[(?P<a>[^\[\]]+)\]\((?P<a_url>[^()\s]+)\)\s*\*\*|\[\*{0,2}(?P<b>[^\[\]]+?)\*{0,2}\]\((?P<b_url>[^()\s]+)\)|\*\*(?P<c>.+?)\*\*)(?P<rest>.*)"
)
_LINK = re.compile(r"\[([^\[\]]{0,1000})\]\((https?://[^)\s]{1,1000})\)")
_URL = re.compile(r"https?://[^\s)>\]\"'`·]+")
_PAPER_URL = re.compile(
    r"https?://(?:www\.|export\.)?(?:arxiv\.org/(?:abs|pdf|html)|doi\.org|dx\.doi\.org|huggingface\.co/papers|openreview\.net|aclanthology\.org|biorxiv\.org|medrxiv\.org)/"
)
_DATE = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_CODE = re.compile(r"`([^`]{1,40})`")
_FOLD = re.compile(
    r"<details[^<>]*>\s*<summary[^<>]*>(?P<name>.*?)</summary>(?P<text>.*?)(?:</details>|$)", re.DOTALL | re.IGNORECASE
)
_TAGS = re.compile(r"<[^<>]{1,100}>")
_MARKED = re.compile(r"^\W*(?:abstract|summary|tl;?dr|摘要)\W*[:：]\W*", re.IGNORECASE)
_AUTHORS = re.compile(r"^\W*(?:authors?|作者)\W*[:：]\s*", re.IGNORECASE)
_HEADING = re.compile(r"#{1,6}\s")
#: Marks of a link to arXiv that stand as text.
_ARXIV_MARK = re.compile(r"arxiv\s*:\s*[\w./-]+", re.IGNORECASE)
_ET_AL = re.compile(r"et\.? ?al\.?,?$")
_ITALIC = re.compile(r"\s*(?:[-*+]\s+)?([*_])[^*_].*\1\s*$")
#: Words from which on a line below an item, which is nothing else, is its abstract.
_ABSTRACT_WORDS, _SENTENCE_WORDS = 12, 4


def recognises(head: Head) -> str | None:
    """Two items with titles and links to papers, or an item with a folded abstract."""
    if not is_markdown(head.text):
        return None
    items = [entry for lines in _items(list(enumerate(head.lines, start=1))) if (entry := _entry(lines))]
    if len(items) > 1 or any(entry.abstract for entry in items):
        return f"its items begin with titles, such as {(items[0].title or '')[:60]!r}, and link to papers"
    return None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one paper an item that links to one; everything else is furniture."""
    lines, at = dump.page(), 0
    for item in _items([(n, text) for n, text in lines if dump.ledger.fate(n) is not Fate.BLANK]):
        if entry := _entry(item):
            _pass_over(dump, lines, at, entry.line_start)
            dump.ledger.claim(entry.line_start, entry.line_end)
            at = entry.line_end
            yield entry
    _pass_over(dump, lines, at, math.inf)


def _pass_over(dump: OpenDump, lines: Lines, behind: int, before: float) -> None:
    """Lines between these two that were read are furniture; what could not be read was rejected."""
    for number, _ in lines:
        if behind < number < before:
            dump.ledger.fill(number, number, Fate.FURNITURE)


def _items(lines: Lines) -> Iterator[Lines]:
    """Each item with the lines that belong to it: up to the next item of as little indent, or heading."""
    item: Lines = []
    for number, text in lines:
        if (found := _item(text)) or _HEADING.match(text):
            if item:
                yield item
            item = [(number, text)] if found else []
        elif item:
            item.append((number, text))
    if item:
        yield item


def _item(text: str) -> re.Match[str] | None:
    """The beginning of an item; a heading is one where its title links to a paper."""
    found = _ITEM.match(text)
    if found and found["heading"] and not _PAPER_URL.match(found["a_url"] or found["b_url"] or ""):
        return None
    return found


def _entry(lines: Lines) -> Entry | None:
    found = _item(lines[0][1])
    if not found:
        return None
    whole = "\n".join(text for _, text in lines)
    folds = {_TAGS.sub("", f["name"]).strip(" *:：").lower(): _TAGS.sub(" ", f["text"]) for f in _FOLD.finditer(whole)}
    shown = [found["rest"], *_FOLD.sub("", "\n".join(text for _, text in lines[1:])).split("\n")]
    urls = [u.rstrip(".,;*") for u in _URL.findall(whole)]
    if not any(map(_PAPER_URL.match, urls)) and not folds:
        return None
    abstract = next((folds[name] for name in ("abstract", "summary", "tldr", "摘要", "show") if name in folds), None)
    abstract = abstract or next((_MARKED.sub("", line) for line in shown if _MARKED.match(line)), None)
    authors, line_of_authors = _authors(shown)
    abstract = abstract or " ".join(
        text for line in shown[1:] if line != line_of_authors and (text := _sentences(line))
    )
    date = found["date"] or next((m[1] for line in shown if (m := _DATE.search(line))), None)
    return Entry(
        lines[0][0], lines[-1][0],
        title=(found["a"] or found["b"] or found["c"] or "").strip(" *"),
        abstract=" ".join(abstract.split()) if abstract else None,
        authors=authors,
        published_raw=date, published=parse_date(date or ""),
        categories=[c for line in shown for c in _CODE.findall(line) if "." in c or c.isalpha()],
        urls=urls,
    )  # fmt: skip


def _sentences(line: str) -> str | None:
    """The text of a line that is long enough for an abstract, and neither links nor code."""
    text = re.sub(r"^\s*(?:[-*+>]\s*)+", "", line).strip()
    least = _SENTENCE_WORDS if text.endswith((".", "。")) else _ABSTRACT_WORDS
    return text if len(text.split()) >= least and not _LINK.search(text) and not _CODE.search(text) else None


def _authors(lines: list[str]) -> tuple[list[str], str | None]:
    """Names of a line that says so, else of the first line that is nothing but names; and that line."""
    for line in lines:
        if _AUTHORS.match(line):
            return with_others(_AUTHORS.sub("", _LINK.sub(r"\1", line)).strip(" *_")), line
    for line in lines:
        text = _ARXIV_MARK.sub("", _DATE.sub("", _LINK.sub("", line))).strip(" *_-–—,;·()[]>")
        names = with_others(text) if text and not _URL.search(text) and not _MARKED.match(line) else []
        is_list = len(names) > 1 or bool(names and _ITALIC.match(line))
        if is_list and all(1 < len(name.split()) < 6 or _ET_AL.fullmatch(name) for name in names):
            return names, line
    return [], None


FORMAT = Format("digest_list", "items such as '- **title**', with links to papers below", recognises, extract)
