"""The five real dumps and the rendered pages that the project was first made for; skipped where they are not."""

import datetime as dt
import re
import shutil
import tarfile

import duckdb
import polars as pl
import pytest

from pipeline.settings import Settings
from warehouse.run import run

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
