"""The size of batches: limited by bytes if records are long."""

import json

import pytest

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_parts
from papersieve.pipeline.progress import silent
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.settings import Operation, Settings
from papersieve.warehouse.store.engine import fitted
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.store import Store


@pytest.mark.parametrize(
    ("chars", "wanted", "documents"),
    [(400, 100_000, 100_000), (2_000, 100_000, 32_000), (2_000, 10, 10), (40_000, 100_000, 5_000), (0, 7, 7)],
)
def test_a_batch_has_fewer_documents_where_their_dumps_are_large(tmp_path, chars, wanted, documents):
    lines = [json.dumps({"title": f"The title of paper {n}", "abstract": f"{n} " + "x" * chars}) for n in range(20)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines) if chars else "", encoding="utf-8")
    with Store(tmp_path / "store.duckdb") as store:
        ingest(store, [tmp_path / "a.jsonl"], silent)
        found = fitted(store, Settings(operation=Operation(batch_documents=wanted))).operation
    assert found.batch_documents == pytest.approx(documents, rel=0.05)


def test_a_batch_has_fewer_documents_where_settings_give_little_memory(tmp_path):
    lines = [json.dumps({"title": f"The title of paper {n}", "abstract": f"{n} " + "x" * 2_000}) for n in range(20)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for limit, documents in (("1GB", 15_300), ("8GB", 32_000), ("100MB", 5_000)):
        given = Settings(operation=Operation(batch_documents=100_000, memory_limit=limit))
        with Store(tmp_path / f"{limit}.duckdb", given) as store:
            ingest(store, [tmp_path / "a.jsonl"], silent)
            assert fitted(store, given).operation.batch_documents == pytest.approx(documents, rel=0.05)


def test_a_part_of_a_dump_holds_fewer_entries_where_they_are_long(tmp_path):
    lines = [json.dumps({"title": f"The title of paper {n}", "abstract": f"{n}" * 900_000}) for n in range(1, 10)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines * 3), encoding="utf-8")
    sizes = [part.records.height for part in extract_parts(read_dump(tmp_path / "a.jsonl"), Reading())]
    assert sum(sizes) == 27
    assert len(sizes) == 2
