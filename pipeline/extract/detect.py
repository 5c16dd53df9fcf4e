"""Find the format of a dump: the one named in the settings, or the first that recognises the dump's beginning."""

import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from papersieve.pipeline.errors import DumpError, SettingsError
from papersieve.pipeline.extract.entries import Format
from papersieve.pipeline.extract.fence import Fence, is_fault
from papersieve.pipeline.extract.nearest import nearest
from papersieve.pipeline.extract.open_dump import Head, head_of
from papersieve.pipeline.extract.raw_dump import RawDump
from papersieve.pipeline.extract.text_encoding import decoded
from papersieve.pipeline.extract.text_stream import plain_head
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.suggestions import did_you_mean

#: Entry-point group in which other packages register formats; each entry point names a Format.
GROUP = "papersieve.formats"

#: Format modules in the order they are tried: formats with an unmistakable mark first, generic tables and reference
#: lists last.
_ORDER = (
    "arrow_table",
    "workbook",
    "arxiv_atom",
    "zotero_rdf",
    "rss",
    "pubmed_xml",
    "endnote_xml",
    "ebsco_xml",
    "acl_xml",
    "jats",
    "dblp_xml",
    "oai_pmh",
    "marcxml",
    "datacite_xml",
    "mods",
    "unixref",
    "tei",
    "ris",
    "nbib",
    "wos_tagged",
    "refworks",
    "refer",
    "saved_html",
    "xml_table",
    "arxiv_snapshot",
    "openalex",
    "datacite",
    "crossref",
    "hf_daily_json",
    "openreview",
    "digest_json",
    "json_table",
    "labelled_text",
    "scopus_text",
    "scholar_text",
    "pubmed_text",
    "front_matter",
    "org_notes",
    "hf_markdown",
    "author_page",
    "paper_listing",
    "arxiv_text",
    "digest_table",
    "digest_markdown",
    "digest_list",
    "bibtex",
    "bibitems",
    "csv_fields",
    "csv_table",
    "wikipedia",
    "reference_list",
    "linked_text",
    "copied_page",
)

#: Advice for a dump that no format recognises; `inspect` itself leaves it out.
HOW_IT_BEGINS = "`papersieve inspect FILE` shows how it begins, "


@dataclass(frozen=True)
class Installed:
    """The formats of other packages, by name.

    packages: the packages that they come from, by format name; broken: why an entry point can't be used, by its name.
    """

    formats: dict[str, Format]
    packages: dict[str, str]
    broken: dict[str, str]


@cache
def installed() -> Installed:
    """Look up the formats of other packages."""
    formats, packages, broken = dict[str, Format](), dict[str, str](), dict[str, str]()
    for point in entry_points(group=GROUP):
        try:
            with redirect_stdout(sys.stderr):
                found = point.load()
            if not isinstance(found, Format):
                raise TypeError(f"expected a Format, found {type(found).__name__}")
        except BaseException as error:  # other people's code may raise anything
            if not is_fault(error):
                raise
            broken[point.name] = (
                f"entry point {point.name!r} of {GROUP} ({point.value}) can't be loaded: {type(error).__name__}: {error}. "
                "Dumps are read without it. Repair or uninstall that package."
            )
            continue
        formats[found.name] = found
        packages[found.name] = getattr(getattr(point, "dist", None), "name", None) or point.value.partition(":")[0]
    return Installed(formats, packages, broken)


def own_formats() -> Iterator[Format]:
    """The formats of this package in the order they are tried.

    A module is loaded when its turn comes: loading all takes 0.3 s, mostly to compile patterns, and a run without a new
    dump needs none.
    """
    for module in _ORDER:
        yield from _formats_of(module)


@cache
def _formats_of(module: str) -> tuple[Format, ...]:
    members = vars(import_module(f"papersieve.pipeline.extract.formats.{module}")).values()
    return tuple(member for member in members if isinstance(member, Format))


def known_formats() -> Iterator[Format]:
    """All formats in the order they are tried: those of other packages first, as whoever installs one wants it used."""
    theirs = installed().formats
    yield from theirs.values()
    yield from (known for known in own_formats() if known.name not in theirs)


def named(name: str) -> Format:
    """The format with this name; raises SettingsError if there is none."""
    formats = {known.name: known for known in known_formats()}
    if name not in formats:
        why = "".join(f"; {message}" for message in installed().broken.values())
        near = did_you_mean(name, formats)
        raise SettingsError(f"format {name!r} is not known.{near} Known formats: {', '.join(sorted(formats))}{why}")
    return formats[name]


def fence(location: str, known: Format | None = None) -> Fence:
    """The fence around a format while it works on the dump at this location."""
    return Fence(location, installed().packages, known)


def detect(raw: RawDump, reading: Reading) -> tuple[Format, str]:
    """The format of a dump, and the reason.

    A format named in the settings is taken without asking it; raises SettingsError if there is none of that name.
    Raises DumpError if no format recognises the dump, or if one fails, as the dump may have that format.
    """
    if reading.format:
        return named(reading.format), "the settings say so"
    head = head_of(raw.head, reading.columns)
    with fence(raw.location) as fenced:
        for known in known_formats():
            fenced.known = known
            why = known.recognises(head)
            if isinstance(why, str):
                return known, why
            if why is not None:
                raise TypeError(f"expected a reason or None, found {type(why).__name__}")
    raise _unknown(raw, head)


def _unknown(raw: RawDump, head: Head) -> DumpError:
    """The error for a dump of no known format: whether it is text at all, and which formats come closest.

    It quotes nothing from the file except column names: the message is stored and published, and a file that is not a
    dump may be private.
    """
    try:
        decoded(raw.location, plain_head(_whole_characters(head.data, raw.size_bytes)))
    except DumpError as error:
        return error
    closest = f"Closest to: {'; or '.join(near)}.\n" if (near := nearest(head)) else ""
    broken = f" Formats that could not be loaded: {', '.join(installed().broken)}." if installed().broken else ""
    return DumpError(
        "unknown_format",
        f"{raw.location}: no format recognises it; found {raw.size_bytes:,} bytes of text.\n"
        f"{closest}{HOW_IT_BEGINS}`papersieve formats` has all formats, --format names one. "
        f"A file whose name starts with `_` is passed over.{broken}",
    )


def _whole_characters(data: bytes, size_bytes: int) -> bytes:
    """The bytes without a final character that the end of the head cuts off."""
    if len(data) == size_bytes:
        return data
    for cut in range(1, 4):
        if data[-cut] >= 0xC0:
            return data[:-cut]
        if data[-cut] < 0x80:
            break
    return data
