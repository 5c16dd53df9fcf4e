"""Formats that differ only in names: XML in which papers are elements, and JSON in which they are objects."""

from collections.abc import Callable, Collection, Iterator
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.json_entries import Maker, has_keys, read_json
from papersieve.pipeline.extract.shared.xml_asked import Asked
from papersieve.pipeline.extract.shared.xml_entries import read_xml
from papersieve.pipeline.extract.shared.xml_text import root_of

#: What a text must have in addition to its root or keys.
Test = Callable[[str], object]


def xml_format(
    name: str,
    looks_like: str,
    make: Callable[[Element], Entry | None],
    tags: set[str],
    *,
    roots: Collection[str] = (),
    has: Test = bool,
    listing: str | None = None,
    passes: Callable[[Element], bool] = lambda _: False,
) -> Format:
    """An XML format with one of these roots, or any root if none is given, in which elements of these tags are papers.

    make: reads the paper in an element. listing: who publishes it. passes: elements that are neither papers nor faults.
    """

    def recognises(head: Head) -> str | None:
        root = root_of(head.text)
        is_known = root is not None and (root in roots or not roots) and has(head.text)
        return f"its root element is <{root}>, and it has {looks_like}" if is_known else None

    def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
        yield Listing(listing)
        yield from read_xml(dump, Asked(tags, make, passes=passes))

    return Format(name, looks_like, recognises, extract, make=make)


def json_format(
    name: str,
    looks_like: str,
    make: Maker,
    *keys: tuple[str, ...],
    has: Test = bool,
    listing: str | None = None,
    container: str | None = None,
) -> Format:
    """A JSON format whose objects have all keys of one of these sets.

    make: reads the paper in an object. listing: who publishes it. container: the key of the list in an API's answer.
    """

    def recognises(head: Head) -> str | None:
        found = next((each for each in keys if has_keys(head, *each)), None)
        return f"its objects have the keys {', '.join(found)}" if found and has(head.text) else None

    def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
        yield Listing(listing)
        yield from read_json(dump, make, head_container=container)

    return Format(name, looks_like, recognises, extract, make=make)
