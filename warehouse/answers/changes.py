"""The change feed: what happened to each paper since a revision, for an index that follows the warehouse."""

from typing import Any

import duckdb

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.sql import ask_rows


def changes_since(
    con: duckdb.DuckDBPyConnection, since: str | int = 0, *, limit: int | None = None, skip: int = 0
) -> dict[str, Any]:
    """The changes of papers after a revision (its number or its revision_id; 0: from the beginning), on a connection
    to a published warehouse: all of them, or at most `limit` after the first `skip`.

    changes: rows of the view `paper_changes`, oldest revision first; has_more: whether more changes follow these;
    revision, revision_id: the latest revision, from which the next call continues.

    A number alone is unreliable after a store was restored from a backup, because numbers are then reused. Raises
    PapersieveError if the published warehouse does not know the revision, so that nobody continues from an unknown
    state.
    """
    revisions = ask_rows(con, "known_revisions")
    known: dict[str, int] = {"0": 0}
    for row in revisions:
        known |= {str(row["revision"]): row["revision"], row["revision_id"]: row["revision"]}
    if str(since) not in known:
        newest = max(known.values())
        raise PapersieveError(
            f"expected a revision of this warehouse (up to {newest}), found {str(since)!r}. Where its store was "
            "restored from a backup or made again, take all of `papers` and go on from its revision."
        )
    most = None if limit is None else limit + 1
    found = ask_rows(con, "changes_since", since=known[str(since)], most=most, skip=skip)
    return {**revisions[-1], "has_more": limit is not None and len(found) > limit, "changes": found[:limit]}
