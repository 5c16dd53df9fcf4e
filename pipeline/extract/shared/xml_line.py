"""A line of an XML dump that has no fate yet."""

from dataclasses import dataclass


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
