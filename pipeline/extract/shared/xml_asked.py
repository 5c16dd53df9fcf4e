"""The elements that `read_xml` looks for; and a line that has no fate yet."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry


@dataclass
class Asked:
    """What `read_xml` looks for: elements of these tags (without prefix), which `make` reads as entries.

    Elements of `context_tags` between them are passed to `context`: they hold for the entries that follow. An element
    that gives no entry is rejected, unless it `passes`. within: only elements inside one of this name count. joins:
    whether an element of another name, at the depth of entries (`depth` at first), is an entry too; its name is then
    added to `tags`, so that later ones count as well. If the answer is None, the element is rejected.
    """

    tags: set[str]
    make: Callable[[Element], Entry | None]
    context: Callable[[Element], None] | None = None
    context_tags: frozenset[str] = frozenset()
    passes: Callable[[Element], bool] = lambda _: False
    within: str | None = None
    joins: Callable[[Element], bool | None] | None = None
    depth: int = 0

    def __post_init__(self) -> None:
        self.tags = set(self.tags)

    def is_entry(self, local: str, stack: list[str]) -> bool:
        """Whether an element of this name, the last of the open ones in `stack`, is an entry."""
        return local in self.tags and (self.within is None or any(self.within == bare(name) for name in stack[:-1]))

    def is_joined(self, element: Element | None) -> bool | None:
        """Whether an element of another name is an entry; if so, all later ones of its name are too."""
        joined = self.joins(element) if self.joins and element is not None else False
        if joined and element is not None:
            self.tags.add(element.tag)
        return joined

    def starts(self) -> re.Pattern[bytes]:
        """A pattern for lines that begin with the start of an entry."""
        names = b"|".join(sorted(re.escape(tag.encode()) for tag in self.tags))
        return re.compile(rb"\s*<(?:[\w.-]+:)?(?:" + names + rb")[\s>]")


def bare(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2]


@dataclass
class XmlLine:
    """A line without a fate: its number, its offset in the dump, the beginning of its text and its length, in bytes."""

    number: int
    start: int
    excerpt: bytes = b""
    length: int = 0
    is_blank: bool = True


def told(line: XmlLine) -> tuple[str, int]:
    """The first characters and the length of a line, as they are kept of a rejected line."""
    return line.excerpt.decode("utf-8", "replace").rstrip("\r\n"), line.length
