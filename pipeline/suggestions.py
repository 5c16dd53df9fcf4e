"""Suggestions for mistyped names."""

import difflib
from collections.abc import Iterable


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """A question with the names similar to a text, to end a message with; empty if there are none."""
    found = difflib.get_close_matches(text, list(known))
    return f" Did you mean {' or '.join(found)}?" if found else ""
