"""Withdrawal of dumps: the next refresh removes what only they contributed."""

import os
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from papersieve.pipeline.errors import StoreError
from papersieve.pipeline.extract.places.address import is_elsewhere, location_of
from papersieve.pipeline.suggestions import did_you_mean
from papersieve.warehouse.store.dump_batch import DumpBatch, strings
from papersieve.warehouse.store.store import Store

#: The number of dumps that a message names; the others are counted.
_CANDIDATES = 10


def withdraw(store: Store, names: Iterable[str], *, is_remembered: bool = True) -> pl.DataFrame:
    """Withdraw dumps. Returns one row per withdrawn place: dump_id, location, name, records, other_places.

    other_places: how many places still have the dump. A name is a location, which means only that place; or the id of a
    dump (its first six characters are enough) or a file name, which mean the dump at all its places. is_remembered:
    whether later runs skip a dump that has lost all its places if they find it in a folder. Raises StoreError, and
    changes nothing, if a name means no dump or several. A name may also mean places that could not be read, which are
    then no longer listed: their rows have no dump_id.
    """
    names = list(names)
    unread = {name: found for name in names if (found := _unread_places(store, name))}
    forgotten = sorted({place for found in unread.values() for place in found})
    places = named_dumps(store, [name for name in names if name not in unread], "withdrawn")
    places = places.with_columns(pl.col("other_places") + 1 - pl.len().over("dump_id").cast(pl.Int64))
    batch = DumpBatch()
    batch.actions += [("withdraw", dump_id, location) for dump_id, location, *_ in places.iter_rows()]
    batch.actions += [("mend", None, place) for place in forgotten]
    with store.transaction():
        if is_remembered:
            store.execute("withdraw_dumps", withdrawn=places.filter(other_places=0).select("dump_id").unique())
        batch.change_dumps(store)
    rows = [(None, place, place.rpartition("/")[2], 0, 0) for place in forgotten]
    return pl.concat([places, pl.DataFrame(rows, places.schema, orient="row")])


def _unread_places(store: Store, name: str) -> list[str]:
    """The places that could not be read and that a name means: its location or its file name; none if dumps have it."""
    said = {name, _as_location(name)}
    if said & {*store.query("known_dumps")["location"], *store.query("names_of_dumps")["name"]}:
        return []
    unread = store.query("unreadable_dumps")["location"]
    return [place for place in unread if said & {place, place.rpartition("/")[2]}]


def named_dumps(store: Store, names: Iterable[str], done: str) -> pl.DataFrame:
    """The places that names mean, as for `withdraw`: dump_id, location, name, records, other_places. Raises StoreError.

    other_places: all other places of the dump. done: what the caller does with the dumps, for the error message.
    """
    wanted = list(dict.fromkeys(os.fsencode(name).decode("utf-8", "backslashreplace") for name in names))
    frame = strings([(name, _as_location(name)) for name in wanted], "name", "location")
    found = store.query("dumps_named", wanted=frame)
    _refuse_unclear(store, wanted, found, done)
    return found.drop("wanted", "is_named").unique("location").sort("location")


def _as_location(name: str) -> str:
    """The location of a path as the store writes it; empty for an address elsewhere."""
    return "" if is_elsewhere(name) else location_of(Path(name))


def _refuse_unclear(store: Store, wanted: list[str], found: pl.DataFrame, done: str) -> None:
    """Raise StoreError if a name means no dump or several."""
    for name in wanted:
        meant = found.filter(pl.col("wanted") == name)
        if meant.is_empty():
            near = did_you_mean(name, store.query("names_of_dumps")["name"])
            raise StoreError(
                f"{store.path}: holds no dump of the name {name!r}.{near} Expected an id (or its first six characters), a location "
                f"or a file name, as `papersieve query 'FROM dumps'` shows them. Nothing was {done}."
            )
        if (count := meant["dump_id"].n_unique()) > 1:
            dumps = meant.filter(pl.col("is_named")).select("dump_id", "location").unique("dump_id").sort("location")
            rows = dumps.head(_CANDIDATES).iter_rows()
            shown_dumps = "; ".join(f"{dump_id} {location}" for dump_id, location in rows)
            more = f"; and {count - _CANDIDATES:,} more" if count > _CANDIDATES else ""
            raise StoreError(
                f"{store.path}: {name!r} means {count:,} dumps: {shown_dumps}{more}. Give a whole id or a location. "
                f"Nothing was {done}."
            )
