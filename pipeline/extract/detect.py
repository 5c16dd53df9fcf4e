"""Which format a dump has: the first that recognises its beginning, or the one that settings name."""

import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points

from papersieve.pipeline.errors import DumpError, SettingsError
from papersieve.pipeline.extract.entries import Format
from papersieve.pipeline.extract.fence import Fence
from papersieve.pipeline.extract.formats import (
    acl_xml,
    arrow_table,
    arxiv_atom,
    arxiv_snapshot,
    arxiv_text,
    author_page,
    bibitems,
    bibtex,
    crossref,
    csv_fields,
    csv_table,
    datacite,
    datacite_xml,
    dblp_xml,
    digest_json,
    digest_list,
    digest_markdown,
    digest_table,
    ebsco_xml,
    endnote_xml,
    front_matter,
    hf_daily_json,
    hf_markdown,
    jats,
    json_table,
    labelled_text,
    marcxml,
    mods,
    nbib,
    oai_pmh,
    openalex,
    openreview,
    org_notes,
    paper_listing,
    pubmed_text,
    pubmed_xml,
    refer,
    reference_list,
    refworks,
    ris,
    rss,
    saved_html,
    scholar_text,
    scopus_text,
    tei,
    unixref,
    wikipedia,
    workbook,
    wos_tagged,
    xml_table,
    zotero_rdf,
)
from papersieve.pipeline.extract.nearest import nearest
from papersieve.pipeline.extract.open_dump import Head, decoded, head_of
from papersieve.pipeline.extract.raw_dump import RawDump
from papersieve.pipeline.extract.text_stream import translated_head
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.suggestions import did_you_mean

#: Formats of other packages: entry points that name a Format.
GROUP = "papersieve.formats"

#: In the order in which they are asked: what has a mark of its own first, tables of any kind and references last.
FORMATS: tuple[Format, ...] = (
    arrow_table.PARQUET,
    arrow_table.ARROW,
    workbook.FORMAT,
    arxiv_atom.FORMAT,
    zotero_rdf.FORMAT,
    rss.FORMAT,
    pubmed_xml.FORMAT,
    endnote_xml.FORMAT,
    ebsco_xml.FORMAT,
    acl_xml.FORMAT,
    jats.FORMAT,
    dblp_xml.FORMAT,
    oai_pmh.FORMAT,
    marcxml.FORMAT,
    datacite_xml.FORMAT,
    mods.FORMAT,
    unixref.FORMAT,
    tei.FORMAT,
    saved_html.FORMAT,
    xml_table.FORMAT,
    arxiv_snapshot.FORMAT,
    openalex.FORMAT,
    datacite.FORMAT,
    crossref.FORMAT,
    hf_daily_json.FORMAT,
    openreview.FORMAT,
    digest_json.FORMAT,
    json_table.FORMAT,
    ris.FORMAT,
    nbib.FORMAT,
    wos_tagged.FORMAT,
    refworks.FORMAT,
    refer.FORMAT,
    labelled_text.FORMAT,
    scopus_text.FORMAT,
    scholar_text.FORMAT,
    pubmed_text.FORMAT,
    front_matter.FORMAT,
    org_notes.FORMAT,
    wikipedia.FORMAT,
    hf_markdown.FORMAT,
    author_page.FORMAT,
    paper_listing.FORMAT,
    arxiv_text.FORMAT,
    bibtex.FORMAT,
    bibitems.FORMAT,
    digest_table.FORMAT,
    digest_markdown.FORMAT,
    digest_list.FORMAT,
    csv_fields.FORMAT,
    csv_table.FORMAT,
    reference_list.FORMAT,
)


#: Advice on what no format recognises, which `inspect` itself leaves out.
HOW_IT_BEGINS = "`papersieve inspect FILE` shows how it begins, "


@dataclass(frozen=True)
class Installed:
    """Every format by name, the packages that brought those that are not ours, and why others can't be used."""

    formats: dict[str, Format]
    packages: dict[str, str]
    broken: dict[str, str]


@cache
def installed() -> Installed:
    """Look up the formats; those of other packages come first, as whoever installs one wants it used."""
    formats, packages, broken = dict[str, Format](), dict[str, str](), dict[str, str]()
    for point in entry_points(group=GROUP):
        try:
            with redirect_stdout(sys.stderr):
                found = point.load()
            if not isinstance(found, Format):
                raise TypeError(f"expected a Format, found {type(found).__name__}")
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # the code of others
            broken[point.name] = (
                f"entry point {point.name!r} of {GROUP} ({point.value}) can't be loaded: {type(error).__name__}: {error}. "
                "Dumps are read without it. Repair or uninstall that package."
            )
            continue
        formats[found.name] = found
        packages[found.name] = getattr(getattr(point, "dist", None), "name", None) or point.value.partition(":")[0]
    return Installed({**formats, **{f.name: f for f in FORMATS if f.name not in formats}}, packages, broken)


def known_formats() -> dict[str, Format]:
    """Every format by name."""
    return installed().formats


def named(name: str) -> Format:
    """Return the format of a name; raises SettingsError where there is none."""
    formats = known_formats()
    if name not in formats:
        why = "".join(f"; {message}" for message in installed().broken.values())
        near = did_you_mean(name, formats)
        raise SettingsError(f"format {name!r} is not known.{near} Known formats: {', '.join(sorted(formats))}{why}")
    return formats[name]


def fence(location: str, known: Format | None = None) -> Fence:
    """Return the fence around a format while it works on the dump at that location."""
    return Fence(location, installed().packages, known)


def detect(raw: RawDump, reading: Reading) -> tuple[Format, str]:
    """Return the format of a dump and why. Raises DumpError where none recognises it, or one fails: it may be its own.

    The format that settings name is taken without asking it; SettingsError where there is none of that name.
    """
    if reading.format:
        return named(reading.format), "the settings say so"
    head = head_of(raw.head, reading.columns)
    with fence(raw.location) as fenced:
        for known in known_formats().values():
            fenced.known = known
            why = known.recognises(head)
            if isinstance(why, str):
                return known, why
            if why is not None:
                raise TypeError(f"expected a reason or None, found {type(why).__name__}")
    raise _unknown(raw, head)


def _unknown(raw: RawDump, head: Head) -> DumpError:
    """Say what a dump is instead: no text, other text, or a listing that no format knows.

    Nothing of its text but names of columns is told: the message is stored and published, and a file that is no dump
    may be a private one.
    """
    try:
        decoded(raw.location, translated_head(_whole_characters(head.data, raw.size_bytes)))
    except DumpError as error:
        return error
    closest = f"Closest to: {'; or '.join(near)}.\n" if (near := nearest(head)) else ""
    broken = f" Formats that could not be loaded: {', '.join(installed().broken)}." if installed().broken else ""
    return DumpError(
        "unknown_format",
        f"{raw.location}: no format recognises it; found {raw.size_bytes:,} bytes of text.\n"
        f"{closest}{HOW_IT_BEGINS}`papersieve formats` has all formats, --format names one.{broken}",
    )


def _whole_characters(data: bytes, size_bytes: int) -> bytes:
    """The bytes without the character that the end of the head cuts."""
    if len(data) == size_bytes:
        return data
    for cut in range(1, 4):
        if data[-cut] >= 0xC0:
            return data[:-cut]
        if data[-cut] < 0x80:
            break
    return data
