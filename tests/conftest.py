"""Fixtures that several rooms share."""

import gc
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from papersieve.pipeline.settings import Settings
from papersieve.warehouse.run import run
from tests.support.checkout import SHARED
from tests.support.sample import make_sample

settings.register_profile("random", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
# The same examples each time, so a change that breaks nothing fails nowhere, and few of them. `make soak` looks
# further.
settings.register_profile("papersieve", settings.get_profile("random"), derandomize=True, max_examples=20)
settings.load_profile("papersieve")


def pytest_collection_finish() -> None:
    """Leave what all tests imported out of every later collection of garbage, and collect seldom: 8 % of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_unconfigure() -> None:
    """Let the end of the process find it, or DuckDB's library tells of each object that is left.

    Hypothesis leaves a function among those that a collection calls, and with it every module that it knows.
    """
    gc.callbacks.clear()
    gc.unfreeze()


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the real dumps are not beside this checkout (../shared)")
    return SHARED


@pytest.fixture(scope="session")
def sample():
    return make_sample(papers=60)


@pytest.fixture
def sample_folder(sample, tmp_path) -> Path:
    folder = tmp_path / "dumps"
    folder.mkdir()
    for name, text in sample.dumps.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def sample_warehouse(tmp_path_factory) -> Path:
    """Return a published warehouse of a small sample; copy it before changing it."""
    folder = tmp_path_factory.mktemp("sample")
    for name, text in make_sample(papers=40).dumps.items():
        (folder / name).write_text(text, encoding="utf-8")
    run([folder], store=folder / "_store.duckdb", warehouse=folder / "_papers.duckdb", settings=Settings())
    return folder / "_papers.duckdb"


@pytest.fixture(scope="session")
def session(tmp_path_factory):
    """Return a Spark session on two cores, one for all tests: starting it takes 8 s."""
    pytest.importorskip("pyspark", reason="PySpark is not installed (pip install 'papersieve[spark]')")
    if not shutil.which("java"):
        pytest.skip("Java is not installed")
    from papersieve.pipeline.spark.session import connect

    folder = tmp_path_factory.mktemp("spark")
    config = {
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": f"-Djava.io.tmpdir={folder} -XX:TieredStopAtLevel=1",
        "spark.sql.shuffle.partitions": "2",
        # What costs more than it saves where tables are small: half of the time of a job.
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.log.level": "ERROR",
    }
    session = connect("local[2]", config)
    session.sparkContext.setCheckpointDir(str(folder / "checkpoints"))
    yield session
    session.stop()
