"""Access to the store from Dagster, shared by all assets that write to it."""

from typing import Any

import dagster as dg

from papersieve.assets.metadata import column_schema
from papersieve.assets.resources import Places
from papersieve.checks.contracts import CONTRACTS
from papersieve.pipeline.settings import Settings, fingerprint
from papersieve.warehouse.store.stage_states import DEPENDS_ON
from papersieve.warehouse.store.store import Store

#: The store and the warehouse have one writer, so the steps of all runs take turns. Each component has its own pool.
POOL = "warehouse"

OWNERS = ["team:papersieve"]

#: One group for all assets: with several groups, the lineage page shows collapsed boxes instead of assets and their
#: states. The tag `stage` names the part of the pipeline that an asset belongs to.
GROUP = "papersieve"


def version(store: Store, settings: Settings, stage: str | None = None) -> dg.DataVersion:
    """The version of a table's inputs. The same dumps and settings give the same version, so nothing looks stale."""
    dumps = store.value("store_version")
    return dg.DataVersion(f"{dumps}-{fingerprint(DEPENDS_ON[stage](settings))}" if stage else str(dumps))


def row_count(store: Store, table: str) -> dict[str, Any]:
    """The entry that the catalogue shows as the size of the table."""
    return {"dagster/row_count": store.count(table)}


def described(places: Places, asset: str, stage: str, table: str) -> dict[str, Any]:
    """The description of an asset that fills a table of the store, even if it has never been filled."""
    # Dagster links assets that have the same table name.
    name = ".".join(places.key(asset).path)
    shown = {"dagster/column_schema": column_schema(CONTRACTS[table]), "dagster/table_name": name}
    told = {"owners": OWNERS, "tags": {"stage": stage}, "metadata": shown}
    return {"group_name": places.key_prefix or GROUP, "kinds": {"polars", "duckdb"}, **told}
