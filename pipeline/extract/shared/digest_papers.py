"""The papers below headings in Markdown: one heading per paper, then its fields, then the abstract."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.cited_marks import are_names
from papersieve.pipeline.extract.shared.column_names import guess_columns
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
    names_behind,
    names_in,
    titled,
)
from papersieve.pipeline.extract.shared.digest_sections import BOLD_ITEM, headed, paper_sections
from papersieve.pipeline.extract.shared.list_links import LABEL, LINK, addresses, leads_to_paper
from papersieve.pipeline.extract.shared.page_lines import Lines
from papersieve.pipeline.extract.shared.table_columns import entry_of

_RULE, _CODE = re.compile(r"[-*_]{3,}"), re.compile(r"\s*(?:```|~~~)")
#: The whole title, in bold below a nickname: "### CLIP (2021)".
_BOLD_LINE, _NICKNAME_WORDS = re.compile(r"\*\*((?:[^\s*]+ ){3,}[^*]*[^\s*:])\*\*"), 3
#: The address of a link in Markdown or HTML.
_LINKED = re.compile(r"(?:\]\(|href=[\"'])(https?://[^\s)\"<>]{1,1000})")
#: Links behind an abstract that name what they lead to.
_LINKS_BEHIND = re.compile(rf"(?:\s+(?:[|·•]\s+)?\[{LABEL.pattern}\]\([^()\s]+\))+$", re.IGNORECASE)
#: What follows an author: "Gale, Hugh | University of Towers".
_OF_INSTITUTION = re.compile(r"\s+\|\s.*$")
#: A title with its year, as the heading of a page: "# Lamps in Towers (2020)".
_DATED = re.compile(r"(\S.{8,300}\S) \(((?:19|20)\d\d)\)")
_PROSE_WORDS, _SENTENCE_WORDS, _TEXT_WORDS, _MOST_FIELDS = 4, 8, 10, 20
#: Fields, in our words, whose value ends with its line, unless that ends with a comma.
_ON_A_LINE = frozenset(
    ("authors", "author", "date", "published", "year", "venue", "journal", "doi", "arxiv id", "link", "url", "pdf")
)
#: Fields, in our words, that only papers have.
_OF_PAPER = frozenset(("authors", "author", "arxiv id", "doi"))


def tells_papers(lines: Sequence[str]) -> str | None:
    """Why the lines are a digest: the first heading followed by a paper's fields; None if there is none."""
    lines = [line for _, line in headed(list(enumerate(lines))) if line.strip()]
    for place, line in enumerate(lines):
        below = lines[place + 1 : place + 1 + _MOST_FIELDS]
        if begins(line) and not _is_list("".join(below[:1])):  # fields in a code block are a template
            after = list(takewhile(lambda line: not (begins(line) or _CODE.match(line)), below))
            if told := _told(line, after, is_first=not place):
                return f"the heading {line.strip()[:60]!r} is followed by {told}"
    return None


def _told(line: str, after: list[str], *, is_first: bool) -> str | None:
    """What tells that the lines after a heading are about a paper: fields, names, a link or an abstract."""
    names = [name for text in after for piece in fields_of(text) if (name := name_of(piece))]
    people, is_linked = _names_above(list(enumerate(after))), any(map(leads_to_paper, after))
    if not _OF_PAPER.isdisjoint(names) and (len(names) > 1 or any(map(BULLET.match, after))):
        return "authors or an id, and other fields"
    is_by_people = people and (is_linked or any(len(text.split()) > _TEXT_WORDS for text in after))
    is_found_there = leads_to_paper(line) or (is_linked and any("<summary" in text for text in after))
    if not {*ABSTRACT, *SHORT}.isdisjoint(names) and ("title" in names or is_by_people or is_found_there):
        return "an abstract, beside a title, names or a link to a paper"
    if is_first and people and _DATED.fullmatch(line.strip("# ")):
        return "names, and has a year"
    return "a link to a paper, and its venue" if is_found(dict(filter(None, map(field_of, after)))) else None


def _is_list(after: str) -> bool:
    """Whether the line below a heading begins a list of papers: an item with a bold title."""
    return bool(BOLD_ITEM.match(after)) and name_of(after) not in KNOWN


def papers(lines: Lines) -> Iterator[Entry]:
    """The papers below headings among these lines."""
    return filter(None, map(section_entry, paper_sections(headed(lines, nested=True))))


