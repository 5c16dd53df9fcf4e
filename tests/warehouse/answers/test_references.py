"""References for other tools: written values are read back unchanged by every reader."""

import csv
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.entry_columns import entries_frame
from papersieve.pipeline.extract.shared.dates import ShownDate
from papersieve.pipeline.records import normalise_records
from papersieve.warehouse.answers.references import pieces
from papersieve.warehouse.decisions.decision_file import export_review, import_decisions
from papersieve.warehouse.store.store import Store
from tests.support.called import papersieve
from tests.support.damaged_dumps import FIXTURES
from tests.support.examples import examples
from tests.support.made_dumps import family, json_lines
from tests.support.round_trip import FORMS, differences, differing, read_by_bibtexparser, reread, told_otherwise
from tests.support.store_places import Place

#: Words with characters that have a meaning in one of the formats.
WORDS = st.sampled_from(
    ["bees", "Örn", "{max}", "{", "}", "10^3", "5%", "R&D", "#3", "a_b", "$5", "~7", "p<0.05", "n>3", "--", "-", "and", "@article{x,", "AU",
     "ER  -", '"quoted"', "=1", "C:\\temp", "x;y", "a,b", "雪", "10.1000/x", "arXiv:2401.00001", "<<so>>", "[1]",
     "others"]
)  # fmt: skip
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map(lambda words: " ".join(["We", *words, "here."]))
TERMS = st.sampled_from(["mice", "Animals, Laboratory", "cs.LG", "R&D", "50% off"])
NAMES = st.sampled_from(
    ["Gale, Hugh", "Hugh Gale", "Barrow and Sons, Ltd.", "Örn, Ada M.", "McDonald, J. R.", "Núñez", "A, B, C, D"]
)
ENTRIES = st.builds(
    Entry,
    st.just(1),
    st.just(1),
    title=TEXTS,
    abstract=st.none() | TEXTS,
    authors=st.lists(NAMES, unique=True, max_size=3),
    venue=st.none() | TEXTS,
    volume=st.none() | st.sampled_from(["12", "Suppl. 3"]),
    issue=st.none() | st.just("2"),
    pages=st.none() | st.sampled_from(["101-119", "e12", "S1-S9", "1-2-3"]),
    published=st.none() | st.sampled_from([ShownDate(3, 7, 2019), ShownDate(None, None, 1987)]),
    doi=st.just("10.1000/ab_c.1") | st.just("10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2"),
    arxiv=st.just("2401.00001v2") | st.just("math/0309136"),
    pmid=st.none() | st.just("29456894"),
    categories=st.lists(TERMS, unique=True, max_size=3),
    urls=st.lists(st.sampled_from(["https://x.example/a_b%20c", "https://github.com/a/b", "http://y.example/~z#q"]), unique=True),
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@given(entries=st.lists(ENTRIES, min_size=1, max_size=3))
@examples(8)
def test_what_is_written_comes_back(tmp_path_factory, form, entries):
    notes = ["listed in arxiv_2401.00009.txt:3", "listed in 10.5555/x.ris:1"]
    records = normalise_records(entries_frame(entries).with_columns(record_id=pl.lit("0" * 32)))
    rows = records.with_columns(
        id=pl.lit("1" * 32), format=pl.lit("ris"), notes=pl.lit(notes), other_fields=pl.lit(None, pl.String)
    )
    file = tmp_path_factory.getbasetemp() / f"references.{form}"
    file.write_text("".join(pieces(form, rows.columns, [rows])), encoding="utf-8")
    assert differing(records, reread(file)) == []


def test_no_cell_is_a_formula_and_each_comes_back(tmp_path):
    titles = [
        '=HYPERLINK("http://x.example","bees")',
        "'=1+1 bees",
        "'Tis the bees",
        "@bees in hives",
        "Bees in towers",
    ]
    said = entries_frame([Entry(1, 1, title=title, venue=title) for title in titles])
    records = normalise_records(said.with_columns(record_id=pl.lit("0" * 32)))
    added = ("id", "other_fields", "format", "notes")
    row = {name: pl.lit("=x") for name in added} | {"notes": pl.lit(["-x"]), "other_fields": pl.lit('{"a": "b"}')}
    rows = records.with_columns(id=row["id"]).with_columns(row[name].alias(name) for name in added[1:])
    file = tmp_path / "references.csv"
    file.write_text("".join(pieces("csv", rows.columns, [rows])), encoding="utf-8")
    with file.open(newline="") as text:
        assert not [cell for cells in csv.reader(text) for cell in cells if cell.startswith(tuple("=+-@"))]
    assert differing(records, reread(file)) == []
    assert reread(file)["title"].to_list() == titles
    file.write_text("title,doi\n'=1+1 bees,\n")  # in files of other tools, the apostrophe stays
    assert reread(file)["title"].to_list() == ["'=1+1 bees"]


def test_a_value_that_comes_back_otherwise_is_seen(tmp_path):
    records = normalise_records(
        entries_frame([Entry(1, 1, title="Bees in towers")]).with_columns(record_id=pl.lit("0"))
    )
    other = records.with_columns(title=pl.lit("Bees in a tower"))
    assert differing(records, other) == [("title", "Bees in towers", "Bees in a tower")]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory) -> Place:
    """Every case and fixture, each read in its own format."""
    place = Place(tmp_path_factory.mktemp("kinds"))
    place.run(FIXTURES, FIXTURES.parent / "cases")
    return place


@pytest.mark.long
@pytest.mark.parametrize("what", ["papers", "removed"])
@pytest.mark.parametrize("form", FORMS)
def test_every_case_comes_back(kinds, tmp_path, form, what):
    assert differences(kinds.warehouse, tmp_path, form, what) == []
    if (form, what) == ("bibtex", "papers"):
        assert not told_otherwise(kinds.warehouse, read_by_bibtexparser(tmp_path / "papers.bibtex"))


