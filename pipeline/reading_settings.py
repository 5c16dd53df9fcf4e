"""Sections of settings: reading, fetching and merging, and what all sections have in common."""

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from papersieve.checks.record_columns import RECORDS
from papersieve.pipeline.extract.shared.column_names import NAMES
from papersieve.pipeline.suggestions import did_you_mean


class Section(BaseModel):
    """Settings whose changes all cost the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cost: ClassVar[str]


class Practical(Section):
    """Settings of how the work is done. No stored result depends on them, so they are in no fingerprint."""

    cost = "nothing"


class Reading(Practical):
    """How dumps are read: the columns of tables, and limits that stop hostile input.

    The error, rejected line or notice names the limit that was hit.
    """

    cost = "read"

    format: str | None = Field(
        None, description="format of all dumps; not set: recognised by their content", examples=["ris"]
    )
    encoding: str | None = Field(
        None,
        description="encoding of text dumps that are not UTF-8; not set: such dumps are refused",
        examples=["windows-1252"],
    )
    columns: dict[str, str] = Field(
        {},
        description="columns of tables, ours = theirs; others are recognised by name",
        examples=[{"title": "Paper Title"}],
    )
    sheet: str | None = Field(
        None, description="sheet of workbooks to read; not set: the first with column names", examples=["Export"]
    )
    max_file_bytes: int = Field(1 << 36, ge=1, description="most bytes of a dump, uncompressed")
    max_page_bytes: int = Field(1 << 28, ge=1, description="most bytes of a dump in a format that must be read whole")
    max_line_bytes: int = Field(1 << 23, ge=100, description="most bytes of a line of text; a longer line is rejected")
    max_entry_bytes: int = Field(
        1 << 23, ge=100, description="most bytes of an entry of several lines; a longer one is rejected"
    )
    max_other_chars: int = Field(
        20_000,
        ge=0,
        description="most characters of other_fields, an entry's fields without a column; beyond that the largest fields are dropped; 0: none is kept",
    )
    max_depth: int = Field(100, ge=5, le=500, description="most levels of nesting in JSON and XML")
    max_members: int = Field(100_000, ge=1, description="most members of an archive")
    max_expansion: int = Field(
        250, ge=2, description="most uncompressed bytes for each compressed byte, after the first 16 MiB"
    )
    max_fetched_bytes: int = Field(1 << 36, ge=1, description="most bytes of all dumps from addresses in one call")
    fetch_seconds: float = Field(
        600.0, gt=0, description="seconds after which the copy of a dump from an address is abandoned"
    )
    silence_seconds: float = Field(30.0, gt=0, description="seconds without data after which such a copy is abandoned")
    fetch_at_once: int = Field(4, ge=1, le=64, description="dumps that are copied from addresses at a time")
    processes: int | None = Field(
        None,
        ge=1,
        le=64,
        description="processes that read dumps; 1: this one alone; not set: one per core, if there is much to read",
        examples=[4],
    )
    batch_entries: int = Field(20_000, ge=1, description="entries held in memory at a time")

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str | None) -> str | None:
        try:
            "".encode(encoding or "utf-8")
        except LookupError:
            raise ValueError(f"{encoding} is no encoding of texts; windows-1252, macintosh or shift_jis are.") from None
        return encoding

    @field_validator("columns")
    @classmethod
    def _are_ours(cls, columns: dict[str, str]) -> dict[str, str]:
        for ours in columns:
            if ours not in NAMES:
                raise ValueError(
                    f"{ours} is no column of ours.{did_you_mean(ours, NAMES)} They are {', '.join(NAMES)}."
                )
        return columns


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


class Fetching(Practical):
    """Where `papersieve fetch` and Dagster's schedule get dumps from, day by day."""

    sources: list[str] = Field(
        [],
        description="what to fetch: arxiv:CATEGORY, arxiv-rss:CATEGORIES, hf-daily, openalex:FILTER",
        examples=[["arxiv:cs.CL", "hf-daily"]],
    )
    contact: str | None = Field(
        None,
        min_length=3,
        description="mail or web address sent with every request, so that a server's operator can write to you; required for fetching",
        examples=["me@example.org"],
    )
    since: date | None = Field(
        None,
        description="first day to fetch; not set: the first day that was ever fetched, or else the last finished day",
        examples=[date(2026, 11, 1)],
    )
    attempts: int = Field(
        5, ge=1, le=20, description="requests for a page before its source is skipped until the next fetch"
    )
    longest_wait_seconds: float = Field(
        600.0,
        gt=0,
        description="longest wait in seconds that a server may ask for; if it asks for more, the source is skipped until the next fetch",
    )
    answer_seconds: float = Field(
        120.0, gt=0, description="seconds without data after which a request fails; arXiv can take a minute to answer"
    )
    servers: dict[str, Annotated[str, Field(pattern=r"^https?://\S+$")]] = Field(
        {},
        description="addresses to use instead of the usual ones, by kind of source: arxiv, arxiv-rss, hf-daily, openalex",
        examples=[{"arxiv": "https://mirror.example.org/oai"}],
    )
    pause_seconds: float = Field(
        3.0, ge=0, description="seconds between two requests to these addresses; the usual ones have their own pauses"
    )
