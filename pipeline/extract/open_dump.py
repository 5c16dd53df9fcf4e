"""A dump while it is being read: its bytes, its lines with their limits, and the ledger of what became of them."""

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, BinaryIO

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.ledger import Fate, LineLedger
from papersieve.pipeline.extract.text_stream import conversion, translated_head
from papersieve.pipeline.reading_settings import Reading

#: Bytes of the beginning that a format is recognised by, and non-blank lines, and characters of each.
HEAD_BYTES = 1 << 16
_HEAD_LINES, _HEAD_CHARS = 400, 300

_BLOCK_BYTES = 1 << 20
#: Bytes that are kept in memory where one has to jump about in them; more go to a temporary file.
_SPOOL_BYTES = 1 << 24
#: Bytes of a line too long that are kept.
_LONG_LINE_BYTES = 4_000
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Head:
    """The beginning of a dump.

    data: its first bytes; text: the same, with signs for what is no UTF-8; lines: the non-blank lines of it,
    cut to 300 characters, at most 400; columns: the mapping of columns that settings give.
    """

    data: bytes
    text: str
    lines: list[str]
    columns: dict[str, str] = field(default_factory=dict)


def head_of(data: bytes, columns: dict[str, str]) -> Head:
    """Make a head of a dump's first bytes."""
    text = translated_head(data[:HEAD_BYTES]).decode("utf-8-sig", "replace")
    lines = [line[:_HEAD_CHARS] for line in split_lines(text) if line.strip()][:_HEAD_LINES]
    return Head(data[:HEAD_BYTES], text, lines, columns)


