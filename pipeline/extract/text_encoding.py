"""The encoding of a text: as stated, or guessed, and what to do about one that is not UTF-8."""

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress

from papersieve.pipeline.errors import DumpError

#: Byte order marks; the longer ones come first, as they begin with a shorter one.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: The encoding that XML or JabRef's BibTeX states.
_STATED = re.compile(
    rb"<\?xml[^<>]{1,100}encoding=[\"']([\w-]{1,30})|%\s{0,3}Encoding:\s{0,3}([\w-]{1,30})", re.IGNORECASE
)
#: Bytes of a text from which its encoding is guessed.
_LOOKED_AT = 1 << 16
#: Letters in words in the encoding of old Macs, where WINDOWS-1252 has signs or nothing; and letters of WINDOWS-1252.
_LETTERS_OF_MACS = re.compile(rb"(?<=[A-Za-z])[\x80-\x90\x95-\x9f]|[\x80-\x90\x95-\x9f](?=[A-Za-z])")
_LETTERS = re.compile(rb"[\xc0-\xff]")
#: How files begin that are often among dumps and are no text.
_SIGNATURES = {
    b"PK\x03\x04": "a Word document or another packed file",
    b"{\\rtf": "a text in RTF",
    b"%PDF-": "a PDF",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"\x7fELF": "a program",
    b"SQLite format 3": "an SQLite database",
}
#: Bytes that are not UTF-8, as Python decodes them with `surrogateescape`; and signs of what is no text, or is in an
#: encoding with two bytes per character.
_STRAYS = re.compile("[\udc80-\udcff]+")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f]|[\udc80-\udcff]{3}")
#: The start of a character of three or four bytes, the rest of which was cut off.
_CUT = re.compile(rb"[\xe0-\xf4][\x80-\xbf]")
#: If this many lines are not UTF-8, and no line has UTF-8 beyond ASCII, the cause is another encoding and not damage.
_FOREIGN_LINES = 3
#: As many bytes of a line may be strays, besides a quarter of it.
_FEW_STRAYS = 12


def is_text_in_utf8(head: bytes) -> bool:
    """Whether the beginning of a text, which may end inside a character, is UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def encoding_of(head: bytes) -> str:
    """The encoding that a byte order mark or the zero bytes of ASCII characters show, or a text states; else UTF-8.

    What a text states is ignored if it is UTF-8 nevertheless.
    """
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    even, odd = head[:400:2], head[1:400:2]
    if len(head) >= 8 and odd.count(0) > 0.9 * len(odd) and not even.count(0):
        return "utf-16-le"
    if (stated := _STATED.match(head)) and not is_text_in_utf8(head):
        with suppress(LookupError):
            name = codecs.lookup((stated[1] or stated[2]).decode()).name
            return "cp1252" if name == "iso8859-1" else name
    return "utf-16-be" if len(head) >= 8 and even.count(0) > 0.9 * len(even) and not odd.count(0) else "utf-8"


def refuse_foreign_encoding(location: str, head: bytes) -> None:
    """Raise DumpError if a dump seems to have an encoding other than UTF-8, and not only a few damaged lines.

    That is so if no line of its beginning is UTF-8 beyond ASCII, and half of the lines, `_FOREIGN_LINES` of them, or
    the first one are not UTF-8. The first line may name the columns, so it alone is enough.
    """
    lines = list(_whole_lines(head))
    bad = [number for number, line in enumerate(lines, start=1) if not _is_utf8(line)]
    good = sum(not line.isascii() for line in lines) - len(bad)
    if bad and not good and (bad[0] == 1 or len(bad) >= _FOREIGN_LINES or 2 * len(bad) >= len(lines)):
        raise DumpError(
            "wrong_encoding",
            f"{location}: expected UTF-8, found another encoding (line {bad[0]:,} is no UTF-8, and no line is UTF-8 beyond ASCII). "
            f"{conversion(location, head)}",
        )


def with_strays(line: bytes) -> str | None:
    """A line of text in UTF-8 with some bytes of WINDOWS-1252, as from values pasted together; None if it is no text.

    >>> with_strays("Müller und Gal".encode() + b"\\xe9"), with_strays(b"\\xff\\xfe\\x01")
    ('Müller und Galé', None)
    """
    text = line.decode("utf-8", "surrogateescape")
    strays = _STRAYS.findall(text)
    if _NO_TEXT.search(text) or 4 * sum(map(len, strays)) > len(text) + _FEW_STRAYS:
        return None
    return _STRAYS.sub(lambda found: _stray(found[0].encode("utf-8", "surrogateescape")), text)


def _stray(data: bytes) -> str:
    return "\ufffd" if _CUT.fullmatch(data) else data.decode("cp1252", "replace")


def decoded(location: str, data: bytes) -> str:
    """The bytes as text.

    Raises DumpError if they are not UTF-8 text; the error says what they are and how to convert them.
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
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DumpError(
            "wrong_encoding",
            f"{location}: expected UTF-8, found an invalid byte at offset {error.start:,} (line {line:,}). "
            f"{conversion(location, data)}",
        ) from error


def conversion(location: str, data: bytes) -> str:
    """Advice for a text that is not UTF-8: name the likely encoding in the settings, or convert the file."""
    name, likely = location.rpartition("/")[2], _likely(data[:_LOOKED_AT])
    return (
        f'Say its real encoding in the settings, under [reading], for example: encoding = "{likely.lower()}". Or convert it: '
        f"iconv -c -f {likely} -t UTF-8 '{name}' > converted.txt"
    )


def _likely(data: bytes) -> str:
    """The likely encoding: Japanese or Chinese if over a quarter of the bytes are not ASCII; that of old Macs if words
    have its letters; else WINDOWS-1252.

    >>> _likely(b"Caf\\xe9"), _likely(b"en fran\\x8dais, \\x81ngstr\\x9am"), _likely("論文題名".encode("cp932"))
    ('WINDOWS-1252', 'MACINTOSH', 'SHIFT_JIS')
    """
    if 4 * sum(byte > 0x7F for byte in data) > len(data):
        for encoding in ("SHIFT_JIS", "GB18030"):
            with suppress(UnicodeDecodeError):
                data.decode("cp932" if encoding == "SHIFT_JIS" else encoding)
                return encoding
    return "MACINTOSH" if len(_LETTERS_OF_MACS.findall(data)) > len(_LETTERS.findall(data)) else "WINDOWS-1252"


def _whole_lines(head: bytes) -> Iterator[bytes]:
    """The non-blank lines of a beginning, without the last, which may be cut."""
    lines = head.split(b"\n")
    yield from (line for line in lines[: -1 if len(lines) > 1 else None] if line.strip())


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
