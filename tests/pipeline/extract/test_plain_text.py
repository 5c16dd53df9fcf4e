"""A dump reads the same whichever program wrote, sent or copied it: the text in it is made plain before it is read."""

import codecs
import io
import json
import re
import unicodedata
from pathlib import Path

import pytest

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.raw_dump import describe
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.extract.text_stream import in_plain_text, plain_head

CASES = Path(__file__).parents[2] / "cases"


def _texts() -> dict[str, str]:
    """The cases that are text in UTF-8 with line feeds."""
    found = {}
    for path in filter(Path.is_file, sorted(CASES.rglob("*"))):
        data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
        try:
            text = data.decode()
        except UnicodeDecodeError:
            continue
        if not {"\0", "\r"} & set(text) and path.name not in ("expected.json", "_dumps.toml"):
            found[str(path.relative_to(CASES))] = text
    return found


TEXTS = _texts()


def _as_elsewhere(text: str) -> bytes:
    """The text as it comes from a Mac, by way of a web page and a mail, to Windows and DOS."""
    apart = unicodedata.normalize("NFD", text).replace(" ", "\u200b\u00a0\u00ad")
    lines = [f"  {line}  " if line else line for line in apart.split("\n")]
    return codecs.BOM_UTF8 + ("\n" + "\n".join(lines)).replace("\n", "\r\n").encode() + b"\x1a"


def _read(name: str, data: bytes):
    try:
        found = extract_dump(describe(name, name, lambda: io.BytesIO(data)))
    except DumpError as error:
        return error.reason_code, None
    records = found.records.drop("record_id", "dump_id", "line_start", "line_end")
    return found.dump["format"].item(), records.to_dicts()


@pytest.mark.parametrize("name", TEXTS)
def test_a_case_reads_the_same_from_elsewhere(name):
    assert _read(name, _as_elsewhere(TEXTS[name])) == _read(name, plain_head(TEXTS[name].encode()))


def _stream(data: bytes) -> bytes:
    with in_plain_text(data[:100], lambda: io.BytesIO(data))() as stream:
        return stream.read()


@pytest.mark.parametrize("between", [" ", "\r\n", "  \r\n"])
def test_a_long_dump_is_cut_between_words(between):
    words, plain = "e\u0301te\u0301" + between, "été" + between.replace("  ", "").replace("\r", "")
    assert _stream((99_999 * words).encode()) == (99_999 * plain).encode()


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (b"a  \r\n\r\nb\t\r\n", b"a\n\nb\t\n"),
        (b"a\r\r\nb\r\r\n", b"a\nb\n"),
        ("re\u0301sume\u0301, \u1112\u1161\u11ab\u1100\u1173\u11af".encode(), "résumé, 한글".encode()),
        (b"  TY  - JOUR\n   more\n\n  ER  -\n", b"TY  - JOUR\n more\n\nER  -\n"),
        (b"  a\nb\n", b"  a\nb\n"),
        ("\ufeff\u00a0a\n\u00a0b\n\ufeff".encode(), b"a\nb\n"),
        ("\ufeffa".encode("utf-16"), b"a"),
        ("\u200ba\u00adb \u200e10.1000/a\u2060\n\x1ac\x1a".encode(), b"ab 10.1000/a\nc"),
        ("می\u200cشود".encode(), "می\u200cشود".encode()),
        (b"caf\xe9 e\xcc\x81", b"caf\xe9 \xc3\xa9"),
    ],
)
def test_text_is_made_plain(data, plain):
    assert plain_head(data) == plain
    assert _stream(data) == plain


def _respelled(text: str) -> str:
    """Markdown with other signs for bold text, items and headings."""
    text = re.sub(r"\*\*([^*\n]+)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"(?m)^(\s*)[-*] (?=\S)", r"\1• ", re.sub(r"(?m)^(#+ .*\S)$", r"\1 ##", text))


FORMATS = {name: read.get("formats") for name, read in json.loads((CASES / "expected.json").read_text("utf-8")).items()}
DIGESTS = ["digest_list"], ["digest_markdown"], ["digest_table"], ["hf_markdown"]


@pytest.mark.parametrize("name", [n for n in TEXTS if FORMATS.get(n) in DIGESTS and "<summary" not in TEXTS[n]])
def test_markdown_reads_the_same_in_another_spelling(name):
    assert _read(name, _respelled(TEXTS[name]).encode()) == _read(name, TEXTS[name].encode())
