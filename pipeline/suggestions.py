"""What somebody may have meant who mistyped a name."""

import difflib
from collections.abc import Iterable


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """A question with the names that come near a text, as the end of a message; empty where none does."""
    found = difflib.get_close_matches(text, list(known))
    return f" Did you mean {' or '.join(found)}?" if found else ""
