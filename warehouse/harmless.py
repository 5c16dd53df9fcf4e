"""Texts of dumps for a terminal: without characters that control it or that change the text around them."""

import re

#: Control characters, marks of direction and of lines, halves of characters. Line breaks and tabs are left: JSON
#: escapes them, and tables use them.
_HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def harmless(text: str | None) -> str:
    """On one line, each hostile character replaced by the replacement character; empty for null."""
    return harmless_lines((text or "").replace("\n", " ").replace("\t", " "))


def harmless_lines(text: str) -> str:
    """The same, with line breaks and tabs kept because they are ours."""
    return _HOSTILE.sub("\ufffd", text)


def harmless_json(text: str) -> str:
    """JSON of the same value, with hostile characters escaped."""
    return _HOSTILE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
