"""Explanations, compared with what is published: valid chains, scores that the engine reproduces, existing values."""

import itertools
import json
import random

import duckdb
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from papersieve.checks.evidence_columns import JUDGEMENTS
from papersieve.pipeline.matching.guards import guards
from papersieve.pipeline.matching.judgement import LIFTS, MODEL
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.text import match_text
from papersieve.warehouse.answers.asking import UnknownIdError
from papersieve.warehouse.answers.explain import explain_pair, explain_paper
from papersieve.warehouse.answers.reasons import RULES, reason
from papersieve.warehouse.answers.word_diff import differences, words_of
from papersieve.warehouse.cli.main import cli
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.withdraw import withdraw
from tests.support.called import papersieve
from tests.support.decided import decide
from tests.support.made_dumps import HEAD, abstract, page
from tests.support.store_places import Place

CITED = [
    {"title": "Spiders That Tune Their Webs by a Piano", "authors": ["Arden, Ruth"], "year": 2016, "venue": "Annals of Desks", "volume": "7", "pages": "1-9"},
    {"title": "SPIDERS THAT TUNE THEIR WEBS BY A PIANO", "authors": ["R. Arden"], "year": 2017, "venue": "Ann. Desks", "volume": "7", "pages": "1"},
]  # fmt: skip

EVIL = "Evil \x1b[31mred\x1b[0m [bold]markup[/bold] \u202etfel\u202c \x9b2J <script>alert(1)</script> of Many"


def reworded(paper: int, share: float, seed: int = 1) -> str:
    rng = random.Random(seed)
    return " ".join(f"new{rng.randrange(900)}" if rng.random() < share else w for w in abstract(paper).split())


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Place:
    """Papers that are similar, cited, in two parts that a third one matches, decided, retired, withdrawn, hostile."""
    place = Place(tmp_path_factory.mktemp("explain"))
    texts = {
        "a": page(10, 11, 12, 13),
        "b": page(10) + f"The Paper Number 11 of Many\n\n{reworded(11, 0.03)}\n\n",
        "one": HEAD + f"A Paper of Many Parts, Part I\n\n{abstract(1)}\n\n",
        "two": HEAD + f"A Paper of Many Parts, Part II\n\n{reworded(1, 0.02)}\n\n",
        "evil": HEAD
        + f"{EVIL}\n\n{reworded(14, 0.01)}\n\n"
        + f"Quite Another Thing \x1b]0;x\x07 Here\n\n{abstract(14)}\n\n",
        "gone": page(20),
    }
    for name, text in texts.items():
        place.write(f"{name}.txt", text)
    place.write("same as cited.jsonl", "".join(json.dumps(row) + "\n" for row in CITED))
    place.write("part.jsonl", json.dumps({"abstract": abstract(1)}))
    place.write("cited.jsonl", "".join(json.dumps(row) + "\n" for row in CITED))
    place.run()
    ids = dict(place.ask("SELECT title, document_id FROM records"))
    with Store(place.store) as store:
        withdraw(store, ["gone.txt"])
        decide(store, ids["The Paper Number 12 of Many"], ids["The Paper Number 13 of Many"], "must_link", "a curator")
    place.run(place.dumps / "a.txt")
    return place


@pytest.fixture(scope="module")
def ids(world) -> dict[str, str]:
    """Record ids by title and dump."""
    rows = world.ask("SELECT r.title, d.name, r.record_id FROM records r JOIN dumps d USING (dump_id)")
    return {
        f"{dump.split('.')[0]}:{(title or '').split('Number ')[-1].split(' ')[0]}": record
        for title, dump, record in rows
    }


def test_every_rule_has_its_sentence():
    rules = {name for unit in ("work", "publication") for name, _ in guards(unit)}
    assert set(RULES) == rules | {"same_document", "bridge", "decision", *LIFTS}
    said = [reason({"rule": MODEL, "judgement": judgement, "score": -1.25}, Settings()) for judgement in JUDGEMENTS]
    assert len(set(said)) == len(JUDGEMENTS)
    assert all("The score is -1.2;" in sentence for sentence in said)
    preprint = {"rule": MODEL, "judgement": "match", "score": 1.0, "arxiv_id": 0.5}
    assert "One is a preprint" in reason(preprint, Settings())


