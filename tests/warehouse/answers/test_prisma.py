"""The flow of records: numbers compared with a hand count, and a picture that shows them."""

import json
import re
from xml.etree import ElementTree

import pytest

from papersieve.warehouse.answers.prisma import flow, prisma_svg
from papersieve.warehouse.published.reader import open_warehouse
from tests.support.called import papersieve
from tests.support.made_dumps import json_lines
from tests.support.store_places import Place

#: A record with no title, no authors and too few words, which is quarantined.
POOR = json.dumps({"abstract": "Coming soon."}) + "\n"


@pytest.fixture(scope="module")
def searched(tmp_path_factory) -> Place:
    """Papers 1 to 6: 1 2 3 and 3 again in PubMed, 3 4 and a poor record in Scopus, 1 5 6 in an update of PubMed, 6 in
    no source.
    """
    place = Place(tmp_path_factory.mktemp("searched"))
    place.write("1.jsonl", json_lines(1, 2, 3, 3))
    place.write("2.jsonl", json_lines(3, 4) + POOR)
    place.write("3.jsonl", json_lines(1, 5, 6))
    place.write("4.jsonl", json_lines(6))
    place.write(
        "_dumps.toml",
        '["1*"]\nsource = "PubMed"\nphase = "search"\n["2*"]\nsource = "<Scopus>"\n["3*"]\nsource = "PubMed"\nphase = "update"\n',
    )
    place.run()
    return place


def test_the_numbers_are_those_of_a_hand_count(searched):
    columns = "source, phases, dumps, records, quarantined, duplicates, first_here, papers, only_here"
    assert searched.ask(f"SELECT {columns} FROM source_counts") == [
        ("PubMed", ["search", "update"], 2, 7, 0, 2, 5, 5, 3),  # 1 2 5 are nowhere else, 3 is in Scopus, 6 in 4.jsonl
        ("<Scopus>", None, 1, 3, 1, 1, 1, 2, 1),
        ("4.jsonl", None, 1, 1, 0, 1, 0, 1, 0),
    ]
    assert sorted(searched.ask("SELECT left_source, right_source, shared_papers FROM source_overlap")) == [
        ("4.jsonl", "4.jsonl", 1),
        ("4.jsonl", "PubMed", 1),
        ("<Scopus>", "<Scopus>", 2),
        ("<Scopus>", "PubMed", 1),
        ("PubMed", "PubMed", 5),
    ]


def test_the_picture_shows_the_numbers_and_they_add_up(searched):
    done = papersieve("prisma", "--warehouse", searched.warehouse)
    picture = ElementTree.fromstring(done.stdout)
    said = " ".join("".join(picture.itertext()).split())
    for text in (
        "identified (n = 11)",
        "PubMed, search and update (n = 7)",
        "<Scopus> (n = 3)",
        "Duplicate records (n = 4)",
    ):
        assert text in said
    assert re.search(r"ineligible by automation tools \(n =\s*1\)", said)
    assert "Records screened (n = 6)" in said
    lines = ["".join(line.itertext()) for line in picture.iter("{http://www.w3.org/2000/svg}tspan")]
    assert all(line.count("(") == line.count(")") for line in lines)  # no number is on another line than its "n ="
    assert 11 == 4 + 1 + 6


def test_the_numbers_of_any_warehouse_add_up(sample_warehouse):
    with open_warehouse(sample_warehouse) as con:
        numbers = flow(con)
        [(papers, records)] = con.execute(
            "SELECT (SELECT count(*) FROM papers), (SELECT sum(records) FROM dumps)"
        ).fetchall()
    assert numbers["screened"] == papers
    assert numbers["identified"] == records == numbers["duplicates"] + numbers["ineligible"] + papers
    assert all(row["only_here"] <= row["papers"] for row in numbers["sources"])


def test_many_sources_are_one_line_and_long_names_stay_in_their_box():
    row = {"source": "x" * 300, "phases": None, "records": 1, "quarantined": 0, "duplicates": 0, "first_here": 1}
    numbers = {"identified": 50, "duplicates": 0, "ineligible": 0, "screened": 50, "sources": [row] * 50}
    picture = ElementTree.fromstring(prisma_svg(numbers))
    lines = ["".join(line.itertext()) for line in picture.iter("{http://www.w3.org/2000/svg}tspan")]
    assert "- 40 more (n = 40)" in lines
    assert max(map(len, lines)) <= 46
