"""Fields that look like others: DOIs of data, universities as venues, ranges, prefixed fields, lists."""

import json
import time

import pytest

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.entry_columns import entries_frame
from papersieve.pipeline.extract.read import extract_dump


def records(tmp_path, name: str, text: str) -> list[dict]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return extract_dump(read_dump(path)).records.to_dicts()


@pytest.mark.parametrize(
    ("links", "doi"),
    [
        (["https://doi.org/10.1000/lamps.1"], "10.1000/lamps.1"),
        (["https://doi.org/10.1000/lamps.1", "https://dx.doi.org/10.1000/LAMPS.1"], "10.1000/lamps.1"),
        (["https://doi.org/10.1000/lamps.1", "https://doi.org/10.1000/other.1"], None),
        (["https://doi.org/10.5281/zenodo.999"], None),
        (["https://doi.org/10.6084/m9.figshare.12"], None),
        (["https://doi.org/10.1000/lamps.1", "https://doi.org/10.5281/zenodo.999"], None),
        (["https://arxiv.org/abs/2001.00001", "https://doi.org/10.1000/lamps.1"], None),
    ],
)
def test_a_doi_of_links_is_the_papers_and_not_that_of_its_data(links, doi):
    assert entries_frame([Entry(1, 1, title="Lamps in towers", urls=links)])["doi"].to_list() == [doi]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("At 20~30 degrees, pH 5~7.", "At 20~30 degrees, pH 5~7."),
        ("of Smith~et~al. in Sect.~4", "of Smith et al. in Sect. 4"),
        ("about ~40 lamps and 7~lamps", "about ~40 lamps and 7 lamps"),
    ],
)
def test_a_tilde_between_numbers_is_a_range_and_between_words_a_blank(tmp_path, written, read):
    text = f"@article{{a,\n title={{Lamps in towers}},\n abstract={{{written}}},\n author={{Gale, H.}}\n}}\n"
    assert [r["abstract_raw"] for r in records(tmp_path, "one.bib", text)] == [read]


@pytest.mark.parametrize("turned", [False, True])
def test_a_prefixed_field_counts_where_the_plain_one_is_missing_or_empty(tmp_path, turned):
    fields = ["alttitle={Other title}", "title={Lamps in towers}", "OPTpages={}", "pages={1--2}", "OPTvolume={4}"]
    fields = fields[::-1] if turned else fields
    [found] = records(tmp_path, "one.bib", "@article{a,\n" + ",\n".join([*fields, "author={Gale, H.}"]) + "\n}\n")
    assert (found["title_raw"], found["pages"], found["volume"]) == ("Lamps in towers", "1-2", "4")


def test_one_paper_whose_values_are_lists_is_one_and_a_table_by_its_columns_is_several(tmp_path):
    one = {"title": ["Lamps", "Lampes"], "authors": ["Hugh Gale", "Jo Holt"], "abstract": ["We counted", "Nous"]}
    assert len(records(tmp_path, "one.json", json.dumps(one))) == 1
    table = {"title": ["Lamps", "Bees"], "authors": ["Hugh Gale", "Jo Holt"], "year": [2020, 2021]}
    assert [r["year"] for r in records(tmp_path, "table.json", json.dumps(table))] == [2020, 2021]
    by_number = {name: dict(enumerate(column)) for name, column in table.items() if name != "year"}
    assert len(records(tmp_path, "numbers.json", json.dumps(by_number))) == 2


@pytest.mark.parametrize(
    ("kind", "venue"), [("CONF", "Tower Meeting"), ("CPAPER", "Tower Meeting"), ("JOUR", "J Tow"), ("THES", "J Tow")]
)
def test_a_meeting_is_named_of_its_papers_alone(tmp_path, kind, venue):
    text = f"TY  - {kind}\nTI  - Lamps in towers\nAU  - Gale, H.\nC3  - Tower Meeting\nJA  - J Tow\nER  - \n"
    assert [r["venue"] for r in records(tmp_path, "one.ris", text)] == [venue]


def test_pages_of_many_blanks_take_no_longer(tmp_path):
    text = json.dumps([{"title": "Lamps in towers", "authors": "H. Gale", "pages": f"1{' ' * 200_000}2"}])
    begun = time.process_time()
    assert len(records(tmp_path, "one.json", text)) == 1
    assert time.process_time() - begun < 5
