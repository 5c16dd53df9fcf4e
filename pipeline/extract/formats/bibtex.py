"""BibTeX, read whole by bibtexparser: it knows the lines of each block, and keeps what it can't read."""

import logging
import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.identifiers import is_pubmed
from papersieve.pipeline.extract.shared.json_entries import text_of

_BLOCK = re.compile(r"@(?!comment\b|string\b|preamble\b)[a-zA-Z]+\s*[{(]\s*[^\s,{}]*\s*,?", re.IGNORECASE)
_LITERAL = re.compile(r"^(?:\{(.*)\}|\"(.*)\")$", re.DOTALL)
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+")


def recognises(head: Head) -> str | None:
    """A line starts an entry such as `@article{key,`."""
    found = next((line for line in head.lines if _BLOCK.match(line.strip())), None)
    return f"it has the line {found.strip()[:60]!r}" if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry a block; a block that can't be read is rejected, text between blocks is furniture."""
    lines = dump.page()
    # Blocks are found by line, so a line that was not read keeps its place as an empty one.
    texts = dict(lines)
    last = max(texts, default=0)
    rows = [texts.get(number, "") for number in range(1, last + 1)]
    at = 0
    for first, end, values in _blocks(rows):
        first, end = max(first, at + 1) if values is None else first, min(end, last)
        entry = _entry(values) if values is not None else None
        for number in range(at + 1, first):
            _pass_over(dump, number)
        if entry:
            entry.line_start, entry.line_end = first, end
            dump.ledger.claim(first, end)
            yield entry
        else:
            for number in range(first, end + 1):
                if dump.ledger.fate(number) is None:
                    dump.ledger.reject(number, "bibtex_malformed" if values is None else "no_entry", rows[number - 1])
        at = max(at, end)
    for number in range(at + 1, last + 1):
        _pass_over(dump, number)


def _pass_over(dump: OpenDump, number: int) -> None:
    dump.ledger.fill(number, number, Fate.FURNITURE)


def _blocks(rows: list[str]) -> Iterator[tuple[int, int, dict[str, str] | None]]:
    """(first line, last line, values) of each entry; values are None where it can't be read."""
    # Imported here: it loads a decoder of LaTeX, and most dumps are no BibTeX.
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry as Block
    from bibtexparser.model import ParsingFailedBlock, String

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it warns of is in its failed blocks
    library = parse_string("\n".join(rows), parse_stack=[])
    strings = {s.key.lower(): _plain(s.value, {}) for s in library.blocks if isinstance(s, String)}
    for block in library.blocks:
        found = getattr(block, "ignore_error_block", None) if isinstance(block, ParsingFailedBlock) else block
        first = (block.start_line or 0) + 1
        last = first + (block.raw or "").rstrip("\n").count("\n")
        if isinstance(found, Block):
            values: dict[str, str] = {}
            for each in found.fields:
                values.setdefault(each.key.lower(), _plain(each.value, strings))
            yield first, last, values
        elif isinstance(block, ParsingFailedBlock):
            yield first, last, None


def _plain(value: object, strings: dict[str, str]) -> str:
    """Value of a field without its quotes, joined where it is put together by `#`."""
    text = str(text_of(value) or "").strip()
    if found := _LITERAL.match(text):
        inside = found[1] if found[1] is not None else found[2]
        if found[1] is not None or '"' not in inside:
            return " ".join(inside.split())
    parts = [p.strip() for p in text.split("#")] if "#" in text else [text]
    return " ".join("".join(strings.get(p.lower(), p.strip('"')) for p in parts).split())


def _entry(values: dict[str, str]) -> Entry | None:
    title, abstract = values.get("title"), values.get("abstract")
    if not title and not abstract:
        return None
    year, month = values.get("date") or values.get("year") or "", values.get("month") or ""
    published = parse_date(f"{year} {month}" if _MONTH.match(month) and "-" not in year else year)
    eprint, archive = values.get("eprint"), values.get("archiveprefix", values.get("eprinttype", "arxiv")).lower()
    return Entry(
        0, 0,
        title=_unbraced(title), abstract=_unbraced(abstract),
        authors=[_unbraced(name) or "" for name in _AND.split(values.get("author", "")) if name],
        venue=_unbraced(values.get("journal") or values.get("booktitle") or values.get("journaltitle") or values.get("publisher")),
        volume=values.get("volume"), issue=values.get("number") or values.get("issue"), pages=(values.get("pages") or "").replace("--", "-") or None,
        published_raw=f"{year} {month}".strip() or None, published=published,
        doi=values.get("doi"), arxiv=(eprint if archive == "arxiv" else None) or _arxiv_of(values),
        pmid=values.get("pmid") or (eprint if is_pubmed(archive) else None),
        categories=[k.strip() for k in re.split(r"[;,]", values.get("keywords", "")) if k.strip()],
        urls=[u for u in (values.get("url"), values.get("pdf")) if u and u.startswith(("http://", "https://"))],
    )  # fmt: skip


def _arxiv_of(values: dict[str, str]) -> str | None:
    journal = values.get("journal", "")
    return journal if "arxiv" in journal.lower() else None


def _unbraced(text: str | None) -> str | None:
    """Text without the braces that keep capitals; those of LaTeX commands stay."""
    if not text or "\\" in text:
        return text
    return text.replace("{", "").replace("}", "")


FORMAT = Format("bibtex", "entries such as '@article{key,'", recognises, extract)
