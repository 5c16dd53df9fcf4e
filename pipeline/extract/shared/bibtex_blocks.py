"""Entries of BibTeX that a parser refuses: without their last brace or their key, or with commas in it."""

import re
from typing import Any

#: The key in the first line, up to the comma that ends it.
_KEY = re.compile(r"(@[a-zA-Z]+\s*\{)([^={}\n]*),[ \t]*(?=\n)")
#: Where a field stands in the place of the key.
_NO_KEY = re.compile(r"(@[a-zA-Z]+\s*\{)(?=\s*[a-zA-Z][\w-]*\s*=)")
#: A field inside of a value: a brace is missing before it, so that nobody knows where the value ends.
_FIELD = re.compile(r"\b[a-zA-Z]+\s*=\s*[{\"]")


def mended(raw: str) -> Any:
    """The entry that a block is once it has a key without commas and its last brace; None where it is none then."""
    from bibtexparser.entrypoint import parse_string  # it loads a decoder of LaTeX

    keyed = _NO_KEY.sub(r"\1,", raw, count=1)
    text = _KEY.sub(lambda found: found[1] + found[2].replace(",", "") + ",", keyed, count=1)
    text = text.rstrip() + "}" * (text.count("{") - text.count("}"))
    entries = parse_string(text, parse_stack=[]).entries
    is_sound = (
        len(entries) == 1
        and entries[0].fields
        and not any(_FIELD.search(str(field.value)) for field in entries[0].fields)
    )
    return entries[0] if is_sound else None
