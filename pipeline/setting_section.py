"""What sections of settings have in common."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Settings whose changes all cost the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cost: ClassVar[str]


class Practical(Section):
    """Settings of how the work is done. No stored result depends on them, so they are in no fingerprint."""

    cost = "nothing"