@pytest.mark.long
def test_any_two_records_are_explained_as_they_are_published(world):
    with duckdb.connect(world.warehouse, read_only=True) as con:
        papers = dict(con.execute("SELECT record_id, paper_id FROM records").fetchall())
        documents = dict(con.execute("SELECT record_id, document_id FROM records").fetchall())
        stored = con.sql("FROM duplicate_pairs").pl().to_dicts()
    matches = {frozenset((p["left_record_id"], p["right_record_id"])) for p in stored if p["judgement"] == "match"}
    records = sorted(papers)
    drawn = random.Random(1).sample([(a, b) for a in records for b in records if a < b], 15)
    both = drawn + [(p["left_record_id"], p["right_record_id"]) for p in stored]
    with open_warehouse(world.warehouse) as con:
        explained = [(left, right, explain_pair(con, left, right)) for left, right in both]
    for left, right, told in explained:
        assert told["is_one_paper"] == (papers[left] == papers[right])
        ends = [left, *(hop["right_record_id"] for hop in told["chain"])]
        assert [hop["left_record_id"] for hop in told["chain"]] == ends[:-1]
        assert ends[-1] == (right if told["is_one_paper"] else left)
        assert {frozenset((a, b)) for a, b in itertools.pairwise(ends)} <= matches
        if told["stored"]:
            if documents[left] != documents[right]:
                for score in ("similarity", "containment", "title_similarity"):
                    assert told["stored"][score] in (told["texts"][score], None)
            if told["stored"]["score"] is not None:
                added = sum(term["adds"] for term in told["stored"]["terms"])
                assert added == pytest.approx(told["stored"]["score"], abs=0.02)
            if told["stored"]["rule"] not in ("decision", "bridge", "same_document"):
                assert told["stored"]["rule"] == told["texts"]["rule"]
                assert told["stored"]["match_key"] == told["texts"]["match_key"]
            assert told["stored"]["because"]


def test_every_pair_that_was_compared_is_found_among_the_stored(world):
    compared = world.ask("SELECT left_record_id, right_record_id, rule FROM duplicate_pairs")
    with open_warehouse(world.warehouse) as con:
        assert all(explain_pair(con, right, left)["stored"]["rule"] == rule for left, right, rule in compared)


def test_a_decision_and_a_cut_match_are_told_beside_what_the_texts_say(world, ids):
    decided = world.answer(explain_pair, ids["a:12"], ids["a:13"])
    assert (decided["is_one_paper"], decided["stored"]["rule"]) == (True, "decision")
    assert decided["texts"]["judgement"] == "non_match"
    assert [hop["rule"] for hop in decided["chain"]] == ["decision"]
    cut = world.answer(explain_pair, ids["part:"], ids["two:A"])
    assert (cut["is_one_paper"], cut["stored"]["rule"]) == (False, "bridge")
    assert (cut["texts"]["rule"], cut["texts"]["judgement"]) == (MODEL, "match")
    assert "bridge" in {pair["rule"] for pair in cut["between"]}


def test_a_paper_stands_on_a_tree_of_matches_and_each_value_has_a_giver(world):
    for (paper_id,) in world.ask("SELECT paper_id FROM papers"):
        told = world.answer(explain_paper, paper_id)
        records = [r["record_id"] for r in told["records"]]
        reached = {records[0]}
        for link in told["evidence"]:
            assert link["judgement"] == "match"
            reached.add(link["right_record_id"])
        assert sorted(reached) == sorted(records)
        assert len(told["evidence"]) == len(records) - 1 == told["paper"]["record_count"] - 1
        assert {row["record_id"] for row in told["values"]} <= set(records)
        given = {row["column_name"] for row in told["values"]}
        assert given >= {c for c in ("title", "abstract", "published_date") if told["paper"][c] is not None}
        assert told["history"]


def test_a_record_is_known_by_each_name_of_its_dump_and_its_line(world):
    one, other = (world.answer(explain_paper, f"{name}:2") for name in ("cited.jsonl", "same as cited.jsonl"))
    assert one == other
    with pytest.raises(UnknownIdError, match=r"Did you mean same as cited\.jsonl"):
        world.answer(explain_paper, "same as cited.json:2")


def test_a_name_of_several_dumps_is_told_apart_by_their_places(place):
    (place.dumps / "below").mkdir()
    places = [place.write("a.txt", page(1)), place.write("below/a.txt", page(2))]
    place.run()
    with pytest.raises(UnknownIdError) as told:
        place.answer(explain_paper, "a.txt:13")
    for one in places:
        assert f"{one.resolve()}:13 (" in str(told.value)
    one, other = (place.answer(explain_paper, f"{at.resolve()}:13")["paper"]["title"] for at in places)
    assert one != other
    with pytest.raises(UnknownIdError, match="no record has this line"):
        place.answer(explain_paper, f"{places[0].resolve()}:9999")


