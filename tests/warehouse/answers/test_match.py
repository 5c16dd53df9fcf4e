"""`match` and `evaluate` as functions: every record is in a paper, labels never reach the matcher, no order matters."""

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.matching.model import PAIR_COLUMNS
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.evaluate import evaluate, labelled_records, read_truth
from papersieve.warehouse.answers.match import as_json, match
from tests.support.examples import examples

SETTINGS = Settings()
TITLES = [
    "Spiders that tune their webs by a piano",
    "Looms that forget their last pattern",
    "Ink that dries upwards in a pen",
]
NAMES = ["Arden, Ruth", "Brook, Lena", "Carr, Yan"]


def row(number: int, **more: str) -> dict[str, str]:
    """A record of one of three papers, in one of two spellings."""
    title = TITLES[number % 3]
    return {"title": title.upper() if number >= 3 else title, "authors": NAMES[number % 3], "year": "2016", **more}


def partition(found: pl.DataFrame) -> set[frozenset[str]]:
    return {frozenset(records) for records in found.group_by("paper_id").agg("record_id")["record_id"]}


def write(folder: Path, name: str, rows: list[dict[str, str]]) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    pl.DataFrame(rows).write_csv(path)
    return path


# --- match


def test_records_are_called_by_file_and_line_and_a_paper_by_its_first_record(tmp_path):
    paths = [write(tmp_path, "a.csv", [row(0), row(1)]), write(tmp_path, "b.csv", [row(4), row(2), row(5)])]
    records, pairs = match(paths, SETTINGS)
    assert records["record_id"].to_list() == ["a.csv:2", "a.csv:3", "b.csv:2", "b.csv:3", "b.csv:4"]
    assert records["paper_id"].to_list() == ["a.csv:2", "a.csv:3", "a.csv:3", "b.csv:3", "b.csv:3"]
    assert records["title"].to_list() == [TITLES[0], TITLES[1], TITLES[1].upper(), TITLES[2], TITLES[2].upper()]
    assert set(pairs.columns) == {
        "left_record_id",
        "right_record_id",
        "match_key",
        "score",
        "judgement",
        "rule",
        *PAIR_COLUMNS,
    }


def test_records_of_one_line_are_told_apart(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([row(0), row(1), row(0, venue="Annals of Desks"), row(2)]))
    records, pairs = match([tmp_path / "a.json"], SETTINGS)
    assert records["record_id"].to_list() == [f"a.json:1:{n}" for n in (1, 2, 3, 4)]
    assert partition(records) == {
        frozenset(["a.json:1:1", "a.json:1:3"]),
        frozenset(["a.json:1:2"]),
        frozenset(["a.json:1:4"]),
    }
    assert set(pairs["left_record_id"]) | set(pairs["right_record_id"]) <= set(records["record_id"])


def test_files_of_one_name_are_told_apart_and_one_that_is_named_twice_is_read_once(tmp_path):
    one, other = (write(tmp_path, f"{folder}/same.csv", [row(number)]) for folder, number in (("x", 0), ("y", 1)))
    records, _ = match([one, other, one], SETTINGS)
    assert records["record_id"].to_list() == records["paper_id"].to_list() == [f"{one}:2", f"{other}:2"]


def test_neither_the_order_of_files_nor_that_of_rows_decides(tmp_path):
    rows = [row(n, venue=venue) for n, venue in ((0, "A"), (3, "A"), (1, "B"), (4, ""), (2, "B"))]

    def papers(paths: list[Path]) -> set[frozenset[tuple]]:
        named = match(paths, SETTINGS)[0].select("paper_id", "file", "title").rows_by_key("paper_id")
        return {frozenset(found) for found in named.values()}

    one, other = write(tmp_path, "a.csv", rows[:3]), write(tmp_path, "b.csv", rows[3:])
    found = papers([one, other])
    assert papers([other, one]) == found
    write(tmp_path, "a.csv", rows[2::-1])
    assert papers([one, other]) == found


def test_no_files_are_an_error_and_so_is_one_that_is_no_dump(tmp_path):
    with pytest.raises(PapersieveError, match="found none"):
        match([], SETTINGS)
    (tmp_path / "junk.txt").write_text("nothing that any format knows\n")
    with pytest.raises(PapersieveError):
        match([tmp_path / "junk.txt"], SETTINGS)


