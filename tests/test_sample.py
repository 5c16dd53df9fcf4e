"""The sample is used for grading, so its labels are checked against its texts."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.sample import Sample, make_sample, write_sample
from tests.support.sample_papers import COPY_KINDS, LAYOUTS

COMMITTED = Path(__file__).parents[1] / "sample_dumps"
DATE = re.compile(r"(?P<month>[A-Z][a-z]{2}) (?P<day>\d{1,2})(?:, (?P<year>\d{4}))?(?: \d+)?|(?: \d+)")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class Record(NamedTuple):
    dump: str
    paper: int
    kind: str
    title: str | None
    text: str

    @property
    def grams(self) -> frozenset[tuple[str, ...]]:
        words = re.findall(r"[a-z0-9]+", self.text.lower())
        return frozenset(zip(words, words[1:], words[2:], strict=False))


@pytest.fixture(scope="module")
def sample() -> Sample:
    return make_sample()


@pytest.fixture(scope="module")
def records(sample: Sample) -> list[Record]:
    return read(sample)


def read(sample: Sample) -> list[Record]:
    found = []
    for dump, start, paper, kind, _ in sample.truth.iter_rows():
        lines = sample.dumps[dump].split("\n")
        title, text = None, lines[start - 1]
        if LAYOUTS[int(dump[:3])] == "C":
            assert text.startswith("Abstract:")
            text = text.removeprefix("Abstract:")
        elif len(text.split()) <= 14:
            assert lines[start] == ""
            title, text = text, lines[start + 1]
        found.append(Record(dump, paper, kind, title, text))
    return found


def jaccard(one: frozenset, other: frozenset) -> float:
    both = len(one & other)
    return both / (len(one) + len(other) - both)


def pairs(records: list[Record], *kinds: str) -> list[tuple[Record, Record]]:
    originals = {record.paper: record for record in records if record.kind in ("original", "hard_negative")}
    return [(originals[record.paper], record) for record in records if record.kind in kinds]


def test_same_seed_same_folder_and_other_seed_another(sample: Sample) -> None:
    again = make_sample()
    assert again.dumps == sample.dumps
    assert again.truth.equals(sample.truth)
    assert make_sample(seed=1).dumps.keys() != sample.dumps.keys()


def test_committed_folder_is_what_the_generator_writes(tmp_path: Path) -> None:
    write_sample(tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_bytes() for path in COMMITTED.iterdir()}
    assert sum(map(len, written.values())) < 600_000


def test_rewriting_removes_only_the_dumps_of_the_sample_before(tmp_path: Path) -> None:
    (tmp_path / "000_kept.txt").write_text("mine")
    write_sample(tmp_path, seed=1, papers=40)
    second = write_sample(tmp_path, seed=2, papers=40)
    assert {path.name for path in tmp_path.iterdir()} == {*second.dumps, "_truth.csv", "000_kept.txt"}


def test_too_few_papers_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 40 papers"):
        make_sample(papers=39)


def test_truth_points_at_records_that_read_like_papers(records: list[Record]) -> None:
    least = {"cut_short": 30, "sentence_dropped": 60}
    for record in records:
        assert least.get(record.kind, 85) <= len(record.text.split()) <= 220
        assert record.title is None or 4 <= len(record.title.split()) <= 14
        assert not re.search(r"\b[Aa] [aeio](?!ne)|\b[Aa]n [bcdfgjklmnpqrtvwxyz]|  ?\.", record.text), record.text
        assert record.kind == "latex" or not re.search(r"[\[\]{}|]", record.text)


def test_truth_is_in_reading_order_and_names_every_paper_once(sample: Sample, records: list[Record]) -> None:
    places = list(sample.truth.select("dump", "line_start").iter_rows())
    assert places == sorted(set(places))
    seen: set[int] = set()
    for record, duplicate in zip(records, sample.truth["is_duplicate"], strict=True):
        assert duplicate == (record.kind in COPY_KINDS) == (record.paper in seen)
        seen.add(record.paper)
    assert seen == set(range(220))
    assert sample.truth.select("dump", "paper").is_unique().all()


def test_every_kind_is_planted_and_a_third_of_the_papers_come_back(records: list[Record]) -> None:
    counts = {kind: sum(record.kind == kind for record in records) for kind in (*COPY_KINDS, "hard_negative")}
    assert min(counts.values()) >= 4, counts
    assert len({record.paper for record in records if record.kind in COPY_KINDS}) == 77


def test_unrelated_abstracts_share_few_trigrams(records: list[Record]) -> None:
    grams = [record.grams for record in records if record.kind == "original"]
    assert len(grams) > 200
    assert max(jaccard(one, other) for one, other in combinations(grams, 2)) < 0.15


def test_titles_of_papers_differ_unless_planted_alike(records: list[Record]) -> None:
    titles = [record.title for record in records if record.kind == "original" and record.title]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("kind", [kind for kind in COPY_KINDS if kind != "cut_short"])
def test_copies_stay_close_to_their_original(records: list[Record], kind: str) -> None:
    least = 0.35 if kind == "latex" else 0.5
    for original, copy in pairs(records, kind):
        assert jaccard(original.grams, copy.grams) >= least
        unchanged = kind in ("exact", "retitled", "untitled")
        assert (copy.text == original.text) == unchanged
        if kind == "retitled":
            assert copy.title != original.title
        if kind == "untitled":
            assert copy.title is None


def test_cut_short_copies_are_contained_in_their_original(records: list[Record]) -> None:
    for original, copy in pairs(records, "cut_short"):
        assert len(original.grams & copy.grams) >= 0.9 * len(copy.grams)
        assert 0.35 <= len(copy.text.split()) / len(original.text.split()) <= 0.8


def test_reworded_copies_replace_3_to_8_percent_of_the_words(records: list[Record]) -> None:
    for original, copy in pairs(records, "reworded"):
        words = list(zip(original.text.split(" "), copy.text.split(" "), strict=True))
        assert 0.03 <= sum(one != other for one, other in words) / len(words) <= 0.08


def test_hard_negatives_resemble_other_papers_but_not_too_much(records: list[Record]) -> None:
    originals = [record for record in records if record.kind == "original"]
    titles = {record.title for record in originals}
    for negative in (record for record in records if record.kind == "hard_negative"):
        model = max(originals, key=lambda other: jaccard(negative.grams, other.grams))
        contained = len(negative.grams & model.grams) / min(len(negative.grams), len(model.grams))
        assert jaccard(negative.grams, model.grams) < 0.4
        assert contained < 0.7
        assert contained > 0.2 or negative.title in titles


def test_footers_show_a_year_only_where_it_is_not_the_pages_own(sample: Sample) -> None:
    own_years = []
    for name, text in sample.dumps.items():
        if LAYOUTS[int(name[:3])] != "B":
            continue
        lines = text.split("\n")
        listed = DATE.fullmatch(lines[lines.index("byAK and the research community") + 2])
        dates = [DATE.fullmatch(lines[place + 1]) for place, line in enumerate(lines) if line == "·"]
        assert all(dates)
        years = {int(found["year"]) for found in dates if found["year"]}
        own_years.append(1 + max(years))
        yearless = [found for found in dates if found["month"] and not found["year"]]
        assert yearless
        assert max(map(day_of_year, yearless)) <= day_of_year(listed)
    assert own_years == [2024, 2025, 2025]


def day_of_year(found: re.Match[str]) -> tuple[int, int]:
    return MONTHS.index(found["month"]), int(found["day"])


def test_pages_hold_the_broken_entries_a_reader_must_survive(sample: Sample) -> None:
    texts = list(sample.dumps.values())
    name, broken_off = list(sample.dumps.items())[LAYOUTS.rindex("B")]
    last = sample.truth.filter(dump=name)["line_start"].max()
    assert broken_off.split("\n")[last + 3 :] == ["  • 4 authors"]
    for line in ("Coming soon.", "Show more results", "Abstract:Withdrawn by the authors."):
        assert sum(line in text.split("\n") for text in texts) == 1
    assert all(re.search(r"\n\n.{10,140}\n\n.{10,140}\n\n.{300}", text) for text in texts[:2])
    author_pages = [text for text, layout in zip(texts, LAYOUTS, strict=True) if layout == "C"]
    assert all(text.startswith("\n" * 4 + "Abstract:") for text in author_pages)
    assert any(re.search(r"\nAbstract:.*\nAbstract:", text) for text in texts)
    assert all(len(text.splitlines()) == text.count("\n") + (text[-1] != "\n") for text in texts)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_seeds_and_sizes_keep_the_bounds(seed: int) -> None:
    records = read(make_sample(seed=seed, papers=90))
    for original, copy in pairs(records, *COPY_KINDS):
        if copy.kind != "cut_short":
            assert jaccard(original.grams, copy.grams) >= 0.35
    grams = [record.grams for record in records if record.kind == "original"]
    assert max(jaccard(one, other) for one, other in combinations(grams, 2)) < 0.15
