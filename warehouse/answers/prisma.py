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
    totals = {
        name: sum(row[name] for row in sources) for name in ("records", "duplicates", "quarantined", "first_here")
    }
    return {
        "identified": totals["records"],
        "duplicates": totals["duplicates"],
        "ineligible": totals["quarantined"],
        "screened": totals["first_here"],
        "sources": sources,
    }


def prisma_svg(numbers: dict[str, Any]) -> str:
    """The numbers of `flow` as a picture. Numbers that only people know are left blank."""
    label = (
        f"{numbers['identified']:,} records identified, {numbers['duplicates']:,} duplicates and "
        f"{numbers['ineligible']:,} ineligible records removed, {numbers['screened']:,} left to screen"
    )
    return (
        page_templates()
        .get_template("prisma.svg")
        .render(label=label, identified=_identified(numbers), removed=_removed(numbers), screened=numbers["screened"])
    )


def _identified(numbers: dict[str, Any]) -> list[str]:
    sources = numbers["sources"]
    named = [_source(row) for row in sources[:_MOST_SOURCES]]
    if more := sources[_MOST_SOURCES:]:
        named.append(f"{len(more):,} more (n = {sum(row['records'] for row in more):,})")
    return [f"Records identified (n = {numbers['identified']:,}) from:", *_listed(named)]


def _listed(texts: list[str]) -> list[str]:
    """The texts below the first line of a box, wrapped to its width."""
    return [f"- {line}" if not at else f"  {line}" for text in texts for at, line in enumerate(_wrapped(text))]


def _wrapped(text: str) -> list[str]:
    """Lines that fit into a box. A number stays on one line with its `n =`."""
    lines = textwrap.wrap(text.replace("n = ", "n\0=\0"), _CHARACTERS)
    return [line.replace("\0", " ") for line in lines]


def _source(row: dict[str, Any]) -> str:
    phase = f", {' and '.join(row['phases'])}" if row["phases"] else ""
    return harmless(f"{row['source']}{phase} (n = {row['records']:,})")


def _removed(numbers: dict[str, Any]) -> list[str]:
    counts = {"Duplicate records": "duplicates", "Marked ineligible by automation tools": "ineligible"}
    said = [f"{name} (n = {numbers[key]:,})" for name, key in counts.items()]
    return ["Records removed before screening:", *_listed(said)]
