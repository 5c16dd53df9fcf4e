"""Output about store and warehouse: what they hold, how they differ, which versions are kept."""

from collections.abc import Iterable
from typing import Any

from papersieve.warehouse import console
from papersieve.warehouse.plurals import counted


def tell_status(found: dict[str, Any]) -> None:
    """Print the status."""
    out = console.out()
    publication = found["publication"]
    at = f"version {found['store_version']}, settings {found['settings_fingerprint']}"
    console.labelled(out, "store", f"{found['store']} ({at})")
    state = "nothing is published yet"
    if publication:
        state = f"store version {publication['store_version']}, published {publication['published_at']:%Y-%m-%d %H:%M:%S} UTC"
    console.labelled(out, "warehouse", f"{found['warehouse']} ({state})")
    if found["is_held"]:
        at = f"at revision {publication['revision']}; " if publication else ""
        console.labelled(out, "held", f"{at}`papersieve rollback --release` lets the next run publish")
    console.labelled(out, "pending", ", ".join(found["pending"]) or "nothing")
    console.labelled(out, "holds", ", ".join(_held(name, count) for name, count in found["funnel"].items()))
    for held in found["held_back_dumps"]:
        console.labelled(out, "held back", f"{held['location']}: {held['message']}")
    faults = found["unreadable_dumps"]
    for fault, message in zip(faults, each_remedy_once(fault["message"] for fault in faults), strict=True):
        console.labelled(out, "not read", f"({fault['reason_code']}) {message}")


def _held(name: str, count: int) -> str:
    things = name.replace("_", " ")
    return counted(count, "match" if name == "matches" else things.removesuffix("s"), things)


def tell_differences(found: dict[str, Any]) -> None:
    """Print how the stored tables differ from the derived ones (`differs`, `tables`)."""
    out = console.out()
    if not found["differs"]:
        out.print("nothing differs: " + ", ".join(row["table_name"] for row in found["tables"]))
    for row in found["tables"]:
        if row["only_stored"] or row["only_derived"]:
            stored = counted(row["only_stored"], "row")
            out.print(f"{row['table_name']}: {stored} only stored, {row['only_derived']:,} only derived")


def tell_versions(versions: list[dict[str, Any]], *, is_held: bool, released: object = None) -> None:
    """Print the versions of the warehouse, and which is in place. released: whether a rollback has just been ended."""
    out = console.out()
    for row in versions:
        place = "in place" + (", held" if is_held else "") if row["is_in_place"] else ""
        holds = ", ".join(counted(row[f"{thing}s"], thing) for thing in ("paper", "record", "dump"))
        version = f"{row['revision']:6}  {row['revision_id'][:8]}  {row['published_at']:%Y-%m-%d %H:%M:%S}"
        console.hanging(out, f"{version}  {holds}, {row['size_bytes'] / 1e6:,.1f} MB  {place}".rstrip(), 8)
    if not versions:
        out.print("nothing is published yet")
    if released is not None:
        out.print("released: the next run publishes again" if released else "no version was held: runs publish")
    if is_held:
        out.print("held: runs publish nothing until `papersieve rollback --release`")


def each_remedy_once(messages: Iterable[str]) -> list[str]:
    """The messages; of those that end with the same line, only the last one keeps it."""
    told, last_lines = list[str](), set[str]()
    for message in reversed(list(messages)):
        head, _, last = message.rpartition("\n")
        told.append(head if head and last in last_lines else message)
        last_lines.add(last)
    return told[::-1]
