"""A dump while it is being read: its bytes, its lines within limits, and the ledger of their fates."""

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, BinaryIO

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.ledger import Fate, LineLedger
from papersieve.pipeline.extract.text_encoding import decoded, with_strays
from papersieve.pipeline.extract.text_stream import plain_head
from papersieve.pipeline.reading_settings import Reading

#: What formats are recognised by: bytes of the beginning, or non-blank lines of it, and characters of each line.
HEAD_BYTES = 1 << 16
_HEAD_LINES, _HEAD_CHARS = 400, 300

_BLOCK_BYTES = 1 << 20
#: Most bytes kept in memory for a format that needs to seek; more go to a temporary file.
_SPOOL_BYTES = 1 << 24
#: Bytes kept of a line that is too long.
_LONG_LINE_BYTES = 4_000


@dataclass(frozen=True)
class Head:
    """The beginning of a dump.

    data: its first bytes; text: the same, with U+FFFD for invalid UTF-8; lines: at most 400 non-blank lines of it, cut
    to 300 characters; columns: the column mapping from the settings.
    """

    data: bytes
    text: str
    lines: list[str]
    columns: dict[str, str] = field(default_factory=dict)


def head_of(data: bytes, columns: dict[str, str]) -> Head:
    """The head made of a dump's first bytes."""
    text = plain_head(data[:HEAD_BYTES]).decode("utf-8", "replace")
    lines = [line[:_HEAD_CHARS] for line in split_lines(text) if line.strip()][:_HEAD_LINES]
    return Head(data[:HEAD_BYTES], text, lines, columns)


