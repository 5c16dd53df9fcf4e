"""Texts of dumps where a terminal shows them: nothing in them that it obeys, or that turns what stands beside them."""

import re

#: Controls, marks of direction and lines, halves of characters. Line breaks and tabs are left: JSON escapes them,
#: tables use them.
_HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def harmless(text: str | None) -> str:
    """On one line, each hostile character as the replacement character; empty for null."""
    return harmless_lines((text or "").replace("\n", " ").replace("\t", " "))


def harmless_lines(text: str) -> str:
    """The same where line breaks and tabs are ours."""
    return _HOSTILE.sub("\ufffd", text)


def harmless_json(text: str) -> str:
    """JSON of the same value, with hostile characters escaped."""
    return _HOSTILE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
