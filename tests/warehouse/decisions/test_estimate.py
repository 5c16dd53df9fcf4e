"""Estimates, compared with the truth of simulated warehouses and other libraries' intervals; the labelled sample."""

import csv
import json
import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papersieve.pipeline.settings import Settings
from papersieve.warehouse.decisions.estimate import (
    Interval,
    Stratum,
    precision_of,
    recall_of,
)
from papersieve.warehouse.decisions.label_sample import (
    HEADER,
    MATCHES,
    NEAR_MISSES,
    draw,
    draw_sample,
    estimate,
    read_labels,
    shares_of,
)
from papersieve.warehouse.decisions.review_desk import LabelDesk
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.run import run
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.withdraw import withdraw
from tests.support.called import papersieve
from tests.support.decided import decide
from tests.support.forked import command, start
from tests.support.history import HEAD
from tests.support.page_client import Page
from tests.support.store_places import Place

SAMPLE = Path(__file__).parents[3] / "sample_dumps"

#: stratum -> (pairs, how many of them are one paper), in made-up warehouses: much is wrong in one, little in the other.
WORLDS = {
    "many": {"weak_match": (400, 300), "match": (800, 792), "review": (150, 60), "near": (900, 27)},
    "few": {"weak_match": (700, 698), "match": (1400, 1400), "review": (60, 20), "near": (200, 1)},
}

