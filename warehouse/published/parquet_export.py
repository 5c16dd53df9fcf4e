"""Everything published, as Parquet for tools without DuckDB; a manifest, replaced last, lists a complete version."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.extract.places.address import Place
from papersieve.warehouse.files import digest_of
from papersieve.warehouse.published.export_place import MANIFEST, TABLES, VERSIONS, ExportPlace, export_place
from papersieve.warehouse.published.reader import open_warehouse, refuse_missing
from papersieve.warehouse.sql import ask, execute

#: Tables that readers rarely want as a whole, with one folder per year of publication.
BY_YEAR = ("papers", "records")

#: Paths of files that an export of this or an earlier release wrote: no other file is ever removed.
_OURS = re.compile(
    rf"({TABLES}/\w+/(published_year=\w+/)?[0-9a-f]{{32}}|{VERSIONS}/\w+/(published_year=\w+/)?data_\d+)\.parquet"
)

#: The folder for rows without a date, as Hive names it.
_NO_YEAR = "published_year=__HIVE_DEFAULT_PARTITION__"

#: A file in the manifest: path, rows, size_bytes, sha256.
File = dict[str, Any]


def export(warehouse: Path, place: Place, *, wait_seconds: float = 60) -> dict[str, Any]:
    """Write every published table and view below a place. Returns the manifest, with `exported`: whether this version
    was written now (false if it was there already), and `written` and `removed`: numbers of files.

    manifest: schema_version, revision, revision_id, fingerprint, published_at, exported_at, tables (name, comment,
    rows, partitioned_by, columns (name, type, comment), files (path below the place, rows, size_bytes, sha256)),
    before (files of the previous version that are not in this one, kept for its readers), unused (paths of files that
    belong to no version, from an export that was stopped or is running; the export of the next version removes them).

    Files are named by their content: unchanged files are not written again, and no file is ever changed. A reader who
    starts at the manifest sees one complete version, whatever happens in the meantime. Raises PapersieveError if the
    manifest there is not ours, or if the place can't be written to; BusyError if another export writes to the folder
    for longer than wait_seconds.
    """
    files = export_place(place)
    _read(files, place)  # before a folder is made
    refuse_missing(warehouse)
    with files.hold(wait_seconds):
        return _export(warehouse, files, place)


def _export(warehouse: Path, place: ExportPlace, name: Place) -> dict[str, Any]:
    before = _read(place, name)
    there = place.files()
    with place.scratch() as scratch, open_warehouse(warehouse, [scratch]) as con:
        facts = ask(con, "publication").row(0, named=True)
        same = ("schema_version", "revision_id", "fingerprint")
        if before and all(before[f] == facts[f] for f in same) and _whole(_files(before), there):
            return {**before, "exported": False, "written": 0, "removed": 0}
        known = _before(before) | _files(before)  # after a rollback, this version may be the previous one
        kept = {path: file for path, file in known.items() if _whole({path: file}, there)}
        tables = [_Table(con, scratch, place, kept).written(*row) for row in ask(con, "catalogue_tables").iter_rows()]
    exported_at = datetime.now(UTC).replace(tzinfo=None)
    manifest = {**facts, "exported_at": exported_at, "tables": tables}
    old = {path: file for path, file in sorted(_files(before).items()) if path not in _files(manifest)}
    manifest["before"] = list(old.values())
    there = place.files()
    if not _whole(_files(manifest), there):
        raise PapersieveError(
            f"{name}: a file that was written is gone: another export works there, too. Wait for it, and export again."
        )
    # Another export may have written files that no version lists yet; the next export decides about those.
    unused = {path for path in there if _OURS.fullmatch(path)} - _files(manifest).keys() - old.keys()
    removed = unused & {*_before(before), *(before or {}).get("unused", [])}
    manifest["unused"] = sorted(unused - removed)
    place.swap_manifest(json.dumps(manifest, ensure_ascii=False, indent=1, default=str).encode())
    place.remove(removed)
    written = len(_files(manifest).keys() - kept.keys())
    return {**manifest, "exported": True, "written": written, "removed": len(removed)}


def _read(place: ExportPlace, name: Place) -> dict[str, Any] | None:
    """The manifest; None if there is none. Raises PapersieveError if another tool wrote it."""
    if (text := place.read_manifest()) is None:
        return None
    try:
        found: dict[str, Any] = json.loads(text)
        if {"schema_version", "revision_id", "fingerprint", "before", "tables"} <= found.keys():
            return found
    except (ValueError, AttributeError):
        pass
    raise PapersieveError(
        f"{name}/{MANIFEST}: expected the manifest of an export, found another file. Export into another folder."
    )


def _files(manifest: dict[str, Any] | None) -> dict[str, File]:
    """The files of a version by their paths."""
    return {file["path"]: file for table in (manifest or {"tables": []})["tables"] for file in table["files"]}


def _before(manifest: dict[str, Any] | None) -> dict[str, File]:
    """The files of the previous version that are kept, by their paths."""
    told = manifest["before"] if manifest else []
    return {file["path"]: file for file in told if isinstance(file, dict)} if isinstance(told, list) else {}


def _whole(files: dict[str, File], there: dict[str, int]) -> bool:
    """Whether all these files exist in full size."""
    return all(there.get(path) == file["size_bytes"] for path, file in files.items())


class _Table:
    """Writes a table. kept: the existing files of the previous versions, by path."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, scratch: Path, place: ExportPlace, kept: dict[str, File]
    ) -> None:
        self._con, self._scratch, self._place, self._kept = con, scratch, place, kept

    def written(self, table: str, comment: str) -> dict[str, Any]:
        """Write what doesn't exist yet; returns the table's part of the manifest."""
        files = list(self._by_year(table)) if table in BY_YEAR else []
        files = files or [self._at_once(table)]
        columns = ask(self._con, "catalogue_columns").filter(table_name=table).iter_rows()
        said = [{"name": n, "type": kind.lower(), "comment": c} for _, n, kind, c in columns if not n.endswith("_uuid")]
        return {
            "name": table,
            "comment": comment,
            "rows": sum(file["rows"] for file in files),
            "partitioned_by": ["published_year"] if table in BY_YEAR else [],
            "columns": said,
            "files": files,
        }

    def _at_once(self, table: str) -> File:
        """Write one file. An empty table by year gets one too, which shows its columns."""
        aside = self._scratch / "data.parquet"
        execute(self._con, "export_table", table=table, path=str(aside))
        told = _described(aside)
        folder = f"{TABLES}/{table}/{_NO_YEAR}" if table in BY_YEAR else f"{TABLES}/{table}"
        return self._put(aside, f"{folder}/{told['sha256'][:32]}.parquet", told)

    def _by_year(self, table: str) -> Iterator[File]:
        """Write one file per year. Files are named by a hash of their rows, because their bytes differ each time."""
        found = ask(self._con, "export_years", table=table, engine=duckdb.__version__).iter_rows()
        years = {f"{TABLES}/{table}/published_year={year}/{content}.parquet": year for year, content in found}
        if missing := [year for path, year in years.items() if path not in self._kept]:
            execute(self._con, "export_by_year", table=table, years=missing, path=str(self._scratch / table))
        for path, year in years.items():
            if path in self._kept:
                yield self._kept[path]
            else:
                (aside,) = (self._scratch / table / f"published_year={year}").iterdir()
                yield self._put(aside, path, _described(aside))

    def _put(self, aside: Path, path: str, told: File) -> File:
        if path in self._kept:
            aside.unlink()
            return self._kept[path]
        self._place.put(aside, path)
        aside.unlink(missing_ok=True)
        return {"path": path, **told}


def _described(path: Path) -> File:
    rows = pq.ParquetFile(path).metadata.num_rows
    return {"rows": rows, "size_bytes": path.stat().st_size, "sha256": digest_of(path)}
