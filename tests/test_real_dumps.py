"""The five real dumps and the rendered pages that the project was first made for; skipped where they are not."""

import datetime as dt
import re
import shutil
import tarfile

import duckdb
import polars as pl
import pytest

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.run import run

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@pytest.fixture(scope="module")
def real(shared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    dumps = sorted((shared / "dumps").glob("*.txt"))
    result = run(dumps, store=folder / "store.duckdb", warehouse=folder / "papers.duckdb", settings=Settings())
    with duckdb.connect(folder / "papers.duckdb", read_only=True) as con:
        yield shared, result, con


def test_the_funnel_of_the_real_dumps(real):
    _, result, con = real
    assert result.funnel["records"] == 375
    assert result.funnel["papers"] == 352
    assert not result.unreadable
    assert con.execute("SELECT left(name, 3), records FROM dumps ORDER BY name").fetchall() == [
        ("000", 10),
        ("001", 86),
        ("002", 94),
        ("003", 109),
        ("004", 76),
    ]
    assert con.execute("SELECT count(*), sum(record_count) FROM papers WHERE record_count > 1").fetchone() == (21, 44)


def test_every_line_of_the_real_dumps_is_accounted_for(real):
    shared, _, con = real
    counted = {
        path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in (shared / "dumps").glob("*.txt")
    }
    assert (
        dict(
            con.execute(
                "SELECT name, sum(l.lines) FROM line_ledger l JOIN dumps USING (dump_id) GROUP BY name"
            ).fetchall()
        )
        == counted
    )
    assert con.execute("SELECT count(*) FROM rejected_lines").fetchone() == (0,)


def test_every_date_of_the_real_listing_with_footers_is_right(real):
    shared, _, con = real
    path = next((shared / "dumps").glob("002*"))
    lines = path.read_text(encoding="utf-8").splitlines()
    shown = {}
    for number, line in enumerate(lines, start=1):
        found = re.match(r"([A-Z][a-z]{2}) (\d+)(?:, (\d{4}))?(?: \d+)?$", line)
        if found and lines[number - 2] == "·":
            shown[number] = dt.date(int(found[3] or 2025), MONTHS.index(found[1]) + 1, int(found[2]))
    got = con.execute(
        "SELECT line_end, published_date FROM records JOIN dumps USING (dump_id) WHERE name LIKE '002%' AND published_date IS NOT NULL"
    ).fetchall()
    assert len(shown) == 93  # the entry of lines 629 to 631 has no footer, so no date
    assert dict(got) == shown


@pytest.mark.long
def test_the_rendered_pages_are_clustered_as_their_labels_say(shared, tmp_path):
    with tarfile.open(shared / "labelled" / "text_dumps_1k.tar.xz") as archive:
        archive.extractall(tmp_path / "pages", filter="data")
    result = run(
        [tmp_path / "pages"], store=tmp_path / "s.duckdb", warehouse=tmp_path / "w.duckdb", settings=Settings()
    )
    truth = pl.read_parquet(shared / "labelled" / "text_dumps_1k.truth.parquet")
    with duckdb.connect(tmp_path / "w.duckdb", read_only=True) as con:
        got = con.sql(
            "SELECT d.name AS page, r.ordinal - 1 AS ordinal, r.paper_id FROM records r JOIN dumps d USING (dump_id)"
        ).pl()
    both = truth.join(got, on=["page", "ordinal"])
    assert both.height == truth.height == 1126
    assert result.funnel["papers"] == truth["cluster_id"].n_unique() == 816
    assert both.select("cluster_id", "paper_id").n_unique() == 816


def test_a_second_run_on_the_real_dumps_rewrites_nothing(shared, tmp_path):
    shutil.copytree(shared / "dumps", tmp_path / "dumps")
    places = {"store": tmp_path / "s.duckdb", "warehouse": tmp_path / "w.duckdb", "settings": Settings()}
    run([tmp_path / "dumps"], **places)
    before = [(p.read_bytes(), p.stat().st_mtime_ns) for p in (places["store"], places["warehouse"])]
    assert not run([tmp_path / "dumps"], **places).published
    assert before == [(p.read_bytes(), p.stat().st_mtime_ns) for p in (places["store"], places["warehouse"])]


#: Columns of the labelled sets, ours, and the tags of RIS that hold them.
FIELDS = {
    "title": ("title_raw", "TI"),
    "abstract": ("abstract_raw", "AB"),
    "venue": ("venue", "T2"),
    "volume": ("volume", "VL"),
    "pages": ("pages", "SP"),
    "date": ("published_raw", "PY"),
}


def _as_ris(rows: pl.DataFrame) -> str:
    entries = (
        "".join(f"{tag}  - {row[name]}\n" for name, (_, tag) in FIELDS.items() if row.get(name))
        for row in rows.iter_rows(named=True)
    )
    return "".join(f"TY  - JOUR\n{entry}ER  - \n" for entry in entries)


@pytest.mark.parametrize("form", ["ris", "csv"])
@pytest.mark.parametrize("name", ["diabetes", "cytology_screening", "dblp_acm"])
def test_a_labelled_set_comes_back_from_ris_and_csv_as_it_was(shared, tmp_path, name, form):
    rows = pl.read_parquet(shared / "labelled" / f"{name}.parquet")
    columns = [column for column in FIELDS if column in rows.columns]
    rows = rows.select(pl.col(columns).fill_null("").str.replace_all(r"\s+", " ").str.strip_chars())
    path = tmp_path / f"set.{form}"
    path.write_text(_as_ris(rows) if form == "ris" else rows.write_csv(), encoding="utf-8")
    got = extract_dump(read_dump(path))
    assert got.rejected_lines.is_empty()
    for column in columns:
        assert got.records[FIELDS[column][0]].fill_null("").to_list() == rows[column].to_list(), column
