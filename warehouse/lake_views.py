"""A lake as a DuckDB file of views over its newest version: what is too large to be loaded is asked where it lies."""

import os
from pathlib import Path

import duckdb
import polars as pl

from pipeline.errors import PapersieveError
from pipeline.spark.manifest import LakeError, Manifest
from warehouse.store import statement_sql


def lake_views(lake: Path, target: Path) -> int:
    """Write the file, which must not exist yet, and return the number of the version that it shows.

    The views last as long as the version does: `keep_versions` later ones. Raises LakeError where the folder holds no
    version, PapersieveError where the file exists.
    """
    if target.exists():
        raise PapersieveError(f"{target}: expected no file there yet, found one. Name another.")
    names = sorted(f for f in (lake / "manifests").glob("*.json"))
    manifest = Manifest.of_json(names[-1].read_text(encoding="utf-8"), str(names[-1])) if names else Manifest()
    if not manifest.versions:
        raise LakeError(f"{lake}: expected a lake with a version, found none. `papersieve run --engine spark --lake {lake} …` makes one.")  # fmt: skip
    version = manifest.versions[-1]
    places = {"version": lake.absolute() / version.folder, "records": lake.absolute() / version.segments["records"]}
    sql = statement_sql("lake_views").format(**{name: str(path).replace("'", "''") for name, path in places.items()})
    dumps = pl.DataFrame(list(version.dumps.items()), schema={"dump_id": pl.String, "dump_no": pl.Int64}, orient="row")
    building = target.with_name(f".{target.name}.{os.getpid()}.building")
    try:
        with duckdb.connect(building) as con:
            con.register("living_dumps", dumps)
            con.execute(sql)
        os.replace(building, target)
    finally:
        building.unlink(missing_ok=True)
    return version.number
