"""Exports joined in one file are read as each of them is alone."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.inspection import inspect
from papersieve.pipeline.extract.read import Extraction, extract_dump, extract_parts
from papersieve.pipeline.reading_settings import Reading
from tests.support.damaged_dumps import FIXTURES

JOINED = ("ris", "nbib", "bibtex", "wos_tagged", "refer", "csv_table", "json_table", "openalex", "endnote_xml", "jats")
DUMPS = {path.stem: path for path in FIXTURES.iterdir() if path.stem in JOINED}
#: Columns that give a record's place in its dump.
PLACES = ("record_id", "dump_id", "ordinal", "line_start", "line_end")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sections")


def joined(folder, names: Sequence[str], between: str = "\n") -> Extraction:
    path = folder / "joined.txt"
    path.write_text(between.join(DUMPS[name].read_text(encoding="utf-8") for name in names), encoding="utf-8")
    return extract_dump(read_dump(path))


def alone(name: str) -> Extraction:
    return extract_dump(read_dump(DUMPS[name]))


def fates(found: Extraction) -> list[str]:
    spans = found.line_spans.select("line_start", "line_end", "fate").rows()
    return [fate for first, last, fate in spans for _ in range(first, last + 1)]


def orders() -> st.SearchStrategy[list[str]]:
    """Lists of formats in which none follows itself, nor JSON lines other JSON lines, which would be one section."""
    kinds = {"json_table": "json", "openalex": "json"}

    def differ(names: list[str]) -> bool:
        return all(kinds.get(a, a) != kinds.get(b, b) for a, b in pairwise(names))

    return st.lists(st.sampled_from(JOINED), min_size=2, max_size=5).filter(differ)


@given(names=orders())
def test_the_records_are_those_of_each_export_alone(folder, names):
    found = joined(folder, names)
    expected = pl.concat([alone(name).records.drop(PLACES) for name in names])
    assert found.records.drop(PLACES).equals(expected)
    assert found.records["record_id"].is_unique().all()
    assert found.records["ordinal"].to_list() == list(range(1, found.records.height + 1))


@given(names=orders())
def test_every_line_keeps_the_fate_that_it_has_in_its_export(folder, names):
    found = joined(folder, names)
    expected = [fate for name in names for fate in ("blank", *fates(alone(name)))][1:]
    assert fates(found) == expected
    assert found.dump["lines"].item() == len(expected)


@given(names=orders())
def test_reading_in_parts_gives_what_reading_at_once_gives(folder, names):
    whole = joined(folder, names)
    parts = list(extract_parts(read_dump(folder / "joined.txt"), Reading(batch_entries=1)))
    assert pl.concat([part.records for part in parts]).equals(whole.records)
    assert pl.concat([part.dump for part in parts]).equals(whole.dump)
    assert whole.dump["size_bytes"].item() == (folder / "joined.txt").stat().st_size


@pytest.mark.parametrize("name", JOINED)
def test_an_export_alone_or_twice_is_one_section(folder, name):
    codes = joined(folder, [name, name]).notices["code"].to_list()
    assert "section" not in codes or name in ("endnote_xml", "jats")
    assert "section" not in alone(name).notices["code"]


def test_a_notice_says_from_which_line_on_another_format_is_read(folder):
    found = joined(folder, ["bibtex", "ris"], between="")
    line = len(DUMPS["bibtex"].read_text(encoding="utf-8").splitlines()) + 1
    said = [
        (at, said) for at, code, said in found.notices.select("line", "code", "message").rows() if code == "section"
    ]
    assert [(at, said.split(":")[0]) for at, said in said] == [(line, "from here on, the dump is read as ris")]
    assert next(inspect(folder / "joined.txt", Reading()))["format"] == "bibtex"


def test_an_entry_in_prose_or_in_a_cell_begins_no_section(folder):
    bib = "@article{gale,\n  title = {Lamps in towers},\n  author = {Gale, Hugh}\n}\n"
    items = "- [Lamps in Towers](https://arxiv.org/abs/2001.00001)\n- [Kettles](https://arxiv.org/abs/2001.00002)\n"
    rows = "".join(f"Kettle {number},Ada Fenn,2020,10.1000/{number},\n" for number in range(30))
    cell = (
        f'Title,Authors,Year,DOI,Note\n{rows}Ropes,Ada Fenn,2021,10.1000/30,"as\n\nPMID- 12\nTI  - Lamps\n\n"\n{rows}'
    )
    for text, count in ((f"# Lamps\n\n{items}\n## Citation\n\n```\n{bib}```\n", 2), (cell, 61)):
        (folder / "one.txt").write_text(text)
        found = extract_dump(read_dump(folder / "one.txt"))
        assert found.records.height == count
        assert "section" not in found.notices["code"].to_list()


def test_a_section_begins_on_a_line_of_its_own(folder):
    entry = "@article{gale,\n  title = {Lamps in towers},\n  author = {Gale, Hugh}\n} % the end\n"
    text = f"{entry}TY  - JOUR\nTI  - Ropes\nAU  - Holt, Jo\nER  - \n"
    (folder / "one.txt").write_text(text)
    found = extract_dump(read_dump(folder / "one.txt"))
    assert found.records["line_start"].to_list() == [1, 5]
    assert found.dump["lines"].item() == text.count("\n") == found.line_spans["line_end"].max()


#: Cases that may read otherwise if they are joined, with the reason.
OTHERWISE = {
    **dict.fromkeys(("180", "561", "932", "949"), "what is above the first paper looks like the end of the last one"),
    **dict.fromkeys(
        ("1067", "1069", "1080", "1083"),
        "what is between two pages belongs to a card of the first",
    ),
    **dict.fromkeys(("854", "972"), "most entries decide how all are read"),
    **dict.fromkeys(("336", "1004"), "RDF with the same identifiers again"),
    **dict.fromkeys(("539", "543", "562", "575", "767", "1105"), "a mail or a saved page has one head"),
    **dict.fromkeys(("358", "359"), "objects of columns in a row"),
    "1005": "a table whose cells look like entries",
    "523": "XML without a declaration",
    "544": "references in lines, with nothing between two of them",
}
CASES = [
    path
    for path in sorted((Path(__file__).parents[2] / "cases").iterdir())
    if path.is_file() and path.name != "expected.json" and path.name.partition("-")[0] not in OTHERWISE
]


@pytest.mark.long
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_a_case_joined_to_itself_gives_each_record_twice(folder, path):
    data = path.read_bytes()
    once, twice = (said_by(folder, each) for each in (data, data + b"\n" * (data[-1:] != b"\n") + data))
    assert once is None or twice == sorted(once + once)


def said_by(folder, data: bytes) -> list[str] | None:
    """What is read from a text, without places in it; None if nothing is or it is no text."""
    path = folder / "case"
    path.write_bytes(data)
    try:
        data.decode()
        found = extract_dump(read_dump(path))
    except (UnicodeDecodeError, DumpError):
        return None
    return sorted(map(str, found.records.drop(PLACES).rows()))
