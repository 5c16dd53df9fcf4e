"""The lines of a dump read in blocks, compared with its lines read one by one."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import OpenDump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.extract.text_encoding import with_strays
from papersieve.pipeline.reading_settings import Reading

LIMIT = 100
PARTS = [
    b"\n",
    b"\r",
    b" ",
    b"\x0b",
    b"a",
    "é".encode(),
    b"\xff",
    b"\xff\xfe\xfd",
    b"word " * 19,
    b"long " * 25,
]


def one_by_one(data: bytes) -> tuple[list[tuple[int, str]], dict[int, str]]:
    """The lines that can be read, and the fates of blank and rejected lines, by the rules and without blocks."""
    lines, fates = [], {}
    pieces = data.split(b"\n")
    for number, piece in enumerate(pieces[:-1] if not pieces[-1] else pieces, start=1):
        if len(piece) > LIMIT:
            fates[number] = "line_too_long"
            continue
        if (text := with_strays(piece)) is None:
            fates[number] = "not_utf8"
            continue
        lines.append((number, text))
        if not text.strip():
            fates[number] = Fate.BLANK
    return lines, fates


@given(st.lists(st.sampled_from(PARTS), max_size=30).map(b"".join), st.integers(1, 300))
@example(b"x" * 150 + b"\nnext\n", 40)
@example(b"x" * 150, 40)
@example(b"first\n" + b"x" * 150 + b"\n\xff\nnext", 160)
@example(b"first\n" + b"x" * 150 + b"\n\xff\xfe\xfd\nnext", 160)
def test_blocks_have_the_lines_that_are_there(data, block_bytes):
    reading = Reading(max_line_bytes=LIMIT)
    dump = OpenDump("page.txt", lambda: io.BytesIO(data), len(data), reading, block_bytes=block_bytes)
    read = list(dump.lines())
    lines, fates = one_by_one(data)
    assert read == lines
    rejected = {line: reason_code for line, reason_code, *_ in _drained(dump, len(lines), fates)}
    assert rejected == {line: fate for line, fate in fates.items() if fate != Fate.BLANK}


def _drained(dump: OpenDump, readable: int, fates: dict[int, str]):
    """The rejected lines; checks that only these and blank lines have a fate yet."""
    last = readable + sum(fate != Fate.BLANK for fate in fates.values())
    marked = {line for line in range(1, last + 1) if dump.ledger.fate(line)}
    assert marked == set(fates)
    dump.ledger.fill(1, last, Fate.RECORD)
    return dump.ledger.drain().rejected


_LETTERS = "äéñçøßÄÉ’–“"  # each is in WINDOWS-1252


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "lamp ", "of Müller ", "in 東京 "]), st.sampled_from(_LETTERS), st.booleans())
    )
)
def test_characters_of_windows_1252_within_utf8_are_read_as_meant(parts):
    said = "".join(f"{before}{letter}n lamps, " for before, letter, _ in parts)
    mixed = b"".join(
        before.encode() + letter.encode("cp1252" if is_stray else "utf-8") + b"n lamps, "
        for before, letter, is_stray in parts
    )
    assert with_strays(mixed) == said


@pytest.mark.parametrize(
    "line",
    ["論文の題名は何ですか".encode("cp932"), "一篇论文的题目".encode("gb18030"), bytes(range(256)), b"\xff\xfe\xfd"],
)
def test_a_line_in_another_kind_of_encoding_is_no_text(line):
    assert with_strays(line) is None


_ABOVE = 'title,authors,abstract\nLamps of Müller,"Gale, H",We count the lamps of towers in winter.\n'.encode()


@pytest.mark.parametrize(
    ("above", "entry"),
    [
        (_ABOVE, b'Caf\xe9s in towers,"Holt, J",We drink coffee below the lamps of towers.\n'),
        ("@article{a, title={Lamps of Müller}, author={Gale, H}}\n".encode(), b"@article{b, title={Caf\xe9s in towers}, author={Holt, J}}\n"),
        ("TY  - JOUR\nTI  - Lamps of Müller\nAU  - Gale, H\nER  - \n".encode(), b"TY  - JOUR\nTI  - Caf\xe9s in towers\nAU  - Holt, J\nER  - \n"),
        ('[{"title": "Lamps of Müller", "authors": ["Gale, H"]},\n'.encode(), b'{"title": "Caf\xe9s in towers", "authors": ["Holt, J"]}]\n'),
    ],
    ids=["csv", "bibtex", "ris", "json"],
)  # fmt: skip
def test_no_record_is_lost_for_a_character_in_another_encoding(tmp_path, above, entry):
    (tmp_path / "dump").write_bytes(above + entry)
    found = extract_dump(read_dump(tmp_path / "dump"))
    assert found.records["title_raw"].to_list() == ["Lamps of Müller", "Cafés in towers"]
    assert "not_utf8" in found.notices["code"]
