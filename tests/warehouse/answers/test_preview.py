"""A preview, compared with the run that applies its settings, which signs and compares nothing."""

import itertools
import json

import duckdb
import pytest
from click.testing import CliRunner

from papersieve.pipeline import refresh
from papersieve.pipeline.errors import SettingsError, StoreError
from papersieve.pipeline.settings import Matching, Operation, Settings
from papersieve.warehouse.answers.preview import preview
from papersieve.warehouse.cli.main import cli
from papersieve.warehouse.store.store import Store
from tests.support.decided import decide
from tests.support.history import History, words
from tests.support.store_places import Place

BASE = Settings(wrong_share=0.0005, matching=Matching(bucket_cap=60), operation=Operation(batch_documents=50))


def twice_in_print(paper: int) -> str:
    """A work that was printed twice, in the proceedings of a meeting and in a journal, two years apart."""
    work = {
        "title": f"A Work {paper} Printed Twice by Others",
        "abstract": " ".join(words(1000 + paper)),
        "authors": ["Arden, Ruth"],
    }
    first = {"venue": "Proceedings of the Desk Congress", "volume": "3", "pages": f"{paper}1-9", "year": 2010}
    later = {"venue": "Annals of Inkwells", "volume": "77", "pages": f"{paper}400-9", "year": 2012}
    return "".join(json.dumps(work | place) + "\n" for place in (first, later))


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> History:
    """Dense data: chains, cuts, hot buckets, works printed twice, and a decision of each kind."""
    history = History(Place(tmp_path_factory.mktemp("preview")), settings=BASE)
    papers = itertools.product((1, 2, 3, 4, 6, 7), (0, 1, 2, 3, 4, 6, 7))
    entries = [*papers, (5, 0), (10, 0)]
    history.write(1, entries[::2])
    history.write(2, entries[1::2])
    history.place.write("4.jsonl", "".join(map(twice_in_print, range(3))))
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
    {"wrong_share": 0.4},
    {"unit": "publication", "wrong_share": 0.0001},
)


@pytest.mark.long
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
    told = preview(place.store, {"unit": BASE.unit, "wrong_share": BASE.wrong_share})
    assert (told["settings"], told["apply"], told["pairs"]["changes"]) == ({}, "", [])
    assert told["papers"]["now"] == told["papers"]["then"] == told["papers"]["unchanged"]
    preview(place.store, {"unit": "publication"})
    with duckdb.connect(place.store, read_only=True) as con:
        after = con.execute("SELECT (SELECT max(revision) FROM revisions), (SELECT count(*) FROM pending)").fetchall()
    assert after == before


def test_the_command_says_it_and_what_applies_it(history, tmp_path):
    place = history.place
    where = ["--store", str(place.store), "--warehouse", str(place.warehouse)]
    done = CliRunner().invoke(cli, ["preview", "--wrong-share", "0.0001", *where, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["apply"] == "wrong_share = 0.0001\n"
    (tmp_path / "s.toml").write_text(told["apply"] + "[matching]\nbucket_cap = 60\n")
    by_file = CliRunner().invoke(cli, ["preview", "--settings", str(tmp_path / "s.toml"), *where, "--json"])
    assert json.loads(by_file.stdout) == told
    told_in_words = CliRunner().invoke(cli, ["preview", "--wrong-share", "0.0001", *where]).stdout
    assert f"{told['papers']['now']:,} -> {told['papers']['then']:,}" in told_in_words
    assert "wrong_share = 0.0001" in told_in_words
    assert CliRunner().invoke(cli, ["preview", *where]).exit_code == 2
    assert CliRunner().invoke(cli, ["preview", "--wrong-share", "2", *where]).exit_code == 2


def test_what_is_no_threshold_and_what_can_not_be_used_is_refused(history, tmp_path):
    store = history.place.store
    with pytest.raises(SettingsError, match="expected one of unit, wrong_share"):
        preview(store, {"bands": 20})
    with pytest.raises(SettingsError, match=r"less than 0\.5"):
        preview(store, {"wrong_share": 0.7})
    with pytest.raises(StoreError, match="holds no papers"):
        preview(tmp_path / "empty.duckdb", {"unit": "work"})
