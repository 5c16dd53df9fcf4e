"""BibTeX, read whole by bibtexparser, which gives the lines of each block and keeps blocks that it can't read."""

import logging
import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.bibtex_parts import mended, split_authors, unbraced
from papersieve.pipeline.extract.shared.dates import ShownDate, joined_date, parse_date
from papersieve.pipeline.extract.shared.field_parts import is_export_note, split_terms
from papersieve.pipeline.extract.shared.identifiers import (
    find_doi,
    is_arxiv_text,
    is_doi,
    is_pubmed,
    without_tex_escapes,
)
from papersieve.pipeline.extract.shared.json_values import text_of
from papersieve.pipeline.extract.shared.latex_commands import journal_name
from papersieve.pipeline.extract.shared.links import find_urls
from papersieve.pipeline.extract.shared.titles import with_subtitle

_BLOCK = re.compile(
    r"@(?!comment\b|string\b|preamble\b)[a-zA-Z]+(?:[-_][a-zA-Z]+)*\s*(?:\{\s*[^\s,{}]*\s*,?|\(\s*[^\s,{}()=\"']+\s*,)",
    re.IGNORECASE,
)
#: An entry type that bibtexparser does not accept: `@tech-brief{`.
_HYPHENATED = re.compile(r"(?<=@)[a-zA-Z]+(?:[-_][a-zA-Z]+)+(?=\s*\{)")
#: A comment behind a field.
_COMMENT = re.compile(r"(?<=[}\"],)\s*%[^{}]*$")
#: Most missing commas that are found after one field; each search scans the rest of the value.
_MOST_FORGOTTEN = 20
#: Braces and quotes that are not escaped by a backslash.
_SIGN = re.compile(r"(?<!\\)[{}\"]")
_NEXT_FIELD = re.compile(r"\s*([a-zA-Z][\w-]{1,30})\s*=\s*(.+)", re.DOTALL)
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.IGNORECASE)
#: Columns of records and the fields that hold them, best first; an export writes the first.
FIELDS = {
    "title": ("title",), "abstract": ("abstract",), "authors": ("author", "authors", "editor"),
    "venue": ("journal", "booktitle", "journaltitle", "publisher", "school", "institution"), "volume": ("volume",), "issue": ("number", "issue"),
    "pages": ("pages", "eid", "article-number", "articleno", "art_number"), "published_date": ("date",), "year": ("year", "earlyaccessdate", "early access date"), "doi": ("doi",), "arxiv_id": ("eprint", "arxivid"),
    "pmid": ("pmid", "pubmed_id", "pubmed-id", "pubmed"), "issns": ("issn",), "isbns": ("isbn",), "language": ("langid", "language"),
    "categories": ("keywords", "author_keywords", "keyword", "keywords-plus"), "urls": ("url", "urls", "pdf"),
}  # fmt: skip
#: Fields that may hold an identifier if its own field is missing, likeliest first.
_HOLD_IDS = ("url", "ee", "link", "note", "howpublished", "journal", "annote", "pdf", "number", "series", "publisher")
#: Fields of texts with links.
_HOLD_LINKS = ("howpublished", "note")
#: Fields that name other papers, and keys, where ACM puts numbers that are no DOIs.
_OF_OTHERS = ("ID", "ids", "crossref", "xref", "xdata", "related", "references", "cites")
#: Where the values hold the entry's type and citation key; names of fields have no capitals, so none clashes.
KIND, _ID = "ENTRYTYPE", "ID"
#: Fields that columns hold in another form.
_TAKEN = ("title", "subtitle", "abstract", "pages")
#: Prefixes of field names: OPT and ALT, which Emacs writes, and vocabularies of exports (`x:`).
_PREFIX = re.compile(
    rf"^(?:opt|alt|[\w.-]+:)(?=(?:{'|'.join(name for names in FIELDS.values() for name in names)}|month|note|subtitle)$)"
)
#: Fields that an entry never inherits from its parent (`crossref`).
_OWN = (
    "title", "subtitle", "author", "abstract", "doi", "url", "pages", "crossref", "eprint", "note", "keywords", "pmid",
)  # fmt: skip


