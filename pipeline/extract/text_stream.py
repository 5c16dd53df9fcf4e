"""A dump's bytes as plain text: UTF-8 with line feeds as line ends, whichever program wrote it."""

import codecs
import io
import re
import unicodedata
from collections.abc import Callable
from typing import BinaryIO

from papersieve.pipeline.extract.text_encoding import encoding_of

#: A carriage return that ends a line by itself, as on old Macs and still in IEEE's RIS.
_LONE_RETURN = re.compile(rb"\r(?!\r?\n|$)")
_CHUNK = 1 << 18

#: What plain text has instead of byte order marks, also of files that were joined, of the sign with which DOS ends a
#: file, of soft hyphens, spaces without width and marks of direction, which pages hide in names and identifiers, and of
#: non-breaking spaces.
_REPLACED = {
    codecs.BOM_UTF8: b"",
    b"\x1a": b"",
    **dict.fromkeys(map(str.encode, "\u00ad\u200b\u200e\u200f\u2060"), b""),
    "\u00a0".encode(): b" ",
}
#: A letter and signs that are characters of their own, as Macs and PDFs write them: accents in Latin, Greek and
#: Cyrillic, Arabic and Japanese signs, and the parts of a Korean syllable. A text without any of the bytes of
#: `_APART` has none of them.
_LETTER = re.compile("\\w[\u0300-\u036f\u0653-\u0655\u3099\u309a]+|[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?")
_APART = (b"\xcc", b"\xcd", *map(str.encode, "\u0653\u0654\u0655\u3099\u309a"), b"\xe1\x84")
#: White space before the first text of an indented dump.
_INDENT = re.compile(rb"(?:\s|\xef\xbb\xbf)*(?:[ \t]|\xc2\xa0)")


def in_plain_text(head: bytes, open_raw: Callable[[], BinaryIO]) -> Callable[[], BinaryIO]:
    """A function that opens the dump as plain text, which is what formats read.

    Plain text is UTF-8, with line feeds as line ends, a letter and its accents as one character, and common spaces
    instead of non-breaking ones. It has the same lines, without byte order marks and other signs that nobody sees,
    spaces at their ends, and indentation that all of them have.
    """
    encoding, indent = _encoding(head), _indentation(_head_in_utf8(head))

    def opened() -> BinaryIO:
        raw = in_utf8(open_raw(), encoding) if encoding else open_raw()
        return io.BufferedReader(_Plain(raw, indent), _CHUNK)

    return opened


def plain_head(head: bytes) -> bytes:
    """The beginning of a dump as `in_plain_text` gives it."""
    text = _head_in_utf8(head)
    return _plain(text, _indentation(text))


def _encoding(head: bytes) -> str | None:
    """The encoding of a dump that has to be decoded to read its lines; None if it is UTF-8 with line feeds."""
    encoding = encoding_of(head)
    return None if encoding == "utf-8" and not _LONE_RETURN.search(head) else encoding


def _head_in_utf8(head: bytes) -> bytes:
    encoding = _encoding(head)
    return in_utf8(io.BytesIO(head), encoding).read() if encoding else head


def _indentation(head: bytes) -> bytes:
    """The white space with which all lines begin, as if copied from a mail."""
    if not _INDENT.match(head):
        return b""
    lines = [line for line in _plain(head, b"").split(b"\n") if line.strip()]
    least = min((line[: len(line) - len(line.lstrip(b" \t"))] for line in lines), key=len, default=b"")
    return least if all(line.startswith(least) for line in lines) else b""


def in_utf8(raw: BinaryIO, encoding: str) -> BinaryIO:
    """The stream decoded from this encoding, as UTF-8 with line feeds."""
    return io.BufferedReader(_Translated(raw, encoding), _CHUNK)


class _Bytes(io.RawIOBase):
    """A stream of the bytes that `_more` returns, up to an empty piece."""

    _rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        self._rest = self._rest or memoryview(self._more())
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def _more(self) -> bytes:
        raise NotImplementedError


class _Translated(_Bytes):
    """A stream that is decoded and encoded again as UTF-8; invalid bytes in a UTF-8 text are kept as they are."""

    def __init__(self, raw: BinaryIO, encoding: str) -> None:
        faults = "surrogateescape" if encoding == "utf-8" else "replace"
        self._text = io.TextIOWrapper(raw, encoding=encoding, errors=faults, newline=None)
        self._faults = faults

    def _more(self) -> bytes:
        return self._text.read(_CHUNK).encode("utf-8", self._faults)

    def close(self) -> None:
        self._text.close()
        super().close()


class _Plain(_Bytes):
    """A stream of UTF-8 as plain text (`in_plain_text`); invalid bytes are kept as they are."""

    def __init__(self, raw: BinaryIO, indent: bytes) -> None:
        self._raw, self._indent, self._held, self._begins_line = raw, indent, b"", True

    def _more(self) -> bytes:
        while block := self._raw.read(_CHUNK):
            # Cut between lines, or at least between words, as a letter and its accent may be two characters.
            data = self._held + block
            end = data.rfind(b"\n") + 1 or data.rfind(b" ") + 1 or len(data)
            self._held = data[end:]
            if found := self._made_plain(data[:end]):
                return found
        held, self._held = self._held, b""
        return self._made_plain(held)

    def _made_plain(self, data: bytes) -> bytes:
        begins_line, self._begins_line = self._begins_line, data.endswith(b"\n")
        return _plain(data, self._indent, begins_line=begins_line)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _plain(data: bytes, indent: bytes, *, begins_line: bool = True) -> bytes:
    """Whole words of UTF-8 as plain text (`in_plain_text`); indent: what is removed where lines begin."""
    for found, plain in _REPLACED.items():
        if _has(data, found):
            data = data.replace(found, plain)
    *lines, rest = data.split(b"\n")
    data = b"\n".join([*[line.rstrip(b" \r") for line in lines], rest])
    if indent:
        data = (b"\n" * begins_line + data).replace(b"\n" + indent, b"\n")[begins_line:]
    return _composed(data) if any(_has(data, sign) for sign in _APART) else data


def _has(data: bytes, sign: bytes) -> bool:
    """Whether the sign is there; most texts lack its first byte, which is ten times faster to find."""
    return sign[:1] in data and sign in data


def _composed(data: bytes) -> bytes:
    """The text with each letter and its accents as one character, if Unicode has it."""
    text = data.decode("utf-8", "surrogateescape")
    return _LETTER.sub(lambda found: unicodedata.normalize("NFC", found[0]), text).encode("utf-8", "surrogateescape")
