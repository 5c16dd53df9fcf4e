"""What a person sees of an estimate."""

from typing import Any

from papersieve.warehouse import console
from papersieve.warehouse.plurals import counted


def tell(told: dict[str, Any]) -> None:
    """How precise and complete the warehouse is, on stdout."""
    out = console.out()
    out.print(f"labelled   {told['labelled']:,} of {counted(told['pairs'], 'pair')}{_changes(told)}")
    out.print(f"precision  {_share(told['precision'], 'of the matches are one paper')}")
    out.print(f"wrong      {_wrong(told)}")
    out.print(
        f"recall     {_share(told['recall'], 'of what is one paper, among matches and near misses, was matched')}"
    )
    if _is_unknown(told):
        out.print("\na number is unknown until a pair of each kind is labelled: go on in the file, from the top on")
    if told["moved"] or told["gone"]:
        out.print("\nthe warehouse changed since the sample was drawn: draw another one for numbers to rely on")


def _changes(told: dict[str, Any]) -> str:
    """What became of pairs since they were drawn."""
    since = {
        "gone": "no longer among those that are drawn from, and not counted",
        "moved": "judged otherwise now",
        "decided": "decided since, and counted as drawn",
    }
    return "".join(f"; {told[key]:,} {words}" for key, words in since.items() if told[key])


def _share(interval: dict[str, float] | None, words: str) -> str:
    if interval is None:
        return "unknown"
    return f"{interval['estimate']:.3f} {words} (95 %: {interval['low']:.3f} to {interval['high']:.3f})"


def _wrong(told: dict[str, Any]) -> str:
    wrong, matches, promised = told["wrong_merges"], told["matches"], told["promised_wrong_share"]
    if not wrong or not matches:
        return f"unknown; promised: {promised:g}"
    share, low, high = (wrong[key] / matches for key in ("estimate", "low", "high"))
    numbers = f"{wrong['estimate']:,.1f} of {matches:,} {'match' if matches == 1 else 'matches'} (95 %: {wrong['low']:,.1f} to {wrong['high']:,.1f})"
    return f"{numbers}, a share of {share:.4f}; promised: {promised:g}, {_verdict(low, high, promised)}"


def _verdict(low: float, high: float, promised: float) -> str:
    if low > promised:
        return "which is not kept"
    return "which is kept" if high <= promised else "too few labels to tell"


def _is_unknown(told: dict[str, Any]) -> bool:
    return any(stratum["pairs"] and not stratum["labelled"] for stratum in told["strata"].values())
