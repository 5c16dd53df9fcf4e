"""Spark against the engine in memory, and against what the warehouse publishes of the same dumps."""

import contextlib
import random
import subprocess
import sys

import duckdb
import networkx
import polars as pl
import pytest

from checks.schemas import CONTRACTS
from pipeline.dedup.blocks import block_keys
from pipeline.engines.local import DECISION_SCHEMA, Derived, derive
from pipeline.normalise import MANY_TEXTS
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


def stored(store: Store) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records of a store as engines take them, and what people decided."""
    columns = ", ".join(CONTRACTS["records"].columns)
    records = store.connection.sql(f"SELECT {columns}, dump_no FROM records JOIN dumps USING (dump_id)").pl()
    return records, store.query("decisions").select(*DECISION_SCHEMA)


def on_spark(session, folder, records: pl.DataFrame, settings: Settings, decisions: pl.DataFrame, **more) -> dict:
    from pipeline.engines.lake import Lake

    shuffled = records.sample(fraction=1, shuffle=True, seed=1)
    with Lake(session, str(folder / "lake"), settings) as lake:
        lake.add(shuffled.drop("dump_no"))
        assert lake.refresh(dict(shuffled.select("dump_id", "dump_no").unique().iter_rows()), decisions, **more)
        return {name: pl.from_arrow(lake.table(name).toArrow()) for name in Derived._fields}


def assert_equal(found: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame]) -> None:
    for name, frame in expected.items():
        assert sorted(map(repr, found[name].select(frame.columns).iter_rows())) == sorted(
            map(repr, frame.iter_rows())
        ), name


def test_spark_makes_what_memory_and_the_warehouse_make_whatever_was_decided(session, tmp_path):
    """A world of copies, cuts, chains and identifiers in buckets of three, hot ones among them."""
    history, rng = History(Place(tmp_path)), random.Random(5)
    for name in range(5):
        history.write(name, [(rng.randrange(12), rng.randrange(10)) for _ in range(25)])
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
    from pipeline.engines import kernels
    from pipeline.engines.spark import create

    def probe(batches):
        import sys

        import pyarrow as pa

        for keys in kernels.key_batches(batches, Settings()):
            told = [kernels.__file__, str("pipeline.dedup.kernel" in sys.modules), str(sum(keys["key"].to_pylist()))]
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
