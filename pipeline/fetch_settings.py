"""Settings of `papersieve fetch`: what to fetch, who asks, and how patiently."""

from datetime import date
from typing import Annotated

from pydantic import Field

from papersieve.pipeline.reading_settings import Practical


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
