"""docs/checks.md: every asset check, generated from the definitions. `python -m papersieve.assets.check_page > docs/checks.md`"""

import math

from papersieve.assets.asset_checks import REMEDIES
from papersieve.assets.definitions import build_defs
from papersieve.checks.thresholds import DRIFTS, OF_EACH_DUMP, THRESHOLDS, Threshold
from papersieve.warehouse.published.audit import checks

_HEAD = """# Checks

Made by `python -m papersieve.assets.check_page`; a test holds it against the code. A check in error keeps a run from publishing:
readers keep the version before. A warning is reported and stops nothing. Each result is kept in the published table `check_results`.
A share of fewer than 20 rows is never an error.
"""


def catalogue() -> str:
    """The page: a table of checks for each asset, in the order of the way."""
    graph = build_defs().resolve_asset_graph()
    named = {
        **THRESHOLDS,
        **{f"{name}_drift": limits for name, limits in DRIFTS.items()},
        "quarantined_share_of_each_dump": OF_EACH_DUMP,
    }
    severities = {check.name: check.severity for check in checks()} | {
        "removed_files": "warn",
        "every_source_answered": "warn",
    }
    parts = [_HEAD]
    for asset in graph.toposorted_asset_keys:
        keys = sorted(key for key in graph.asset_check_keys if key.asset_key == asset)
        rows = [
            _row(
                key.name,
                graph.get_check_spec(key).description or "",
                named.get(key.name),
                severities.get(key.name, "error"),
            )
            for key in keys
        ]
        head = "| check | what holds | warning above | error above | what to do |\n|---|---|---|---|---|"
        parts.append("\n".join([f"## {asset.to_user_string()}\n", head, *rows, ""]))
    return "\n".join(parts)


def _row(name: str, description: str, limits: Threshold | None, severity: str) -> str:
    if limits:
        warn, error = f"{limits.warn_above:g}", f"{limits.error_above:g}" if math.isfinite(limits.error_above) else ""
    else:
        warn, error = ("any row", "") if severity == "warn" else ("", "any row")
    return f"| `{name}` | {description} | {warn} | {error} | {REMEDIES.get(name, '')} |"


if __name__ == "__main__":
    print(catalogue(), end="")  # noqa: T201