def section_entry(section: Lines) -> Entry | None:
    """The paper of a section; None if it lacks a title, or has neither authors nor a paper's abstract."""
    found = HEADING.match(section[0][1]) if section else None
    heading = found[2] if found else folded_title(section[0][1]) if section else None
    if heading and len(section) > 1 and len(heading.split()) <= _NICKNAME_WORDS:
        heading = whole[1] if (whole := _BOLD_LINE.fullmatch(section[1][1].strip())) else heading
    value = _values(section[1:] if heading else section)
    columns = guess_columns(list(value))
    stated = next((text for name in columns.get("title", ()) if (text := titled(value[name]))), None)
    named = next((value[name] for name in columns.get("authors", ())), None)
    above = _names_above(section[1:]) or ""
    authors = named or (above if value or "," in above else "") or names_behind(section[0][1]) or ""
    abstract = next((value[name] for name in ((*ABSTRACT, *SHORT) if authors else ABSTRACT) if name in value), None)
    title, has_id = stated or heading, not columns.keys().isdisjoint(("doi", "arxiv"))
    if not title or not (authors or has_id or is_found(value) or (abstract and is_of_paper(section))):
        return None
    fields = {
        name: LINK.sub(r"\1", text).replace("*", "").removeprefix("Subjects:")
        for name, text in value.items()
        if name != "source"
    }
    if not stated and (dated := _DATED.fullmatch(title)):
        title, fields = dated[1], {"year": dated[2], **fields}
    fields["title"] = title
    entry = entry_of(fields, guess_columns(list(fields))) or Entry()
    entry.line_start, entry.line_end, entry.said = section[0][0], section[-1][0], {}
    entry.title, entry.authors = bare_title(title), names_in(authors)
    entry.abstract = _LINKS_BEHIND.sub("", abstract) if abstract else None
    entry.arxiv = entry.arxiv or (section[0][1] if heading and OWN_ID.search(section[0][1]) else None)
    told = [LINK.sub(r"\1", section[0][1]), *(text for name, text in fields.items() if name not in (*ABSTRACT, PROSE))]
    said = " ".join(line for _, line in section)
    entry.urls = _LINKED.findall(said) + addresses(" ".join(told))
    return entry


def is_found(value: dict[str, str]) -> bool:
    """Whether fields say where to find a paper: a link to it, and its venue."""
    return any(map(leads_to_paper, value.values())) and "venue" in guess_columns(list(value))


def is_of_paper(section: Lines) -> bool:
    """Whether a section without authors is a paper: it has a title or abstract field, or links to a paper."""
    pieces = ((line, piece) for _, line in section for piece in fields_of(line))
    return any(name_of(piece) in (*TITLES, *ABSTRACT) or leads_to_paper(line) for line, piece in pieces)


def _names_above(lines: Lines) -> str | None:
    """The line of names between a heading and the first field: several names, or one name right below the heading."""
    above = enumerate(takewhile(lambda line: not field_of(line), (line for _, line in lines)))
    return next((line for at, line in above if ("," in line or not at) and are_names(line.strip(" *_"))), None)


def _values(lines: Lines) -> dict[str, str]:
    """Values by field name; bullets after a field other than the abstract become the abstract."""
    fields: dict[str, list[str]] = {}
    parts = set[str]()  # labels in the text after the abstract: "**Key insights:**"
    last, before, is_loose = "", 0, False  # is_loose: the last field is unmarked and after a blank line
    for number, line in ((number, piece) for number, text in lines for piece in fields_of(text)):
        is_apart, before = number > before + 1, number
        is_abstract, is_begun = last in (*ABSTRACT, PROSE), bool(last) and any(fields[last])
        if _RULE.fullmatch(line.strip()) or not line.strip(" >"):
            last = "" if is_abstract and is_begun and line.strip(" >") else last
            continue
        found, bullet = field_of(line), BULLET.match(line)
        if found and last and bullet and not is_field(line, *found):
            found = None
        if found and is_begun and is_apart and not is_loose and not bullet and _is_text(line, *found):
            found = None
        if found and is_begun and last in TITLES and not is_apart and not bullet and not is_field(line, *found):
            found = None  # the second line of a title
        is_part = found and is_apart and is_abstract and is_begun and (is_label(line, *found) or ASIDE.match(line))
        parts |= {found[0]} if found and is_part else set()
        # After its mark everything belongs to the abstract, even lines with colons.
        if found and (not is_abstract or bullet or is_part or is_marked(line, found[0])):
            if found[0] == "abstract" and any(fields.get("abstract", ())) and "요약" in line[:20]:
                found = ("translation", found[1])
            is_more = found[0] == last == "author"  # one author per line, each with an institution
            last, is_loose = found[0], is_apart and not bullet and not is_field(line, "", found[1])
            value = _OF_INSTITUTION.sub("", found[1]) if last == "author" else found[1]
            fields[last] = [*fields[last], f"; {value}"] if is_more else [value]
        elif bullet and last and last not in (*ABSTRACT, *SHORT, *parts):
            last = "abstract"
            fields.setdefault(last, []).append(bullet[1])
        elif last:
            is_other = not are_names(line.strip()) if last in ("authors", "author") else _is_prose(line)
            is_whole = is_apart or (last in _ON_A_LINE and not "".join(fields[last]).endswith(("(", ",", " and")))
            if is_whole and any(fields[last]) and last not in ABSTRACT and is_other:
                last = PROSE
            fields.setdefault(last, []).append(bullet[1] if bullet else TAGS.sub(" ", line).strip().removeprefix("> "))
    return {name: text for name, values in fields.items() if (text := " ".join(" ".join(values).split()))}


def _is_text(line: str, name: str, value: str) -> bool:
    """Whether a line that could be a field begins a text instead: "Background: nets dry at night." """
    is_sentence = line.rstrip().endswith((".", "!", "?")) or len(line.split()) >= _SENTENCE_WORDS
    return not HEADING.match(line) and not is_field(line, name, value) and is_sentence and _is_prose(line)


def _is_prose(line: str) -> bool:
    """Whether a line below fields begins a text: it has several words and does not start with a link or markup."""
    return not line.lstrip().startswith(("[", "!", "<", "|", "`")) and len(line.split()) >= _PROSE_WORDS
