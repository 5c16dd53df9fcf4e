"""MARCXML: the place of a paper in its journal, given as one text."""

import pytest

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump

RECORD = (
    '<collection><record><datafield tag="245"><subfield code="a">Lamps in towers /</subfield></datafield>'
    '<datafield tag="773"><subfield code="t">Towers.</subfield><subfield code="g">{}</subfield></datafield></record></collection>'
)


@pytest.mark.parametrize(
    ("said", "volume", "issue", "pages"),
    [
        ("Vol. 14, no. 2 (Spring 2021), p. 101-119", "14", "2", "101-119"),
        ("volume 14, no. 2 (Sept. 2021), pages 101-119", "14", "2", "101-119"),
        ("Bd. XIV, Heft 3, S. 101-119", "XIV", "3", "101-119"),
        ("14(2021), Seite 101-119", None, None, "101-119"),
        ("Tome 14 (2021), p. ix-xii", "14", None, "ix-xii"),
    ],
)
def test_the_numbers_of_a_place_are_told_from_the_words_around_them(tmp_path, said, volume, issue, pages):
    path = tmp_path / "records.xml"
    path.write_text(RECORD.format(said), encoding="utf-8")
    assert extract_dump(read_dump(path)).records.select("volume", "issue", "pages").row(0) == (volume, issue, pages)
