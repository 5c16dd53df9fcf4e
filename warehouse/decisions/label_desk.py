"""Labelling on the review page: it shows pairs of a sample without their judgements, and saves answers to its file."""

from pathlib import Path
from threading import Lock
from typing import Any

import polars as pl

from papersieve.warehouse.decisions.label_sample import ANSWER, ENDS, EstimateError, read_labels
from papersieve.warehouse.decisions.review_desk import Desk
from papersieve.warehouse.decisions.review_queue import document_titles
from papersieve.warehouse.decisions.spreadsheet import read_rows, write_rows

_WORDS = {"must_link": "yes", "cannot_link": "no"}
_QUEUE = dict.fromkeys(ENDS, pl.String) | {"doubt": pl.Float64, "is_decided": pl.Boolean}


class LabelDesk(Desk):
    """The work of one person on one file of labels. Labels are not decisions. Safe for several threads."""

    is_blind = True

    def __init__(self, warehouse: Path, file: Path) -> None:
        """Take a file of labels. Raises EstimateError if it has no sample."""
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
        rows = [
            (*label[:2], 0.0, label.is_one_paper is not None) for label in labels if self._here.issuperset(label[:2])
        ]
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
                raise EstimateError(f"{self.file}: expected the pair {left} {right}, found none. Load the page again.")
            mine[0][said] = answer
            write_rows(self.file, rows, are_read=True)
