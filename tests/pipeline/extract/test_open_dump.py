"""The lines of a dump read in blocks, compared with its lines read one by one."""

import io

from hypothesis import example, given
from hypothesis import strategies as st

from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import OpenDump
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
        try:
            text = piece.decode()
        except UnicodeDecodeError:
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
