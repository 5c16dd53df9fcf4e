"""What a person sees of the decisions that people took."""

from typing import Any

import polars as pl

from papersieve.warehouse import console
from papersieve.warehouse.decisions.decisions import is_document_id
from papersieve.warehouse.harmless import harmless
from papersieve.warehouse.plurals import counted


def tell_decided(done: dict[str, Any]) -> None:
    """What was exported, imported or undone, on stdout."""
    if "exported" in done:
        told = f"{counted(done['exported'], 'decision')} exported to {done['file']}"
    elif "imported" in done:
        told = f"{counted(done['imported'], 'new decision')} imported from {done['file']}"
        if missing := done["not_here"]:
            are_about = "is about a document" if missing == 1 else "are about documents"
            told += f", of which {missing:,} {are_about} that {'is' if missing == 1 else 'are'} not here"
    else:
        told = f"undone: {' '.join(done['undone'])}"
    console.out().print(harmless(told))


def tell_decisions(decisions: pl.DataFrame) -> None:
    """All decisions, oldest first, on stdout."""
    out = console.out()
    for row in decisions.sort("decided_at").to_dicts():
        out.print(f"{row['decided_at']:%Y-%m-%d %H:%M}  {row['decision']:11}  {harmless(row['decided_by'])}")
        for side in ("left", "right"):
            document, title = row[f"{side}_document_id"], row[f"{side}_title"]
            out.print(f"    {harmless(document)}  {harmless(title or _without_title(document))}")
    out.print(counted(decisions.height, "decision"))


def _without_title(document: str) -> str:
    return "(no record has it now)" if is_document_id(document) else "(no document id: undo this decision)"
