"""The places that the environment names: the fields of `Papersieve` in this repository's own project."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from papersieve.warehouse.places import resolve_places

_HOME = Path(__file__).resolve().parents[1]

#: The folder of the default places: the repository, whatever folder Dagster is started in, or the current folder if
#: papersieve is installed.
ROOT = _HOME if (_HOME / "pyproject.toml").is_file() else Path.cwd()


def default_places(environ: Mapping[str, str]) -> dict[str, Any]:
    """Fields of `Papersieve` from the environment, by the rules of the command line.

    PAPERSIEVE_DUMPS, PAPERSIEVE_STORE, PAPERSIEVE_WAREHOUSE and PAPERSIEVE_SETTINGS name places. If only one of store
    and warehouse is named, the other is next to it; all other places are in the repository's `data/`.
    PAPERSIEVE_WITHDRAW_REMOVED=1, PAPERSIEVE_NOTIFY=PROGRAM, PAPERSIEVE_LAKE, PAPERSIEVE_MASTER, PAPERSIEVE_SCHEDULE,
    PAPERSIEVE_FETCH_SCHEDULE and PAPERSIEVE_TIMEZONE set the other fields.
    """
    named = {
        key: Path(value).expanduser().absolute()
        for key in ("PAPERSIEVE_DUMPS", "PAPERSIEVE_STORE", "PAPERSIEVE_WAREHOUSE", "PAPERSIEVE_SETTINGS")
        if (value := environ.get(key))
    }
    store, warehouse = resolve_places(named.get("PAPERSIEVE_STORE"), named.get("PAPERSIEVE_WAREHOUSE"))
    settings_file = named.get("PAPERSIEVE_SETTINGS")
    return {
        "dump_folder": str(named.get("PAPERSIEVE_DUMPS", ROOT / "data" / "dumps")),
        "store": str(ROOT / store),
        "warehouse": str(ROOT / warehouse),
        "settings_file": str(settings_file) if settings_file else None,
        "withdraw_removed": environ.get("PAPERSIEVE_WITHDRAW_REMOVED") == "1",
        "notify_command": environ.get("PAPERSIEVE_NOTIFY") or None,
        "lake": environ.get("PAPERSIEVE_LAKE") or None,
        "master": environ.get("PAPERSIEVE_MASTER") or "local[*]",
    } | {
        name: value
        for name in ("schedule", "fetch_schedule", "timezone")
        if (value := environ.get(f"PAPERSIEVE_{name.upper()}"))
    }
