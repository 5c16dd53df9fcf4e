"""Damaged dumps of every format, made from the fixtures by random edits, and checks of how they are read."""

import gzip
import io
import lzma
import random
import tarfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.detect import detect
from papersieve.pipeline.extract.dump_files import find_dumps, read_dump
from papersieve.pipeline.extract.raw_dump import BrokenDump, RawDump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.extract.text_stream import in_plain_text
from papersieve.pipeline.reading_settings import Reading

FIXTURES = Path(__file__).parents[1] / "fixtures"
CASES = Path(__file__).parents[1] / "cases"

#: Limits, and the number of entries in a part: so small that small inputs exceed them.
LIMITS = Reading(max_line_bytes=3_000, max_entry_bytes=5_000, max_page_bytes=60_000, max_depth=20, batch_entries=2)

#: Byte sequences that formats, decoders or parsers often handle wrongly.
SURPRISES = [
    b"\x00", b"\xff", b"\xfe\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n\n", b"\x1a", b"\x85",
    b"\xe2\x80\xa8",
    b'"', b"'", b"{", b"}", b"[", b"]", b"<", b">", b"&", b"&lt;", b"&#0;", b"&nbsp;", b"<![CDATA[", b"]]>", b"<!--",
    b"<?x ?>",
    b"\\", b"\\ud800", b"\\u0000", b'"\\ud83d"', b"\\\\", b"|", b",", b";", b"\t", b"@article{", b"TY  - ", b"ER  - ",
    b"PMID- ", b"### [",
    b"arXiv:", b"null", b"NaN", b"-1", b"1e999", b"9" * 5000, b"[" * 200, b'{"a":' * 200, b"<a>" * 200, b"0000-00-00",
    b"9999-12-31",
    b"0", b"Feb 30", "\u202eabc".encode(), "e\u0301".encode() * 5, "\U0001f9ea".encode(), b"x" * 3_100,
    b'<!DOCTYPE x [<!ENTITY a "b">]>', b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', b"=HYPERLINK(1)",
    b"%%", b"#", b"$",
]  # fmt: skip


def fixtures() -> list[bytes]:
    """The bytes of all fixtures in order of their names; then compressed files, Parquet, Arrow, archives."""
    texts = [p.read_bytes() for p in sorted(FIXTURES.iterdir()) if not p.name.endswith(".expected.json")]
    table = pa.table(
        {"title": ["A title", None, "Another"], "abstract": ["Said.", None, "x" * 50], "year": [1, None, 2020]}
    )
    parquet, arrow, stream, zipped, tarred = (io.BytesIO() for _ in range(5))
    pq.write_table(table, parquet)
    with pa.ipc.new_file(arrow, table.schema) as writer:
        writer.write_table(table)
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, text in enumerate(texts[:3]):
            archive.writestr(f"../{number}.xml", text)
    with tarfile.open(fileobj=tarred, mode="w:gz") as archive:
        for number, text in enumerate(texts[3:5]):
            info = tarfile.TarInfo(f"a/{number}.txt")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    packed = [gzip.compress(texts[0]), lzma.compress(texts[1]), pa.compress(texts[2], codec="zstd", asbytes=True)]
    return [*texts, *packed, *(b.getvalue() for b in (parquet, arrow, stream, zipped, tarred))]


def inputs_of(names: frozenset[str]) -> list[bytes]:
    """Fixtures and cases of users that are read as one of these formats, repeated to equal numbers for each format."""
    by_format: dict[str, list[bytes]] = {}
    for path in (p for folder in (FIXTURES, CASES) for p in sorted(folder.rglob("*")) if p.is_file()):
        if not path.name.endswith("expected.json") and (name := _format_of(path)) in names:
            by_format.setdefault(name, []).append(path.read_bytes())
    most = max(map(len, by_format.values()))
    return [files[n % len(files)] for files in by_format.values() for n in range(most)]


def _format_of(path: Path) -> str | None:
    try:
        return detect(read_dump(path), Reading())[0].name
    except DumpError:
        return None


def mutate(draw: random.Random, whole: list[bytes]) -> bytes:
    """Make an input from fixtures by up to six edits: cut, repeat, insert, overwrite, randomise, mix, shuffle lines."""
    data = draw.choice(whole)
    for _ in range(draw.randint(0, 6)):
        start = draw.randint(0, len(data))
        stop = min(len(data), start + draw.choice((1, 1, 4, 30, 300, 3_000)))
        edit = draw.randrange(8)
        if edit == 0:
            data = data[:start]
        elif edit == 1:
            data = data[:start] + data[stop:]
        elif edit == 2:
            data = data[:stop] + data[start:stop] * draw.randint(1, 4) + data[stop:]
        elif edit in (3, 4):
            data = data[:start] + draw.choice(SURPRISES) + data[start if edit == 3 else stop :]
        elif edit == 5:
            data = data[:start] + draw.randbytes(stop - start) + data[stop:]
        elif edit == 6:
            other = draw.choice(whole)
            at = draw.randint(0, len(other))
            data = data[:start] + other[at : at + 400] + data[start:]
        else:
            lines = data.split(b"\n")
            draw.shuffle(lines)
            data = b"\n".join(lines)
        data = data[:20_000]
    return data


def judge(path: Path, reading: Reading) -> list[tuple[str, str]]:
    """Read the dumps of a file; return (format, outcome) of each. outcome: `read`, or the reason code of a DumpError.

    Raises AssertionError if a line has no fate or two, or if an entry is not counted.
    """
    return [
        ("none", found.error.reason_code) if isinstance(found, BrokenDump) else _judge(found, reading)
        for found in find_dumps(path, reading)
    ]


def _judge(raw: RawDump, reading: Reading) -> tuple[str, str]:
    try:
        got = extract_dump(raw, reading)
    except DumpError as error:
        if error.reason_code == "format_failed":
            raise AssertionError(str(error)) from error
        return "none", error.reason_code
    dump = got.dump.to_dicts()[0]
    spans = got.line_spans.rows()
    expected = 1
    for _, first, last, _ in spans:
        assert first == expected, f"line {expected} has no fate, or two"
        expected = last + 1
    assert expected == dump["lines"] + 1
    if not dump["format"].endswith(("parquet_table", "arrow_table", "workbook")):
        with in_plain_text(raw.head, raw.open)() as stream:
            data = stream.read()
        assert dump["lines"] == data.count(b"\n") + (not data.endswith(b"\n")), "lines are miscounted"
    rejected = sum(last - first + 1 for _, first, last, fate in spans if fate == "rejected")
    assert got.rejected_lines.height == rejected, "a rejected line is not kept"
    record_lines = {n for _, first, last, fate in spans if fate == "record" for n in range(first, last + 1)}
    assert set(got.records["line_start"]) <= record_lines, "a record starts on a line that is none of its own"
    assert got.records["ordinal"].to_list() == list(range(1, got.records.height + 1))
    assert not got.records["record_id"].is_duplicated().any()
    return dump["format"], "read"
