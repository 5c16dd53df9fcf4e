"""What sections of settings have in common."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Settings of which a change costs the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cost: ClassVar[str]


class Practical(Section):
    """Settings that say how the work is done: no stored result depends on them, so they are in no fingerprint."""

    cost = "nothing"
