"""Spark against the engine in memory, and against what the warehouse publishes of the same dumps."""

import contextlib
import random
import shutil
import subprocess
import sys

import duckdb
import networkx
import polars as pl
import pytest

from checks.schemas import CONTRACTS
from pipeline.engines.local import DECISION_SCHEMA, derive
from pipeline.settings import Settings
from tests.conftest import ROOT
from tests.warehouse.conftest import Place
from tests.warehouse.history import History
from warehouse.decisions import DecisionError, decide
from warehouse.store import Store

pytestmark = [
    pytest.mark.spark,
    # Spark's own, of Python's newer releases and of how its sockets are closed; nothing here can mend them.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    pytest.importorskip("pyspark", reason="PySpark is not installed (pip install 'papersieve[spark]')")
    if not shutil.which("java"):
        pytest.skip("Java is not installed")
    from pipeline.engines.session import connect

    folder = tmp_path_factory.mktemp("spark")
    config = {
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": f"-Djava.io.tmpdir={folder}",
        "spark.sql.shuffle.partitions": "2",
        "spark.log.level": "ERROR",
    }
    session = connect("local[2]", folder / "checkpoints", config)
    yield session
    session.stop()


def stored(store: Store) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records of a store as engines take them, and what people decided."""
    columns = ", ".join(CONTRACTS["records"].columns)
    records = store.connection.sql(f"SELECT {columns}, dump_no FROM records JOIN dumps USING (dump_id)").pl()
    return records, store.query("decisions").select(*DECISION_SCHEMA)


def on_spark(session, folder, records: pl.DataFrame, settings: Settings, decisions: pl.DataFrame, **more) -> dict:
    from pipeline.engines.spark import run_job

    path = folder / "records.parquet"
    records.sample(fraction=1, shuffle=True, seed=1).write_parquet(path)
    found = run_job(session.read.parquet(str(path)), settings, decisions, **more)
    return {name: pl.from_arrow(frame.toArrow()) for name, frame in found._asdict().items()}


def assert_equal(found: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame]) -> None:
    for name, frame in expected.items():
        assert sorted(map(repr, found[name].select(frame.columns).iter_rows())) == sorted(
            map(repr, frame.iter_rows())
        ), name


def test_spark_makes_what_memory_and_the_warehouse_make_whatever_was_decided(session, tmp_path):
    """A world of copies, cuts, chains and identifiers in buckets of three, hot ones among them."""
    history, rng = History(Place(tmp_path)), random.Random(5)
    for name in range(7):
        history.write(name, [(rng.randrange(12), rng.randrange(10)) for _ in range(30)])
    history.place.run(settings=history.settings)
    with Store(history.place.store) as store:
        ids = stored(store)[0]["document_id"].unique().sort()
        for _ in range(6):
            with contextlib.suppress(DecisionError):
                decide(store, *rng.sample(ids.to_list(), 2), rng.choice(["must_link", "cannot_link"]), "a test")
        records, decisions = stored(store)
    history.refresh()
    local = derive(records, history.settings, decisions)._asdict()
    assert local["hot_buckets"].height > 5
    assert {"decision", "bridge"} <= set(local["pairs"]["rule"])
    assert decisions.height > 2
    assert_equal(on_spark(session, tmp_path, records, history.settings, decisions), local)
    assert_equal(local, published(history.place.warehouse))


def test_spark_makes_of_the_sample_what_the_warehouse_makes(session, tmp_path):
    place = Place(tmp_path)
    place.run(*ROOT.glob("sample_dumps/*.txt"))
    with Store(place.store) as store:
        records, decisions = stored(store)
    found = on_spark(session, tmp_path, records, Settings(), decisions, matches_on_driver=0)
    assert_equal(found, derive(records, Settings(), decisions)._asdict())
    assert_equal(found, published(place.warehouse))


def test_spark_makes_of_the_real_dumps_what_the_warehouse_makes(session, shared, tmp_path):
    place = Place(tmp_path)
    place.run(shared / "dumps")
    with Store(place.store) as store:
        records, decisions = stored(store)
    found = on_spark(session, tmp_path, records, Settings(), decisions)
    assert_equal(found, derive(records, Settings(), decisions)._asdict())
    assert_equal(found, published(place.warehouse))


def published(warehouse) -> dict[str, pl.DataFrame]:
    """What a warehouse says of papers and pairs, in the shape in which engines say it."""
    with duckdb.connect(warehouse, read_only=True) as con:
        pairs = con.sql(
            "SELECT least(l.document_id, r.document_id) AS left_document_id, greatest(l.document_id, r.document_id) AS right_document_id, "
            "match_key, similarity, containment, title_similarity, judgement, rule FROM duplicate_pairs "
            "JOIN records l ON l.record_id = left_record_id JOIN records r ON r.record_id = right_record_id WHERE rule <> 'same_document'"
        ).pl()
        clusters = con.sql("SELECT DISTINCT document_id, paper_id FROM records").pl()
        return {
            "pairs": pairs,
            "clusters": clusters,
            "papers": con.sql("FROM papers").pl(),
            "lineage": con.sql("FROM paper_lineage").pl(),
            "hot_buckets": con.sql("FROM hot_buckets").pl(),
        }


@pytest.mark.parametrize("shape", ["path", "star", "random"])
def test_components_are_those_of_networkx(session, shape):
    from pipeline.engines.components import components
    from pipeline.engines.spark import create

    rng = random.Random(3)
    names = [f"{rng.randrange(1 << 128):032x}" for _ in range(120)]
    graph = {
        "path": networkx.path_graph(50),
        "star": networkx.star_graph(100),
        "random": networkx.gnm_random_graph(120, 80, seed=4),
    }[shape]
    edges = [(names[one], names[other]) for one, other in graph.edges]
    schema = {"left_document_id": pl.String, "right_document_id": pl.String}
    found = components(create(session, pl.DataFrame(edges, schema=schema, orient="row"), schema))
    expected = {
        (names[node], min(names[n] for n in nodes))
        for nodes in networkx.connected_components(graph)
        if len(nodes) > 1
        for node in nodes
    }
    rows = [tuple(row) for row in found.collect()]
    assert len(rows) == len(set(rows))
    assert set(rows) == expected


def test_what_is_shipped_to_workers_can_be_imported_from_there(tmp_path):
    from pipeline.engines.session import pack

    packed = pack(tmp_path / "packed.zip")
    code = f"import sys; sys.path.insert(0, {str(packed)!r}); import pipeline.engines.kernels as k; print(k.__file__)"
    asked = [sys.executable, "-W", "ignore", "-I", "-c", code]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.startswith(str(packed))


@pytest.mark.parametrize(("told", "found"), [(None, "found none"), ("11.0.2", "found 11"), ("1.8.0_302", "found 8")])
def test_another_java_is_named_with_the_remedy(tmp_path, monkeypatch, told, found):
    pytest.importorskip("pyspark")
    from pipeline.engines.session import SparkError, connect

    (tmp_path / "bin").mkdir()
    if told:
        java = tmp_path / "bin" / "java"
        java.write_text(f"#!/bin/sh\necho 'openjdk version \"{told}\"' >&2\n")
        java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SparkError, match=f"expected Java 17 or newer.*{found}"):
        connect("local[1]", tmp_path)
