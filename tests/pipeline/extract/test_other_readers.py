"""Generated exports, entry by entry and field by field beside pandas,
openpyxl, lxml and json: a small part of `benchmarks.other_readers`.
"""

import random
from dataclasses import replace

import pytest

from benchmarks import other_readers
from benchmarks.exports import made_entry
from benchmarks.other_readers import EXPORTS

#: Those whose other reader the tests have.
NAMES = [
    "scopus_csv", "wos_tab", "dimensions_workbook", "pubmed_xml", "mods", "crossref_json",
    "endnote_refer", "refworks_tagged", "ojs_dublin_core", "unixref", "datacite_json",
]  # fmt: skip


@pytest.fixture(scope="module")
def entries():
    draw = random.Random(20261128)
    return [made_entry(draw, number) for number in range(1, 61)]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_an_export_is_as_another_reader_reads_it(entries, name):
    found = other_readers.compared(name, entries)
    assert found.unnamed == []
    assert found.entries == 60
    assert found.values >= 480


@pytest.mark.parametrize("change", [{"title": "Another"}, {"volume": "100"}, {"authors": (("Else", "Any"),)}, {"doi": "10.1000/other"}])  # fmt: skip
@pytest.mark.parametrize("name", ["scopus_csv", "mods"])
def test_a_field_that_differs_is_told(monkeypatch, entries, name, change):
    changed = [replace(entries[0], **change), *entries[1:]]
    write = EXPORTS[name]
    monkeypatch.setitem(other_readers.READERS, name, lambda _, read=other_readers.READERS[name]: read(write(changed)))
    [told] = other_readers.compared(name, entries).unnamed
    assert told.startswith("entry 1, ")


def test_an_entry_that_is_missing_is_told(monkeypatch, entries):
    monkeypatch.setitem(other_readers.READERS, "mods", lambda data, read=other_readers.READERS["mods"]: read(data)[:-1])
    assert "entries: 60 written, 60 read by us, 59 by them" in other_readers.compared("mods", entries).unnamed