def split_lines(text: str) -> list[str]:
    r"""Lines as `wc -l` and editors count them: only `\n` ends a line, and a final `\n` adds none."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def _blank(lines: list[str], first: int) -> Iterator[int]:
    """Numbers of the blank lines; `first` is the number of the first line."""
    return (number for number, line in enumerate(lines, first) if not line or line.isspace())


def _skip_line(stream: BinaryIO) -> int:
    """Read to the end of a line and return the number of bytes read."""
    length = 0
    while piece := stream.readline(_BLOCK_BYTES):
        length += len(piece)
        if piece.endswith(b"\n"):
            break
    return length


@dataclass(frozen=True)
class Piece:
    """A line, or a piece of a line longer than the limit; `ends` is false if more of the line follows."""

    line: int
    data: bytes
    ends: bool


@dataclass
class OpenDump:
    """The source that an extractor reads, and the ledger it keeps.

    location: names the dump in errors; open: returns its uncompressed bytes from the start; block_bytes: bytes read at
    a time.
    """

    location: str
    open: Callable[[], BinaryIO]
    size_bytes: int
    reading: Reading
    ledger: LineLedger = field(default_factory=LineLedger)
    block_bytes: int = _BLOCK_BYTES

    def pieces(self, limit: int = _BLOCK_BYTES) -> Iterator[Piece]:
        """Lines as bytes, including line ends; a line longer than the limit comes in several pieces."""
        with self.open() as stream:
            line, ended = 0, True
            while data := stream.readline(limit):
                line += ended
                ended = data.endswith(b"\n")
                yield Piece(line, data, ended)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Numbers and texts of the readable lines; blank lines have already been given their fate.

        A line that is too long or not UTF-8 is rejected and left out.
        """
        for line, block in self._blocks():
            if texts := self._sound(block):
                self.ledger.mark_all(_blank(texts, line), Fate.BLANK)
                yield from enumerate(texts, line)
            else:
                yield from self._sound_lines(line, block)

    def _blocks(self) -> Iterator[tuple[int, bytes]]:
        """Blocks of whole lines, each with the number of its first line.

        A line longer than both a block and `max_line_bytes` is rejected.
        """
        with self.open() as stream:
            line, rest = 1, list[bytes]()
            while block := stream.read(self.block_bytes):
                rest.append(block)
                if b"\n" in block:
                    data = b"".join(rest)
                    end = data.rfind(b"\n") + 1
                    yield line, data[:end]
                    line, rest = line + data.count(b"\n"), [data[end:]]
                elif (length := sum(map(len, rest))) > self.reading.max_line_bytes + len(b"\n"):
                    self._reject_long(line, b"".join(rest)[:_LONG_LINE_BYTES], length + _skip_line(stream))
                    line, rest = line + 1, []
            if data := b"".join(rest):
                yield line, data

    def _sound(self, block: bytes) -> list[str]:
        """The lines of a block; empty if any line may be too long or is not UTF-8."""
        try:
            lines = split_lines(block.decode())
        except UnicodeDecodeError:
            return []
        # No character has more than four bytes.
        return lines if 4 * max(map(len, lines)) <= self.reading.max_line_bytes else []

    def _sound_lines(self, line: int, block: bytes) -> Iterator[tuple[int, str]]:
        """The lines of a block one by one; those that can't be read are rejected."""
        for number, data in enumerate(io.BytesIO(block), line):
            if len(data.rstrip(b"\n")) > self.reading.max_line_bytes:
                self._reject_long(number, data[:_LONG_LINE_BYTES], len(data))
                continue
            if (text := self._text_of(number, data)) is None:
                self.ledger.reject(number, "not_utf8", data.decode("utf-8", "backslashreplace").rstrip("\n"))
                continue
            text = text.removesuffix("\n")
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
        """All lines at once, as `lines` gives them, for a format that has to read the dump whole.

        furnished: whether lines that are left without a fate are furniture; otherwise they are an error.

        Raises DumpError if the dump is larger than `max_page_bytes`, or no text.
        """
        lines = split_lines(self.text())
        # No character has more than four bytes. There may be no lines if the dump holds only a byte order mark.
        if not lines or 4 * max(map(len, lines)) > self.reading.max_line_bytes:
            found = list(self.lines())
        else:
            self.ledger.mark_all(_blank(lines, 1), Fate.BLANK)
            found = list(enumerate(lines, start=1))
        self.ledger.last = found[-1][0] if found else 0
        self.ledger.rest = Fate.FURNITURE if furnished else None
        return found

    def text(self) -> str:
        """The whole dump as text; raises DumpError if it is larger than `max_page_bytes`, or no text in UTF-8."""
        data = self.whole()
        try:
            return decoded(self.location, data)
        except DumpError as error:
            lines = [self._text_of(number, line) for number, line in enumerate(data.split(b"\n"), start=1)]
            if error.reason_code == "binary" or None in lines:
                raise
            return "\n".join(line for line in lines if line is not None)

    def _text_of(self, number: int, line: bytes) -> str | None:
        """The text of a line, with a notice if bytes of it are not UTF-8; None if it is no text."""
        with suppress(UnicodeDecodeError):
            return line.decode()
        if (text := with_strays(line)) is not None:
            message = "some characters are not UTF-8; they are read as WINDOWS-1252"
            self.ledger.notice(number, "not_utf8", message)
        return text

    def head(self) -> Head:
        """The beginning, from which formats recognise the dump."""
        with self.open() as stream:
            return head_of(stream.read(HEAD_BYTES), self.reading.columns)

    @contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """Its bytes as a seekable file: in memory if small, else a temporary file."""
        with self.open() as stream, tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as spool:
            shutil.copyfileobj(stream, spool, _BLOCK_BYTES)
            spool.seek(0)
            yield spool

    def whole(self) -> bytes:
        """All bytes; raises DumpError if there are more than `max_page_bytes`."""
        limit = self.reading.max_page_bytes
        if self.size_bytes > limit:
            raise DumpError(
                "too_large",
                f"{self.location}: expected at most max_page_bytes = {limit:,} bytes, as its format has to be read whole, "
                f"found {self.size_bytes:,}. Split the dump, or raise the setting.",
            )
        with self.open() as stream:
            return stream.read()
