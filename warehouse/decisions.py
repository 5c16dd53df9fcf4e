"""A person's word: these two are one paper, or they are not. It outranks every judgement and survives every rebuild."""

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl

from pipeline.errors import PapersieveError
from warehouse.store import Store

DECISION_SCHEMA = {
    "left_document_id": pl.String,
    "right_document_id": pl.String,
    "decision": pl.String,
    "decided_by": pl.String,
    "decided_at": pl.Datetime("us"),
}
DECISIONS = ("must_link", "cannot_link")

_ENDS = ["left_document_id", "right_document_id"]


class DecisionError(PapersieveError):
    """A decision that contradicts others, or that is about nothing. chain: the documents that others link, one to the next."""

    def __init__(self, message: str, chain: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.chain = list(chain)


def decide(store: Store, left: str, right: str, decision: str, decided_by: str) -> None:
    """Keep a decision about two documents (ids, in any order); it replaces an earlier one about the same two.

    The next refresh clusters both anew. Raises DecisionError, and keeps nothing, where it is about one document, or
    contradicts others: with the chain that does.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    decide_all(store, pl.DataFrame([(left, right, decision, decided_by, now)], schema=DECISION_SCHEMA, orient="row"))


def decide_all(store: Store, made: pl.DataFrame) -> None:
    """Keep several decisions (columns of DECISION_SCHEMA, each two documents once), or none of them, as `decide` does."""
    for left, right, decision in made.select(*_ENDS, "decision").iter_rows():
        if decision not in DECISIONS:
            raise DecisionError(f"expected a decision of {' or '.join(DECISIONS)}, found {decision!r}")
        if left == right:
            raise DecisionError(
                f"{left}: expected two documents, found one: records of one document are always one paper"
            )
    made = made.with_columns(pl.min_horizontal(_ENDS).alias(_ENDS[0]), pl.max_horizontal(_ENDS).alias(_ENDS[1]))
    others = store.query("decisions").join(made, on=_ENDS, how="anti").select(list(DECISION_SCHEMA))
    if chain := contradiction(pl.concat([others, made.select(list(DECISION_SCHEMA))])):
        raise DecisionError(
            f"the decisions contradict each other: {' = '.join(chain)} by must_link, yet the first and the last are a "
            "cannot_link. Undo one of these first; nothing was kept.",
            chain,
        )
    with store.transaction():
        store.execute("change_decisions", undone=made.clear().select(_ENDS), made=made.select(list(DECISION_SCHEMA)))


def undo(store: Store, left: str, right: str) -> bool:
    """Take a decision back; False where there was none."""
    ends = pl.DataFrame([sorted((left, right))], schema=dict.fromkeys(_ENDS, pl.String), orient="row")
    if store.query("decisions").join(ends, on=_ENDS, how="semi").is_empty():
        return False
    with store.transaction():
        store.execute("change_decisions", undone=ends, made=pl.DataFrame(schema=DECISION_SCHEMA))
    return True


def contradiction(decisions: pl.DataFrame) -> list[str]:
    """The shortest chain of must_links that joins two documents of a cannot_link; empty where there is none."""
    links: dict[str, list[str]] = {}
    apart = []
    for left, right, decision in decisions.select(*_ENDS, "decision").sort(pl.all()).iter_rows():
        if decision == "must_link":
            links.setdefault(left, []).append(right)
            links.setdefault(right, []).append(left)
        else:
            apart.append((left, right))
    chains = [chain for left, right in apart if (chain := _path(links, left, right))]
    return min(chains, key=len, default=[])


def _path(links: dict[str, list[str]], start: str, end: str) -> list[str]:
    """The shortest way from start to end, both included; empty where there is none."""
    came_from: dict[str, str | None] = {start: None}
    queue = deque([start])
    while queue:
        at = queue.popleft()
        if at == end:
            way: list[str] = []
            step: str | None = end
            while step is not None:
                way.append(step)
                step = came_from[step]
            return way[::-1]
        for other in links.get(at, []):
            if other not in came_from:
                came_from[other] = at
                queue.append(other)
    return []
