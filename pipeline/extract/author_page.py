"""Author page: `Abstract:…` entries without titles, with or without blank lines between."""

from pipeline.extract.ledger import Fate, LineLedger
from pipeline.extract.model import MAX_LINE_CHARS, Entry, Layout, Page

_MARK = "Abstract:"


def recognises(lines: list[str]) -> bool:
    """Whether at least half of the non-blank lines are marked as abstracts."""
    text = [line for line in lines if line.strip()]
    return 2 * sum(line.lstrip().startswith(_MARK) for line in text) >= len(text) > 0


def extract(ledger: LineLedger) -> Page:
    """Read one entry a marked line; any other line is rejected."""
    entries = []
    for number, line in enumerate(ledger.lines, start=1):
        if ledger.fates[number - 1] is not None:
            continue
        if len(line) > MAX_LINE_CHARS:
            ledger.reject(number, "line_too_long")
        elif line.lstrip().startswith(_MARK):
            ledger.mark(number, Fate.RECORD)
            abstract = line.strip().removeprefix(_MARK).strip()
            entries.append(Entry(number, number, abstract=abstract or None))
        else:
            ledger.reject(number, "no_abstract_mark")
    return Page(entries)


LAYOUT = Layout("author_page", "lines that start with 'Abstract:'", recognises, extract)
