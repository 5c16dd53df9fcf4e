"""The PRISMA 2020 flow of records, as SVG: identified by source, removed before screening, left to screen."""

import textwrap
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

import duckdb

from papersieve.warehouse.harmless import harmless

#: Sources that the first box names; all others share one line.
_MOST_SOURCES = 10

#: Pixels: of the picture, of a line of text, and of the margin in a box.
_WIDTH, _LINE, _PAD = 760, 18, 10
_LEFT, _RIGHT, _BOX = 50, 420, 320
_CHARACTERS = 42

_STAGES = ("Identification", "Screening", "Included")


@dataclass(frozen=True)
class _Box:
    """Lines of text in a frame."""

    x: int
    y: int
    lines: list[str]

    @property
    def height(self) -> int:
        return len(self.lines) * _LINE + 2 * _PAD

    @property
    def middle(self) -> int:
        return self.y + self.height // 2

    def svg(self) -> str:
        """The frame and its text."""
        spans = "".join(
            f'<tspan x="{self.x + _PAD}" y="{self.y + _PAD + 13 + _LINE * number}">{escape(line)}</tspan>'
            for number, line in enumerate(self.lines)
        )
        frame = f'<rect x="{self.x}" y="{self.y}" width="{_BOX}" height="{self.height}" fill="#fff" stroke="#333"/>'
        return f"{frame}<text>{spans}</text>"


#: A box on the left, and one on the right.
_Row = tuple[_Box, _Box | None]


def flow(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The numbers: sources, and identified = duplicates + ineligible + screened.

    ineligible: records that break their contract and so can't be compared. screened: papers.
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
    """The numbers of `flow` as a picture. What only people know is left blank."""
    identified = _Box(_LEFT, 20, _identified(numbers))
    removed = _Box(_RIGHT, 20, _removed(numbers))
    rows: list[_Row] = [(identified, removed)]
    for left, right in _LATER:
        top = max(box.y + box.height for box in rows[-1] if box) + 40
        said = left.format(**numbers).splitlines()
        rows.append((_Box(_LEFT, top, said), _Box(_RIGHT, top, [right]) if right else None))
    height = rows[-1][0].y + rows[-1][0].height + 20
    boxes = "\n".join(box.svg() for row in rows for box in row if box)
    arrows = "\n".join([*_across(rows), *_down([left for left, _ in rows])])
    label = (
        f"{numbers['identified']:,} records identified, {numbers['duplicates']:,} duplicates and "
        f"{numbers['ineligible']:,} ineligible records removed, {numbers['screened']:,} left to screen"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="13"><title>{label}</title>\n'
        '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto"><path d="M0,0L8,4L0,8z" fill="#333"/>'
        f'</marker></defs>\n<rect width="{_WIDTH}" height="{height}" fill="#fff"/>\n{_stages(rows)}\n{boxes}\n{arrows}\n</svg>\n'
    )


#: The boxes below, on the left and on the right.
_LATER = (
    ("Records screened (n = {screened:,})", "Records excluded (n = ___)"),
    ("Reports sought for retrieval (n = ___)", "Reports not retrieved (n = ___)"),
    ("Reports assessed for eligibility (n = ___)", "Reports excluded, with reasons (n = ___)"),
    ("Studies included in review (n = ___)\nReports of included studies (n = ___)", ""),
)


def _identified(numbers: dict[str, Any]) -> list[str]:
    sources = numbers["sources"]
    named = [_source(row) for row in sources[:_MOST_SOURCES]]
    if more := sources[_MOST_SOURCES:]:
        named.append(f"{len(more):,} more (n = {sum(row['records'] for row in more):,})")
    return [f"Records identified (n = {numbers['identified']:,}) from:", *_listed(named)]


def _listed(texts: list[str]) -> list[str]:
    """Texts below the first line of a box, wrapped to its width."""
    return [f"- {line}" if not at else f"  {line}" for text in texts for at, line in enumerate(_wrapped(text))]


def _wrapped(text: str) -> list[str]:
    """Lines that fit into a box. A number stays on the line of its `n =`."""
    lines = textwrap.wrap(text.replace("n = ", "n\0=\0"), _CHARACTERS)
    return [line.replace("\0", " ") for line in lines]


def _source(row: dict[str, Any]) -> str:
    phase = f", {' and '.join(row['phases'])}" if row["phases"] else ""
    return harmless(f"{row['source']}{phase} (n = {row['records']:,})")


def _removed(numbers: dict[str, Any]) -> list[str]:
    counts = {"Duplicate records": "duplicates", "Marked ineligible by automation tools": "ineligible"}
    said = [f"{name} (n = {numbers[key]:,})" for name, key in counts.items()]
    return ["Records removed before screening:", *_listed(said)]


def _across(rows: list[_Row]) -> list[str]:
    return [
        _arrow(left.x + _BOX, y, right.x, y) for left, right in rows if right and (y := min(left.middle, right.middle))
    ]


def _down(boxes: list[_Box]) -> list[str]:
    middle = _LEFT + _BOX // 2
    return [_arrow(middle, one.y + one.height, middle, other.y) for one, other in pairwise(boxes)]


def _arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#333" marker-end="url(#tip)"/>'


def _stages(rows: list[_Row]) -> str:
    """The names of the stages, vertically beside the rows of each."""
    parts = (rows[:1], rows[1:-1], rows[-1:])
    bars = []
    for name, part in zip(_STAGES, parts, strict=True):
        top, end = part[0][0].y, max(box.y + box.height for row in part for box in row if box)
        at = (top + end) // 2
        bars.append(
            f'<rect x="10" y="{top}" width="26" height="{end - top}" rx="4" fill="#cfe0f5"/>'
            f'<text x="23" y="{at}" font-size="11" text-anchor="middle" transform="rotate(-90 23 {at})" dy="4">{name}</text>'
        )
    return "\n".join(bars)
