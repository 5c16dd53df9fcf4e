"""Which format a dump has: the first that recognises its beginning, or the one that settings name."""

from functools import cache
from importlib.metadata import entry_points

from pipeline.errors import DumpError, SettingsError
from pipeline.extract.formats import (
    acl_xml,
    arrow_table,
    arxiv_atom,
    arxiv_snapshot,
    arxiv_text,
    author_page,
    bibtex,
    crossref,
    csv_table,
    digest_json,
    digest_markdown,
    digest_table,
    endnote_xml,
    hf_daily_json,
    hf_markdown,
    json_table,
    nbib,
    openalex,
    openreview,
    paper_listing,
    pubmed_xml,
    ris,
    rss,
    saved_html,
)
from pipeline.extract.model import Format
from pipeline.extract.opened import Head, head_of, refuse_other_text
from pipeline.extract.source import RawDump
from pipeline.settings import Reading

#: Formats of other packages: entry points that name a Format.
GROUP = "papersieve.formats"

#: In the order in which they are asked: what has a mark of its own first, tables of any kind last.
FORMATS: tuple[Format, ...] = (
    arrow_table.PARQUET,
    arrow_table.ARROW,
    arxiv_atom.FORMAT,
    rss.FORMAT,
    pubmed_xml.FORMAT,
    endnote_xml.FORMAT,
    acl_xml.FORMAT,
    saved_html.FORMAT,
    arxiv_snapshot.FORMAT,
    openalex.FORMAT,
    crossref.FORMAT,
    hf_daily_json.FORMAT,
    openreview.FORMAT,
    digest_json.FORMAT,
    json_table.FORMAT,
    ris.FORMAT,
    nbib.FORMAT,
    hf_markdown.FORMAT,
    author_page.FORMAT,
    paper_listing.FORMAT,
    arxiv_text.FORMAT,
    bibtex.FORMAT,
    digest_table.FORMAT,
    digest_markdown.FORMAT,
    csv_table.FORMAT,
)


@cache
def known_formats() -> dict[str, Format]:
    """Every format by name, those of other packages first: who installs one wants it.

    Raises SettingsError where an entry point can't be loaded, or is no Format.
    """
    formats: dict[str, Format] = {}
    for point in entry_points(group=GROUP):
        try:
            found = point.load()
        except Exception as error:  # the code of others
            raise SettingsError(
                f"entry point {point.name!r} of {GROUP} ({point.value}) can't be loaded: {error}. Repair or uninstall that package."
            ) from error
        if not isinstance(found, Format):
            raise SettingsError(
                f"entry point {point.name!r} of {GROUP} ({point.value}): expected a Format, found {type(found).__name__}."
            )
        formats[found.name] = found
    return {**formats, **{f.name: f for f in FORMATS if f.name not in formats}}


def named(name: str) -> Format:
    """Return the format of a name; raises SettingsError where there is none."""
    formats = known_formats()
    if name not in formats:
        raise SettingsError(f"format {name!r} is not known; known formats: {', '.join(sorted(formats))}")
    return formats[name]


def detect(raw: RawDump, reading: Reading) -> tuple[Format, str]:
    """Return the format of a dump and why. Raises DumpError where no format recognises it.

    The format that settings name is taken without asking it; SettingsError where there is none of that name.
    """
    if reading.format:
        return named(reading.format), "the settings say so"
    formats = known_formats()
    head = head_of(raw.head, reading.columns)
    for known in formats.values():
        if (why := known.recognises(head)) is not None:
            return known, why
    raise _unknown(raw, head, formats)


def _unknown(raw: RawDump, head: Head, formats: dict[str, Format]) -> DumpError:
    """Say what a dump is instead: no text, other text, or a listing that no format knows."""
    try:
        refuse_other_text(raw.location, _whole_characters(head.data, raw.size_bytes))
    except DumpError as error:
        return error
    known = "; ".join(f"{f.name}: {f.looks_like}" for f in formats.values())
    first = head.lines[0][:80] if head.lines else ""
    return DumpError(
        "unknown_format",
        f"{raw.location}: no format recognises it. Expected one of [{known}]; found {raw.size_bytes:,} bytes, "
        f"the first text being {first!r}. If it is a listing of papers, its format is not supported yet "
        "(docs/formats.md says how to add one, --format how to force one).",
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
