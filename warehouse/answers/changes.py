"""The change feed: what became of which paper since a revision, for an index that follows the warehouse."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.sql import ask_rows


@dataclass(frozen=True)
class Changes:
    """What changed after one revision, and the revision that it leads to: the `since` of the next time.

    changes: rows of the view `paper_changes`, oldest revision first.
    """

    revision: int
    revision_id: str
    changes: list[dict[str, Any]]


def changes_since(warehouse: Path, since: str | int = 0) -> Changes:
    """What became of papers after a revision (its number, or its revision_id; 0: from the beginning).

    A number is not enough where a store can be restored from a backup: it goes on counting from there. Raises
    PapersieveError where the published warehouse does not know the revision, so that nobody follows on from nothing.
    """
    with open_warehouse(warehouse) as con:
        revisions = ask_rows(con, "known_revisions")
        known: dict[str, int] = {"0": 0}
        for row in revisions:
            known |= {str(row["revision"]): row["revision"], row["revision_id"]: row["revision"]}
        if str(since) not in known:
            newest = max(known.values())
            raise PapersieveError(
                f"{warehouse}: expected a revision of this warehouse (up to {newest}), found {str(since)!r}. Where its store was "
                "restored from a backup or made anew, take all of `papers` and go on from its revision."
            )
        found = ask_rows(con, "changes_since", since=known[str(since)])
    return Changes(**revisions[-1], changes=found)
