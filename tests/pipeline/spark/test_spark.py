"""The derivation on Spark, compared row by row with the one in memory, and what is kept between runs."""

import random

import polars as pl
import pytest

from papersieve.pipeline.derive import NO_DECISIONS, Derived, derive
from papersieve.pipeline.matching.overruling import DECISION_SCHEMA
from papersieve.pipeline.settings import Matching, Settings, Signing
from tests.support.history import dump_records

pytestmark = [
    pytest.mark.spark,
    # Spark's own warnings about newer Python releases and about unclosed sockets, which nothing here can fix.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def records() -> pl.DataFrame:
    """Records of a small world of copies, cuts, chains and citations, in four dumps, two of which list a title once."""
    rng = random.Random(11)
    lists = [[(paper, rng.choice([0, 2, 3, 4, 5, 6, 9])) for paper in range(60)] for _ in range(2)]
    worlds = [[(rng.randrange(60), rng.randrange(10)) for _ in range(60)] for _ in range(2)]
    entries = [[*lists[0], *((paper, 1) for paper in range(20))], lists[1], *worlds]
    dumps = [
        dump_records(f"{number:016x}" * 2, shown).with_columns(dump_no=pl.lit(number, pl.Int64))
        for number, shown in enumerate(entries, start=1)
    ]
    return pl.concat(dumps)


def decisions_on(records: pl.DataFrame, count: int) -> pl.DataFrame:
    """Decisions on disjoint pairs of documents, and one on a document that does not exist."""
    ids = records["document_id"].unique().sort().sample(2 * count, seed=3)
    said = [(*sorted(ids[n : n + 2]), ("must_link", "cannot_link")[n // 2 % 2]) for n in range(0, 2 * count, 2)]
    return pl.DataFrame([*said, (ids[0], "f" * 32, "must_link")], schema=DECISION_SCHEMA, orient="row")


def on_spark(session, records: pl.DataFrame, settings: Settings, decisions=NO_DECISIONS) -> Derived:
    from papersieve.pipeline.spark import arrow_steps
    from papersieve.pipeline.spark import bulk as spark

    schema = {**arrow_steps.RECORD_SCHEMA, "dump": pl.String, "dump_no": pl.Int64}
    given = spark.create(session, records.with_columns(dump="dump_id"), schema).repartition(3)
    found = spark.derive(given, spark.read_documents(given, settings), settings, decisions)
    return Derived(*(pl.from_arrow(frame.toArrow()) for frame in found))


def assert_alike(found: Derived, expected: Derived) -> None:
    for name, frame in expected._asdict().items():
        rows = [sorted(map(repr, f.select(frame.columns).iter_rows())) for f in (getattr(found, name), frame)]
        assert rows[0] == rows[1], name


@pytest.mark.parametrize("unit", ["work", "publication"])
def test_spark_derives_what_memory_does_with_decisions(session, records, unit):
    settings = Settings(
        unit=unit, matching=Matching(bucket_cap=8), signing=Signing(min_title_words=6)
    )  # so that a stock title is not a key
    decisions = decisions_on(records, 12)
    expected = derive(records, settings, decisions)
    assert {"bridge", "decision", "model"} <= set(expected.pairs["rule"])
    for column in ("title_years", "abstract_titles", "one_list", "authors", "volume", "pages", "doi", "arxiv_id"):
        assert expected.pairs[column].n_unique() > 1, column
    assert expected.pairs["one_list"].min() < 0 < expected.pairs["one_list"].max()
    assert expected.hot_buckets.height
    assert_alike(on_spark(session, records, settings, decisions), expected)


def test_a_run_makes_what_is_not_kept_and_leaves_nothing_else(session, records, tmp_path):
    from papersieve.pipeline.spark.bulk import TABLES
    from papersieve.pipeline.spark.kept_dumps import Run

    settings, parts = Settings(), records.with_columns(dump="dump_id").partition_by("dump", maintain_order=True)
    names = [part["dump"][0] for part in parts]
    with Run(session, str(tmp_path), settings) as run:
        assert run.missing(names) == names
        for part in parts[:2]:
            run.add(part.drop("dump_no"))
        kept = {path: path.stat().st_mtime_ns for path in run.documents(names[:2], tmp_path)}
        run.add(parts[0].drop("dump_no"))  # as another run may do in the meantime
    assert list((tmp_path / "runs").iterdir()) == []
    with Run(session, str(tmp_path), settings) as run:
        assert run.missing(names) == names[2:]
        run.add(parts[2].drop("dump_no"))
        assert kept.items() <= {path: path.stat().st_mtime_ns for path in run.documents(names[:3], tmp_path)}.items()
        living = pl.concat(parts[1:3])
        run.derive(living.select("dump", "dump_no").unique(), NO_DECISIONS)
        papers = pl.read_parquet(run.table("papers", tmp_path)).drop("lineage")
        expected = derive(living.drop("dump"), settings).papers
        assert sorted(map(repr, papers.iter_rows())) == sorted(map(repr, expected.iter_rows()))
        run.derive(living.select("dump", "dump_no").clear(), NO_DECISIONS)
        assert {pl.read_parquet(run.table(name, tmp_path)).height for name in TABLES} == {0}
    with Run(session, str(tmp_path), Settings(signing=Signing(bands=20))) as run:
        assert run.missing(names) == names
