"""DataCite's XML: which related identifiers are of the work and which of other works."""

import pytest

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump

RECORD = (
    '<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI">10.1000/1</identifier>'
    "<titles><title>Lamps in towers</title></titles><relatedIdentifiers>"
    '<relatedIdentifier relatedIdentifierType="{}" relationType="{}">{}</relatedIdentifier></relatedIdentifiers></resource>'
)


@pytest.mark.parametrize(
    ("kind", "relation", "said", "issns"),
    [
        ("ISSN", "IsPartOf", "1234-5679", ["1234-5679"]),
        ("ISSN", "Cites", "1234-5679", None),
        ("DOI", "IsPartOf", "10.1000/1234-5679", None),
    ],
)
def test_only_the_journal_that_it_stands_in_gives_its_issn(tmp_path, kind, relation, said, issns):
    path = tmp_path / "records.xml"
    path.write_text(RECORD.format(kind, relation, said), encoding="utf-8")
    found = extract_dump(read_dump(path)).records
    assert found["title_raw"].to_list() == ["Lamps in towers"]
    assert found["issns"].to_list() == [issns]
