"""What became of each file of a call, and what there is to say of it."""

import shlex
from dataclasses import dataclass

from papersieve.pipeline.extract.detect import installed

#: Places that a message names; more are counted.
_TOLD = 3


@dataclass(frozen=True)
class DumpOutcome:
    """What became of one file of a call: added, replaced, located, unchanged, held_back, withdrawn or unreadable; or of
    a place that an earlier call found a dump at: removed.
    """

    location: str
    name: str
    outcome: str
    reason_code: str | None = None
    message: str | None = None


def messages_of(outcomes: list[DumpOutcome]) -> list[str]:
    """What a call has to say of its files, of places that are no more in one message, and of formats it did without."""
    messages = [o.message for o in outcomes if o.message]
    if removed := [o.location for o in outcomes if o.outcome == "removed" and not o.message]:
        more = f" and {len(removed) - _TOLD:,} more" if len(removed) > _TOLD else ""
        messages.append(
            f"not there any more: {', '.join(removed[:_TOLD])}{more}. What was read there stays; "
            f"to remove what it said: papersieve withdraw {shlex.quote(removed[0])}"
        )
    is_read = any(o.outcome in ("added", "replaced", "unreadable") for o in outcomes)
    return messages + (list(installed().broken.values()) if is_read else [])
