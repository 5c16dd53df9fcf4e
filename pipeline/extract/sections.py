"""Split a file that holds several exports, joined as by `cat`, where the format changes."""

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.detect import detect
from papersieve.pipeline.extract.entries import Format
from papersieve.pipeline.extract.open_dump import HEAD_BYTES
from papersieve.pipeline.extract.raw_dump import RawDump
from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.table_header import header
from papersieve.pipeline.extract.text_stream import in_plain_text, plain_head
from papersieve.pipeline.reading_settings import Reading

#: The largest dump that is searched, in bytes, as it is held in memory for that; the most sections it may have.
_MOST_BYTES, _MOST_SECTIONS = 1 << 25, 1_000
#: How exports begin, by format or family of formats; notes and digests begin with YAML or TOML. A table begins with
#: a line of column names: short cells without sentence punctuation. It is tried last, as every line has to be compared
#: with it.
_MARK = re.compile(
    rb"\n(?:(?P<ris>TY  ?- ?[A-Z])|(?P<nbib>PMID- ?\d)|(?P<wos_tagged>FN [A-Z])|(?P<refer>%0 [A-Z])"
    rb"|(?P<bibtex>@[A-Za-z]{3,30} ?\{[^\s,{}]{0,200}(?:,| = ))|(?P<xml><\?xml )|(?P<html>(?i:<!doctype html|<html[ >]))|(?P<json>\[\s*\{|\{\s*\")"
    rb"|(?P<note>(?:---|\+\+\+)[ \t]*\n"
    rb"(?=(?:[A-Za-z][\w-]*(?:| )[:=][^\n]*\n|[ \t\]-][^\n]*\n|\n){1,200}?(?:---|\+\+\+)[ \t]*(?:\n|\Z)))"
    rb"|(?P<csv_table>(?:[^\n{}<>=@.!?,;\t|]{0,60}+[,;\t|]){3,}+[^\n{}<>=@!?,;\t|]{0,60}+(?=\n)))"
)
#: For lines of column names: words of which each has one; how many bytes of a line, and how many lines, are looked at;
#: how many of our columns a line has to name.
_TITLES = (b"Title", b"title", b"TITLE", b"Titel", b"Titre")
_LONGEST_HEAD, _MOST_HEADS, _FEWEST_COLUMNS = 3_000, 1_000, 4
#: Kinds of which each begins a document, whose format may have any name.
_DOCUMENTS = ("xml", "html", "note")
#: How an entry or an XML document ends. An export begins only after such an end, on a line of its own; comment lines
#: may come first.
_BEGINS = rb"\s*+(?<=\n)()(?:%[% ][^\n]*\n\s*+){0,9}\Z"
_END = re.compile(rb"(?:[}\])](?:[ \t]*+%[^\n]*)?|\n(?:E[RF]|SO)(?:  ?-[^\n]*)?|\n[ \t\r]*+(?=\n))" + _BEGINS)
_END_OF_XML = re.compile(rb"</[\w:.-]+>" + _BEGINS)


@dataclass(frozen=True)
class Section:
    """Lines of a dump that one format reads, as plain text unless it is binary; the format, and why it was chosen."""

    raw: RawDump
    known: Format
    why: str


def sections(raw: RawDump, reading: Reading) -> list[Section]:
    """The sections of a dump, in order: one, unless exports of several formats were joined.

    If there are several, each begins with a mark of its format, which also recognises the section on its own.
    Raises DumpError as `detect` does.
    """
    known, why = detect(raw, reading)
    if known.is_binary:
        return [Section(raw, known, why)]
    opened = in_plain_text(raw.head, raw.open)
    if reading.format or raw.size_bytes > _MOST_BYTES:
        return [Section(replace(raw, head=plain_head(raw.head), open=opened), known, why)]
    with opened() as stream:
        text = stream.read()
    whole = [Section(_held(raw, text), known, why)]
    data = b"\n" + text
    starts = list(islice(_starts(data), _MOST_SECTIONS))
    if len(starts) < 2:
        return whole
    parts = pairwise([*starts, ("", len(data))])
    found = [_section(raw, data[start:end], kind, reading) for (kind, start), (_, end) in parts]
    return [each for each in found if each] if all(found) else whole


def _held(raw: RawDump, data: bytes) -> RawDump:
    """The dump with these bytes in memory, so that reading it opens, unpacks and hashes no file again."""
    return replace(raw, head=data[:HEAD_BYTES], open=partial(io.BytesIO, data))


def _section(raw: RawDump, data: bytes, kind: str, reading: Reading) -> Section | None:
    """The section with these bytes; None if no format of this kind recognises it."""
    part = _held(raw, data)
    with suppress(DumpError):
        known, why = detect(part, reading)
        return Section(part, known, why) if kind in (known.name, "json", *_DOCUMENTS) else None
    return None


def _starts(data: bytes) -> Iterator[tuple[str, int]]:
    """The kind of each section and the offset at which it begins; lines before the first mark belong to the first."""
    kind, said, start, quotes = "", b"", 0, 0
    for at, its_kind, line in _marks(data):
        if its_kind == kind and line in (b"", said):
            continue
        end = (_END_OF_XML if kind in ("xml", "html") else _END).search(data, max(at - 300, 0), at)
        place = at if its_kind == kind == "note" else end.start(1) if end else 0
        if kind == "csv_table":
            quotes, start = quotes + data.count(b'"', start, at), at
            place = (place or at) if quotes % 2 == 0 else 0
        if not kind or place:
            yield its_kind, place if kind else 1
            kind, said, start, quotes = its_kind, line, at, 0


def _marks(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Offset and kind of each mark, and what distinguishes a table or document from the previous one of its kind."""
    heads = 0
    for found in _MARK.finditer(data):
        at, kind = found.start() + 1, found.lastgroup or ""
        if kind == "csv_table":
            line = found[kind][:_LONGEST_HEAD].rstrip(b"\r")
            if heads < _MOST_HEADS and any(word in line for word in _TITLES):
                heads += 1
                if _names_columns(line):
                    yield at, kind, line
            continue
        is_document = kind in _DOCUMENTS or (kind == "json" and data[max(at - 4, 0) : at].rstrip()[-1:] == b"]")
        yield at, kind, b"%d" % at if is_document else b""


def _names_columns(line: bytes) -> bool:
    return len(guess_columns(header([line.decode(errors="replace")], {})[1])) >= _FEWEST_COLUMNS
