"""The change feed: what became of which paper since a revision, for an index that follows the warehouse."""

from dataclasses import dataclass
from typing import Any

import duckdb

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.sql import ask_rows


@dataclass(frozen=True)
class Changes:
    """What changed after one revision, and the revision that it leads to: the `since` of the next time.

    changes: rows of the view `paper_changes`, oldest revision first. has_more: fewer were asked for than there are.
    """

    revision: int
    revision_id: str
    has_more: bool
    changes: list[dict[str, Any]]


def changes_since(
    con: duckdb.DuckDBPyConnection, since: str | int = 0, *, limit: int | None = None, skip: int = 0
) -> Changes:
    """What became of papers after a revision (its number, or its revision_id; 0: from the beginning), on a connection
    to a published warehouse: all, or at most `limit` behind the first `skip`.

    A number is not enough where a store can be restored from a backup: it goes on counting from there. Raises
    PapersieveError where the published warehouse does not know the revision, so that nobody follows on from nothing.
    """
    revisions = ask_rows(con, "known_revisions")
    known: dict[str, int] = {"0": 0}
    for row in revisions:
        known |= {str(row["revision"]): row["revision"], row["revision_id"]: row["revision"]}
    if str(since) not in known:
        newest = max(known.values())
        raise PapersieveError(
            f"expected a revision of this warehouse (up to {newest}), found {str(since)!r}. Where its store was "
            "restored from a backup or made anew, take all of `papers` and go on from its revision."
        )
    most = None if limit is None else limit + 1
    found = ask_rows(con, "changes_since", since=known[str(since)], most=most, skip=skip)
    return Changes(**revisions[-1], has_more=limit is not None and len(found) > limit, changes=found[:limit])
