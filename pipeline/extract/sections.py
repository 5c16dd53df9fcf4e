"""Exports put behind each other in one file, as `cat` does: where one of another format begins."""

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
from papersieve.pipeline.extract.text_stream import translated
from papersieve.pipeline.reading_settings import Reading

#: Bytes of a dump that is searched, as it is held in memory for that; and how many sections it may have.
_MOST_BYTES, _MOST_SECTIONS = 1 << 25, 20
#: How exports begin, by format or family of formats. A table begins with a line of column names: cells that are short,
#: and have no marks of sentences; it is asked for last, as each line is compared with it.
_MARK = re.compile(
    rb"\n(?:\xef\xbb\xbf)?(?:(?P<ris>TY  ?- ?[A-Z])|(?P<nbib>PMID- ?\d)|(?P<wos_tagged>FN [A-Z])|(?P<refer>%0 [A-Z])"
    rb"|(?P<bibtex>@[A-Za-z]{3,30} ?\{[^\s,{}]{0,200}(?:,| = ))|(?P<xml><\?xml )|(?P<json>\[\s*\{|\{\s*\")"
    rb"|(?P<csv_table>(?:[^\n{}<>=@.!?,;\t|]{0,60}+[,;\t|]){3,}+[^\n{}<>=@!?,;\t|]{0,60}+(?=\n)))"
)
#: Words of which a line of column names has one, how much of it and how many such lines are looked at, and how many
#: columns of ours one names.
_TITLES = (b"Title", b"title", b"TITLE", b"Titel", b"Titre")
_LONGEST_HEAD, _MOST_HEADS, _FEWEST_COLUMNS = 3_000, 1_000, 4
#: How an entry ends, or what stands behind it, and how a document of XML ends: an export begins nowhere else, with
#: comments or without, and on a line of its own.
_BEGINS = rb"\s*+(?<=\n)()(?:%[% ][^\n]*\n\s*+){0,9}\Z"
_END = re.compile(rb"(?:[}\])](?:[ \t]*+%[^\n]*)?|\n(?:E[RF]|SO)(?:  ?-[^\n]*)?|\n[ \t\r]*+(?=\n))" + _BEGINS)
_END_OF_XML = re.compile(rb"\n(?:</[\w:.-]+>\s*+)++" + _BEGINS)


@dataclass(frozen=True)
class Section:
    """Lines of a dump that one format reads: their bytes as a dump, the format, and why it takes them."""

    raw: RawDump
    known: Format
    why: str


def sections(raw: RawDump, reading: Reading) -> list[Section]:
    """The sections of a dump, in their order: one, save where exports of several formats were put together.

    Each of several begins with a mark of its format, which recognises it by itself. Raises DumpError as `detect` does.
    """
    known, why = detect(raw, reading)
    if reading.format or known.is_binary or raw.size_bytes > _MOST_BYTES:
        return [Section(raw, known, why)]
    with translated(raw.head, raw.open)() as stream:
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
    """A dump of these bytes, which are at hand: no file is opened, unpacked and hashed again to read them."""
    return replace(raw, head=data[:HEAD_BYTES], open=partial(io.BytesIO, data))


def _section(raw: RawDump, data: bytes, kind: str, reading: Reading) -> Section | None:
    """The section of these bytes; None where no format of its kind knows it."""
    part = _held(raw, data)
    with suppress(DumpError):
        known, why = detect(part, reading)
        return Section(part, known, why) if kind in (known.name, "xml", "json") else None
    return None


def _starts(data: bytes) -> Iterator[tuple[str, int]]:
    """The kind of each section, and where it begins; lines before the first mark are of the first one."""
    kind, said, start, quotes = "", b"", 0, 0
    for at, its_kind, line in _marks(data):
        if its_kind == kind and line in (b"", said):
            continue
        end = (_END_OF_XML if kind == "xml" else _END).search(data, max(at - 300, 0), at)
        place = end.start(1) if end else 0
        if kind == "csv_table":
            quotes, start = quotes + data.count(b'"', start, at), at
            place = (place or at) if quotes % 2 == 0 else 0
        if not kind or place:
            yield its_kind, place if kind else 1
            kind, said, start, quotes = its_kind, line, at, 0


def _marks(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Places of marks with their kinds, and what tells a table or a document from one of its kind before it."""
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
        is_document = kind == "xml" or (kind == "json" and data[max(at - 4, 0) : at].rstrip()[-1:] == b"]")
        yield at, kind, b"%d" % at if is_document else b""


def _names_columns(line: bytes) -> bool:
    return len(guess_columns(header([line.decode(errors="replace")], {})[1])) >= _FEWEST_COLUMNS