def test_the_result_in_one_object_holds_papers_of_several_records_and_pairs_that_are_no_clear_non_match(tmp_path):
    records, pairs = match([write(tmp_path, "a.csv", [row(0), row(3, venue="A"), row(1)])], SETTINGS)
    told = as_json(records, pairs)
    assert (told["records"], told["papers"], told["repeated"]) == (3, 2, [["a.csv:2", "a.csv:3"]])
    assert {pair["judgement"] for pair in told["pairs"]} <= {"match", "review"}
    json.dumps(told)


# --- evaluate


def truth_of(rows: list[dict], labels: list[str], **columns: list) -> pl.DataFrame:
    ids = [f"r{n}" for n in range(len(rows))]
    return pl.DataFrame({"record_id": ids, "cluster_id": labels}).hstack(pl.DataFrame(rows)).with_columns(
        pl.Series(name, values) for name, values in columns.items()
    )  # fmt: skip


def evaluated(truth: pl.DataFrame, folder: Path, **options) -> tuple[dict, pl.DataFrame]:
    truth.write_parquet(folder / "truth.parquet")
    options = {"use_identifiers": False} | options
    result = evaluate(folder / "truth.parquet", folder / "found.parquet", SETTINGS, **options)
    return result, pl.read_parquet(folder / "found.parquet")


ROWS = [row(n % 3 + (3 if n >= 3 else 0), venue="A" if n >= 3 else "B") for n in range(6)]
LABELS = ["p", "q", "r", "p", "q", "r"]


def test_records_that_are_labelled_right_score_one(tmp_path):
    result, found = evaluated(truth_of(ROWS, LABELS), tmp_path)
    assert (result["records"], result["entities"], result["papers"]) == (6, 3, 3)
    assert (result["pair_f1"], result["bcubed_f1"], result["removed_fp"], result["removed_fn"]) == (1.0, 1.0, 0, 0)
    assert partition(found) == {frozenset(["r0", "r3"]), frozenset(["r1", "r4"]), frozenset(["r2", "r5"])}
    assert result["worst_errors"] == []
    json.dumps(result)


def test_errors_are_told_with_what_made_them(tmp_path):
    result, _ = evaluated(truth_of(ROWS, ["p", "q", "r", "s", "q", "q"]), tmp_path)
    wrong = [error for error in result["worst_errors"] if error["error"] == "wrong match"]
    ends = {frozenset((error["left_record_id"], error["right_record_id"])) for error in wrong}
    assert ends == {frozenset(["r0", "r3"]), frozenset(["r2", "r5"])}
    for error in wrong:
        assert sum(term["adds"] for term in error["terms"]) == pytest.approx(error["score"], abs=0.05)
    assert sum(row["candidate_pairs"] for row in result["by_rule"]) == result["candidate_pairs"]
    assert sum(row["candidate_pairs"] for row in result["by_match_key"]) == result["candidate_pairs"]


@examples(6)
@given(labels=st.lists(st.sampled_from("pqr"), min_size=6, max_size=6), kinds=st.permutations(range(6)))
def test_labels_never_reach_the_matcher(tmp_path_factory, labels, kinds):
    folder = tmp_path_factory.mktemp("labels")
    _, plain = evaluated(truth_of(ROWS, LABELS), folder)
    answers = {"kind": [labels[n] for n in kinds], "raw_id": labels, "row_no": list(range(6))}
    _, found = evaluated(truth_of(ROWS, labels, **answers), folder)
    assert found.equals(plain)
    texts = labelled_records(truth_of(ROWS, [f"label{label}" for label in labels]), use_identifiers=True)
    assert not any("label" in str(value) for value in texts.drop("listed_id").row(0))


