"""Lookup, checked by comparing with everything, and search, by reading everything; both right after each refresh."""

import json
import random
import time

import duckdb
import polars as pl
import pytest

from papersieve.pipeline.compare_asked import compare_with
from papersieve.pipeline.documents import contents
from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.progress import silent
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.text import clean_text, clean_title, match_text
from papersieve.warehouse.answers.lookup import Asked, look_up_each, lookup
from papersieve.warehouse.answers.search import search
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.withdraw import withdraw
from tests.support.called import papersieve
from tests.support.made_dumps import abstract, page
from tests.support.sample import make_sample
from tests.support.store_places import Place


@pytest.fixture(scope="module")
def half(tmp_path_factory):
    """(a place that has the first dumps of a sample, the records of all its dumps)."""
    folder = tmp_path_factory.mktemp("half")
    sample = make_sample(papers=60)
    first, all_ = Place(folder), Place(folder / "all")
    all_.folder.mkdir()
    for number, (name, text) in enumerate(sample.dumps.items()):
        all_.write(name, text)
        if number < len(sample.dumps) - 2:
            first.write(name, text)
    first.run()
    with Store(all_.store) as store:
        ingest(store, [all_.dumps], silent)
    with duckdb.connect(all_.store, read_only=True) as con:
        listed = "coalesce(title_raw, title) AS title_raw, coalesce(abstract_raw, abstract) AS abstract_raw"
        said = f"SELECT r.* REPLACE ({listed}), d.dump_no FROM records r JOIN dumps d USING (dump_id) ORDER BY ALL"
        return first, con.sql(said).pl()


@pytest.mark.long
def test_lookup_finds_what_comparing_with_every_record_finds(half):
    place, records = half
    with open_warehouse(place.warehouse) as con:
        here = con.sql("SELECT record_id, paper_id, title, abstract FROM records").pl()
        texts = contents(here.select("title", "abstract"))
        new = records.filter(~pl.col("record_id").is_in(here["record_id"].implode())).sample(10, seed=1)
        outcomes = set()
        for title, text in new.select("title_raw", "abstract_raw").iter_rows():
            one = contents(pl.DataFrame({"title": [clean_title(title or "")], "abstract": [clean_text(text or "")]}))
            judged = here.hstack(compare_with(one, texts, pl.zeros(texts.height, pl.Int64, eager=True), Settings()))
            expected = set(judged.filter(pl.col("judgement") == "match")["paper_id"])
            told = lookup(con, text or "", title or "", limit=100)
            found = {row["paper_id"] for row in told["found"] if row["judgement"] == "match"}
            assert found == expected
            assert told["is_here"] == bool(expected)
            outcomes.add(told["is_here"])
        assert outcomes == {True, False}


def test_lookup_knows_a_copy_cut_short_a_title_and_what_is_not_here(half):
    place, _records = half
    with open_warehouse(place.warehouse) as con:
        title, text, paper = con.execute(
            "SELECT title, abstract, paper_id FROM papers WHERE title IS NOT NULL ORDER BY paper_id"
        ).fetchall()[0]
        cut = lookup(con, " ".join(text.split()[:40]))
        assert (cut["found"][0]["judgement"], cut["found"][0]["paper_id"]) == ("match", paper)
        by_title = lookup(con, title.upper())
        assert (by_title["found"][0]["judgement"], by_title["found"][0]["paper_id"]) == ("match", paper)
        assert all(row["similarity"] is not None or row["title_similarity"] is not None for row in by_title["found"])
        for other in (abstract(1), "", "?", "the of and", "\x00\x1b[2J"):
            assert lookup(con, other) == {"is_here": False, "found": []}


@pytest.mark.long
def test_texts_that_are_looked_up_together_are_answered_as_each_alone(half):
    place, records = half
    said = records.sample(25, seed=2).select("title_raw", "abstract_raw").rows()
    asked = [Asked(text or "", title or "", 1 + number % 3) for number, (title, text) in enumerate(said)]
    asked += [Asked(title or "") for title, _ in said[:8]] + [Asked(""), Asked(abstract(1)), asked[0], asked[0]]
    with open_warehouse(place.warehouse) as con:
        alone = [lookup(con, each.abstract, each.title, limit=each.limit) for each in asked]
        assert look_up_each(con, asked) == alone
        assert look_up_each(con, [Asked("?"), Asked("")]) == [lookup(con, "")] * 2
    assert {each["is_here"] for each in alone} == {True, False}
    assert {row["judgement"] for each in alone for row in each["found"]} == {"match", "review"}


