"""Where store and warehouse are if neither, or only one of them, is named."""

from pathlib import Path

from papersieve.pipeline.errors import ArgumentError
from papersieve.warehouse.files import real_place

#: Below the current folder.
DEFAULT_STORE = Path("data/store.duckdb")
DEFAULT_WAREHOUSE = Path("data/papersieve.duckdb")


def resolve_places(store: Path | None, warehouse: Path | None) -> tuple[Path, Path]:
    """Store and warehouse; if only one is given, the other is beside it, so that two projects never mix.

    Links are followed here and only here: a command that replaces a file would otherwise replace the link. Raises
    ArgumentError if both are the same file.
    """
    if store and not warehouse:
        warehouse = store.with_name(f"{store.stem}.warehouse.duckdb")
    elif warehouse and not store:
        store = warehouse.with_name(f"{warehouse.stem}.store.duckdb")
    store, warehouse = real_place(store or DEFAULT_STORE), real_place(warehouse or DEFAULT_WAREHOUSE)
    if store.resolve() == warehouse.resolve():
        raise ArgumentError(f"--store and --warehouse are the same file: {store}")
    return store, warehouse