@pytest.mark.long
def test_papers_and_removed_records_add_up_to_the_records(kinds, tmp_path):
    counts = {what: _exported(kinds, tmp_path / f"{what}.parquet", what).height for what in ("papers", "removed")}
    assert sum(counts.values()) == kinds.ask("SELECT count(*) FROM records")[0][0]
    assert counts["papers"] == kinds.ask("SELECT count(*) FROM papers")[0][0]


def _exported(place: Place, file, what: str) -> pl.DataFrame:
    done = papersieve(
        "export", "--format", "parquet", "--what", what, "--out", file, "--warehouse", place.warehouse, "--json"
    )
    assert done.returncode == 0, done.stderr
    found = pl.read_parquet(file)
    assert json.loads(done.stdout) == {"what": what, "format": "parquet", "count": found.height, "file": str(file)}
    return found


def test_what_no_column_took_is_written_as_it_was_listed():
    row = {
        "id": "1" * 32, "title": "Bees", "abstract": None, "authors": None, "venue": "Hives", "volume": None,
        "issue": None,
        "pages": None, "published_date": None, "year": 2019, "doi": None, "arxiv_id": None, "arxiv_version": None,
        "pmid": None,
        "categories": None, "urls": [], "other_fields": json.dumps({"CY": "Aix", "ID": "gale19", "N1": ["papersieve: listed in x.ris:1", "Read it"], "A4": ["Gale, H.", "Holt, J."], "issn_l": "1", "8": "May", "authors_id": "7"}),
        "format": "ris", "notes": [], "language": "fr", "publication_type": "thesis",
    }  # fmt: skip
    batch = [pl.DataFrame([row], schema_overrides={"urls": pl.List(pl.String), "notes": pl.List(pl.String)})]
    ris = "".join(pieces("ris", list(row), batch)).splitlines()
    assert ris[0] == "TY  - THES"
    for line in (
        "LA  - fr",
        "CY  - Aix",
        "A4  - Gale, H.",
        "A4  - Holt, J.",
        "N1  - papersieve: issn_l = 1",
        "N1  - papersieve: ID = gale19",
        "N1  - Read it",
    ):
        assert line in ris
    bibtex = "".join(pieces("bibtex", list(row), batch))
    assert "listed in x.ris" not in bibtex
    assert "cy = {Aix}" in bibtex
    assert "  field8 = {May}" in bibtex  # names in BibTeX can't begin with a digit
    assert "  fieldauthorsid = {7}" in bibtex  # tools would read `authors` as the authors
    assert "ids = {gale19}" in bibtex
    assert "a4 = {Gale, H.; Holt, J.}" in bibtex
    (csl,) = json.loads("".join(pieces("csl-json", list(row), batch)))
    assert csl["custom"]["other_fields"]["CY"] == ["Aix"]
    assert (csl["type"], csl["language"]) == ("thesis", "fr")


@pytest.mark.long
def test_pairs_to_review_are_decided_in_a_spreadsheet(place):
    place.write("1.jsonl", family(1, ["Amber", "Birch"]))
    place.write("2.jsonl", family(2, ["Cedar", "Dune"]))
    place.run()
    file = place.folder / "review.csv"
    assert export_review(place.warehouse, file, "ann") == place.ask("SELECT count(*) FROM review_pairs")[0][0] == 2
    with Store(place.store) as store:
        assert import_decisions(store, file) == (0, 0, 2)
        with file.open(newline="") as text:
            first, *others = csv.DictReader(text)
        with file.open("w", newline="") as text:
            writer = csv.DictWriter(text, first)
            writer.writeheader()
            writer.writerows([first | {"decision": "must_link"}, *others])
        assert import_decisions(store, file) == (1, 0, 1)
    filled = file.read_bytes()
    for again in (["export", "--what", "review"], ["export"], ["estimate", "--sample", 10]):
        done = papersieve(*again, "--out", file, "--warehouse", place.warehouse)
        assert (done.returncode, "found one that people filled in" in done.stderr) == (1, True)
        assert file.read_bytes() == filled
    titles = {first["left_title"], first["right_title"]}
    place.run()
    assert place.ask("SELECT count(*) FROM papers") == [(3,)]
    (merged,) = place.ask(
        "SELECT list(DISTINCT r.title) FROM records r JOIN papers USING (paper_id) WHERE record_count = 2"
    )
    assert set(merged[0]) == titles


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("folder", "--format", "ris"), "leave FOLDER out: `papersieve export --format ris --out FILE`"),
        (("--what", "review", "--format", "ris"), "expected --format csv"),
        (("--format", "parquet"), "needs --out"),
        (("--format", "ris", "--json"), "needs --out"),
    ],
)
def test_wrong_usage_is_told(sample_warehouse, arguments, said):
    done = papersieve("export", *arguments, "--warehouse", sample_warehouse)
    assert done.returncode == 2
    assert said in done.stderr


def test_references_go_to_stdout_and_no_warehouse_is_a_failure(place):
    missing = papersieve("export", "--format", "ris", "--warehouse", place.warehouse)
    assert (missing.returncode, "no warehouse is published there" in missing.stderr) == (1, True)
    place.write("1.jsonl", json_lines(1, 2))
    place.run()
    done = papersieve("export", "--format", "ris", "--warehouse", place.warehouse)
    assert done.stdout.count("TY  - ") == 2
    bare = papersieve("export", "--warehouse", place.warehouse)
    assert (bare.returncode, bare.stdout.count("\n")) == (0, 3)
