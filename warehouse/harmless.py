"""Text from dumps, made safe for a terminal: without characters that control it or change the text around them."""

import re

#: Control characters, direction marks, line separators and surrogates. Line breaks and tabs are not among them: JSON
#: escapes them, and tables use them.
_HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def harmless(text: str | None) -> str:
    """The text on one line, with hostile characters replaced by U+FFFD; empty for null."""
    return harmless_lines((text or "").replace("\n", " ").replace("\t", " "))


def harmless_lines(text: str) -> str:
    """The same for our own output, whose line breaks and tabs are kept."""
    return _HOSTILE.sub("\ufffd", text)


def harmless_json(text: str) -> str:
    """The same JSON with hostile characters escaped, so that its value is unchanged."""
    return _HOSTILE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
