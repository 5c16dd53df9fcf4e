"""The pairs of the queue that a person wants to see: those of one rule, with a score in a range."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

import polars as pl

from papersieve.warehouse.answers.reasons import RULE_NAMES


@dataclass(frozen=True)
class Choice:
    """The choice, as in addresses and forms; an empty choice means every pair."""

    rule: str = ""
    least: str = ""
    most: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Choice":
        """The choice in an address or a form; an unknown rule or an invalid number is ignored."""
        rule = given.get("rule", "")
        least, most = (_number(given.get(name, "")) for name in ("least", "most"))
        return cls(rule if rule in RULE_NAMES else "", least, most)

    @property
    def fields(self) -> dict[str, str]:
        """The fields for a form; empty if everything is chosen."""
        return {name: value for name, value in asdict(self).items() if value}

    def address(self, path: str, **more: object) -> str:
        """The address of a page for the pairs of this choice."""
        asked = urlencode({**self.fields, **more})
        return f"{path}?{asked}" if asked else path

    def places(self, queue: pl.DataFrame) -> pl.DataFrame:
        """The chosen rows of a queue, each with its place in the queue; all rows if nothing is chosen."""
        placed = queue.with_row_index("place")
        if self.rule:
            placed = placed.filter(pl.col("rule") == self.rule)
        if self.least:
            placed = placed.filter(pl.col("score") >= float(self.least))
        if self.most:
            placed = placed.filter(pl.col("score") <= float(self.most))
        return placed


def _number(text: str) -> str:
    try:
        return f"{float(text):g}" if abs(float(text)) < 1e6 else ""
    except ValueError:
        return ""
