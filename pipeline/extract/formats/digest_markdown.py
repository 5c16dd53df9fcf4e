"""Digests of "daily papers" repositories as markdown: a heading a paper, then its fields, then the abstract."""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.cited_marks import are_names
from papersieve.pipeline.extract.shared.digest_fields import (
    ABSTRACT,
    ASIDE,
    BULLET,
    HEADING,
    KNOWN,
    OWN_ID,
    PROSE,
    SHORT,
    TAGS,
    TITLES,
    bare_title,
    begins,
    field_of,
    fields_of,
    folded_title,
    is_field,
    is_label,
    is_marked,
    name_of,
)
from papersieve.pipeline.extract.shared.list_item import LINK, leads_to_paper
from papersieve.pipeline.extract.shared.page_lines import Lines

_RULE = re.compile(r"[-*_]{3,}")
#: "- **title**": a list of papers.
_BOLD_ITEM = re.compile(r"[-*+]\s+\*\*[^*]*[^*:：\s]\*\*(?!\s*[:：])")
_DATES = (
    "date",
    "published",
    "publish date",
    "published date",
    "publication date",
    "submitted",
    "updated",
    "year",
    "publication year",
)
#: Brackets of a link between notes.
_NOTE = re.compile(r"\[\[|\]\]")
_VENUES = ("journal", "venue", "conference", "published in", "publication")
_SUBJECTS = ("subjects", "categories", "category", "keywords", "tags")
_PROSE_WORDS, _SENTENCE_WORDS = 4, 8
#: Fields that begin a paper where several stand under one heading.
_PARTING = (*TITLES, "authors", "author")


