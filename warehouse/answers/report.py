"""The report of a published version: one self-contained HTML file to read, print, attach or keep."""

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from markupsafe import Markup, escape

from papersieve.checks.thresholds import THRESHOLDS, remedy
from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.answers.prisma import flow, prisma_svg
from papersieve.warehouse.answers.reasons import JUDGEMENT_NAMES, RULE_NAMES, RULES
from papersieve.warehouse.funnel import FUNNEL
from papersieve.warehouse.page_templates import page_templates
from papersieve.warehouse.published.audit import run_check, tell_failed
from papersieve.warehouse.published.check_files import checks
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.published.versions import kept_versions
from papersieve.warehouse.sql import ask

#: How many of each the page shows; the warehouse has all.
_SHOWN = {"versions": 30, "dumps": 20, "examples": 12}

#: The meaning of each measure.
_MEANINGS = {name: threshold.meaning for name, threshold in THRESHOLDS.items()} | {
    "repeated_papers": "papers that are listed more than once",
    "reviews": "pairs of documents for review, without bridges",
}

#: Size of a trend line, in pixels.
_WIDTH, _HEIGHT = 120, 24


def report_html(warehouse: Path, since: int | None = None) -> str:
    """The report as one HTML document, without scripts or external files.

    since: the revision from which changes are shown; None: the previous version if it is kept, else the previous
    revision. Raises PapersieveError if it is later than this version, or if there is no warehouse.
    """
    with open_warehouse(warehouse) as con:
        about = _ask(con, "report_publication")[0]
        before = [revision for revision in kept_versions(warehouse).values() if revision < about["revision"]]
        since = since if since is not None else max(before, default=about["revision"] - 1)
        if since > about["revision"]:
            raise PapersieveError(
                f"{warehouse}: expected a revision of this warehouse (up to {about['revision']}), found {since}. "
                "`papersieve rollback --list` shows those that are kept."
            )
        dumps, changes = _ask(con, "report_lines"), _ask(con, "report_changes", since=since)
        found = {
            "about": about,
            "since": since,
            "changes": {event: list(rows) for event, rows in groupby(changes, key=lambda row: row["event"])},
            "measures": {row["measure"]: row for row in _ask(con, "report_measures")},
            "checks": (checked := _ask(con, "report_checks")),
            "findings": [finding for row in checked if not row["is_passed"] for finding in _findings(con, row)],
            "dumps": dumps[:-1],
            "all_dumps": dumps[-1],
            "prisma": (numbers := flow(con)),
            "prisma_svg": prisma_svg(numbers),
            "overlap": (overlap := _matrix(_ask(con, "report_overlap"))),
            "shared": _most_shared(overlap),
            "rules": _ask(con, "report_rules"),
            "reasons": _ask(con, "report_reasons"),
            "biggest": _ask(con, "report_biggest"),
            "doubtful": _ask(con, "report_doubtful"),
            "review": _ask(con, "report_review"),
        }
    pages = page_templates().overlay(trim_blocks=True, lstrip_blocks=True)
    pages.filters |= {"number": _number, "trend": trend_points, "tell_trend": tell_trend, "code": _code}
    names = {"rules_in_words": RULES, "rule_names": RULE_NAMES, "judgement_names": JUDGEMENT_NAMES}
    shared = {"funnel": FUNNEL, "meanings": _MEANINGS, **names}
    return pages.get_template("report.html").render(found | shared)


def _ask(con: duckdb.DuckDBPyConnection, statement: str, **more: object) -> list[dict[str, Any]]:
    return ask(con, statement, shown=pl.DataFrame([_SHOWN | more])).to_dicts()


def _matrix(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """One list for each dump, in the order of both axes. Dumps may share a name."""
    side = round(len(rows) ** 0.5)
    return [rows[start : start + side] for start in range(0, len(rows), side)] if side else []


def _most_shared(matrix: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The pairs of dumps that share the most papers."""
    pairs = [cell for row, cells in enumerate(matrix) for cell in cells[row + 1 :] if cell["shared_papers"]]
    return sorted(pairs, key=lambda cell: -cell["shared_papers"])[: _SHOWN["examples"]]


def _findings(con: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> list[str]:
    """What a failed check finds in this version, and what to do."""
    known = {check.name: check for check in checks()}
    if (check := known.get(row["check_name"])) and (result := run_check(con, check)).failed_rows:
        return tell_failed(result)
    return [f"{row['check_name']}: {row['description']} {remedy(row['check_name'])}"]


def _code(text: str) -> Markup:
    """One of our texts, with `commands` highlighted."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _number(value: float | None) -> str:
    """A count with thousands separators, a share with three digits, or – if there is no value."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.3f}"


def trend_points(values: Sequence[float | None]) -> str:
    """Points of an SVG polyline of 120 × 24 through the values, oldest on the left. A constant value is a line in the
    middle.
    """
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if not known:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    step = _WIDTH / max(len(values) - 1, 1)
    rise = [(value - low) / (high - low) if high > low else 0.5 for _, value in known]
    points = [(place * step, _HEIGHT - 2 - r * (_HEIGHT - 4)) for (place, _), r in zip(known, rise, strict=True)]
    if len(points) == 1:
        points.append((_WIDTH, points[0][1]))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def tell_trend(values: Sequence[float | None]) -> str:
    """The trend in words, for people who can't see the line."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return "one version"
    ends = f"from {_number(known[0])} to {_number(known[-1])} over {len(known)} versions"
    return f"{ends}, lowest {_number(min(known))}, highest {_number(max(known))}"
