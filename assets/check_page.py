"""docs/checks.md: every asset check, generated from the definitions.

`python -m papersieve.assets.check_page > docs/checks.md`
"""

from papersieve.assets.asset_checks import REMEDIES
from papersieve.assets.definitions import build_defs
from papersieve.checks.thresholds import DRIFTS, OF_EACH_DUMP, THRESHOLDS, Threshold
from papersieve.warehouse.published.check_files import checks

_HEAD = """# Checks

What is checked in each run, and what to do if a check fails. A check that fails with an error means that the software
or a table is wrong: the run does not publish, and readers keep the previous version. A warning is reported and stops
nothing. A bad dump is held back by itself: [the gate](gate.md). The published table `check_results` keeps all results.
`python -m papersieve.assets.check_page` writes this page from the code.
"""


def catalogue() -> str:
    """The page: a table of checks for each asset, from `dumps` to `warehouse`."""
    graph = build_defs().resolve_asset_graph()
    parts = [_HEAD]
    for asset in graph.toposorted_asset_keys:
        keys = sorted(key for key in graph.asset_check_keys if key.asset_key == asset)
        rows = [_row(key.name, graph.get_check_spec(key).description or "") for key in keys]
        head = "| check | condition | if it fails | what to do |\n|---|---|---|---|"
        parts.append("\n".join([f"## {asset.to_user_string()}\n", head, *rows, ""]))
    return "\n".join(parts)


def _row(name: str, description: str) -> str:
    named: dict[str, Threshold] = {
        **THRESHOLDS,
        **{f"{name}_drift": limit for name, limit in DRIFTS.items()},
        "quarantined_share_of_each_dump": OF_EACH_DUMP,
    }
    warnings = {check.name for check in checks() if check.severity == "warn"} | {
        "removed_files",
        "every_source_answered",
    }
    fails = f"warning above {named[name].warn_above:g}" if name in named else "warning" if name in warnings else "error"
    return f"| `{name}` | {description} | {fails} | {REMEDIES.get(name, '')} |"


if __name__ == "__main__":
    print(catalogue(), end="")  # noqa: T201
