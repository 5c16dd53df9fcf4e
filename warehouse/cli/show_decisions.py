"""Output of the decide commands: decisions, previews of other settings, estimates."""

from typing import Any

import polars as pl

from papersieve.pipeline.settings import MOST_WRONG_SHARE
from papersieve.warehouse import console
from papersieve.warehouse.cli.show_answers import scores, title
from papersieve.warehouse.decisions.decisions import is_document_id
from papersieve.warehouse.harmless import harmless
from papersieve.warehouse.plurals import counted


def tell(done: dict[str, Any], decisions: pl.DataFrame) -> None:
    """Print what was exported, imported or undone; if nothing was, print all decisions."""
    if done:
        _tell_done(done)
    else:
        _tell_all(decisions)


def _tell_done(done: dict[str, Any]) -> None:
    if "exported" in done:
        told = f"{counted(done['exported'], 'decision')} exported to {done['file']}"
    elif "imported" in done:
        told = f"{counted(done['imported'], 'new decision')} imported from {done['file']}"
        if missing := done["not_here"]:
            are_about = "is about a document" if missing == 1 else "are about documents"
            told += f", of which {missing:,} {are_about} that {'is' if missing == 1 else 'are'} not here"
        if left := done["undecided"]:
            told += f"; {counted(left, 'row')} without a decision"
    else:
        told = f"undone: {' '.join(done['undone'])}"
    console.out().print(harmless(told))


def _tell_all(decisions: pl.DataFrame) -> None:
    """Print all decisions, oldest first."""
    out = console.out()
    for row in decisions.sort("decided_at").to_dicts():
        out.print(f"{row['decided_at']:%Y-%m-%d %H:%M}  {row['decision']:11}  {harmless(row['decided_by'])}")
        for side in ("left", "right"):
            document = row[f"{side}_document_id"]
            missing = "(no record has it now)" if is_document_id(document) else "(no document id: undo this decision)"
            out.print(f"    {harmless(document)}  {harmless(row[f'{side}_title'] or missing)}")
    out.print(counted(decisions.height, "decision"))


def tell_preview(told: dict[str, Any]) -> None:
    """Print what other thresholds would change."""
    out = console.out()
    changed = ", ".join(f"{name} {now} -> {then}" for name, (now, then) in told["settings"].items())
    out.print(changed or "these are the settings of the store: nothing would change")
    if told["settings"].get("wrong_share", [0, 0])[1] > MOST_WRONG_SHARE:
        out.print(f"note       a wrong_share above {MOST_WRONG_SHARE} is taken as {MOST_WRONG_SHARE}")
    papers, clusters = told["papers"], told["clusters"]
    fates = f"{papers['unchanged']:,} as they are, {papers['joined']:,} joined with others, {papers['split']:,} split"
    console.labelled(out, "papers", f"{papers['now']:,} -> {papers['then']:,}: {fates}")
    several = counted(clusters["then"], "paper") + " of several documents"
    console.labelled(out, "clusters", f"{clusters['now']:,} -> {several}")
    total = sum(row["pairs"] for row in told["pairs"]["changes"])
    changes = ", ".join(f"{r['pairs']:,} {r['now']} -> {r['then']}" for r in told["pairs"]["changes"])
    otherwise = f"{total:,} of {counted(told['pairs']['compared'], 'pair')} judged otherwise"
    console.labelled(out, "pairs", f"{otherwise}: {changes}" if total else otherwise)
    for papers_of in told["examples"]["joined"]:
        console.labelled(out, "joined", " | ".join(title(p["title"]) for p in papers_of))
    for example in told["examples"]["split"]:
        parts = (", ".join(title(each) for each in part) for part in example["parts"])
        console.labelled(out, "split", " | ".join(parts))
    for pair in told["examples"]["pairs"]:
        titles = f"{title(pair['left_title'])} | {title(pair['right_title'])}"
        out.print(f"{pair['now']} -> {pair['then']}{scores(pair)}  {titles}")
    if told["apply"]:
        out.print("\nto apply it, put this into a settings file, and `papersieve run DUMP… --settings FILE`\n" + told["apply"].rstrip())  # fmt: skip


def tell_estimate(told: dict[str, Any]) -> None:
    """Print how precise and complete the warehouse is."""
    out = console.out()
    console.labelled(out, "labelled", f"{told['labelled']:,} of {counted(told['pairs'], 'pair')}{_changes(told)}")
    console.labelled(out, "precision", _share(told["precision"], "of the matches are one paper"))
    console.labelled(out, "wrong", _wrong(told))
    found = "of what is one paper, among matches and near misses, was matched"
    console.labelled(out, "recall", _share(told["recall"], found))
    if any(stratum["pairs"] and not stratum["labelled"] for stratum in told["strata"].values()):
        out.print("\na number is unknown until a pair of each kind is labelled: go on in the file, from the top on")
    if told["moved"] or told["gone"]:
        out.print("\nthe warehouse changed since the sample was drawn: draw another one for numbers to rely on")


def _changes(told: dict[str, Any]) -> str:
    """What changed about the pairs since they were drawn."""
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
    numbers = f"{wrong['estimate']:,.1f} of {counted(matches, 'match', 'matches')} (95 %: {wrong['low']:,.1f} to {wrong['high']:,.1f})"
    is_kept = "which is kept" if high <= promised else "which is not kept"
    verdict = "too few labels to tell" if low <= promised < high else is_kept
    return f"{numbers}, a share of {share:.4f}; promised: {promised:g}, {verdict}"
