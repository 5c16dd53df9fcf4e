"""Settings of merging: from which source a paper takes its values."""

from typing import Self

from pydantic import Field, model_validator

from papersieve.checks.record_columns import RECORDS
from papersieve.pipeline.reading_settings import Section


class Merging(Section):
    """How a paper's value is chosen from those of its records."""

    cost = "merged"

    priority: dict[str, list[str]] = Field(
        {},
        description="for a column, the sources whose value is preferred, best first: labels, listings or formats of dumps, "
        "or publication types; after these, the column's survivorship rule decides",
        examples=[{"abstract": ["PubMed", "Scopus"], "venue": ["article", "preprint"]}],
    )

    @model_validator(mode="after")
    def _columns_are_chosen(self) -> Self:
        chosen = [name for name, c in RECORDS.columns.items() if (g := c.golden) and not g.is_union and not g.leader]
        if unknown := [name for name in self.priority if name not in chosen]:
            raise ValueError(
                f"expected columns of which one value is chosen ({', '.join(chosen)}), found {', '.join(unknown)}"
            )
        return self
