"""Fields of a paper from the lines of its card: names, place, date, identifiers, types and abstract."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.card_lines import (
    LABELLED,
    PARTS,
    Kind,
    Line,
    arxiv_in,
    date_in,
    names_and_place,
    type_in,
)
from papersieve.pipeline.extract.shared.cited_marks import WHEN, is_marked
from papersieve.pipeline.extract.shared.cited_place import place_of
from papersieve.pipeline.extract.shared.column_names import column_of
from papersieve.pipeline.extract.shared.identifiers import find_doi
from papersieve.pipeline.extract.shared.page_cards import bare_title

#: Words of venues' names, and what their lines also say: addresses, DOIs, bioRxiv's numbers, and a date at the end.
_VENUE = re.compile(
    r"\b(?:Journal|Proceedings|Transactions|Conference|Symposium|Workshop|Letters|Annals|Advances in|Reviews?|Bulletin"
    r"|Lecture Notes|bioRxiv|medRxiv|Access|Magazine)\b|^(?:To appear )?[Ii]n:? .*\b(?:19|20)\d\d\b|(?:№|\bС\.) ?\d"
)
_ADDRESS = re.compile(
    r"[,;]?\s*(?:https?://\S+|(?i:\bdoi\b):?\s*|⟨?\b10\.\d{4,9}/\S+|\b\d{4}\.\d\d\.\d\d\.\d+|(?<!arXiv:)\b\d{4}\.\d{4,5}(?:v\d+)?\b)|^[\d-]{10} [a-z ]+(?= 10\.)"
)
_DATE_LAST = re.compile(rf"(?:[,(]?\s*{WHEN.pattern}\)?)?\s*(?i:open access)?$")
#: Volume, issue and pages, in any order.
_PLACE = {
    "volume": re.compile(r"\b(?:Vol(?:ume)?\.?:?|Т\.) ?(\d\w{0,9})", re.IGNORECASE),
    "issue": re.compile(r"(?:\bIssue|(?<!Article )\bNo\.|№):? ?(\d\w{0,9})", re.IGNORECASE),
    "pages": re.compile(
        r"(?<!of )\b(?:pp?\.?|pages:?|article|С\.) ?([A-Z]?\d\w{0,12}(?:\s?[–-]\s?\w{1,10})?)", re.IGNORECASE
    ),
}
#: What follows the journal in Russian references, and numbers of all kinds.
_OF_GOST = re.compile(r"\.\s(?:\d{4}\.\s)?(?:Т\.|С\.|№).*")
_NUMBERED = re.compile("|".join(sign.pattern for sign in _PLACE.values()), re.IGNORECASE)
#: Buttons behind abstracts, and the label of a summary that is no abstract.
_MORE, _SUMMARY = re.compile(r"\s*(?:\[(?:\.\.\.|…)\] )?(?:Expand|(?:Read|Show) more)\.?$"), re.compile(r"TL;?DR\b")
#: The fewest words of a sentence.
_SENTENCE_WORDS = 8
#: What may precede a venue, and a date between a venue and its volume.
_IN, _YEAR_FIRST = re.compile(r"In: "), re.compile(rf",? {WHEN.pattern}(?=, \d)")


def card_entry(card: list[Line]) -> Entry:
    """The paper of a card, whose first line is the title."""
    title, *below = (line for line in card if line.kind is Kind.TEXT or "©" not in line.text)
    names, place, others = _names(below)
    texts = [place, *(line.text for line in others if line.kind is not Kind.TEXT)]
    parts = [part for text in texts for part in PARTS.split(text)]
    types, ids = list(filter(None, map(type_in, parts))), [line.text for line in below if line.kind is Kind.ID]
    places = [_ADDRESS.sub("", part) for part in parts if not type_in(part)]
    named = [*_labelled(parts, "venue")]
    venue = next(filter(_is_venue, [*named, *places]), next(iter(named), ""))
    for sign in (_OF_GOST, _DATE_LAST, _IN, _YEAR_FIRST):
        venue = sign.sub("", venue)
    where = place_of(venue) if venue else {}
    for name, sign in _PLACE.items():
        where[name] = next((found[1] for part in parts if (found := sign.search(part))), where.get(name))
    return Entry(
        min(line.number for line in card), max(line.number for line in card),
        title=bare_title(title.text), abstract=_abstract(below), authors=with_others(names),
        venue=where.get("venue"), volume=where["volume"], issue=where["issue"], pages=where["pages"],
        published_raw=_date(places),
        doi=next(filter(find_doi, ids), None), arxiv=next(filter(None, map(arxiv_in, ids)), None),
        urls=[url for line in card for url in line.links],
        notes=ids,
        types=types,
    )  # fmt: skip


def _labelled(texts: Iterable[str], column: str) -> Iterator[str]:
    """What stands behind labels that tables give this column: "Publication venue: Towers"."""
    found = ((text, label) for text in texts if (label := LABELLED.match(text)) and column_of(label[1]) == column)
    return (text[label.end() :] for text, label in found if not date_in(text[label.end() :]))


def _is_venue(part: str) -> bool:
    is_word = re.search(r"[^\W\d_]{3}", WHEN.sub("", _NUMBERED.sub("", part)))
    is_other = part.endswith(":") or date_in(part) or arxiv_in(part)
    return bool(is_word) and not is_other and bool(_VENUE.search(part) or is_marked(part, None))


def _names(below: list[Line]) -> tuple[str, str, list[Line]]:
    """The first line of several names, else the first run of lines of one; what is behind them; and the other lines."""
    several = next((at for at, line in enumerate(below) if line.kind is Kind.NAMES), None)
    if several is not None:
        names, place = names_and_place(below[several].text) or ("", "")
        return names, place, [*below[:several], *below[several + 1 :]]
    at = next((at for at, line in enumerate(below) if line.kind is Kind.NAME), len(below))
    run = list(takewhile(lambda line: line.kind is Kind.NAME, below[at:]))
    names = ", ".join(found[0] for line in run if (found := names_and_place(line.text)))
    return names, "", [*below[:at], *below[at + len(run) :]]


def _date(parts: list[str]) -> str | None:
    """The first part that is a date; else the longest date in a part."""
    whole = next((date for part in parts if (date := date_in(part))), None)
    return whole or max((date for part in parts for date in WHEN.findall(part)), key=len, default=None)


def _abstract(below: list[Line]) -> str | None:
    """The longest text, without the button that shows all of it; else the longest sentence."""
    texts = [_MORE.sub("", line.text) for line in below if line.kind is Kind.TEXT]
    others = (line.text for line in below if line.kind is Kind.OTHER and not _SUMMARY.match(line.text))
    sentences = (text for text in others if text.endswith(".") and len(text.split()) >= _SENTENCE_WORDS)
    sentences = (text for text in sentences if not _is_venue(text))
    return next(_labelled(texts, "abstract"), None) or max(texts or sentences, key=len, default=None)
