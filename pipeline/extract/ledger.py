"""The fate of every line: part of a record, furniture, blank, or rejected with a reason. Nothing vanishes."""

from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

#: Characters of a rejected line that are kept; its true length stands beside it.
EXCERPT_CHARS = 1_000


class Fate(StrEnum):
    """What became of one line of a dump."""

    RECORD = "record"
    FURNITURE = "furniture"
    BLANK = "blank"
    REJECTED = "rejected"


SPAN_SCHEMA = {"line_start": pl.Int64, "line_end": pl.Int64, "fate": pl.String}
REJECTED_SCHEMA = {"line": pl.Int64, "reason_code": pl.String, "text": pl.String, "length": pl.Int64}
NOTICE_SCHEMA = {"line": pl.Int64, "code": pl.String, "message": pl.String}


@dataclass
class LineLedger:
    """Fates of the lines of one dump; line numbers start at 1."""

    lines: list[str]
    fates: list[Fate | None] = field(init=False)
    _rejected: list[tuple[int, str, str, int]] = field(default_factory=list)
    _notices: list[tuple[int, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fates = [None if line.strip() else Fate.BLANK for line in self.lines]

    def mark(self, line: int, fate: Fate) -> None:
        """Give a line its fate; raises ValueError when it already has one."""
        if self.fates[line - 1] is not None:
            raise ValueError(f"line {line} already is {self.fates[line - 1]}, it can't become {fate}")
        self.fates[line - 1] = fate

    def reject(self, line: int, reason_code: str) -> None:
        """Reject a line, keeping an excerpt of it."""
        self.mark(line, Fate.REJECTED)
        text = self.lines[line - 1]
        self._rejected.append((line, reason_code, text[:EXCERPT_CHARS], len(text)))

    def notice(self, line: int, code: str, message: str) -> None:
        """Remember something a user should know about a line that was nevertheless read."""
        self._notices.append((line, code, message))

    def spans(self) -> pl.DataFrame:
        """Runs of lines of one fate, in order: line_start, line_end (inclusive), fate; they cover the dump.

        Raises ValueError when a line was given no fate: that is a fault of the extractor.
        """
        if None in self.fates:
            raise ValueError(f"line {self.fates.index(None) + 1} was given no fate")
        frame = pl.DataFrame({"fate": [str(f) for f in self.fates]}, schema={"fate": pl.String})
        return (
            frame.with_row_index("line", offset=1)
            .with_columns(run=pl.col("fate").rle_id())
            .group_by("run", maintain_order=True)
            .agg(line_start=pl.col("line").first(), line_end=pl.col("line").last(), fate=pl.col("fate").first())
            .select(pl.col(c).cast(t) for c, t in SPAN_SCHEMA.items())
        )

    def rejected(self) -> pl.DataFrame:
        """Rejected lines: line, reason_code, text (an excerpt), length (characters of the whole line)."""
        return pl.DataFrame(self._rejected, schema=REJECTED_SCHEMA, orient="row").sort("line")

    def notices(self) -> pl.DataFrame:
        """What a user should know: line, code, message."""
        return pl.DataFrame(self._notices, schema=NOTICE_SCHEMA, orient="row").sort("line", maintain_order=True)
