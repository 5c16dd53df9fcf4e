"""The work of the review page, apart from the web: the queue, the decisions, applying them.

It reads the published warehouse, and opens the store only while it saves a decision, so runs don't have to wait. If a
run holds the store, the decision is not saved, and the person is informed.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

import polars as pl

from papersieve.pipeline.settings import Settings
from papersieve.warehouse.decisions.decisions import Decision, decide_all, person, undo
from papersieve.warehouse.decisions.label_sample import ANSWER, ENDS, read_labels
from papersieve.warehouse.decisions.review_queue import document_titles, review_queue
from papersieve.warehouse.decisions.spreadsheet import SpreadsheetError, read_rows, write_rows
from papersieve.warehouse.plurals import counted
from papersieve.warehouse.run import run
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import existing

#: How many seconds a decision waits for a run that holds the store, before the person is informed.
_WAIT_SECONDS = 2.0

_WORDS = {"must_link": "yes", "cannot_link": "no"}
_QUEUE = dict.fromkeys(ENDS, pl.String) | {"doubt": pl.Float64, "is_decided": pl.Boolean}


class _Desk(ABC):
    """The work behind a page of pairs. is_blind: no judgement is shown, and nothing can be published from the page."""

    warehouse: Path
    who: str
    decisions: pl.DataFrame
    is_blind = False
    _version: tuple[int, int] | None = None

    @abstractmethod
    def queue(self) -> pl.DataFrame:
        """The pairs in their order: left_document_id, right_document_id, doubt, is_decided; unless blind, also rule,
        score, left_title, right_title.
        """

    def _version_in_place(self) -> tuple[int, int]:
        """A value that changes if another file is published."""
        state = self.warehouse.stat()
        return state.st_ino, state.st_mtime_ns

    def left(self) -> int:
        """The number of pairs that are still undecided."""
        return self.queue().filter(~pl.col("is_decided")).height


class ReviewDesk(_Desk):
    """The work of one person on one store and warehouse. Safe for several threads."""

    def __init__(self, store: Path, warehouse: Path, settings: Settings, who: str) -> None:
        """Raise DecisionError if `who` is not a valid name, StoreError if the store can't be opened."""
        self.store, self.warehouse, self.settings, self.who = store, warehouse, settings, person(who)
        self._queue = pl.DataFrame()
        self.decisions = pl.DataFrame()
        with self._open():
            pass

    def queue(self) -> pl.DataFrame:
        """The pairs to review, in an order that stays the same until another version is published. is_decided: whether
        a pair is done.
        """
        if self._version != (version := self._version_in_place()):
            self._queue = review_queue(self.warehouse, self.decisions.clear())
            self._version = version
        done = self.decisions.select(*ENDS, is_decided=True)
        found = self._queue.join(done, on=ENDS, how="left", maintain_order="left")
        return found.with_columns(pl.col("is_decided").fill_null(value=False))

    def known(self, left: str, right: str) -> dict[str, Any] | None:
        """The decision about two documents, the smaller id left, as of the last time that the store was open."""
        is_it = (pl.col("left_document_id") == left) & (pl.col("right_document_id") == right)
        return next(iter(self.decisions.filter(is_it).to_dicts()), None)

    def decide(self, left: str, right: str, decision: str, *, replace: bool) -> dict[str, Any] | None:
        """Save a decision.

        If somebody decided otherwise about the same two documents in the meantime, that decision is kept and returned,
        unless `replace` is set.
        """
        made = Decision(left, right, decision, self.who, datetime.now(UTC))
        with self._open() as opened:
            before = self.known(made.left_document_id, made.right_document_id)
            if before and before["decision"] != made.decision and not replace:
                return before
            decide_all(opened, [made])
        return None

    def undo(self, left: str, right: str) -> None:
        """Undo the decision about two documents."""
        with self._open() as opened:
            undo(opened, left, right)

    def apply(self) -> list[str]:
        """Refresh and publish with the decisions; returns messages for the person."""
        done = run([], self.store, self.warehouse, self.settings, wait_seconds=_WAIT_SECONDS)
        state = "Published" if done.published else "Nothing to publish"
        return [f"{state}: {counted(done.funnel['papers'], 'paper')}.", *done.messages]

    @contextmanager
    def _open(self) -> Iterator[Store]:
        """The store, open for one decision; all decisions are read before and after.

        Raises StoreError if a run holds the store.
        """
        with Store(existing(self.store), self.settings, wait_seconds=_WAIT_SECONDS) as opened:
            self.decisions = opened.query("decisions")
            yield opened
            self.decisions = opened.query("decisions")


class LabelDesk(_Desk):
    """The work of one person on one file of labels. Labels are not decisions. Safe for several threads."""

    is_blind = True

    def __init__(self, warehouse: Path, file: Path) -> None:
        """Take a file of labels. Raises SpreadsheetError if it has no sample."""
        self.warehouse, self.file, self.who = warehouse, file, file.name
        self.decisions = pl.DataFrame()
        self._lock = Lock()
        self._here: set[str] = set()
        self.queue()

    def queue(self) -> pl.DataFrame:
        """The pairs of the file that the published version has; is_decided: whether a pair is labelled."""
        with self._lock:
            labels = list(read_labels(self.file))
            if self._version != (version := self._version_in_place()):
                documents = {document for label in labels for document in label[:2]}
                self._here, self._version = set(document_titles(self.warehouse, sorted(documents))), version
        here = (label for label in labels if self._here.issuperset(label[:2]))
        rows = [(*label[:2], 0.0, label.is_one_paper is not None) for label in here]
        return pl.DataFrame(rows, schema=_QUEUE, orient="row")

    def known(self, left: str, right: str) -> dict[str, Any] | None:
        """The answer about two documents, if there is one."""
        said = {label[:2]: label.is_one_paper for label in read_labels(self.file)}.get((left, right))
        return None if said is None else {"decision": "must_link" if said else "cannot_link"}

    def decide(self, left: str, right: str, decision: str, *, replace: bool) -> dict[str, Any] | None:
        """Write an answer to the file, in place of an earlier one."""
        self._write(left, right, _WORDS[decision])
        return None

    def undo(self, left: str, right: str) -> None:
        """Remove an answer from the file."""
        self._write(left, right, "")

    def _write(self, left: str, right: str, answer: str) -> None:
        """Write an answer; everything else in the file stays as it is, including columns that its owner added."""
        with self._lock:
            rows = [cells for _, cells in read_rows(self.file)]
            names = [name.strip() for name in rows[0]]
            first, second, said = (names.index(name) for name in (*ENDS, ANSWER))
            mine = [row for row in rows[1:] if (row[first].strip(), row[second].strip()) == (left, right)]
            if not mine:
                raise SpreadsheetError(
                    f"{self.file}: expected the pair {left} {right}, found none. Load the page again."
                )
            mine[0][said] = answer
            write_rows(self.file, rows, are_read=True)


Desk = ReviewDesk | LabelDesk
