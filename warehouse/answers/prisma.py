"""The PRISMA 2020 flow of records, as SVG: identified by source, removed before screening, left to screen."""

import textwrap
from typing import Any

import duckdb

from papersieve.warehouse.harmless import harmless
from papersieve.warehouse.page_templates import page_templates

#: How many sources the first box names (all others share one line), and how many characters fit on a line of a box.
_MOST_SOURCES, _CHARACTERS = 10, 42


def flow(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The numbers: sources, and identified = duplicates + ineligible + screened.

    ineligible: records that can't be compared because they break their contract. screened: papers.
    """
    told = ("source", "phases", "records", "quarantined", "duplicates", "first_here", "papers", "only_here")
    sources = con.view("source_counts").select(*told).to_dicts()
    columns = {"identified": "records", "duplicates": "duplicates", "ineligible": "quarantined"}
    columns["screened"] = "first_here"
    return {name: sum(row[column] for row in sources) for name, column in columns.items()} | {"sources": sources}


def prisma_svg(numbers: dict[str, Any]) -> str:
    """The numbers of `flow` as a picture. Numbers that only people know are left blank."""
    label = (
        f"{numbers['identified']:,} records identified, {numbers['duplicates']:,} duplicates and "
        f"{numbers['ineligible']:,} ineligible records removed, {numbers['screened']:,} left to screen"
    )
    sources, more = numbers["sources"][:_MOST_SOURCES], numbers["sources"][_MOST_SOURCES:]
    others = [f"{len(more):,} more (n = {sum(row['records'] for row in more):,})"] if more else []
    identified = _box(f"Records identified (n = {numbers['identified']:,}) from:", [*map(_source, sources), *others])
    counts = {"Duplicate records": "duplicates", "Marked ineligible by automation tools": "ineligible"}
    counted = [f"{name} (n = {numbers[key]:,})" for name, key in counts.items()]
    removed = _box("Records removed before screening:", counted)
    page = page_templates().get_template("prisma.svg")
    return page.render(label=label, identified=identified, removed=removed, screened=numbers["screened"])


def _box(head: str, texts: list[str]) -> list[str]:
    """The lines of a box. Texts are wrapped to its width; a number stays on one line with its `n =`."""
    lines = [head]
    for text in texts:
        first, *others = textwrap.wrap(text.replace("n = ", "n\0=\0"), _CHARACTERS)
        lines += [line.replace("\0", " ") for line in (f"- {first}", *(f"  {line}" for line in others))]
    return lines


def _source(row: dict[str, Any]) -> str:
    phase = f", {' and '.join(row['phases'])}" if row["phases"] else ""
    return harmless(f"{row['source']}{phase} (n = {row['records']:,})")
