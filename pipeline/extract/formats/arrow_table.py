"""Rows of Parquet files and of Arrow (Feather) files and streams; rows are counted, not lines."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.compression import without_quotes
from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.column_names import Mapped
from papersieve.pipeline.extract.shared.table_columns import entry_of, mapping

_PARQUET, _FILE, _STREAM = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"

#: Rows held in memory at a time.
_ROWS = 4_096


def recognises_parquet(head: Head) -> str | None:
    """The first bytes are Parquet's."""
    return "it starts with PAR1" if head.data.startswith(_PARQUET) else None


def recognises_arrow(head: Head) -> str | None:
    """The first bytes are those of an Arrow file or stream."""
    if head.data.startswith(_FILE):
        return "it starts with ARROW1"
    return "it starts as a stream of Arrow messages" if head.data.startswith(_STREAM) else None


def extract_parquet(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry per row."""
    import pyarrow.parquet as pq

    yield from _rows(dump, lambda stream: pq.ParquetFile(stream, pre_buffer=False).iter_batches(_ROWS))


def extract_arrow(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry per row."""
    import pyarrow as pa

    def batches(stream: Any) -> Iterator[Any]:
        with dump.open() as start:
            is_file = start.read(6) == _FILE
        if not is_file:
            yield from pa.ipc.open_stream(stream)
            return
        reader = pa.ipc.open_file(stream)
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)

    yield from _rows(dump, batches)


def _rows(dump: OpenDump, batches: Any) -> Iterator[Entry]:
    """The entries in batches of rows; raises DumpError if the file is damaged or has no rows."""
    import pyarrow as pa

    number = 0
    try:
        with dump.seekable() as stream:
            for number, (row, mapped) in enumerate(_mapped_rows(dump, batches(stream)), start=1):
                if entry := entry_of(row, mapped):
                    entry.line_start = entry.line_end = number
                    dump.ledger.claim(number, number)
                    yield entry
                elif any(value is not None for value in row.values()):
                    dump.ledger.reject(number, "no_entry", str(row))
                else:
                    dump.ledger.mark(number, Fate.BLANK)
    except DumpError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError, UnicodeDecodeError, MemoryError) as error:
        raise DumpError(
            "damaged",
            f"{dump.location}: expected a table that can be read, found: {without_quotes(error)}. Fetch it again.",
        ) from error
    if not number:
        raise DumpError("empty", f"{dump.location}: expected rows, found an empty table.")


def _mapped_rows(dump: OpenDump, batches: Iterator[Any]) -> Iterator[tuple[dict[str, Any], Mapped]]:
    """The wanted values of each row by column, with the mapping of the columns, which the first batch decides."""
    mapped = None
    for batch in batches:
        # Arrow trusts the offsets in the file: without this check, damaged ones crash the process.
        batch.validate(full=True)
        if mapped is None:
            mapped, said = mapping(batch.schema.names, dump.reading, _inner(batch.schema))
            dump.ledger.notice(1, "columns", said)
        wanted = _wanted(batch.schema, mapped, dump)
        for start in range(0, batch.num_rows, _ROWS):
            columns = [_values(batch.column(name).slice(start, _ROWS)) for name in wanted]
            for place in range(min(_ROWS, batch.num_rows - start)):
                yield {name: _plain(column[place]) for name, column in zip(wanted, columns, strict=True)}, mapped


def _wanted(schema: Any, mapped: Mapped, dump: OpenDump) -> list[str]:
    """The columns to read: the mapped ones, and for other_fields all others except vectors and bytes."""
    import pyarrow as pa

    def is_told(kind: Any) -> bool:
        is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
        return (
            is_told(kind.value_type) and not pa.types.is_floating(kind.value_type) if is_list else not _is_bytes(kind)
        )

    others = [f.name for f in schema if is_told(f.type)] if dump.reading.max_other_chars else []
    used = (name if name in schema.names else name.partition(".")[0] for name in chain.from_iterable(mapped.values()))
    names = dict.fromkeys(chain(used, others))
    return [name for name in names if schema.names.count(name) == 1]


def _inner(schema: Any) -> list[str]:
    """The names of fields inside structs, as `struct.field`."""
    import pyarrow as pa

    return [
        f"{f.name}.{f.type.field(place).name}"
        for f in schema if pa.types.is_struct(f.type) for place in range(f.type.num_fields)
    ]  # fmt: skip


def _is_bytes(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _values(column: Any) -> list[Any]:
    """The values of a column; a value that Python cannot hold, such as a date after the year 9999, becomes None."""
    try:
        return list(column.to_pylist())
    except (OverflowError, ValueError):
        return [_value(scalar) for scalar in column]


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except (OverflowError, ValueError):
        return None


def _plain(value: Any) -> Any:
    """The value as it is if it is text, a number, a list or a dict; otherwise as text, dates and times in ISO order."""
    if value is None or isinstance(value, str | int | float | list | dict):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


PARQUET = Format("parquet_table", "Parquet", recognises_parquet, extract_parquet, is_binary=True)
ARROW = Format("arrow_table", "Arrow files and streams", recognises_arrow, extract_arrow, is_binary=True)
