"""What became of each file of a call, and the messages about it."""

import shlex
from dataclasses import dataclass

from papersieve.pipeline.extract.detect import installed

#: The number of places that a message names; others are counted.
_TOLD = 3


@dataclass(frozen=True)
class DumpOutcome:
    """What became of one file of a call: added, replaced, located, unchanged, held_back, withdrawn or unreadable; or
    removed: an earlier call found a dump at this place, and it is gone.
    """

    location: str
    name: str
    outcome: str
    reason_code: str | None = None
    message: str | None = None


def messages_of(outcomes: list[DumpOutcome]) -> list[str]:
    """Messages about the files of a call: one for all removed places, and one for each format that can't be used."""
    messages = [o.message for o in outcomes if o.message]
    if removed := [o.location for o in outcomes if o.outcome == "removed" and not o.message]:
        more = f" and {len(removed) - _TOLD:,} more" if len(removed) > _TOLD else ""
        messages.append(
            f"not there any more: {', '.join(removed[:_TOLD])}{more}. What was read there stays; "
            f"to remove what it said: papersieve withdraw {shlex.quote(removed[0])}"
        )
    is_read = any(o.outcome in ("added", "replaced", "unreadable") for o in outcomes)
    return messages + (list(installed().broken.values()) if is_read else [])