def test_an_id_is_known_by_its_first_digits_whatever_it_names(world, ids):
    told = world.answer(explain_paper, ids["b:11"][:10])
    assert told["asked"] == {"kind": "record", "id": ids["b:11"]}
    paper_id = told["paper"]["paper_id"]
    ((alias, living),) = world.ask("SELECT alias_id, paper_id FROM paper_aliases WHERE paper_id IS NOT NULL")
    assert world.answer(explain_paper, alias)["paper"]["paper_id"] == living
    assert world.answer(explain_paper, paper_id[:8])["asked"]["kind"] == "paper"
    ((withdrawn,),) = world.ask("SELECT alias_id FROM paper_aliases WHERE paper_id IS NULL")
    for asked, says in (
        (withdrawn, "withdrawn"),
        ("0123456789ab", "no record, document or paper"),
        ("xyz", "expected the id"),
    ):
        with pytest.raises(UnknownIdError, match=says):
            world.answer(explain_paper, asked)


def test_hostile_text_reaches_neither_the_terminal_nor_the_json(world, ids):
    evil, other = (
        r for (r,) in world.ask("SELECT record_id FROM records JOIN dumps USING (dump_id) WHERE name = 'evil.txt'")
    )
    as_evil = reworded(14, 0.01)
    for args in (
        ["explain", evil, other],
        ["explain", evil],
        ["search", "evil"],
        ["lookup", as_evil],
        ["query", "SELECT title FROM papers"],
    ):
        for more in ([], ["--format", "json"] if args[0] == "query" else ["--json"]):
            done = CliRunner().invoke(cli, [*args, *more, "--warehouse", str(world.warehouse)])
            assert done.exit_code == 0, done.output
            assert "Evil" in done.stdout or "Quite Another" in done.stdout
            assert not set(done.stdout) & set("\x1b\x07\x9b\u202e\u202c")
            assert "[bold]markup" in done.stdout or "\ufffd" in done.stdout
            if more:
                json.loads(done.stdout)


def test_the_command_shows_the_difference_in_marks_and_in_colours(world, ids):
    plain = papersieve("explain", ids["a:11"], ids["b:11"], "--warehouse", world.warehouse)
    assert plain.returncode == 0, plain.stderr
    assert "one paper\n" in plain.stdout
    assert "match by model" in plain.stdout
    assert "[-word" in plain.stdout
    assert "{+new" in plain.stdout
    unknown = papersieve("explain", "0123456789ab", "--warehouse", world.warehouse)
    assert (unknown.returncode, "Traceback" in unknown.stderr) == (1, False)
    assert papersieve("explain").returncode == 2


def test_each_term_of_a_listing_and_of_a_citation_is_told_in_a_terminal_of_80_columns(world, ids):
    cited = [record for (record,) in world.ask("SELECT record_id FROM records WHERE venue IS NOT NULL ORDER BY year")]
    for pair, expected in (
        (cited, {"authors", "year_distance", "pages"}),
        ((ids["a:11"], ids["b:11"]), {"similarity"}),
    ):
        stored = world.answer(explain_pair, *pair)["stored"]
        assert expected <= {term["evidence"] for term in stored["terms"]}
        printed = papersieve("explain", *pair, "--warehouse", world.warehouse).stdout
        told = printed[printed.index("judged") : printed.index("\nwords ")].splitlines()
        assert max(map(len, told)) <= 80
        assert all(line.startswith(("judged ", "texts say ", " " * 11)) for line in told)
        rows = {line.split()[0]: line.split()[1:] for line in told if line.endswith((" for", " against"))}
        for term in stored["terms"]:
            if abs(term["adds"]) >= 0.06:
                *value, adds, which = rows[term["evidence"]]
                assert float(adds) == pytest.approx(term["adds"], abs=0.06)
                assert which == ("for" if term["adds"] > 0 else "against")
                assert [float(v) for v in value] == (
                    [] if term["value"] is None else [pytest.approx(term["value"], abs=0.006)]
                )
        assert f"{'score':18} {'':6} {stored['score']:>+6.1f}" in printed


words = st.lists(st.sampled_from(["one", "Two", "two", "é", "e", "—", "深層学習", "学習", "x-y", "1.5"]), max_size=12)


@given(words, words)
def test_a_difference_holds_both_texts_whole(one, other):
    left, right = " ".join(one), " ".join(other)
    parts = differences(left, right)
    assert "".join(text for op, text in parts if op != "right") == left
    said = [text for op, text in parts if op != "left"]
    assert match_text(" ".join(said)).replace(" ", "") == match_text(right).replace(" ", "")
    if match_text(left) == match_text(right) and "—" not in left + right:
        assert {op for op, _ in parts} <= {"same"}
    counts = words_of(left, right)
    assert counts["shared"] + counts["only_left"] == len(set(match_text(left).split()))
