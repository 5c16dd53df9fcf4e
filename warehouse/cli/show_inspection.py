"""Output of `inspect` about a file, dump by dump."""

from functools import partial
from typing import Any

from papersieve.pipeline.extract.detect import HOW_IT_BEGINS
from papersieve.warehouse import console

#: The fields that people know a paper by, which are shown before all others of a record.
_FIRST = {"title_raw": 0, "abstract_raw": 1, "authors": 2, "venue": 3, "published_raw": 4}


def tell_inspections(dumps: list[dict[str, Any]]) -> None:
    """Print what a run would make of the dumps of a file."""
    for dump in dumps:
        _tell_inspection(dump)


def _tell_inspection(found: dict[str, Any]) -> None:
    out = console.out()
    tell = partial(console.labelled, out)
    out.print(found["location"], style="bold")
    if "format" not in found:
        tell("  not read", f"({found['reason_code']}) {found['message'].replace(HOW_IT_BEGINS, '')}")
        if found.get("begins"):
            tell("  begins", repr(found["begins"]))
        return
    unit = found["unit"]
    tell("  format", f"{found['format']}: {found['why']}")
    tell(f"  {unit}", f"{found['lines']:,}: " + ", ".join(f"{n:,} {fate}" for fate, n in found["fates"].items()))
    tell("  records", f"{found['records']:,}, {found['quarantined']:,} of them would be quarantined")
    if others := found["other_fields"]:
        tell("  not used", ", ".join(f"{name} ({n:,})" for name, n in others.items()) + ": kept in other_fields")
    for code, count in found["reason_codes"].items():
        tell("  rejected", f"{count:,} x {code}")
    for line in found["first_rejected"]:
        tell("", f"{unit[:-1]} {line['line']} ({line['reason_code']}): {line['text'][:100]}")
    for notice in found["notices"]:
        code = "" if notice["message"].startswith(notice["code"]) else f"{notice['code']}: "
        tell("  note", f"{unit[:-1]} {notice['line']}: {code}{notice['message']}")
    for record in found["first_records"]:
        first, last = record["line_start"], record["line_end"]
        out.print(f"  {unit[:-1]} {first}" if first == last else f"  {unit} {first}-{last}")
        for name, value in sorted(record.items(), key=lambda said: _FIRST.get(said[0], len(_FIRST))):
            if value not in (None, []) and not name.startswith("line_"):
                shown = "; ".join(value) if isinstance(value, list) else str(value)
                tell(f"    {name:<16}", f"{shown[:120]}{'…' if len(shown) > 120 else ''}")
