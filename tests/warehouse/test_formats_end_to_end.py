"""Dumps of every format on their way into a warehouse: whole, in parts, out of archives."""

import io
import json
import zipfile

import duckdb
import fsspec
import polars as pl
import pyarrow as pa
import pytest

from papersieve.pipeline.extract.places.address import place_of
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.run import run
from tests.support.damaged_dumps import FIXTURES
from tests.support.made_dumps import json_lines, rows

WORDS = " ".join(f"word{n}" for n in range(40))


def run_in(folder, paths, **reading):
    reading = Settings(reading=Reading(**reading))
    return run(paths, store=folder / "s.duckdb", warehouse=folder / "w.duckdb", settings=reading)


def tables(folder, *names: str) -> list[list[tuple]]:
    with duckdb.connect(folder / "w.duckdb", read_only=True) as con:
        return [con.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in names]


def test_every_fixture_is_published_with_all_checks_passed(tmp_path):
    result = run_in(tmp_path, [p for p in FIXTURES.iterdir() if not p.name.endswith(".expected.json")])
    assert not result.unreadable
    assert result.published
    assert all(c.is_passed for c in result.checks if c.check.severity == "error")
    with duckdb.connect(tmp_path / "w.duckdb", read_only=True) as con:
        [(authors, doi, arxiv)] = con.execute(
            "SELECT count(authors), count(doi), count(arxiv_id) FROM papers"
        ).fetchall()
        assert min(authors, doi, arxiv) > 0
        assert con.execute("SELECT count(DISTINCT format) FROM dumps").fetchone() == (
            len(list(FIXTURES.glob("*.expected.json"))),
        )
        quarantined = con.execute("SELECT DISTINCT unnest(reason_codes) FROM quarantined_records").fetchall()
        assert {reason for (reason,) in quarantined} <= {"abstract_missing", "abstract_too_short"}


@pytest.mark.long
def test_dumps_elsewhere_come_change_and_stay_while_they_are_out_of_reach(tmp_path):
    memory = fsspec.filesystem("memory")
    memory.pipe(
        {"/papers/daily/1.jsonl": json_lines(1, 2).encode(), "/papers/daily/2.jsonl": json_lines(2, 3).encode()}
    )
    assert [o.outcome for o in run_in(tmp_path, [place_of("memory://papers/daily")]).outcomes] == ["added", "added"]
    memory.pipe("/papers/daily/2.jsonl", json_lines(4).encode())
    result = run_in(tmp_path, [place_of("memory://papers/daily")])
    assert [o.outcome for o in result.outcomes] == ["unchanged", "replaced"]
    assert "memory://papers/daily/1.jsonl" in str(tables(tmp_path, "dumps"))
    memory.rm("/papers/daily", recursive=True)
    result = run_in(tmp_path, [place_of("memory://papers/daily/1.jsonl")])
    assert [(o.outcome, o.reason_code) for o in result.outcomes] == [("unreadable", "missing")]
    assert result.funnel["papers"] == 3
    assert not result.published


def test_identifiers_join_and_part_what_texts_alone_would_not(tmp_path):
    title, text = "A title that several papers share", f"{WORDS}."
    shown = [
        {"title": title, "doi": "10.1000/a", "year": 2001},
        {"title": title, "doi": "10.1000/b", "year": 2001},
        {
            "title": "One work under its first title",
            "abstract": text,
            "authors": ["Arden, Ruth"],
            "arxiv_id": "2401.00001",
        },
        {
            "title": "One work under a second title",
            "abstract": " ".join(reversed(text.split())),
            "authors": ["Arden, Ruth"],
            "arxiv_id": "2401.00001",
        },
        {"title": "One work under its first title", "abstract": text, "arxiv_id": "2401.00002"},
    ]
    path = tmp_path / "shown.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in shown))
    run_in(tmp_path, [path])
    with duckdb.connect(tmp_path / "w.duckdb", read_only=True) as con:
        papers = con.sql("SELECT list(ordinal ORDER BY ordinal) FROM records GROUP BY paper_id ORDER BY ALL").fetchall()
        judged = con.sql(
            "SELECT least(l.ordinal, r.ordinal), greatest(l.ordinal, r.ordinal), judgement, rule FROM duplicate_pairs"
            " JOIN records AS l ON l.record_id = left_record_id JOIN records AS r ON r.record_id = right_record_id"
        ).fetchall()
    assert papers == [([1],), ([2],), ([3, 4],), ([5],)]
    assert {(1, 2, "review", "model"), (3, 4, "match", "model")} <= set(judged)
    assert {rule: judgement for *_, judgement, rule in judged}["other_arxiv_id"] == "review"


