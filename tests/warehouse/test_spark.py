"""The engine on Spark: what the warehouse publishes of it, what workers run, its components, what is refused."""

import contextlib
import random
import socket
import subprocess
import sys

import duckdb
import networkx
import polars as pl
import pytest

from pipeline.blocking.keys import block_keys
from pipeline.errors import PapersieveError
from pipeline.normalise import MANY_TEXTS
from pipeline.settings import Settings
from tests.conftest import ROOT, SHARED
from tests.warehouse.conftest import Place, published_tables
from tests.warehouse.history import History, told_history
from warehouse.decisions import DecisionError, decide
from warehouse.lake_views import lake_views
from warehouse.run import run
from warehouse.store import Store
from warehouse.withdraw import withdraw

pytestmark = [
    pytest.mark.spark,
    # Spark's own, of Python's newer releases and of how its sockets are closed; nothing here can mend them.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def run_on_spark(place: Place, *paths, settings: Settings) -> None:
    from warehouse.spark_engine import SparkEngine

    with SparkEngine(str(place.folder / "lake"), "local[2]") as engine:
        run(paths or [place.dumps], store=place.store, warehouse=place.warehouse, settings=settings, engine=engine)


def assert_published_alike(place: Place, other: Place) -> None:
    expected, found = (
        {name: [row.replace(str(p.folder), "") for row in rows] for name, rows in published_tables(p.warehouse).items()}
        for p in (place, other)
    )
    assert found.keys() == expected.keys()
    for name in expected.keys() - {"decisions"}:  # which say when they were made
        assert found[name] == expected[name], name
    assert told_history(other.warehouse) == told_history(place.warehouse)


def assert_shown_alike(place: Place) -> None:
    """Views over the lake show what the warehouse shows."""
    shown = place.folder / "views.duckdb"
    lake_views(place.folder / "lake", shown)
    with duckdb.connect(shown, read_only=True) as con:
        for table in ("papers", "paper_lineage", "hot_buckets", "records"):
            found, expected = con.sql(f"FROM {table}").pl(), duckdb.connect(place.warehouse, read_only=True).sql(f"FROM {table}").pl()  # fmt: skip
            both = [c for c in expected.columns if c in found.columns]
            assert len(both) > 2
            assert sorted(map(repr, found.select(both).iter_rows())) == sorted(map(repr, expected.select(both).iter_rows())), table  # fmt: skip
    with pytest.raises(PapersieveError, match="expected no file there yet"):
        lake_views(place.folder / "lake", shown)


#: Two worlds that a history begins with, and what comes later.
WORLDS = [[(rng.randrange(12), rng.randrange(10)) for _ in range(25)] for rng in map(random.Random, range(5, 10))]


@pytest.fixture(scope="module")
def histories(session, tmp_path_factory) -> list[History]:
    """A world of copies, cuts, chains and identifiers in buckets of three, by memory and by Spark."""
    places = [Place(tmp_path_factory.mktemp(name)) for name in ("memory", "spark")]
    histories = [History(place) for place in places]
    for history in histories:
        for name, world in zip((0, 6, 7), WORLDS, strict=False):
            history.write(name, world)
    places[0].run(settings=histories[0].settings)
    run_on_spark(places[1], settings=histories[1].settings)
    return histories


def test_the_warehouse_that_spark_derives_is_that_of_memory_table_by_table(histories):
    memory, spark = (history.place for history in histories)
    assert_published_alike(memory, spark)
    assert_shown_alike(spark)
    assert memory.ask("SELECT count(*) FROM hot_buckets")[0][0] > 5
    assert memory.ask("SELECT count(*) FROM duplicate_pairs WHERE rule = 'bridge'")[0][0]


def test_dumps_change_and_people_decide_and_either_engine_goes_on_where_the_other_stopped(histories):
    memory, spark = (history.place for history in histories)
    settings = histories[0].settings
    for history in histories:
        history.write(0, WORLDS[3])
        history.write(1, WORLDS[4])
        with Store(history.place.store) as store:
            withdraw(store, ["7.jsonl"])
            ids = sorted(set(store.connection.sql("SELECT document_id FROM records").pl()["document_id"]))
            for left, right, decision in ((0, 5, "must_link"), (1, 7, "cannot_link"), (2, 9, "must_link")):
                with contextlib.suppress(DecisionError):
                    decide(store, ids[left], ids[right], decision, "a test")
    memory.run(settings=settings)
    run_on_spark(spark, settings=settings)
    assert_published_alike(memory, spark)
    for history in histories:
        history.write(2, WORLDS[0])
        history.place.run(settings=settings)
    assert_published_alike(memory, spark)


@pytest.mark.usefixtures("session")
def test_spark_makes_of_the_real_dumps_what_memory_makes_and_of_the_sample_where_they_are_not(tmp_path):
    paths = sorted((SHARED / "dumps").glob("*.txt")) or sorted((ROOT / "sample_dumps").glob("*.txt"))
    for name in ("memory", "spark"):
        (tmp_path / name).mkdir()
    local, spark = Place(tmp_path / "memory"), Place(tmp_path / "spark")
    local.run(*paths)
    run_on_spark(spark, *paths, settings=Settings())
    assert_published_alike(local, spark)


def test_a_master_that_does_not_answer_is_named_with_the_remedy(tmp_path):
    pytest.importorskip("pyspark")
    from pipeline.spark.session import SparkError, connect

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        master = f"spark://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SparkError, match=f"{master}: expected a Spark master to answer.*--master"):
            connect(master, tmp_path)


@pytest.mark.parametrize("shape", ["path", "star", "random"])
def test_components_are_those_of_networkx(session, shape):
    from pipeline.spark.components import components
    from pipeline.spark.stages import create

    rng = random.Random(3)
    names = [f"{rng.randrange(1 << 128):032x}" for _ in range(120)]
    graph = {
        "path": networkx.path_graph(20),
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


def test_a_worker_runs_the_shipped_code_and_compiles_it_for_many_documents(session):
    from pipeline.spark import kernels
    from pipeline.spark.stages import create

    def probe(batches):
        import sys

        import pyarrow as pa

        for keys in kernels.key_batches(batches, Settings()):
            told = [
                kernels.__file__,
                str("pipeline.shingling.kernel" in sys.modules),
                str(sum(keys["key"].to_pylist())),
            ]
            yield pa.RecordBatch.from_arrays([pa.array([text]) for text in told], names=["file", "compiled", "sum"])

    texts = [f"word{n} word{n + 1} the same in every text" for n in range(MANY_TEXTS)]
    told = {**dict.fromkeys(kernels.DOCUMENT_SCHEMA), "title_text": "", "abstract_text": texts}
    ids = {"document_id": [f"{n:032x}" for n in range(MANY_TEXTS)]}
    documents = pl.DataFrame(told | ids, schema=kernels.DOCUMENT_SCHEMA)
    asked = create(session, documents, kernels.DOCUMENT_SCHEMA).coalesce(1)
    (row,) = asked.mapInArrow(probe, "file string, compiled string, sum string").collect()
    assert "papersieve_kernels.zip" in row["file"]
    assert row["compiled"] == "True"
    numbered = documents.with_row_index("document_no").with_columns(pl.col("document_no").cast(pl.Int64))
    assert int(row["sum"]) == sum(block_keys(numbered, Settings())["key"].to_list())


def test_what_is_shipped_to_workers_can_be_imported_from_there(tmp_path):
    from pipeline.spark.session import pack

    packed = pack(tmp_path / "packed.zip")
    code = f"import sys; sys.path.insert(0, {str(packed)!r}); import pipeline.spark.kernels as k; print(k.__file__)"
    asked = [sys.executable, "-W", "ignore", "-I", "-c", code]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.startswith(str(packed))


@pytest.mark.parametrize(("told", "found"), [(None, "found none"), ("11.0.2", "found 11"), ("1.8.0_302", "found 8")])
def test_another_java_is_named_with_the_remedy(tmp_path, monkeypatch, told, found):
    pytest.importorskip("pyspark")
    from pipeline.spark.session import SparkError, connect

    (tmp_path / "bin").mkdir()
    if told:
        java = tmp_path / "bin" / "java"
        java.write_text(f"#!/bin/sh\necho 'openjdk version \"{told}\"' >&2\n")
        java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SparkError, match=f"expected Java 17 or newer.*{found}"):
        connect("local[1]", tmp_path)
