"""Pages of papers that were copied as text: each paper is a card, with the same kinds of lines as the others."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format
from papersieve.pipeline.extract.open_dump import Head, OpenDump, split_lines
from papersieve.pipeline.extract.shared.card_fields import card_entry
from papersieve.pipeline.extract.shared.card_lines import Kind
from papersieve.pipeline.extract.shared.page_cards import cards

#: Words of which pages of papers have several.
_TOLD = re.compile(
    r"doi|arxiv|ssrn|preprint|journal|proceedings|transactions|citation|cited by|open access|abstract|pdf|downloads"
    r"|publication|published|papers?\b|articles?\b|conference",
    re.IGNORECASE,
)
_FEWEST_TOLD = 2
#: How much of the head is looked at, with its blank lines: they end a text that a mail program broke into lines.
_LINES, _CHARS = 800, 300


def recognises(head: Head) -> str | None:
    """It consists of cards, and has words that pages of papers have, or half of the cards have several names."""
    found = cards([(number, line[:_CHARS]) for number, line in enumerate(split_lines(head.text)[:_LINES])])
    told = {word.lower() for word in _TOLD.findall(head.text)} if found else set()
    named = [card for card in found if any(line.kind is Kind.NAMES for line in card)]
    is_told = found and (len(told) >= _FEWEST_TOLD or 2 * len(named) >= len(found))
    return f"it shows {len(found)} papers in the same way, such as {found[0][0].text[:60]!r}" if is_told else None


def extract(dump: OpenDump) -> Iterator[Entry]:
    """Read one entry per card; all other lines are furniture."""
    return map(card_entry, cards(dump.page(furnished=True)))


FORMAT = Format(
    "copied_page",
    "several papers laid out in the same way, each title above names or an identifier",
    recognises,
    extract,
)