def recognises(head: Head) -> str | None:
    """Headings, or folded parts, are followed by fields, authors among them."""
    for place, line in enumerate(head.lines):
        if begins(line) and not _BOLD_ITEM.match("".join(head.lines[place + 1 : place + 2])):
            after = list(takewhile(lambda line: not begins(line), head.lines[place + 1 : place + 13]))
            names = [name_of(piece) for line in after for piece in fields_of(line)]
            has_more = len([n for n in names if n]) > 1 or any(BULLET.match(line) for line in after)
            if any(n in ("authors", "author") for n in names) and has_more:
                return f"the heading {line.strip()[:60]!r} is followed by authors and other fields"
            if "abstract" in names and any("<summary" in line for line in after) and any(map(leads_to_paper, after)):
                return f"the heading {line.strip()[:60]!r} is followed by a link to a paper and a folded abstract"
    return None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one paper a heading that fields follow; other headings and the text under them are furniture."""
    sections: list[list[tuple[int, str]]] = [[]]
    for number, line in dump.page(furnished=True):
        if dump.ledger.fate(number) is Fate.BLANK:
            continue
        if begins(line) or (HEADING.match(line) and not _is_within(line, sections[-1])):
            sections.append([])
        sections[-1].append((number, line))
    yield from filter(None, (_entry(part) for section in filter(None, sections) for part in _papers(section)))


def _is_within(heading: str, section: Lines) -> bool:
    """Whether a heading called as a field stands below the heading of a paper, which has fields before it."""
    above = HEADING.match(section[0][1]) if section else None
    level = len(heading) - len(heading.lstrip("#"))
    return bool(above and len(above[1]) < level and any(name_of(line) in KNOWN for _, line in section[1:]))


def _papers(section: Lines) -> list[Lines]:
    """The section, or its parts where several papers stand under one heading, each from its title or first field on."""
    names = [(at, name) for at, (_, line) in enumerate(section) if at and (name := name_of(line)) in _PARTING]
    first = names[0][1] if names else None
    starts = [at for at, name in names if name == first]
    if len(starts) < 2:
        return [section]
    return [section[start:end] for start, end in pairwise([*starts, len(section)])]


def _entry(section: Lines) -> Entry | None:
    found = HEADING.match(section[0][1]) if section else None
    heading = found[2] if found else folded_title(section[0][1]) if section else None
    value = _values(section[1:] if heading else section)
    title = next((value[name] for name in TITLES if LINK.sub("", value.get(name, "")).strip(" |·,")), None) or heading
    authors = value.get("authors") or value.get("author") or _names_above(section[1:])
    names = (*ABSTRACT, *SHORT) if authors else ABSTRACT
    abstract = next((value[name] for name in names if value.get(name)), None)
    if not title or (not authors and not abstract):
        return None
    said = " ".join(line for _, line in section)
    date = next((value[name] for name in _DATES if value.get(name)), None)
    subjects = next((value[name] for name in _SUBJECTS if value.get(name)), "").removeprefix("Subjects:")
    urls = [
        *(u for _, u in LINK.findall(said)),
        *re.findall(
            r"(?<!\()https?://[^\s)>\]'\"]+",
            " ".join([section[0][1] if heading else "", *(v for k, v in value.items() if k not in (*ABSTRACT, PROSE))]),
        ),
    ]
    return Entry(
        section[0][0], section[-1][0],
        title=bare_title(title), abstract=abstract,
        authors=with_others(_NOTE.sub("", LINK.sub(r"\1", authors))) if authors else [],
        venue=next((value[name] for name in _VENUES if value.get(name)), None),
        volume=value.get("volume"), issue=value.get("issue"), pages=value.get("pages"), doi=LINK.sub(r"\1", value.get("doi", "")),
        published_raw=date,
        arxiv=value.get("arxiv id") or value.get("arxiv") or (section[0][1] if heading and OWN_ID.search(section[0][1]) else None),
        categories=[s.strip() for s in re.split(r"[;,]", subjects) if s.strip()],
        urls=[u.rstrip(".,;*") for u in urls],
    )  # fmt: skip


def _names_above(lines: Lines) -> str | None:
    """The line between a heading and the first field that is nothing but names, two or more."""
    above = takewhile(lambda line: not field_of(line), (line for _, line in lines))
    return next((line for line in above if "," in line and are_names(line)), None)


def _values(lines: Lines) -> dict[str, str]:
    """Fields by name; bullets behind other fields than the abstract are the abstract."""
    fields: dict[str, list[str]] = {}
    parts = set[str]()  # of the text, behind the abstract: "**Key insights:**"
    last, before, is_loose = "", 0, False  # whether the last field stands by itself, without marks, as others may
    for number, line in ((number, piece) for number, text in lines for piece in fields_of(text)):
        is_apart, before = number > before + 1, number
        is_abstract, is_begun = last in (*ABSTRACT, PROSE), bool(last) and any(fields[last])
        if _RULE.fullmatch(line.strip()):
            last = "" if is_abstract and is_begun else last
            continue
        found, bullet = field_of(line), BULLET.match(line)
        if found and last and bullet and not is_field(line, *found):
            found = None
        if found and is_begun and is_apart and not is_loose and not bullet and _is_text(line, *found):
            found = None
        is_part = found and is_apart and is_abstract and is_begun and (is_label(line, *found) or ASIDE.match(line))
        parts |= {found[0]} if found and is_part else set()
        # Behind its mark all is abstract, whatever colons it has.
        if found and (not is_abstract or bullet or is_part or is_marked(line, found[0])):
            last, is_loose = found[0], is_apart and not bullet and not is_field(line, "", found[1])
            fields[last] = [found[1]]
        elif bullet and last and last not in (*ABSTRACT, *SHORT, *parts):
            last = "abstract"
            fields.setdefault(last, []).append(bullet[1])
        elif last:
            if is_apart and any(fields[last]) and last not in ABSTRACT and _is_prose(line):
                last = PROSE
            fields.setdefault(last, []).append(bullet[1] if bullet else TAGS.sub(" ", line).strip().removeprefix("> "))
    return {name: " ".join(" ".join(values).split()) for name, values in fields.items()}


def _is_text(line: str, name: str, value: str) -> bool:
    """Whether a line that could be a field is the beginning of a text: "Background: nets dry at night." """
    is_sentence = line.rstrip().endswith((".", "!", "?")) or len(line.split()) >= _SENTENCE_WORDS
    return not HEADING.match(line) and not is_field(line, name, value) and is_sentence and _is_prose(line)


def _is_prose(line: str) -> bool:
    """Whether a line below fields is the beginning of a text: it has some words, and is more than links."""
    return not line.lstrip().startswith(("[", "!", "<", "|", "`")) and len(line.split()) >= _PROSE_WORDS


FORMAT = Format("digest_markdown", "headings followed by fields such as '- **Authors:** …'", recognises, extract)
