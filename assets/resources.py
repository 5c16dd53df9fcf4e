"""Where the dumps, the store and the warehouse are, for every asset, check and sensor."""

from collections.abc import Mapping
from pathlib import Path

import dagster as dg
from pydantic import Field

from pipeline.settings import Settings, load_settings
from warehouse.places import resolve_places
from warehouse.store import Store

#: The repository: paths are derived from it, because Dagster runs in whatever folder it was started in.
ROOT = Path(__file__).resolve().parents[1]


class Papersieve(dg.ConfigurableResource):
    """One dump folder, the store that it feeds and the warehouse published from it, as absolute paths."""

    dump_folder: str = Field(description="folder of dumps; its files, and those below it, are taken in")
    store: str = Field(description="working store, a DuckDB file with one writer")
    warehouse: str = Field(description="published warehouse, a DuckDB file with many readers")
    settings_file: str | None = Field(None, description="TOML file of settings; none gives the defaults")

    def open_store(self) -> Store:
        """Open the store, to be used as a context manager: an open store keeps every other process out."""
        return Store(Path(self.store))

    def settings(self) -> Settings:
        """Settings as the file says now; raises SettingsError with every problem of it."""
        return load_settings(Path(self.settings_file) if self.settings_file else None)


def default_places(environ: Mapping[str, str]) -> dict[str, str | None]:
    """Fields of `Papersieve` as the environment names them, by the command line's rules.

    PAPERSIEVE_DUMPS, PAPERSIEVE_STORE, PAPERSIEVE_WAREHOUSE and PAPERSIEVE_SETTINGS; where only one of store
    and warehouse is named the other lies beside it; what is not named lies in the repository's `data/`.
    """
    named = {
        key: Path(value).expanduser().absolute()
        for key, value in environ.items()
        if value and key.startswith("PAPERSIEVE_")
    }
    store, warehouse = resolve_places(named.get("PAPERSIEVE_STORE"), named.get("PAPERSIEVE_WAREHOUSE"))
    settings_file = named.get("PAPERSIEVE_SETTINGS")
    return {
        "dump_folder": str(named.get("PAPERSIEVE_DUMPS", ROOT / "data" / "dumps")),
        "store": str(ROOT / store),
        "warehouse": str(ROOT / warehouse),
        "settings_file": str(settings_file) if settings_file else None,
    }
