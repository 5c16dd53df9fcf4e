"""Output about reading: the formats, each with an example, and how a run would read a file, dump by dump."""

from functools import partial
from typing import Any

from rich.markup import escape

from papersieve.pipeline.extract.catalogue import Described
from papersieve.pipeline.extract.detect import HOW_IT_BEGINS
from papersieve.warehouse import console

#: The most lines of an example in the list of all formats, and the most characters of each line.
_LINES, _CHARACTERS = 4, 96

#: The fields that people know a paper by, which are shown before all others of a record.
_FIRST = {"title_raw": 0, "abstract_raw": 1, "authors": 2, "venue": 3, "published_raw": 4}


def tell_formats(found: list[Described]) -> None:
    """Print each format with the beginning of an example."""
    out = console.out(markup=True)
    for each in found:
        lines = (each.example or "").splitlines()
        out.print(f"[bold]{each.name}[/]  {escape(each.about)}", soft_wrap=True)
        for line in lines[:_LINES]:
            out.print(f"    {escape(line[:_CHARACTERS])}{'…' if len(line) > _CHARACTERS else ''}", soft_wrap=True)
        out.print("    …\n" if len(lines) > _LINES else "")
    out.print("papersieve formats NAME shows one whole; papersieve inspect FILE says what a file is.")


def tell_format(found: Described) -> None:
    """Print everything that is known about one format."""
    out = console.out(markup=True)
    out.print(f"[bold]{found.name}[/]  {escape(found.about)}", soft_wrap=True)
    out.print(f"known by   {escape(found.looks_like)}", soft_wrap=True)
    if found.package:
        out.print(f"comes from {escape(found.package)}")
    if found.example:
        out.print(f"read       {'whole' if found.is_whole else 'as a stream'}\n")
        out.print(escape(found.example.rstrip("\n")), soft_wrap=True)


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
