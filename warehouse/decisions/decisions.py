"""People's decisions that two documents are or are not one paper. They outrank every judgement and survive rebuilds."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.answers.ways import reached, way
from papersieve.warehouse.store.store import Store

DECISION_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "left_document_id": pl.String,
    "right_document_id": pl.String,
    "decision": pl.String,
    "decided_by": pl.String,
    "decided_at": pl.Datetime("us"),
}
DECISIONS = ("must_link", "cannot_link")

#: The most characters of a person's name.
LONGEST_NAME = 100

#: The shortest of this many contradictions is shown. More would not help, and each costs a walk over the documents that
#: it links.
_CHAINS = 100

_ENDS = ["left_document_id", "right_document_id"]

_ID = re.compile(r"[0-9a-f]{32}")
_HYPHENATED_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

#: Control characters, surrogates and line separators: no name has them, and a program that shows the name might obey
#: them.
_NOT_IN_A_NAME = {"Cc", "Cs", "Zl", "Zp"}


class DecisionError(PapersieveError):
    """A decision that can't be stored. chain: if others contradict it, the documents that they link, in order."""

    def __init__(self, message: str, chain: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.chain = list(chain)


@dataclass(frozen=True)
class Decision:
    """One decision, checked and normalised when it is made: the smaller id left, the time in UTC without a zone.

    Raises DecisionError if a value is invalid. The store need not have the documents: decisions are about content.
    """

    left_document_id: str
    right_document_id: str
    decision: str
    decided_by: str
    decided_at: datetime

    def __post_init__(self) -> None:
        left, right = sorted((document_id(self.left_document_id), document_id(self.right_document_id)))
        if left == right:
            raise DecisionError(
                f"{left}: expected two documents, found one: records of one document are always one paper"
            )
        decision = self.decision.strip().lower()
        if decision not in DECISIONS:
            raise DecisionError(f"expected a decision of {' or '.join(DECISIONS)}, found {shown(self.decision)}")
        values = (left, right, decision, person(self.decided_by), _utc(self.decided_at))
        vars(self).update(zip(DECISION_SCHEMA, values, strict=True))


def is_document_id(text: str) -> bool:
    """Whether a text is a document id as the store writes it; ids from an earlier version may not be."""
    return _ID.fullmatch(text) is not None


def document_id(text: str) -> str:
    """A document id as the store writes it; upper case and the hyphens of a UUID are accepted too."""
    found = text.strip().lower()
    if _HYPHENATED_ID.fullmatch(found):
        found = found.replace("-", "")
    if not is_document_id(found):
        raise DecisionError(f"expected a document id of 32 hexadecimal digits, found {shown(text)}")
    return found


def person(text: str) -> str:
    """The name of the person who decides, without spaces around it."""
    name = text.strip()
    if not name:
        raise DecisionError("expected the name of who decided, found none")
    if len(name) > LONGEST_NAME:
        raise DecisionError(f"expected a name of at most {LONGEST_NAME} characters, found {len(name):,}: {shown(name)}")
    if any(unicodedata.category(character) in _NOT_IN_A_NAME for character in name):
        raise DecisionError(f"expected a name on one line without control characters, found {shown(name)}")
    return name


def shown(text: str) -> str:
    """A value as an error message quotes it: one short line, whatever the value contains."""
    return repr(text) if len(text) <= 60 else f"{text[:60]!r}…"


def _utc(at: datetime) -> datetime:
    """The same time in UTC, without its zone; a time without a zone is already UTC."""
    try:
        return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    except OverflowError as error:
        raise DecisionError(f"expected a time in the years 1 to 9999 UTC, found {at.isoformat()}") from error


def decide_all(store: Store, decisions: Iterable[Decision]) -> None:
    """Store all of several decisions, or none. A later decision about the same two documents replaces an earlier one.

    The next refresh clusters these documents again. Raises DecisionError if a decision contradicts others, with their
    chain.
    """
    rows = list(decisions)
    columns = {name: [getattr(row, name) for row in rows] for name in DECISION_SCHEMA}
    made = pl.DataFrame(columns, schema=DECISION_SCHEMA).unique(_ENDS, keep="last", maintain_order=True)
    others = store.query("decisions").join(made, on=_ENDS, how="anti")
    if chain := contradiction(pl.concat([others, made])):
        raise DecisionError(
            f"the decisions contradict each other: {_told(chain)} by must_link, yet the first and the last are a "
            "cannot_link. Undo one of these first; nothing was kept.",
            chain,
        )
    with store.transaction():
        store.execute("change_decisions", undone=made.clear().select(_ENDS), made=made)


def undo(store: Store, left: str, right: str) -> bool:
    """Undo the decision about two documents; False if there was none.

    Earlier versions stored ids as they were given, so an id that is not a document id is used unchanged.
    """
    said = [sorted((left, right))]
    if not (known := _among(store, said)).height:
        known = _among(store, [sorted((document_id(left), document_id(right)))])
    with store.transaction():
        store.execute("change_decisions", undone=known, made=pl.DataFrame(schema=DECISION_SCHEMA))
    return not known.is_empty()


def _among(store: Store, ends: list[list[str]]) -> pl.DataFrame:
    """The decided ones among these pairs of ids."""
    asked = pl.DataFrame(ends, schema=dict.fromkeys(_ENDS, pl.String), orient="row")
    return asked.join(store.query("decisions"), on=_ENDS, how="semi")


def contradiction(decisions: pl.DataFrame) -> list[str]:
    """A short chain of must_links that joins the two documents of a cannot_link; empty if there is none."""
    links: dict[str, list[str]] = {}
    apart = []
    for left, right, decision in decisions.select(*_ENDS, "decision").sort(pl.all()).iter_rows():
        if decision == "must_link":
            links.setdefault(left, []).append(right)
            links.setdefault(right, []).append(left)
        else:
            apart.append((left, right))
    groups = _groups(links)
    joined = [(left, right) for left, right in apart if left in groups and groups[left] == groups.get(right)]
    return min((way(links, *ends) for ends in joined[:_CHAINS]), key=len, default=[])


def _groups(links: dict[str, list[str]]) -> dict[str, str]:
    """For each document, the document that stands for its group, which is everything that the links connect."""
    groups: dict[str, str] = {}
    for document in links:
        if document not in groups:
            groups |= dict.fromkeys([document, *reached(links, document)], document)
    return groups


def _told(chain: list[str]) -> str:
    """A chain in one line; a long one is shortened to its ends."""
    shown_ends = chain if len(chain) <= 8 else [*chain[:3], f"({len(chain) - 6:,} more)", *chain[-3:]]
    return " = ".join(shown_ends)
