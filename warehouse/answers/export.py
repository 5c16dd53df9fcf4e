"""Parquet of everything published, for tools without DuckDB: a folder a version, and a manifest that is swapped last."""

import hashlib
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.answers.query import open_warehouse
from papersieve.warehouse.files import flush, flush_folder, rename_durably
from papersieve.warehouse.locks import hold
from papersieve.warehouse.published.link_for_reader import refuse_missing
from papersieve.warehouse.sql import ask, execute

MANIFEST = "manifest.json"

#: Tables that a reader rarely wants whole: a folder a year of publication.
BY_YEAR = ("papers", "records")

_WRITING = ".writing"


def export(warehouse: Path, folder: Path, *, wait_seconds: float = 60) -> dict[str, Any]:
    """Write every published table and view below the folder and return the manifest, with `exported`: whether
    anything was written (false where the folder holds this version already).

    manifest: schema_version, revision, revision_id, fingerprint, published_at, exported_at, folder (of this version,
    below the one given), before (of the version before, kept for who still reads it; or null), tables (name,
    comment, rows, partitioned_by, columns (name, type, comment), files (path below the folder given, rows,
    size_bytes, sha256)). A reader who starts at the manifest sees one whole version, whatever happens meanwhile;
    folders older than the one before are removed. Raises PapersieveError where the folder's manifest is not of ours,
    BusyError where another export writes into the folder for longer than wait_seconds.
    """
    read_manifest(folder)
    refuse_missing(warehouse)  # before a folder is made for it
    folder.mkdir(parents=True, exist_ok=True)
    with hold(folder / MANIFEST, "export", wait_seconds):
        return _export(warehouse, folder)


def _export(warehouse: Path, folder: Path) -> dict[str, Any]:
    before = read_manifest(folder)
    _sweep(folder)
    with open_warehouse(warehouse, [folder]) as con:
        facts = ask(con, "publication").row(0, named=True)
        name = f"version-{facts['revision']:09}-{_digest(facts)}"
        if before and before["folder"] == name and all((folder / f).exists() for f in _paths(before)):
            return {**before, "exported": False}
        building = folder / f"{name}.{os.getpid()}{_WRITING}"
        building.mkdir()
        try:
            tables = _write(con, building, name)
            shutil.rmtree(folder / name, ignore_errors=True)  # of an export whose files were taken away
            os.replace(building, folder / name)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    kept = before["folder"] if before and before["folder"] != name else None
    exported_at = datetime.now(UTC).replace(tzinfo=None)
    manifest = {**facts, "exported_at": exported_at, "folder": name, "before": kept, "tables": tables}
    _swap(folder, manifest)
    for old in folder.glob("version-*"):
        if old.name not in (name, kept) and not old.name.endswith(_WRITING):
            shutil.rmtree(old)
    return {**manifest, "exported": True}


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """None where there is none. Raises PapersieveError where it is another tool's."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if {"revision_id", "folder", "tables"} <= found.keys():
            return found
    except (ValueError, AttributeError):
        pass
    raise PapersieveError(
        f"{path}: expected the manifest of an export, found another file. Export into another folder."
    )


def _digest(facts: dict[str, Any]) -> str:
    """One version of a store can be published in two shapes, by two releases."""
    return hashlib.blake2b(f"{facts['revision_id']} {facts['fingerprint']}".encode(), digest_size=4).hexdigest()


def _paths(manifest: dict[str, Any]) -> list[str]:
    return [file["path"] for table in manifest["tables"] for file in table["files"]]


def _write(con: duckdb.DuckDBPyConnection, building: Path, name: str) -> list[dict[str, Any]]:
    comments = ask(con, "catalogue_tables")
    columns = ask(con, "catalogue_columns")
    tables = []
    for table, comment in comments.iter_rows():
        place = building / table
        if table in BY_YEAR:
            execute(con, "export_by_year", table=table, path=str(place))
        else:
            place.mkdir()
            execute(con, "export_table", table=table, path=str(place / "data_0.parquet"))
        files = [_file(path, building, name) for path in sorted(place.rglob("*.parquet"))]
        described = columns.filter(pl.col("table_name") == table, ~pl.col("column_name").str.ends_with("_uuid"))
        tables.append(
            {
                "name": table,
                "comment": comment,
                "rows": sum(file["rows"] for file in files),
                "partitioned_by": ["published_year"] if table in BY_YEAR else [],
                "columns": [
                    {"name": column, "type": kind.lower(), "comment": text}
                    for _, column, kind, text in described.iter_rows()
                ],
                "files": files,
            }
        )
    return tables


def _file(path: Path, building: Path, name: str) -> dict[str, Any]:
    flush(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "path": f"{name}/{path.relative_to(building).as_posix()}",
        "rows": pq.ParquetFile(path).metadata.num_rows,
        "size_bytes": path.stat().st_size,
        "sha256": digest,
    }


def _swap(folder: Path, manifest: dict[str, Any]) -> None:
    flush_folder(folder)
    written = folder / f"{MANIFEST}.{os.getpid()}{_WRITING}"
    written.write_text(json.dumps(manifest, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    rename_durably(written, folder / MANIFEST)


def _sweep(folder: Path) -> None:
    """Remove what killed exports left; the caller has the folder's lock."""
    for left in folder.glob(f"*{_WRITING}"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