def recognises(head: Head) -> str | None:
    """A line starts an entry such as `@article{key,`; a decorator of Python, such as `@cache(size=1)`, does not."""
    found = next((line for line in head.lines if _BLOCK.match(line.strip())), None)
    return f"it has the line {found.strip()[:60]!r}" if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry per block; a block that can't be read is rejected, text between blocks is furniture."""
    lines = dump.page(furnished=True)
    # Blocks are located by line number, so a line that was not read is replaced by an empty one.
    texts = dict(lines)
    last = max(texts, default=0)
    rows = [texts.get(number, "") for number in range(1, last + 1)]
    rows = [_plain_kind(row) if row.lstrip()[:1] == "@" else row for row in _uncommented(rows)]
    at = 0
    for first, end, values in _blocks(rows):
        first, end = max(first, at + 1) if values is None else first, min(end, last)
        entry = bibtex_entry(values) if values is not None else None
        if entry:
            entry.line_start, entry.line_end = first, end
            yield entry
        else:
            for number in range(first, end + 1):
                if dump.ledger.fate(number) is None:
                    dump.ledger.reject(number, "bibtex_malformed" if values is None else "no_entry", rows[number - 1])
        at = max(at, end)


def _uncommented(rows: list[str]) -> Iterator[str]:
    """The rows without comments behind fields and between them."""
    before = ""
    for row in rows:
        text = "" if row.lstrip()[:1] == "%" and before.endswith(",") else _COMMENT.sub("", row) if "%" in row else row
        before = text.rstrip() or before
        yield text


def _plain_kind(row: str) -> str:
    return _HYPHENATED.sub(lambda found: found[0].replace("-", "").replace("_", ""), row, count=1)


def _blocks(rows: list[str]) -> Iterator[tuple[int, int, dict[str, str] | None]]:
    """(first line, last line, values) of each entry; values are None if it can't be read."""
    # Imported here because it loads a LaTeX decoder, and most dumps are not BibTeX.
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry as Block
    from bibtexparser.model import ImplicitComment, ParsingFailedBlock, String

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # its failed blocks tell as much as its warnings
    library = parse_string("\n".join(rows), parse_stack=[])
    strings = {s.key.lower(): _plain(s.value, {})[0] for s in library.blocks if isinstance(s, String)}
    read = list[tuple[int, int, str, dict[str, str] | None]]()
    for block, after in zip(library.blocks, [*library.blocks[1:], None], strict=False):  # there may be no blocks
        found = getattr(block, "ignore_error_block", None) if isinstance(block, ParsingFailedBlock) else block
        first = (block.start_line or 0) + 1
        last = first + (block.raw or "").rstrip("\n").count("\n")
        if found is None:
            is_rest = isinstance(after, ImplicitComment)
            end = (after.start_line or 0) + 1 + (after.raw or "").count("\n") if after and is_rest else last
            found = mended("\n".join(rows[first - 1 : end]))
            last = end if found else last
        if isinstance(found, Block):
            values = _values(found.fields, strings) | {KIND: found.entry_type, _ID: found.key}
            read.append((first, last, found.key.lower(), values))
        elif isinstance(block, ParsingFailedBlock):
            read.append((first, last, "", None))
    parents = {key: said for _, _, key, said in read if said is not None and key}
    for first, last, _, said in read:
        yield first, last, _inherited(said, parents) if said is not None else None


def _values(fields: list[Any], strings: dict[str, str]) -> dict[str, str]:
    """Values by field name; a prefixed field is used if the plain one is missing or empty.

    If a comma is missing, the field after it is found in the value before it.
    """
    stated, optional = dict[str, str](), dict[str, str]()
    for each in fields:
        name, rest = _PREFIX.sub("", each.key.lower()), str(text_of(each.value) or "")
        values = stated if name == each.key.lower() else optional
        for _ in range(_MOST_FORGOTTEN):
            if not rest:
                break
            value, rest = _plain(rest, strings)
            if value[:1] == "{" and value[-1:] == "}" and "{" not in value[1:] and name not in FIELDS["authors"]:
                value = value[1:-1]  # Web of Science puts every value in two pairs of braces
            values[name] = (
                f"{values[name]} {value}" if name in FIELDS["urls"] and name in values else values.get(name, value)
            )
            if not (found := _NEXT_FIELD.fullmatch(rest)):
                break
            name, rest = found[1].lower(), found[2]
    return stated | {name: value for name, value in optional.items() if value and not stated.get(name)}


def _inherited(values: dict[str, str], parents: dict[str, dict[str, str]]) -> dict[str, str]:
    """The values, completed from the entry that `crossref` names; its title becomes the book title."""
    parent = parents.get(values.get("crossref", "").lower())
    if not parent:
        return values
    theirs = {name: value for name, value in parent.items() if name not in _OWN}
    book = {"booktitle": parent["title"]} if "title" in parent and "booktitle" not in parent else {}
    return {**book, **theirs, **values}


