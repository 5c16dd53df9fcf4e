"""For mkdocstrings: the doctests of a docstring are shown as code, which Google's style does below a heading only."""

import re
from typing import Any

import griffe


class DoctestBlocks(griffe.Extension):
    """Put the heading before the first doctest of each docstring."""

    def on_instance(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Change the docstring of one function, class or module."""
        if obj.docstring and ">>>" in obj.docstring.value:
            examples = obj.docstring.value.index(">>>")
            before, after = obj.docstring.value[:examples], obj.docstring.value[examples:]
            obj.docstring.value = f"{before}Examples:\n" + re.sub(r"(?m)^(?=.)", "    ", after)
