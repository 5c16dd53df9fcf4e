"""Every format is in the catalogue, with an example that it can read, and has a fixture that shows its quirks."""

import csv
import io

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from papersieve.pipeline.errors import SettingsError
from papersieve.pipeline.extract.catalogue import catalogue, described
from papersieve.pipeline.extract.detect import own_formats
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump
from tests.support.damaged_dumps import FIXTURES

NAMES = [known.name for known in own_formats()]


def _as_file(name: str, example: str) -> bytes:
    """The example as a dump; binary tables are built from the table that is shown."""
    header, *rows = csv.reader(io.StringIO(example))
    out = io.BytesIO()
    if name == "workbook":
        book = openpyxl.Workbook()
        for row in (header, *rows):
            book.active.append(row)
        book.save(out)
        return out.getvalue()
    table = pa.table({column: [row[at] for row in rows] for at, column in enumerate(header)})
    if name == "parquet_table":
        pq.write_table(table, out)
    else:
        with pa.ipc.new_file(out, table.schema) as writer:
            writer.write_table(table)
    return out.getvalue()


def test_the_catalogue_lists_every_format_in_the_order_in_which_they_are_asked():
    assert [each.name for each in catalogue()] == NAMES


@pytest.mark.parametrize("known", list(own_formats()), ids=lambda known: known.name)
def test_the_example_of_a_format_is_read_by_it_whole(tmp_path, known):
    told = described(known.name)
    path = tmp_path / "example"
    path.write_bytes(_as_file(known.name, told.example) if known.is_binary else told.example.encode())
    got = extract_dump(read_dump(path))
    assert got.dump["format"].item() == known.name
    assert got.records.height
    assert got.rejected_lines.is_empty()
    assert len(told.about) > 20
    assert max(map(len, told.example.splitlines())) < 260


@pytest.mark.parametrize("name", NAMES)
def test_a_format_has_a_fixture_of_ours(name):
    assert (FIXTURES / f"{name}.expected.json").is_file()
    assert [p for p in FIXTURES.glob(f"{name}.*") if p.name != f"{name}.expected.json"]


@pytest.mark.parametrize(("name", "is_whole"), [("ris", False), ("bibtex", True), ("openreview", True), ("crossref", False), ("workbook", True), ("parquet_table", False)])  # fmt: skip
def test_the_catalogue_knows_what_is_read_whole(name, is_whole):
    assert described(name).is_whole is is_whole


def test_a_format_that_is_not_known_is_named():
    with pytest.raises(SettingsError, match="'pdf' is not known"):
        described("pdf")