@pytest.mark.long
def test_a_dump_taken_in_parts_is_the_dump_taken_whole(tmp_path):
    for name, entries in (("whole", 1_000), ("parts", 2)):
        folder = tmp_path / name
        folder.mkdir()
        (tmp_path / "a.jsonl").write_text(json_lines(1, 2, 3, 4, 5))
        (tmp_path / "b.jsonl").write_text(json_lines(4, 5, 6))
        run_in(folder, [tmp_path / "a.jsonl", tmp_path / "b.jsonl"], batch_entries=entries)
    names = ("records", "papers", "paper_lineage", "line_ledger", "duplicate_pairs")
    assert tables(tmp_path / "whole", *names) == tables(tmp_path / "parts", *names)


def test_a_dump_that_breaks_off_in_its_second_part_leaves_nothing_and_the_others_are_in(tmp_path):
    out = io.BytesIO()
    table = pa.Table.from_pylist(rows(*range(8)))
    with pa.ipc.new_stream(out, table.schema) as writer:
        for batch in table.to_batches(max_chunksize=2):
            writer.write_batch(batch)
    (tmp_path / "a.jsonl").write_text(json_lines(101))
    (tmp_path / "b.arrow").write_bytes(out.getvalue()[: len(out.getvalue()) * 2 // 3])
    (tmp_path / "c.jsonl").write_text(json_lines(102, 103, 104))
    result = run_in(tmp_path, [tmp_path / n for n in ("a.jsonl", "b.arrow", "c.jsonl")], batch_entries=2)
    assert [o.outcome for o in result.outcomes] == ["added", "unreadable", "added"]
    assert result.unreadable[0].reason_code == "damaged"
    assert (result.funnel["dumps"], result.funnel["records"], result.funnel["lines"]) == (2, 4, 4)


def zipped(path, members: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)


@pytest.mark.long
def test_members_of_an_archive_are_dumps_with_a_place_of_their_own(tmp_path):
    path = tmp_path / "all.zip"
    zipped(path, {"a.jsonl": json_lines(1, 2), "b.jsonl": json_lines(2, 3), "c.txt": "Dear diary"})
    result = run_in(tmp_path, [path])
    assert [o.outcome for o in result.outcomes] == ["added", "added", "unreadable"]
    [locations] = tables(tmp_path, "(SELECT unnest(locations) FROM dumps)")
    assert locations == [(f"{path}!a.jsonl",), (f"{path}!b.jsonl",)]
    again = run_in(tmp_path, [path])
    assert [o.outcome for o in again.outcomes] == ["unchanged", "unchanged", "unreadable"]
    assert not again.published
    zipped(path, {"a.jsonl": json_lines(1, 2), "b.jsonl": json_lines(4)})
    mended = run_in(tmp_path, [path])
    assert [o.outcome for o in mended.outcomes] == ["unchanged", "replaced"]
    assert tables(tmp_path, "unreadable_dumps") == [[]]
    assert mended.funnel["papers"] == 3


def test_titles_without_abstracts_are_one_paper_only_where_something_says_so(tmp_path):
    entries = [
        ("Editorial", "10.1000/1", 2019),
        ("Editorial", "10.1000/2", 2020),
        ("Editorial", "10.1000/2", 2020),
    ]
    ris = "".join(f"TY  - JOUR\nTI  - {t}\nDO  - {d}\nPY  - {y}\nER  - \n" for t, d, y in entries)
    (tmp_path / "a.ris").write_text(ris)
    result = run_in(tmp_path, [tmp_path / "a.ris"])
    assert (result.funnel["records"], result.funnel["quarantined"], result.funnel["papers"]) == (3, 0, 2)


@pytest.mark.parametrize("form", ["ris", "csv"])
def test_the_same_records_in_another_format_make_the_same_papers(tmp_path, form):
    wanted = rows(1, 2, 3)
    (tmp_path / "a.jsonl").write_text(json_lines(1, 2, 3))
    if form == "ris":
        text = "".join(
            f"TY  - JOUR\nTI  - {r['title']}\nAB  - {r['abstract']}\n"
            + "".join(f"AU  - {a}\n" for a in r["authors"])
            + f"DO  - {r['doi']}\nER  - \n"
            for r in wanted
        )
    else:
        text = pl.DataFrame([{**r, "authors": "; ".join(r["authors"])} for r in wanted]).write_csv()
    (tmp_path / f"b.{form}").write_text(text)
    result = run_in(tmp_path, [tmp_path / "a.jsonl", tmp_path / f"b.{form}"])
    assert result.funnel["papers"] == 3
    [papers] = tables(tmp_path, "(SELECT title, authors, doi, record_count FROM papers)")
    assert papers == [(r["title"], r["authors"], r["doi"], 2) for r in wanted]
