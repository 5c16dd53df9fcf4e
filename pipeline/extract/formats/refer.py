"""Refer, as EndNote writes it (.enw): a percent sign and a letter a line, `%0` or else the title starts an entry."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.abstracts import joined_sections
from papersieve.pipeline.extract.shared.dates import first_date
from papersieve.pipeline.extract.shared.identifiers import is_arxiv_text, is_pubmed
from papersieve.pipeline.extract.shared.tagged_lines import Fields, TaggedEntries

_TAG = re.compile(r"\ufeff?(%[0-9A-Za-z@!?+~<>=(&*^$#\[])(?: (.*))?$")


def recognises(head: Head) -> str | None:
    """An entry starts with its type, or with its title, and has a title."""
    found = next((line for line in head.lines[:20] if re.match(r"\ufeff?%0 \S", line)), None)
    if not found and any(line.startswith("%A ") for line in head.lines):
        found = next((line for line in head.lines[:1] if re.match(r"\ufeff?%T \S", line)), None)
    has_title = any(line.lstrip("\ufeff").startswith("%T ") for line in head.lines)
    return f"it has the line {found.strip()!r}" if found and has_title else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry from each `%0` on; where the first has none, from each title on."""
    is_typed = any(line.lstrip("\ufeff").startswith("%0") for line in dump.head().lines)
    yield from TaggedEntries(dump, _TAG.match, "%0" if is_typed else "%T", None, _entry)


def _entry(fields: Fields) -> Entry:
    raw, published = first_date(fields.all("%8") + fields.all("%D"))
    urls = fields.all("%U")
    return Entry(
        title=fields.first("%T"), abstract=joined_sections(fields.all("%X")),
        authors=fields.all("%A"),
        venue=fields.first("%J", "%B"), volume=fields.first("%V"), issue=fields.first("%N"), pages=fields.first("%P"),
        published_raw=raw, published=published,
        serials=fields.all("%@"), types=fields.all("%0", "%9"), language=fields.first("%G"), notes=fields.all("%Z"),
        said=fields.values, taken=("%K",),
        doi=fields.first("%R"), arxiv=next((v for v in (*urls, *fields.all("%J", "%M")) if is_arxiv_text(v)), None),
        pmid=fields.first("%M") if any(is_pubmed(name) for name in fields.all("%~", "%W")) else None,
        categories=[k.strip() for line in fields.lines("%K") for k in line.split(";") if k.strip()], urls=urls,
    )  # fmt: skip


FORMAT = Format("refer", "entries that start with '%0 Journal Article'", recognises, extract)
