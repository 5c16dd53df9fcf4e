"""A decision of a person, made now."""

from datetime import UTC, datetime

from papersieve.warehouse.decisions.decisions import Decision, decide_all
from papersieve.warehouse.store.store import Store


def decide(store: Store, left: str, right: str, decision: str, decided_by: str) -> None:
    decide_all(store, [Decision(left, right, decision, decided_by, datetime.now(UTC))])