def split_lines(text: str) -> list[str]:
    r"""Lines as `wc -l` and editors count them: only `\n` ends one (`\r\n` too), and a final `\n` adds none."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines] if "\r" in text else lines


def _blank(lines: list[str], first: int) -> Iterator[int]:
    """Numbers of the blank ones among lines, of which the first has the number given."""
    return (number for number, line in enumerate(lines, first) if not line or line.isspace())


def _skip_line(stream: BinaryIO) -> int:
    """Read to the end of a line, and return its bytes."""
    length = 0
    while piece := stream.readline(_BLOCK_BYTES):
        length += len(piece)
        if piece.endswith(b"\n"):
            break
    return length


@dataclass(frozen=True)
class Piece:
    """A line, or so much of it as the limit allows where more follows (`ends` is then false)."""

    line: int
    data: bytes
    ends: bool


@dataclass
class OpenDump:
    """What an extractor reads from, and the ledger that it keeps.

    location: to name the dump in errors; open: its bytes from the start, uncompressed; block_bytes: how many are read
    at a time.
    """

    location: str
    open: Callable[[], BinaryIO]
    size_bytes: int
    reading: Reading
    ledger: LineLedger = field(default_factory=LineLedger)
    block_bytes: int = _BLOCK_BYTES

    def pieces(self, limit: int = _BLOCK_BYTES) -> Iterator[Piece]:
        """Lines as bytes, their ends included; one longer than the limit comes in several pieces."""
        with self.open() as stream:
            line, ended = 0, True
            while data := stream.readline(limit):
                line += ended
                ended = data.endswith(b"\n")
                yield Piece(line, data, ended)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Numbers and texts of the lines that can be read; blank ones have their fate already.

        A line too long, or that is no UTF-8, is rejected and left out.
        """
        for line, block in self._blocks():
            if texts := self._sound(block):
                self.ledger.mark_all(_blank(texts, line), Fate.BLANK)
                yield from enumerate(texts, line)
            else:
                yield from self._sound_lines(line, block)

    def _blocks(self) -> Iterator[tuple[int, bytes]]:
        """Whole lines, a block at a time, each block after the number of its first line.

        A line longer than a block and than `max_line_bytes` is rejected.
        """
        with self.open() as stream:
            line, rest = 1, [stream.read(len(_MARK)).removeprefix(_MARK)]
            while block := stream.read(self.block_bytes):
                rest.append(block)
                if b"\n" in block or b"\n" in rest[0]:
                    data = b"".join(rest)
                    end = data.rfind(b"\n") + 1
                    yield line, data[:end]
                    line, rest = line + data.count(b"\n"), [data[end:]]
                elif (length := sum(map(len, rest))) > self.reading.max_line_bytes + len(b"\r\n"):
                    self._reject_long(line, b"".join(rest)[:_LONG_LINE_BYTES], length + _skip_line(stream))
                    line, rest = line + 1, [b""]
            if data := b"".join(rest):
                yield line, data

    def _sound(self, block: bytes) -> list[str]:
        """The lines of a block; none where one of them may be too long, or is no UTF-8."""
        try:
            lines = split_lines(block.decode())
        except UnicodeDecodeError:
            return []
        # No character has more than four bytes.
        return lines if 4 * max(map(len, lines)) <= self.reading.max_line_bytes else []

    def _sound_lines(self, line: int, block: bytes) -> Iterator[tuple[int, str]]:
        """The same one by one; those that can't be read are rejected."""
        for number, data in enumerate(io.BytesIO(block), line):
            if len(data.rstrip(b"\r\n")) > self.reading.max_line_bytes:
                self._reject_long(number, data[:_LONG_LINE_BYTES], len(data))
                continue
            try:
                text = data.decode()
            except UnicodeDecodeError:
                self.ledger.reject(number, "not_utf8", data.decode("utf-8", "backslashreplace").rstrip("\r\n"))
                continue
            text = text.removesuffix("\n").removesuffix("\r")
            self.ledger.mark_all(_blank([text], number), Fate.BLANK)
            yield number, text

    def _reject_long(self, line: int, start: bytes, length: int) -> None:
        self.ledger.reject(line, "line_too_long", start.decode("utf-8", "replace"), length)
        self.ledger.notice_once(
            line,
            "line_too_long",
            f"expected lines of at most max_line_bytes = {self.reading.max_line_bytes:,}, found {length:,} bytes; "
            "longer lines are not read. Raise the setting if this is no accident.",
        )

    def page(self, *, furnished: bool = False) -> list[tuple[int, str]]:
        """All lines at once, as `lines` gives them, of a dump that has to be read whole.

        furnished: whether lines that no entry has, and that get no fate, are furniture; else they are a fault.

        Raises DumpError where it is larger than `max_page_bytes`, or is no text in UTF-8: one line that is not
        makes the whole page suspect.
        """
        data = self.whole()
        lines = split_lines(decoded(self.location, data))
        # No character has more than four bytes; a mark of byte order may be all that the first line has.
        if not lines or 4 * max(map(len, lines)) > self.reading.max_line_bytes:
            found = list(self.lines())
        else:
            self.ledger.mark_all(_blank(lines, 1), Fate.BLANK)
            found = list(enumerate(lines, start=1))
        self.ledger.last = found[-1][0] if found else 0
        self.ledger.rest = Fate.FURNITURE if furnished else None
        return found

    def head(self) -> Head:
        """The beginning, as formats recognise it."""
        with self.open() as stream:
            return head_of(stream.read(HEAD_BYTES), self.reading.columns)

    @contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """Lend its bytes where one can jump about in them: a temporary file, or memory where they are few."""
        with self.open() as stream, tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as spool:
            shutil.copyfileobj(stream, spool, _BLOCK_BYTES)
            spool.seek(0)
            yield spool

    def whole(self) -> bytes:
        """All bytes; raises DumpError where they are more than `max_page_bytes`."""
        limit = self.reading.max_page_bytes
        if self.size_bytes > limit:
            raise DumpError(
                "too_large",
                f"{self.location}: expected at most max_page_bytes = {limit:,} bytes, as its format has to be read whole, "
                f"found {self.size_bytes:,}. Split the dump, or raise the setting.",
            )
        with self.open() as stream:
            return stream.read()


_SIGNATURES = {
    b"PK\x03\x04": "a Word document or another packed file",
    b"{\\rtf": "a text in RTF",
    b"%PDF-": "a PDF",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"\x7fELF": "a program",
    b"SQLite format 3": "an SQLite database",
}


def decoded(location: str, data: bytes) -> str:
    """The bytes as text.

    Raises DumpError where they are none in UTF-8, saying what they are and how to convert them.
    """
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise DumpError(
                "binary",
                f"{location}: expected text, found {kind}. If it is a list of papers, extract its text; if it is a paper, add it "
                "to Zotero, and read what that exports.",
            )
    if (at := data.find(b"\0")) >= 0:
        raise DumpError("binary", f"{location}: expected text, found a NUL byte at offset {at:,}. Is it a binary file?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DumpError(
            "wrong_encoding",
            f"{location}: expected UTF-8, found an invalid byte at offset {error.start:,} (line {line:,}). "
            f"{conversion(location, data)}",
        ) from error