def _plain(text: str, strings: dict[str, str]) -> tuple[str, str]:
    """(value, text after it) of a field, without quotes and with the parts around each `#` joined."""
    parts, rest = list[str](), text.strip()
    while rest:
        end = _end_of(rest)
        part, rest = rest[:end], rest[end:].lstrip()
        parts.append(
            part[1:-1] if part[:1] in ("{", '"') and len(part) > 1 else strings.get(part.strip().lower(), part.strip())
        )
        if not rest.startswith("#"):
            break
        rest = rest[1:].lstrip()
    if rest and not _NEXT_FIELD.fullmatch(rest):
        return " ".join(text.split()).strip('{}"'), ""
    return " ".join("".join(parts).split()), rest


def _end_of(text: str) -> int:
    """Where the first part of a value ends: after its closing brace or quote, or before `#` or the next field."""
    if text[0] not in '{"':
        found = re.search(r"\s*#|\s+(?=[a-zA-Z][\w-]*\s*=)", text)
        return found.start() if found else len(text)
    depth = 0
    for found in _SIGN.finditer(text):
        sign = found[0]
        depth += (sign == "{") - (sign == "}")
        if depth == 0 and (text[0] == "{" or (sign == '"' and found.start())):
            return found.end()
    return len(text)


def bibtex_entry(values: dict[str, str]) -> Entry | None:
    """The entry with these values by field name, its type under KIND; None if it has neither title nor abstract."""

    def first(column: str) -> str | None:
        return next((value for name in FIELDS[column] if (value := values.get(name))), None)

    title, abstract = first("title"), first("abstract")
    if not title and not abstract:
        return None
    raw, published = _date(values)
    eprint, archive = first("arxiv_id"), values.get("archiveprefix", values.get("eprinttype", "arxiv")).lower()
    said = [value for name in _HOLD_IDS if (value := values.get(name)) and not is_export_note(value)]
    noted = [value for name in _HOLD_LINKS if (value := values.get(name)) and not is_export_note(value)]
    shared = [next((name for name in FIELDS[of] if values.get(name)), "") for of in ("venue", "categories", "authors")]
    return Entry(
        title=unbraced(with_subtitle(title, values.get("subtitle"))), abstract=unbraced(abstract),
        authors=split_authors(first("authors") or ""),
        venue=journal_name(unbraced(first("venue"))), said=values,
        taken=(*_TAKEN, *shared, "month" if (values.get("month") or "?") in (raw or "") else ""),
        volume=first("volume"), issue=first("issue") if first("volume") or "thesis" not in values[KIND].lower() else None, pages=None if (first("pages") or "").startswith("2-s2.0-") else first("pages"),  # Scopus's own number of an entry
        published_raw=raw, published=published,
        doi=first("doi") or next((text for text in said if find_doi(text)), None) or next((text for name, text in values.items() if name not in _OF_OTHERS and is_doi(text)), None),
        arxiv=(eprint if archive == "arxiv" else None) or next((text for text in said if is_arxiv_text(text)), None),
        serials=[values[name] for name in (*FIELDS["issns"], "eissn", *FIELDS["isbns"]) if name in values],
        types=[values[KIND], values.get("type", ""), values.get("document_type", "")], language=first("language"),
        notes=[values.get("note", "")],
        pmid=first("pmid") or (eprint if is_pubmed(archive) else None),
        categories=split_terms(unbraced(first("categories")) or ""),
        urls=[u for name in FIELDS["urls"] for u in without_tex_escapes(values.get(name, "")).split()] + [u for text in noted for u in find_urls(text)],
    )  # fmt: skip


def _date(values: dict[str, str]) -> tuple[str | None, ShownDate | None]:
    """The first of date and year that can be read, with the month, as written and as a date; else the first, unread."""
    month = values.get("month") or ""
    said = [text for name in (*FIELDS["published_date"], *FIELDS["year"]) if (text := values.get(name))]
    for text in said:
        is_month = month.isdecimal() or _MONTH.search(month)
        whole = joined_date(text, month, values.get("day")) if is_month and not re.search("[-/]", text) else text
        if date := parse_date(whole):
            return whole.strip(), date
    return (f"{said[0]} {month}".strip(), None) if said else (None, None)


FORMAT = Format("bibtex", "entries such as '@article{key,'", recognises, extract)
