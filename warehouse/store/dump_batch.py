"""Batches of added, changed and removed dumps: what one transaction writes about them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from papersieve.checks.contracts import CONTRACTS, DUMPS
from papersieve.checks.quarantine import notices_of, require
from papersieve.checks.record_columns import RECORDS
from papersieve.checks.rules import Contract
from papersieve.pipeline.extract.read import Extraction
from papersieve.pipeline.extract.read_normalised import Read, Whole, split_extraction, together
from papersieve.pipeline.records import raw_records, split_records
from papersieve.warehouse.store.store import Store

#: A batch with this many records, or this many actions on dumps, is written. A large dump is written in parts, in a
#: transaction of its own.
BATCH_RECORDS, BATCH_DUMPS = 20_000, 2_000

_LABELS = {"dump_id": pl.String, "source": pl.String, "query": pl.String, "searched_on": pl.Date, "phase": pl.String}


@dataclass
class DumpBatch:
    """The changes of one transaction."""

    dumps: list[tuple[Any, ...]] = field(default_factory=list)
    wholes: list[Whole] = field(default_factory=list)
    placed: list[tuple[str, str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str, str, str]] = field(default_factory=list)
    actions: list[tuple[str, str | None, str]] = field(default_factory=list)
    labels: list[tuple[str, str | None, str | None, dt.date | None, str | None]] = field(default_factory=list)

    entries: int = 0

    @property
    def is_full(self) -> bool:
        """Whether the batch is large enough for a transaction."""
        return self.entries >= BATCH_RECORDS or len(self.actions) >= BATCH_DUMPS

    def hold(self, whole: Whole) -> None:
        """Add a dump that was read whole."""
        self.entries += whole.entries
        self.wholes.append(whole)
        self.dumps.append(whole.dump)

    def write(self, store: Store) -> None:
        """Write the dumps and all other changes, inside the caller's transaction."""
        if self.wholes:
            write_part(store, together(self.wholes))
        self.change_dumps(store)

    def change_dumps(self, store: Store) -> None:
        """Update the ledger, the dumps and their locations, inside the caller's transaction."""
        new = _held("dumps", pl.DataFrame(self.dumps, schema=DUMPS.schema, orient="row"))
        freed = {dump_id for action, dump_id, _ in self.actions if action == "withdraw"}
        store.execute(
            "change_dumps",
            placed_dumps=strings(self.placed, "location", "name", "dump_id"),
            unreadable=strings(self.unreadable, "location", "name", "reason_code", "message"),
            actions=strings(self.actions, "action", "dump_id", "location").with_row_index("place"),
            labels=pl.DataFrame(self.labels, schema=_LABELS, orient="row"),
            new_dumps=new.with_row_index("place", offset=1),
        )
        if freed:
            store.execute("drop_gone_dumps", freed=strings([(dump_id,) for dump_id in freed], "dump_id"))


def write_part(store: Store, part: Extraction, contract: Contract = RECORDS) -> None:
    """Check and write the records and lines of a part of a dump, or of several dumps. contract: that of records."""
    read = part if isinstance(part, Read) else split_extraction(part)
    store.execute(
        "add_lines",
        new_spans=_held("line_spans", part.line_spans),
        new_rejected=_held("rejected_lines", part.rejected_lines),
        new_notices=_held("notices", part.notices, notices_of(read.records, contract)),
        new_records=read.records,
        new_quarantined=read.quarantined,
    )


def strings(rows: Sequence[tuple[str | None, ...]], *columns: str) -> pl.DataFrame:
    """A frame of texts, which may have no rows."""
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _held(contract: str, *frames: pl.DataFrame) -> pl.DataFrame:
    """The frames as rows of one table. Raises StructureError if they break its contract."""
    return require(pl.concat([CONTRACTS[contract].empty(), *frames], how="diagonal"), CONTRACTS[contract])


def renormalise(store: Store, contract: Contract = RECORDS) -> None:
    """Normalise all records again from their raw texts and split them by contract, inside the caller's transaction."""
    sizes = store.query("dump_sizes").with_columns(part=pl.col("records").cum_sum() // BATCH_RECORDS)
    for part in sizes.partition_by("part", maintain_order=True):
        chosen = part.select("dump_id")
        records = raw_records(store.query("records_of_dumps", chosen=chosen))
        good, quarantined = split_records(records, contract=contract)
        store.execute(
            "replace_records",
            chosen=chosen,
            new_records=good,
            new_quarantined=quarantined,
            new_notices=notices_of(good, contract),
            rule_codes=pl.DataFrame({"code": [rule.code for rule in contract.every_rule()]}),
        )
