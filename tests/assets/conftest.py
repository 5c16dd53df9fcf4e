"""Fixtures of the tests of Dagster assets: an instance, and the definitions on temporary places."""

import sys
from pathlib import Path

import dagster as dg
import pytest

from papersieve.pipeline.progress import silent
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.run import run
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.update import derive
from tests.support.house import House


@pytest.fixture
def without_pictures(monkeypatch) -> None:
    """Act as if the extra `plots` were missing, because pictures take a third of a run. test_job.py tests them."""
    for module in ("matplotlib.backends.backend_agg", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, module, None)


@pytest.fixture
def house(tmp_path, without_pictures):
    with dg.DagsterInstance.ephemeral() as instance:
        yield House(tmp_path, instance)


@pytest.fixture(scope="session")
def half_done(sample, tmp_path_factory) -> Path:
    """A folder whose store is up to date, and whose warehouse is older: publishing is pending."""
    folder = tmp_path_factory.mktemp("half_done")
    (folder / "dumps").mkdir()
    for name, text in sample.dumps.items():
        (folder / "dumps" / name).write_text(text, encoding="utf-8")
    dumps = sorted((folder / "dumps").iterdir())
    run(dumps[:-1], store=folder / "store.duckdb", warehouse=folder / "papers.duckdb", settings=Settings())
    with Store(folder / "store.duckdb") as store:
        ingest(store, dumps, silent)
        derive(store, Settings())
    return folder


@pytest.fixture
def yesterday(half_done, house) -> House:
    """A copy of `half_done` that may be damaged. Its dumps stay where they are, so that ingestion finds nothing new."""
    return house.copy_of(half_done)