#: A title that a spreadsheet would run as a formula.
FORMULA = "=HYPERLINK(1) of a Title that is Long Enough"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    place = Place(tmp_path_factory.mktemp("estimate"))
    shutil.copytree(SAMPLE, place.dumps, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.json", "*.csv"))
    words = [f"word{number}" for number in range(90)]
    for name, last in (("x.txt", "here"), ("y.txt", "there")):
        place.write(name, f"{HEAD}{FORMULA}\n\n{' '.join([*words, last])}.\n\n")
    place.run()
    return place


def answered(file: Path, answer) -> Path:
    """The file, with `answer(row)` as the label of each row."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, HEADER)
        writer.writeheader()
        writer.writerows(row | {"is_one_paper": answer(row)} for row in rows)
    return file


def is_alike(row: dict[str, str]) -> str:
    """A person's answer that depends only on the last digit of an id, so that it is always the same."""
    return "yes" if int(row["left_document_id"][-1], 16) % 4 else "no"


# The estimator


@pytest.mark.long
@pytest.mark.parametrize("world", WORLDS)
def test_the_intervals_of_precision_and_recall_cover_the_truth_in_nine_of_ten_samples(world):
    """With the real drawing, a hundred seeds (300 in `make soak`), and a person who is always right."""
    seeds = 100 if settings.default.derandomize else 300
    truth = WORLDS[world]
    found, missed = (sum(truth[name][1] for name in names) for names in (MATCHES, NEAR_MISSES))
    shares = {"precision": found / sum(truth[name][0] for name in MATCHES), "recall": found / (found + missed)}
    seen: dict[str, list[Interval]] = {name: [] for name in shares}
    for strata in samples_of(truth, 200, range(seeds)):
        matches, near = ([strata[name] for name in names] for names in (MATCHES, NEAR_MISSES))
        seen["precision"].append(precision_of(matches))
        seen["recall"].append(recall_of(matches, near))
    for name, intervals in seen.items():
        assert sum(low <= shares[name] <= high for _, low, high in intervals) >= 0.9 * seeds, name
        assert sum(i.estimate for i in intervals) / seeds == pytest.approx(shares[name], abs=0.01), name
        assert sum(i.high - i.low for i in intervals) / seeds < 0.13, name  # an interval that always covers is useless


def samples_of(truth: dict[str, tuple[int, int]], pairs: int, seeds: range) -> Iterator[dict[str, Stratum]]:
    """For each seed, a person's answers about the pairs drawn from such data."""
    rows = [(f"{name}{n:05}", str(n < right), name) for name, (size, right) in truth.items() for n in range(size)]
    with duckdb.connect() as con:
        con.register(
            "made", pl.DataFrame(rows, schema=["left_document_id", "right_document_id", "stratum"], orient="row")
        )
        con.execute("CREATE TABLE estimated AS FROM made")
        for seed in seeds:
            drawn = draw(con, pairs, seed)
            said = {name: drawn.filter(stratum=name)["right_document_id"].to_list() for name in truth}
            yield {name: Stratum(truth[name][0], len(x), x.count("True")) for name, x in said.items()}


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_of_many_pairs_the_share_is_known_as_scipy_says_exactly(counts):
    from scipy.stats import binomtest

    labelled, one_paper = counts
    known = binomtest(one_paper, labelled).proportion_ci(method="exact")
    share, low, high = precision_of([Stratum(10**12, labelled, one_paper)])
    assert share == pytest.approx(one_paper / labelled)
    assert (low, high) == pytest.approx((known.low, known.high), abs=0.01)


@given(st.integers(1, 100).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_of_few_pairs_the_share_is_known_better(counts):
    labelled, one_paper = counts
    _, *few = precision_of([Stratum(labelled + 5, labelled, one_paper)])
    _, *many = precision_of([Stratum(10**12, labelled, one_paper)])
    assert few[1] - few[0] <= many[1] - many[0]
    assert one_paper <= few[0] * (labelled + 5) <= few[1] * (labelled + 5) <= one_paper + 5 + 1e-9


STRATUM = st.integers(1, 300).flatmap(
    lambda pairs: st.integers(1, pairs).flatmap(
        lambda n: st.builds(Stratum, st.just(pairs), st.just(n), st.integers(0, n))
    )
)


@given(st.lists(STRATUM, min_size=1, max_size=4), st.lists(STRATUM, max_size=4))
def test_an_interval_holds_its_estimate_and_what_the_labels_allow(matches, near):
    for interval in (precision_of(matches), recall_of(matches, near)):
        if interval:
            assert 0 <= interval.low <= interval.estimate + 1e-9
            assert interval.estimate - 1e-9 <= interval.high <= 1


def test_what_is_labelled_to_the_last_pair_is_known():
    matches, near = [Stratum(10, 10, 9), Stratum(30, 30, 30)], [Stratum(20, 20, 1), Stratum(0, 0, 0)]
    assert precision_of(matches) == pytest.approx((39 / 40,) * 3)
    assert recall_of(matches, near) == pytest.approx((39 / 40,) * 3)


def test_more_labels_make_a_narrower_interval():
    widths = [high - low for _, low, high in (precision_of([Stratum(10_000, n, n * 9 // 10)]) for n in (10, 100, 1000))]
    assert widths == sorted(widths, reverse=True)


def test_a_stratum_without_labels_leaves_the_number_unknown():
    assert precision_of([Stratum(10, 10, 9), Stratum(30, 0, 0)]) is None
    assert recall_of([Stratum(10, 10, 9)], [Stratum(30, 0, 0)]) is None
    assert precision_of([]) is None


@given(st.integers(8, 500), st.fixed_dictionaries({name: st.integers(1, 300) for name in WORLDS["many"]}))
def test_the_sample_is_shared_out_to_the_last_pair_and_evenly(pairs, sizes):
    wanted = shares_of(pairs, sizes)
    assert sum(wanted.values()) == min(pairs, sum(sizes.values()))
    assert all(wanted[name] <= sizes[name] for name in sizes)
    whole = [wanted[name] for name in sizes if wanted[name] < sizes[name]]
    assert not whole or max(whole) - min(whole) <= 1
    assert not whole or all(wanted[name] <= max(whole) for name in sizes)


# The file


@pytest.mark.long
def test_a_seed_draws_the_same_pairs_again_and_another_one_others(place, tmp_path):
    files = [tmp_path / name for name in "abc"]
    for file, seed in zip(files, (1, 1, 2), strict=True):
        draw_sample(place.warehouse, file, 40, seed)
    one, again, other = (file.read_bytes() for file in files)
    assert one == again
    assert set(one.splitlines()) != set(other.splitlines())


def test_the_file_holds_what_a_person_needs_and_nothing_of_the_judgement(place, tmp_path):
    draw_sample(place.warehouse, tmp_path / "l.csv", 40, 1)
    with (tmp_path / "l.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == 40
    assert not re.search("match|review|score|judge|rule", ",".join(rows[0]))
    listed = "SELECT r.document_id, d.name, r.line_start, r.title FROM records r JOIN dumps d USING (dump_id)"
    titles = {(document, name, line): title for document, name, line, title in place.ask(listed)}
    for row in rows:
        assert not row["is_one_paper"]
        assert max(len(row["left_abstract"]), len(row["right_abstract"])) <= 301
        title = titles[row["left_document_id"], row["left_dump"], int(row["left_line"])]
        assert title in (row["left_title"].removeprefix("'") or None, None)


def test_each_pair_is_of_the_stratum_that_its_letter_means_and_no_letter_means_one(place, tmp_path):
    draw_sample(place.warehouse, tmp_path / "l.csv", 60, 1)
    labels = list(read_labels(tmp_path / "l.csv"))
    asked = dict.fromkeys((*MATCHES, *NEAR_MISSES), 0)
    judged = {
        (left, right): (judgement, score)
        for left, right, judgement, score in place.ask(
            "SELECT least(l.document_id, r.document_id), greatest(l.document_id, r.document_id), judgement, score"
            " FROM duplicate_pairs JOIN records l ON l.record_id = left_record_id"
            " JOIN records r ON r.record_id = right_record_id WHERE rule <> 'same_document'"
        )
    }
    for label in labels:
        judgement, score = judged[label[:2]]
        assert (judgement == "match") == (label.stratum in MATCHES)
        assert (judgement == "review") == (label.stratum == "review")
        assert score > -5
        asked[label.stratum] += 1
    assert min(asked.values()) >= 3
    with (tmp_path / "l.csv").open(encoding="utf-8", newline="") as text:
        letters = [row["stratum"] for row in csv.DictReader(text)]
    for letter in "ABCD":
        assert len({label.stratum for label, shown in zip(labels, letters, strict=True) if shown == letter}) > 1
    places = [n for n, label in enumerate(labels) if label.stratum in MATCHES]
    assert abs(sum(places) / len(places) - 29.5) < 10  # matches are among the others, not before or after them


def test_no_cell_is_a_formula(place, tmp_path):
    draw_sample(place.warehouse, tmp_path / "l.csv", 1000, 1)
    with (tmp_path / "l.csv").open(encoding="utf-8", newline="") as text:
        cells = [cell for row in csv.reader(text) for cell in row]
    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


# The page


@pytest.fixture
def labelling(place, tmp_path) -> Iterator[tuple[Page, Path]]:
    """(page, file) of a sample with a column that its owner added."""
    file = tmp_path / "l.csv"
    draw_sample(place.warehouse, file, 12, 1)
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([f"{lines[0]},mine", *(f"{line},'=1+1" for line in lines[1:])]) + "\n", encoding="utf-8")
    os.mkfifo(tmp_path / "stdout")
    words = ["estimate", file, "--page", "--port", "0", "--json", "--warehouse", place.warehouse]
    process = start(tmp_path, command, *map(str, words))
    with (tmp_path / "stdout").open(encoding="utf-8") as said:
        told = json.loads("".join(iter(said.readline, "}\n")) + "}")
        assert told["pairs"] == 12
        yield Page(told["url"]), file
        os.kill(process.pid, signal.SIGINT)
        process.join(60)
    assert (process.exitcode, (tmp_path / "stderr").read_text()) == (0, "")


@pytest.mark.long
def test_answers_of_the_page_go_into_the_file_and_nothing_else_changes(labelling):
    page, file = labelling
    before = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    buttons = ["must_link", "cannot_link", "must_link", "skip"] * 3
    _, shown = page.get()
    for button in buttons:
        assert "Are these one paper?" in shown
        status, shown = page.press(shown, button)
        assert status == 200
    assert "3 pairs were skipped or are still to decide" in shown
    after = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    where = before[0].index("is_one_paper")
    said = {"must_link": "yes", "cannot_link": "no", "skip": ""}
    assert [row[where] for row in after[1:]] == [said[button] for button in buttons]
    assert [row[:where] + row[where + 1 :] for row in after] == [row[:where] + row[where + 1 :] for row in before]
    _, shown = page.press(page.get("/pair/0")[1], "cannot_link")  # another answer replaces the first
    assert next(read_labels(file)).is_one_paper is False
    page.undo(shown)
    assert next(read_labels(file)).is_one_paper is None


def test_the_page_shows_nothing_of_the_judgement_and_publishes_nothing(labelling, place):
    page, _ = labelling
    shown = "".join(page.get(f"/pair/{at}")[1] for at in range(12))
    assert shown.count("<article") == 24
    said = re.sub("<(h2|p dir).*?</(h2|p)>", "", shown)
    assert not re.search("rule|similarity|doubt|needs|in a paper of|Evidence|prior|Decisions", said)
    token = re.search(r'name="token" value="([^"]+)"', shown)[1]
    assert page.get("/decisions")[0] == page.post("/apply", {"token": token})[0] == 404
    with Store(place.store) as store:
        assert store.query("decisions").is_empty()


def test_pairs_that_are_not_in_the_warehouse_are_passed_over(place, tmp_path):
    file = tmp_path / "l.csv"
    draw_sample(place.warehouse, file, 12, 1)
    with file.open("a", encoding="utf-8") as text:
        text.write(f"{LEFT},{RIGHT},A{',' * (len(HEADER) - 3)}\n")
    desk = LabelDesk(place.warehouse, file)
    assert (desk.left(), desk.queue().height) == (12, 12)


# The numbers


def test_a_file_of_all_pairs_tells_exactly_what_was_labelled(place, tmp_path):
    draw_sample(place.warehouse, tmp_path / "l.csv", 1000, 1)
    told = estimate(place.warehouse, answered(tmp_path / "l.csv", is_alike))
    labels = list(read_labels(tmp_path / "l.csv"))
    said = {kind: [x.is_one_paper for x in labels if (x.stratum in MATCHES) == kind] for kind in (True, False)}
    right, missed = sum(said[True]), sum(said[False])
    exact = [
        ("precision", right / len(said[True])),
        ("recall", right / (right + missed)),
        ("wrong_merges", said[True].count(False)),
    ]
    for name, value in exact:
        assert tuple(told[name].values()) == pytest.approx((value,) * 3), name
    ((matches,),) = place.ask(
        "SELECT count(*) FROM duplicate_pairs WHERE judgement = 'match' AND rule <> 'same_document'"
    )
    assert told["matches"] == matches == len(said[True])
    assert told["promised_wrong_share"] == 0.001
    assert [told[key] for key in ("labelled", "gone", "moved", "decided")] == [len(labels), 0, 0, 0]


@pytest.mark.long
def test_pairs_that_were_decided_since_count_as_drawn_and_those_that_are_gone_are_told(place, tmp_path):
    later = Place(Path(shutil.copytree(place.folder, tmp_path / "later")))

    def publish() -> None:
        run([], store=later.store, warehouse=later.warehouse, settings=Settings())

    file = tmp_path / "l.csv"
    draw_sample(later.warehouse, file, 1000, 1)
    before = estimate(later.warehouse, answered(file, is_alike))
    alone = {
        document
        for (document,) in later.ask(  # a decision within a larger paper breaks other matches too
            "SELECT document_id FROM records JOIN papers USING (paper_id) WHERE document_count = 2"
        )
    }
    wrong = next(x for x in read_labels(file) if x.stratum == "match" and not x.is_one_paper and x[0] in alone)
    with Store(later.store) as store:
        decide(store, *wrong[:2], "cannot_link", "ann")
    publish()
    after = estimate(later.warehouse, file)
    assert after["decided"] == 1
    assert after["precision"] == before["precision"]

    with Store(later.store) as store:
        withdraw(store, ["x.txt"])
    publish()
    assert estimate(later.warehouse, file)["gone"] >= 1


def test_the_command_draws_and_reads_back(place, tmp_path):
    file, where = tmp_path / "l.csv", ["--warehouse", place.warehouse]
    drawn = papersieve("estimate", "--sample", 48, "--out", file, *where)
    assert drawn.stdout.startswith("48 pairs to label")
    unlabelled = papersieve("estimate", file, *where)
    assert "labelled   0 of 48 pairs\nprecision  unknown" in unlabelled.stdout
    answered(file, is_alike)
    said = papersieve("estimate", file, *where).stdout
    assert re.search(r"^precision  0\.\d{3} of the matches are one paper \(95 %: 0\.\d{3} to 0\.\d{3}\)$", said, re.M)
    assert "promised: 0.001, which is not kept" in said
    told = json.loads(papersieve("estimate", file, "--json", *where).stdout)
    assert told["precision"]["low"] < told["precision"]["estimate"] < told["precision"]["high"]


def test_labels_are_not_written_over(place, tmp_path):
    file, where = tmp_path / "l.csv", ["--warehouse", place.warehouse]
    for answer, code in (("", 0), ("no", 1)):
        draw_sample(place.warehouse, file, 20, 1)
        before = answered(file, lambda row, said=answer: said).read_bytes()
        done = papersieve("estimate", "--sample", 20, "--seed", 2, "--out", file, *where)
        assert done.returncode == code, done.stderr
        assert (file.read_bytes() == before) == bool(code)
    assert "found one that people filled in (line 2). Name another one" in done.stderr


LEFT, RIGHT = "0" * 32, "f" * 32
COLUMNS = "left_document_id,right_document_id,stratum,is_one_paper\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected a CSV file of labels, found an empty file"),
        (COLUMNS, "expected pairs to label, found none"),
        ("left_document_id;right_document_id\n", "line 1: expected the columns left_document_id, "),
        (f"{COLUMNS}{LEFT},{RIGHT},A,maybe\n", "line 2: expected yes, no or nothing as is_one_paper, found 'maybe'"),
        (f"{COLUMNS}{LEFT},{RIGHT},E,yes\n", "line 2: expected a letter of ABCD as stratum, found 'E'"),
        (f"{COLUMNS}{LEFT},{RIGHT}\n", "line 2: expected 4 cells as in the first line, found 2"),
        (f"{COLUMNS}{LEFT},{RIGHT},A,yes\n{LEFT},{RIGHT},A,no\n", "line 3: expected each pair once"),
        (f"{COLUMNS}{LEFT},\0,A,yes\n", "line 2: expected text in UTF-8 without NUL"),
    ],
)
def test_another_file_is_refused_with_its_line(place, tmp_path, text, said):
    file = tmp_path / "l.csv"
    file.write_text(text, encoding="utf-8")
    done = papersieve("estimate", file, "--warehouse", place.warehouse)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"papersieve: {file}")
    assert said in done.stderr


def test_answers_may_be_written_in_other_ways_and_columns_moved(place, tmp_path):
    file = tmp_path / "l.csv"
    rows = [f"{answer},{LEFT[:-1]}{n},{RIGHT},A,note" for n, answer in enumerate(("Yes", " y", "NO", "n ", " "))]
    header = "is_one_paper,left_document_id,right_document_id,stratum,mine"
    file.write_text("\ufeff" + "\r\n".join([header, *rows]), encoding="utf-8")
    assert [label.is_one_paper for label in read_labels(file)] == [True, True, False, False, None]
    assert estimate(place.warehouse, file)["gone"] == 5


@pytest.mark.parametrize(
    "words", [[], ["--sample", "20"], ["--out", "x.csv"], ["--page"], ["l.csv", "--sample", "20", "--out", "x.csv"]]
)
def test_half_a_command_is_wrong_usage(words):
    done = papersieve("estimate", *words)
    assert done.returncode == 2
    assert "give --sample N --out FILE.csv" in done.stderr


def test_nothing_to_draw_from_is_told_and_nothing_is_written(tmp_path):
    place = Place(tmp_path)
    place.write("a.txt", f"{HEAD}A Title that is Long Enough\n\n{'words of an abstract ' * 20}.\n\n")
    place.run()
    done = papersieve("estimate", "--sample", 20, "--out", tmp_path / "l.csv", "--warehouse", place.warehouse)
    assert done.returncode == 1
    assert "expected judged pairs to draw from, found none" in done.stderr
    assert not (tmp_path / "l.csv").exists()


def test_the_estimate_changes_nothing_in_the_warehouse(place, tmp_path):
    before = place.warehouse.read_bytes()
    draw_sample(place.warehouse, tmp_path / "l.csv", 40, 1)
    estimate(place.warehouse, tmp_path / "l.csv")
    assert place.warehouse.read_bytes() == before
    with open_warehouse(place.warehouse) as con:
        assert con.sql("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'estimated'").fetchall() == [(0,)]
