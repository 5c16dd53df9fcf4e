"""How deep JSON is nested, told before it is parsed: deep nesting ends a parser."""

import re

_NESTING = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


def is_deep(text: str, levels: int) -> bool:
    """Whether brackets outside of strings are nested deeper."""
    if text.count("[") + text.count("{") <= levels:
        return False
    depth = 0
    for found in _NESTING.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > levels:
                return True
        elif mark in "]}":
            depth -= 1
    return False
