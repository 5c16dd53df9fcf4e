"""What `read_xml` is asked for, by name, place and what joins; and a line that has no fate yet."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry


@dataclass
class Asked:
    """What `read_xml` is asked for: elements of these tags (without prefix), of which `make` reads entries.

    Elements of `context_tags` between them are handed to `context`: what holds for the entries that follow.
    An element of which nothing is made is rejected, unless it `passes`. within: only elements that are inside of one of
    this name. joins: whether an element of another name, as deep as entries are (at first `depth`), is one too, and
    those of its name from there on, which `tags` grow by; None rejects it.
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
        """Whether an element of this name, the last of those that are open, is an entry."""
        return local in self.tags and (self.within is None or any(self.within == bare(name) for name in stack[:-1]))

    def is_joined(self, element: Element | None) -> bool | None:
        """Whether an element of another name is an entry; then so are those of its name from there on."""
        joined = self.joins(element) if self.joins and element is not None else False
        if joined and element is not None:
            self.tags.add(element.tag)
        return joined

    def starts(self) -> re.Pattern[bytes]:
        """What matches a line that an entry starts."""
        names = b"|".join(sorted(re.escape(tag.encode()) for tag in self.tags))
        return re.compile(rb"\s*<(?:[\w.-]+:)?(?:" + names + rb")[\s>]")


def bare(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2]


@dataclass
class XmlLine:
    """A line without a fate: its number, where it starts in the dump, what it says."""

    number: int
    start: int
    excerpt: bytes = b""
    length: int = 0
    is_blank: bool = True


def told(line: XmlLine) -> tuple[str, int]:
    """Return its first characters, and its length, as a rejected line says them."""
    return line.excerpt.decode("utf-8", "replace").rstrip("\r\n"), line.length
