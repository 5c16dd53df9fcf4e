"""The engine on Spark: the published warehouse, the code that workers run, components, refusals."""

import contextlib
import random
import socket
import subprocess
import sys

import networkx
import polars as pl
import pytest

from papersieve.pipeline.refresh import read_documents
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.shingling.match_texts import MANY_TEXTS
from papersieve.warehouse.decisions.decisions import DecisionError
from papersieve.warehouse.run import run
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.withdraw import withdraw
from tests.support.checkout import ROOT, SHARED
from tests.support.decided import decide
from tests.support.history import SETTINGS, History, told_history
from tests.support.store_places import Place, published_tables

pytestmark = [
    pytest.mark.spark,
    # Spark's own warnings, about newer releases of Python and unclosed sockets, which can't be fixed here.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def run_on_spark(place: Place, *paths, settings: Settings) -> None:
    from papersieve.warehouse.store.spark_engine import SparkEngine

    with SparkEngine(str(place.folder / "spark"), "local[2]") as engine:
        run(paths or [place.dumps], store=place.store, warehouse=place.warehouse, settings=settings, engine=engine)


def assert_published_alike(place: Place, other: Place) -> None:
    expected, found = (
        {name: [row.replace(str(p.folder), "") for row in rows] for name, rows in published_tables(p.warehouse).items()}
        for p in (place, other)
    )
    assert found.keys() == expected.keys()
    for name in expected.keys() - {"decisions"}:  # they contain times
        assert found[name] == expected[name], name
    assert told_history(other.warehouse) == told_history(place.warehouse)


#: The dumps that a history begins with, and two later ones: (paper, variant) of each entry.
WORLDS = [[(rng.randrange(12), rng.randrange(10)) for _ in range(25)] for rng in map(random.Random, range(5, 10))]


@pytest.fixture(scope="module")
def histories(session, tmp_path_factory) -> list[History]:
    """Histories with copies, cut abstracts, chains and identifiers in buckets of three: one in memory, one on Spark."""
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
            ids = sorted(set(store._connection.sql("SELECT document_id FROM records").pl()["document_id"]))
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
    memory.run(settings=SETTINGS[2])
    run_on_spark(spark, settings=SETTINGS[2])
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


def test_a_master_that_does_not_answer_is_named_with_the_remedy():
    pytest.importorskip("pyspark")
    from papersieve.pipeline.spark.session import SparkError, connect

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        master = f"spark://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SparkError, match=f"{master}: expected a Spark master to answer.*--master"):
            connect(master)


@pytest.mark.parametrize("shape", ["path", "star", "random"])
def test_components_are_those_of_networkx(session, shape):
    from papersieve.pipeline.spark.bulk import create, label

    rng = random.Random(3)
    names = [f"{rng.randrange(1 << 128):032x}" for _ in range(120)]
    graph = {
        "path": networkx.path_graph(20),
        "star": networkx.star_graph(100),
        "random": networkx.gnm_random_graph(120, 80, seed=4),
    }[shape]
    edges = [(names[one], names[other]) for one, other in graph.edges]
    schema = {"left_document_id": pl.String, "right_document_id": pl.String}
    found = label(create(session, pl.DataFrame(edges, schema=schema, orient="row"), schema))
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
    from papersieve.pipeline.spark import arrow_steps
    from papersieve.pipeline.spark.bulk import create

    def probe(batches):
        import sys

        import pyarrow as pa

        from papersieve.pipeline.matching.model import load_model

        load_model()  # its weights must be in the zip file
        for documents in arrow_steps.document_batches(batches, Settings()):
            keys = sum(key["key"] for keys in documents["keys"].to_pylist() for key in keys)
            told = [arrow_steps.__file__, str("papersieve.pipeline.shingling.kernel" in sys.modules), str(keys)]
            yield pa.RecordBatch.from_arrays([pa.array([text]) for text in told], names=["file", "compiled", "sum"])

    said = {
        "dump": "d",
        "document_id": [f"{n:032x}" for n in range(MANY_TEXTS)],
        "title": "",
        "abstract": [f"word{n} word{n + 1} the same in every text" for n in range(MANY_TEXTS)],
    }
    records = pl.DataFrame(said)
    asked = create(session, records, dict.fromkeys(said, pl.String)).coalesce(1)
    (row,) = asked.mapInArrow(probe, "file string, compiled string, sum string").collect()
    assert "papersieve_packages.zip" in row["file"]
    assert row["compiled"] == "True"
    documents, keys = read_documents(records.with_row_index("document_no").cast({"document_no": pl.Int64}), Settings())
    assert documents.height == MANY_TEXTS
    assert int(row["sum"]) == sum(keys["key"].to_list())


def test_what_is_shipped_to_workers_can_be_imported_from_there(tmp_path):
    from papersieve.pipeline.spark.session import pack

    packed = pack(tmp_path / "packed.zip")
    code = f"import sys; sys.path.insert(0, {str(packed)!r}); import papersieve.pipeline.spark.arrow_steps as k; print(k.__file__)"
    asked = [sys.executable, "-W", "ignore", "-I", "-c", code]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.startswith(str(packed))


@pytest.mark.parametrize(("told", "found"), [(None, "found none"), ("11.0.2", "found 11"), ("1.8.0_302", "found 8")])
def test_another_java_is_named_with_the_remedy(tmp_path, monkeypatch, told, found):
    pytest.importorskip("pyspark")
    from papersieve.pipeline.spark.session import SparkError, connect

    (tmp_path / "bin").mkdir()
    if told:
        java = tmp_path / "bin" / "java"
        java.write_text(f"#!/bin/sh\necho 'openjdk version \"{told}\"' >&2\n")
        java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SparkError, match=f"expected Java 17 or newer.*{found}"):
        connect("local[1]")
