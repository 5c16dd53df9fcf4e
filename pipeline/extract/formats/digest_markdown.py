"""Digests of "daily papers" repositories as Markdown: one heading per paper, then its fields, then the abstract."""

from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.digest_papers import papers, tells_papers
from papersieve.pipeline.extract.shared.markdown_lines import markdown_head, markdown_lines


def recognises(head: Head) -> str | None:
    """A heading or a folded part is followed by the fields of a paper."""
    return tells_papers(markdown_head(head).lines)


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one paper per heading followed by fields; other headings and the text under them are furniture."""
    lines = [(n, line) for n, line in markdown_lines(dump) if dump.ledger.fate(n) is not Fate.BLANK]
    yield from papers(lines)


FORMAT = Format("digest_markdown", "headings followed by fields such as '- **Authors:** …'", recognises, extract)
