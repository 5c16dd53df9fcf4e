"""Where the store and the warehouse are if the user names only one of them, or neither."""

from pathlib import Path

from papersieve.pipeline.errors import ArgumentError
from papersieve.warehouse.files import is_in_utf8, real_place

#: Relative to the current folder.
DEFAULT_STORE = Path("data/store.duckdb")
DEFAULT_WAREHOUSE = Path("data/papersieve.duckdb")


def resolve_places(store: Path | None, warehouse: Path | None) -> tuple[Path, Path]:
    """The store and the warehouse; if only one is given, the other is next to it, so that two projects never mix.

    If the given file has its default name, so has the other: `x/store.duckdb`, `x/papersieve.duckdb`. Links are
    followed, because a command that replaces a file would otherwise replace the link. Raises ArgumentError if both are
    the same file.
    """
    if store and not warehouse:
        warehouse = _beside(store, "warehouse", DEFAULT_STORE, DEFAULT_WAREHOUSE)
    elif warehouse and not store:
        store = _beside(warehouse, "store", DEFAULT_WAREHOUSE, DEFAULT_STORE)
    store, warehouse = real_place(store or DEFAULT_STORE), real_place(warehouse or DEFAULT_WAREHOUSE)
    for place in (store, warehouse):
        if not is_in_utf8(place):
            raise ArgumentError(
                f"{place.absolute()}: expected a path in UTF-8, found other bytes. Rename the folder or the file, or name "
                "another place with --store and --warehouse."
            )
    if store.resolve() == warehouse.resolve():
        raise ArgumentError(f"--store and --warehouse are the same file: {store}")
    return store, warehouse


def _beside(named: Path, kind: str, usual: Path, usual_other: Path) -> Path:
    """The other file of a project. A pair that an earlier version named `X.duckdb`, `X.KIND.duckdb` stays a pair."""
    own, shared = named.with_name(f"{named.stem}.{kind}.duckdb"), named.with_name(usual_other.name)
    its_own = shared.with_name(f"{shared.stem}.{'store' if kind == 'warehouse' else 'warehouse'}.duckdb")
    is_paired = own.exists() or its_own.exists()
    return shared if named.name == usual.name and not is_paired else own
