"""The outcome of each file of a call, and the messages about the files."""

import shlex
from dataclasses import dataclass

from papersieve.pipeline.extract.detect import installed

#: The number of places that a message names; the others are counted.
_TOLD = 3


@dataclass(frozen=True)
class DumpOutcome:
    """The outcome of one file of a call.

    outcome: added, replaced, located (known bytes at a new place), unchanged, held_back, withdrawn (so it was skipped),
    unreadable, or removed (a dump that an earlier call found at this place is gone).
    """

    location: str
    name: str
    outcome: str
    reason_code: str | None = None
    message: str | None = None


def messages_of(outcomes: list[DumpOutcome]) -> list[str]:
    """Messages about the files of a call: their own, one for all removed places, one per format that can't be used."""
    messages = [o.message for o in outcomes if o.message]
    if removed := [o.location for o in outcomes if o.outcome == "removed" and not o.message]:
        more = f" and {len(removed) - _TOLD:,} more" if len(removed) > _TOLD else ""
        messages.append(
            f"not there any more: {', '.join(removed[:_TOLD])}{more}. What was read there stays; "
            f"to remove what it said: papersieve withdraw {shlex.quote(removed[0])}"
        )
    is_read = any(o.outcome in ("added", "replaced", "unreadable") for o in outcomes)
    return messages + (list(installed().broken.values()) if is_read else [])