@pytest.mark.parametrize(
    ("name", "ids", "labels"),
    [
        ("arxiv_id", ["2101.10001", "2101.10002"], "arxiv:{}"),
        ("arxiv_id", ["2101.10001v2", "2101.10002"], "{}"),
        ("arxiv_id", ["https://arxiv.org/abs/2101.10001", "2101.10002"], "{}"),
        ("doi", ["10.5555/a", "10.5555/b"], "https://doi.org/{}"),
        ("doi", ["10.5555/A", "10.5555/B"], "{}"),
        ("pmid", ["11", "12"], "{}"),
    ],
)
def test_an_identifier_that_is_the_label_however_it_is_written_is_never_compared(tmp_path, name, ids, labels):
    rows = [row(0, **{name: ids[0]}), row(1, **{name: ids[1]}), row(3, **{name: ids[0]}), row(4, **{name: ids[1]})]
    truth = truth_of(rows, [labels.format(r[name]) for r in rows])
    result, _ = evaluated(truth, tmp_path, use_identifiers=True)
    assert result["identifiers_fed"] == []
    assert labelled_records(truth, use_identifiers=True)[name].null_count() == 4
    other, _ = evaluated(truth.with_columns(cluster_id=pl.Series(["p", "q", "p", "q"])), tmp_path, use_identifiers=True)
    assert other["identifiers_fed"] == [name]


@pytest.mark.parametrize("use_identifiers", [False, True])
def test_identifiers_are_compared_only_where_asked_for(use_identifiers):
    truth = truth_of([row(0, doi="10.5555/a", pmid="11", arxiv_id="2101.10001")], ["p"])
    records = labelled_records(truth, use_identifiers=use_identifiers)
    given_ids = [records[name].item() for name in ("doi", "pmid", "arxiv_id")]
    assert given_ids == (["10.5555/a", "11", "2101.10001"] if use_identifiers else [None] * 3)


@examples(4)
@given(st.permutations(range(6)))
def test_the_order_of_labelled_rows_decides_nothing_but_what_papers_are_called(tmp_path_factory, order):
    folder = tmp_path_factory.mktemp("order")
    truth = truth_of(ROWS, LABELS, source=["x", "y", "x", "y", "z", "z"])
    result, found = evaluated(truth, folder)
    again, shuffled = evaluated(truth[list(order)], folder)
    assert partition(shuffled) == partition(found)
    same = ("pair_f1", "bcubed_f1", "candidate_pairs", "papers")
    assert [again[name] for name in same] == [result[name] for name in same]
    numbered = truth.with_columns(row_no=pl.int_range(6))
    assert evaluated(numbered[list(order)], folder)[1].equals(evaluated(numbered, folder)[1])


def test_each_source_is_a_dump_and_of_many_the_part_before_the_stroke(tmp_path):
    few = labelled_records(truth_of(ROWS, LABELS, source=["x/1", "x/2", "y", "y", "z", "x/1"]), use_identifiers=False)
    assert few.group_by("dump_id").len()["len"].sort().to_list() == [1, 1, 2, 2]
    rows = [row(0, venue=str(n)) for n in range(26)]
    many = truth_of(rows, ["p"] * 26, source=[f"{'xy'[n % 2]}/{n}" for n in range(26)])
    assert labelled_records(many, use_identifiers=False)["dump_id"].n_unique() == 2
    assert labelled_records(truth_of(ROWS, LABELS), use_identifiers=False)["dump_id"].n_unique() == 1


def test_a_record_that_a_run_would_quarantine_is_a_paper_of_its_own(tmp_path):
    rows = [row(0), {"title": "", "authors": "", "year": ""}, row(3)]
    result, found = evaluated(truth_of(rows, ["p", "p", "p"]), tmp_path)
    assert found["record_id"].to_list() == ["r0", "r2"]
    assert (result["records"], result["papers"], result["removed_fn"]) == (3, 2, 1)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"record_id": ["a"]}, "cluster_id"),
        ({"record_id": ["a", "a"], "cluster_id": ["1", "2"]}, "repeated or null"),
        ({"record_id": ["a", None], "cluster_id": ["1", "2"]}, "repeated or null"),
    ],
)
def test_a_file_that_labels_nothing_is_refused(tmp_path, columns, says):
    pl.DataFrame(columns).write_parquet(tmp_path / "truth.parquet")
    with pytest.raises(PapersieveError, match=says):
        read_truth(tmp_path / "truth.parquet")