@pytest.mark.long
def test_lookup_and_search_follow_each_refresh(place):
    place.write("a.txt", page(*range(1, 15)))
    place.run()

    def here(paper):
        with open_warehouse(place.warehouse) as con:
            word = abstract(paper).split()[0]
            found = {row["title"] for row in search(con, f"number {paper} {word}")["found"]}
            title = f"The Paper Number {paper} of Many"
            assert (title in found) == lookup(con, abstract(paper))["is_here"]
            return title in found

    assert here(1)
    assert not here(30)
    place.write("b.txt", page(30))
    place.run()
    assert here(1)
    assert here(30)
    with Store(place.store) as store:
        withdraw(store, ["b.txt"])
    place.run(place.dumps / "a.txt")
    assert here(1)
    assert not here(30)


def _begins(text: str, word: str) -> bool:
    return any(w.startswith(word) for w in match_text(text).split())


def test_search_finds_the_papers_that_have_every_word_and_no_others(half):
    place, _ = half
    rng = random.Random(2)
    with open_warehouse(place.warehouse) as con:
        papers = con.sql("SELECT paper_id, title, abstract FROM papers").pl().to_dicts()
        texts = {p["paper_id"]: f"{p['title'] or ''} {p['abstract']}" for p in papers}
        for _ in range(8):
            said = rng.choice(list(texts.values()))
            asked = [w[: rng.choice([4, 30])] for w in rng.sample(match_text(said).split(), rng.choice([1, 2, 3]))]
            told = search(con, " ".join(asked).upper(), limit=1000)
            expected = {paper for paper, text in texts.items() if all(_begins(text, w) for w in asked)}
            assert {row["paper_id"] for row in told["found"]} == expected
            assert told["all_words"]
            scores = [row["score"] for row in told["found"]]
            assert scores == sorted(scores, reverse=True)


def test_search_ranks_titles_first_folds_accents_and_reads_scripts_without_spaces(place):
    head = page()
    long = abstract(1)
    place.write("a.txt", head + f"Entangled Photons at Work\n\n{long}\n\n"
        + f"Something Else Altogether\n\nEntangled words. {abstract(2)}\n\n"
        + f"The Schrödinger Équation of Many\n\n{abstract(3)}\n\n"
        + f"深層学習の基礎と応用について\n\n{abstract(4)}\n\n"
        + f"がくしゅうのきそ\n\n{abstract(6)}\n\n"
        + f"한국어 처리 연구\n\n{abstract(7)}\n\n")  # fmt: skip
    place.run()
    with open_warehouse(place.warehouse) as con:
        titles = {
            q: [r["title"] for r in search(con, q)["found"]]
            for q in ("entangled", "SCHRODINGER equation", "学習", "がくしゅう", "연구", "entangled zzzz")
        }
        assert titles["entangled"] == ["Entangled Photons at Work", "Something Else Altogether"]
        assert titles["SCHRODINGER equation"] == ["The Schrödinger Équation of Many"]
        assert titles["学習"] == ["深層学習の基礎と応用について"]
        assert titles["がくしゅう"] == ["がくしゅうのきそ"]
        assert titles["연구"] == ["한국어 처리 연구"]
        assert len(titles["entangled zzzz"]) == 2
        assert not search(con, "entangled zzzz")["all_words"]
        assert "Entangled words" in search(con, "entangled words")["found"][0]["excerpt"]
        assert search(con, "'; DROP TABLE papers; --")["found"] == []
        with pytest.raises(PapersieveError, match="expected words"):
            search(con, "%%% ''")


def test_the_commands_answer_people_and_scripts(half, tmp_path):
    place, _ = half
    where = ["--warehouse", place.warehouse]
    ((title, text),) = place.ask("SELECT title, abstract FROM papers WHERE title IS NOT NULL ORDER BY paper_id LIMIT 1")
    (tmp_path / "abstract.txt").write_text(text, encoding="utf-8")
    told = json.loads(papersieve("lookup", tmp_path / "abstract.txt", *where, "--json").stdout)
    assert told["is_here"]
    piped = papersieve("lookup", "-", *where, stdin=text)
    assert (piped.returncode, piped.stdout.splitlines()[0]) == (0, "already here")
    found = json.loads(papersieve("search", *title.split(), *where, "--json").stdout)
    assert found["found"][0]["title"] == title
    assert papersieve("search", *where).returncode == 2


def test_a_lookup_takes_milliseconds(half):
    """The bound allows for a busy machine; the measured times are in docs/decisions/010."""
    place, records = half
    with open_warehouse(place.warehouse) as con:
        times = []
        for text in records["abstract"][:9]:
            start = time.process_time()
            lookup(con, text or "")
            times.append(time.process_time() - start)
    assert sorted(times)[4] < 0.5
