"""A preview against the run that applies it; and that applying it signs and compares nothing."""

import itertools
import json

import duckdb
import pytest
from click.testing import CliRunner

from pipeline import refresh
from pipeline.errors import SettingsError
from pipeline.settings import Settings
from tests.warehouse.conftest import Place
from tests.warehouse.history import History
from warehouse.cli import cli
from warehouse.decisions import decide
from warehouse.preview import preview
from warehouse.store import Store, StoreError

BASE = Settings(bucket_cap=60, batch_documents=50)


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> History:
    """A dense world: chains, cuts, hot buckets, and a decision of each kind."""
    history = History(Place(tmp_path_factory.mktemp("preview")), settings=BASE)
    papers = itertools.product((1, 2, 3, 4, 6, 7), (0, 1, 2, 3, 4, 6, 7))
    entries = [*papers, (5, 0), (10, 0)]
    history.write(1, entries[::2])
    history.write(2, entries[1::2])
    history.place.run(settings=BASE)
    with Store(history.place.store) as store:
        left, *_, right = sorted(store.query("clustered_documents")["document_id"])
        decide(store, left, right, "must_link", "a test")
    history.refresh()
    return history


def partition(place: Place) -> set[frozenset[str]]:
    papers = place.ask("SELECT list(DISTINCT document_id) FROM records GROUP BY paper_id")
    return {frozenset(documents) for (documents,) in papers}


def judgements(place: Place) -> dict[tuple[str, str], str]:
    rows = place.ask(
        "SELECT left_record_id, right_record_id, judgement FROM duplicate_pairs WHERE rule <> 'same_document'"
    )
    return {(left, right): judgement for left, right, judgement in rows}


CHANGES = (
    {"match_similarity": 0.8},
    {"match_similarity": 0.3},
    {"match_containment": 0.99, "review_containment": 0.95},
    {"review_similarity": 0.1, "retitled_similarity": 0.9},
)


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_a_preview_says_what_the_run_then_does_and_the_run_signs_nothing(history, changes, monkeypatch):
    place = history.place
    told = preview(place.store, changes)
    before, judged_before = partition(place), judgements(place)

    calls = dict.fromkeys(("block_keys", "gather_evidence", "candidate_pairs"), 0)

    def counted(name, real):
        def call(*args, **kwargs):
            calls[name] += 1
            return real(*args, **kwargs)

        return call

    for name in calls:
        monkeypatch.setattr(refresh, name, counted(name, getattr(refresh, name)))
    place.run(settings=BASE.model_copy(update=changes))
    assert calls == {"block_keys": 0, "gather_evidence": 0, "candidate_pairs": 0}

    after, judged_after = partition(place), judgements(place)
    assert (told["papers"]["now"], told["papers"]["then"]) == (len(before), len(after))
    assert told["papers"]["unchanged"] == len(before & after)
    assert told["papers"]["joined"] == sum(
        any(p < a or (p - a and p & a and len(_inside(a, before)) > 1) for a in after) for p in before
    )
    assert told["papers"]["split"] == sum(len(_inside(p, after)) > 1 for p in before)
    assert told["clusters"]["then"] == sum(len(a) > 1 for a in after)
    moved = [
        (judged_before[pair], judged_after[pair]) for pair in judged_before if judged_before[pair] != judged_after[pair]
    ]
    counted_moves = {(row["now"], row["then"]): row["pairs"] for row in told["pairs"]["changes"]}
    assert counted_moves == {move: moved.count(move) for move in moved}
    assert moved or before != after, "the example changes nothing"
    place.run(settings=BASE)
    assert partition(place) == before


def _inside(whole: frozenset[str], parts: set[frozenset[str]]) -> list[frozenset[str]]:
    return [part for part in parts if part & whole]


def test_the_settings_of_the_store_change_nothing_and_a_preview_writes_nothing(history):
    place = history.place
    with duckdb.connect(place.store, read_only=True) as con:
        before = con.execute("SELECT (SELECT max(revision) FROM revisions), (SELECT count(*) FROM pending)").fetchall()
    told = preview(place.store, {"match_similarity": BASE.match_similarity})
    assert (told["settings"], told["apply"], told["pairs"]["changes"]) == ({}, "", [])
    assert told["papers"]["now"] == told["papers"]["then"] == told["papers"]["unchanged"]
    preview(place.store, {"match_similarity": 0.9})
    with duckdb.connect(place.store, read_only=True) as con:
        after = con.execute("SELECT (SELECT max(revision) FROM revisions), (SELECT count(*) FROM pending)").fetchall()
    assert after == before


def test_the_command_says_it_and_what_applies_it(history, tmp_path):
    place = history.place
    where = ["--store", str(place.store), "--warehouse", str(place.warehouse)]
    done = CliRunner().invoke(cli, ["preview", "--match-threshold", "0.8", *where, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["apply"] == "match_similarity = 0.8\n"
    (tmp_path / "s.toml").write_text("bucket_cap = 60\n" + told["apply"])
    by_file = CliRunner().invoke(cli, ["preview", "--settings", str(tmp_path / "s.toml"), *where, "--json"])
    assert json.loads(by_file.stdout) == told
    words = CliRunner().invoke(cli, ["preview", "--match-threshold", "0.8", *where]).stdout
    assert f"{told['papers']['now']:,} -> {told['papers']['then']:,}" in words
    assert "match_similarity = 0.8" in words
    assert CliRunner().invoke(cli, ["preview", *where]).exit_code == 2
    assert CliRunner().invoke(cli, ["preview", "--match-threshold", "2", *where]).exit_code == 2


def test_what_is_no_threshold_and_what_can_not_be_used_is_refused(history, tmp_path):
    store = history.place.store
    with pytest.raises(SettingsError, match="expected a threshold"):
        preview(store, {"bands": 20})
    with pytest.raises(SettingsError, match="must not exceed"):
        preview(store, {"match_similarity": 0.1})
    with pytest.raises(StoreError, match="holds no papers"):
        preview(tmp_path / "empty.duckdb", {"match_similarity": 0.5})
