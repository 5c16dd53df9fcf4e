"""Settings of `papersieve fetch`: what to fetch, who asks, and how patiently."""

from datetime import date
from typing import Annotated

from pydantic import Field

from papersieve.pipeline.setting_section import Practical


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
        description="mail or web address that every request names, so that a server's operator can write to you; required for fetching",
        examples=["me@example.org"],
    )
    since: date | None = Field(
        None,
        description="first day to fetch; not set: the first one that was ever fetched, or else the last one that is over",
        examples=[date(2026, 11, 1)],
    )
    attempts: int = Field(
        5, ge=1, le=20, description="times that a page is asked for before the source is left until the next fetch"
    )
    longest_wait_seconds: float = Field(
        600.0,
        gt=0,
        description="seconds to wait where a server asks for it; if it wants more, the source is left until the next fetch",
    )
    answer_seconds: float = Field(
        120.0, gt=0, description="seconds without data after which a request fails; arXiv can take a minute to answer"
    )
    servers: dict[str, Annotated[str, Field(pattern=r"^https?://\S+$")]] = Field(
        {},
        description="addresses to ask in place of the usual ones, by kind of source: arxiv, arxiv-rss, hf-daily, openalex",
        examples=[{"arxiv": "https://mirror.example.org/oai"}],
    )
    pause_seconds: float = Field(
        3.0, ge=0, description="seconds between two requests to those; the usual ones have pauses of their own"
    )
