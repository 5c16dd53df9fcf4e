"""docs/checks.md: every asset check, from the definitions. `python -m tests.shown` writes it."""

import dagster as dg

from papersieve.assets.asset_checks import REMEDIES
from papersieve.assets.definitions import build_defs
from papersieve.checks.thresholds import DRIFTS, OF_EACH_DUMP, THRESHOLDS, Threshold

_HEAD = """# Checks

What is checked in each run, and what to do if a check fails. A check that fails with an error means that the software
or a table is wrong: the run does not publish, and readers keep the previous version. A warning is reported and stops
nothing. A bad dump is held back by itself: [the gate](gate.md). The published table `check_results` keeps all results.
`python -m tests.shown` writes this page from the code.
"""


def checks_page() -> str:
    """The page: a table of checks for each asset, from `dumps` to `warehouse`."""
    graph = build_defs().resolve_asset_graph()
    parts = [_HEAD]
    for asset in graph.toposorted_asset_keys:
        keys = sorted(key for key in graph.asset_check_keys if key.asset_key == asset)
        rows = [_row(graph.get_check_spec(key)) for key in keys]
        head = "| check | condition | if it fails | what to do |\n|---|---|---|---|"
        parts.append("\n".join([f"## {asset.to_user_string()}\n", head, *rows, ""]))
    return "\n".join(parts)


def _row(spec: dg.AssetCheckSpec) -> str:
    limits: dict[str, Threshold] = {
        **THRESHOLDS,
        **{f"{name}_drift": limit for name, limit in DRIFTS.items()},
        "quarantined_share_of_each_dump": OF_EACH_DUMP,
    }
    above = f" above {limits[spec.name].warn_above:g}" if spec.name in limits else ""
    fails = "error" if spec.blocking else f"warning{above}"
    return f"| `{spec.name}` | {spec.description} | {fails} | {REMEDIES.get(spec.name, '')} |"
