"""The papers that are items of a list in Markdown: title, names, venue and date on their line, an abstract below it."""

import re
from collections.abc import Iterator
from itertools import chain, starmap, takewhile

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.cited_marks import are_names
from papersieve.pipeline.extract.shared.cited_reference import cited, cited_of
from papersieve.pipeline.extract.shared.digest_fields import ASIDE
from papersieve.pipeline.extract.shared.identifiers import stated_ids
from papersieve.pipeline.extract.shared.list_item import (
    DATE,
    SHORT_VENUE,
    SYSTEM_WORDS,
    WHEN,
    ItemLine,
    item_line,
    mark_free,
    mark_of,
    pieces_behind,
)
from papersieve.pipeline.extract.shared.list_lines import ABSTRACT_WORDS, ENDS, list_lines
from papersieve.pipeline.extract.shared.list_links import LINK, URL, addresses, leads_to_paper, without_signs
from papersieve.pipeline.extract.shared.page_lines import Lines

_CODE = re.compile(r"`([^`]{1,40})`")
_MARKED = re.compile(r"^\W*(?:abstract|summary|tl;?dr|摘要)\W*[:：]\W*", re.IGNORECASE)
_AUTHORS = re.compile(r"^\W*(?:authors?|作者)\W*[:：]\s*", re.IGNORECASE)
#: A title before links: "Lamps in towers | [pdf](…)".
_BEFORE_LINKS = re.compile(r"[^\[\]|*]{10,300} \| \[[^\[\]]{1,60}\]\(")
#: arXiv ids written as text, not as links, and the number of the authors; and marks on names.
_MARKS = re.compile(
    r"arxiv\s*:\s*[\w./-]+|\s\(\d+ authors?\)|(?<=al\.) \([^()]*\)|\s•\s.*|\\?\*|(?<!\w)_|_(?!\w)", re.IGNORECASE
)
_ET_AL = re.compile(r"et\.? ?al\.?,?")
_NO_NAME = re.compile(r"\d|\*\*|[|:。<>(]|[\u3040-\u9fff]{6}| [a-z][^ ]*$")
#: A word before names: "by Hugh Gale and Jo Holt".
_BY, _YEAR_BEHIND = (
    re.compile(r"(?:[Bb]y|[Ww]ith)\s+(?=[A-Z])"),
    re.compile(r"(?:,|\s\()\s*(?:[A-Z][\w&'’ -]{1,40}\s)?(?:19|20)\d\d\W*$"),
)
#: The full stop after a list of names, and a number or arXiv's name behind it, but not after initials or "et al."
_STOP = re.compile(r"(?<=\w{3})(?<!al)\.(?:\s+(?:arXiv\b|\d).*)?$")
#: One name of any form behind a title: "**Lamps**, Ada fenn et.al., Paper: […](…)".
_AND_OTHERS = re.compile(r"\s*,\s*([^,|:\d\[\]]{2,60} et\.? ?al)\.?,")
#: One name before a year, a date or the rest of a citation: " - Hugh Gale (2020)", " - Hugh Gale - [2020-05-07](…)".
_ONE_NAME = re.compile(
    r"(?:\s*[-–—,:]\s+(?:by )?|(?=[^|]+\s\|))((?:[A-Z][\w'’.-]*\s){1,4})(?:\((?:19|20)\d\d\)|[-–—]\s\[?\d{4}-\d\d-\d\d|\|)"
)
_PARTS = re.compile(r" [|·] |(?<=\))\s+(?=[A-Z])")
_ITALIC = re.compile(r"\s*(?:[-*+]\s+)?([*_])[^*_].*\1\s*$")
#: A description after a title and a few notes in brackets.
_DESCRIBED = re.compile(r"\s*(?:\([^()]{1,60}\)\s*|\[[^\[\]]{1,60}\]\s*)*(?::|[-–—]) ?([^\W\d_a-z].*)")
#: Fewest words of an abstract on a line below an item that ends with a full stop.
_SENTENCE_WORDS = 4
#: Where a paper appeared, in italics; the year may follow the place.
_PLACE = re.compile(r"\s*([*_])(?P<place>(?:(?!\1).){3,300}\b(?:19|20)\d\d\b(?:(?!\1).){0,80})\1")
_PLACE_BEFORE_YEAR = re.compile(r"(?<![*\w])\*(?P<place>[^\W_][^*]{3,200})\*(?!\*)[^*|\[]{0,60}?\b(?:19|20)\d\d\b")
#: A journal with its volume and the year, or its pages: "Journal of Towers 44(3), 11-19, 2020".
_PRINTED = re.compile(
    r"\W{0,2}(?:In )?[A-Z][^.!?:]{2,120}\W{0,2},? \d{1,4}(?:\s?\(\d[\d–-]{0,6}\))?[,:] ?(?:(?:\d{1,6}[–-]\d{1,6}, )?(?:19|20)\d\d\W{0,3}(?:\([^()]*\)\.?)?|\d{1,6}[–-]\d{1,6}\.?)"
)


def listed(lines: Lines) -> Iterator[Entry]:
    """The papers that are list items among these lines."""
    return filter(None, starmap(_entry, _items(lines)))


def _items(lines: Lines) -> Iterator[tuple[ItemLine, Lines]]:
    """Each item's parsed first line and its lines, which end at a heading, table row, next title or sibling item."""
    item: Lines = []
    first: ItemLine | None = None
    for number, text in list_lines(lines):
        found = item_line(text)
        if len(item) == 1 and not found and _is_unmarked(text, item[0][1]):
            found = item_line(f"- {text}")
        if found or ENDS.match(text) or (first and _is_beside(text, first)):
            if first:
                yield first, item
            item, first = [(number, text)], found
        elif first:
            item.append((number, text))
    if first:
        yield first, item


def _is_beside(text: str, first: ItemLine) -> bool:
    """Whether a line is an item with the current item's mark, indented at most as far."""
    mark, indent = mark_of(text) or ("", 0)
    return mark == first.mark and indent <= first.indent


def _is_unmarked(text: str, before: str) -> bool:
    """Whether a line is an item like the one before it, with only the mark missing."""
    return bool(_BEFORE_LINKS.match(text) and _BEFORE_LINKS.match(mark_free(before)))


def _entry(found: ItemLine, lines: Lines) -> Entry | None:
    """The paper of an item, given its parsed first line; None if no link leads to it and it has no folded part."""
    whole = without_signs("\n".join(text for _, text in lines))
    below = [text for _, text in lines[1:]]
    told = [line for line in below if leads_to_paper(line) or _ITALIC.match(line) or not LINK.sub("", line).strip()]
    behind = [piece for line in (found.rest, *told) for piece in pieces_behind(line)]
    names = [name for line in told if not LINK.sub("", line).strip(" |·•,-") for name, _ in LINK.findall(line)]
    entry = _placed(found, lines[0][1], behind + names, below)
    parts = [piece for line in below for piece in _PARTS.split(line)[:-1]]
    authors, line_of_authors = _authors([found.rest, *behind, *below, *parts])
    notes = [mark_free(line).replace("*", "") for line in below]
    if not leads_to_paper(whole) and not stated_ids(notes) and not _is_cited(found, entry, line_of_authors, below):
        return None
    abstract = _abstract(found.rest, below, line_of_authors)
    entry.line_start, entry.line_end, entry.title = lines[0][0], lines[-1][0], found.title
    entry.abstract = " ".join(abstract.split()) if abstract else None
    entry.authors = entry.authors or authors
    entry.categories = [
        code
        for line in (found.rest, *below)
        for code in _CODE.findall(line)
        if code[0].isalpha() and ("." in code or code.isalpha())
    ]
    entry.urls, entry.notes = addresses(whole), notes
    return entry


def _is_cited(found: ItemLine, entry: Entry, names: str | None, below: list[str]) -> bool:
    """Whether an item without a link to a paper has a venue with its year before its title, or authors and a year.

    Authors on a line below need no year.
    """
    if len(found.title.split()) <= SYSTEM_WORDS or ("." in found.title and are_names(found.title)):
        return False
    is_told = names is not None and (entry.published_raw or any(names in line for line in below))
    return bool(is_told) or all(venue_and_date(found.before, []))


def _abstract(rest: str, below: list[str], line_of_authors: str | None) -> str | None:
    """What is labelled as the abstract, else the sentences below an item, else a description behind its title."""
    labelled = next((_MARKED.sub("", line) for line in (rest, *below) if _MARKED.match(line)), None)
    own = takewhile(lambda line: not ASIDE.match(line), below)
    free = (line.replace(line_of_authors or "\n", "") for line in own if not _place_of_line(line))
    said = filter(None, map(_sentences, free))
    return labelled or " ".join(said) or _described(rest)


def _sentences(line: str) -> str | None:
    """The text of a line that is long enough for an abstract and has no links or code; else None."""
    text = re.sub(r"^[\s*+>.-]+", "", line).strip()
    least = _SENTENCE_WORDS if text.endswith((".", "。")) else ABSTRACT_WORDS
    return text if len(text.split()) >= least and not LINK.search(text) and not _CODE.search(text) else None


def _described(rest: str) -> str | None:
    """The sentence after a title and a dash or colon: "[Lamps](https://…) (12 upvotes): Lamps that rest last." """
    found = _DESCRIBED.match(LINK.sub("", rest))
    is_long = found and len(found[1].split()) >= ABSTRACT_WORDS and found[1].endswith((".", "!", "。"))
    return found[1] if found and is_long else None


def _authors(lines: list[str]) -> tuple[list[str], str | None]:
    """(names, their line): from a line labelled as authors, else from the first line that has only names."""
    for line in lines:
        if _AUTHORS.match(line):
            return with_others(_AUTHORS.sub("", LINK.sub(r"\1", line)).strip(" *_")), line
    if first := _AND_OTHERS.match(lines[0]):
        return with_others(first[1]), lines[0]
    for line in lines:
        text = _STOP.sub("", _MARKS.sub("", DATE.sub("", LINK.sub("", line))).strip(" *_-–—,;·()[]>\\").lstrip(". "))
        by = _BY.match(text)
        plain = _YEAR_BEHIND.sub("", text[by.end() :]).strip(" ).") if by else text
        names = with_others(plain) if text and not URL.search(text) and not _MARKED.match(line) else []
        is_list = len(names) > 1 or bool(
            names and (_ITALIC.match(line) or (by and (by[0][0] in "bB" or any(f"({by[0]}" in each for each in lines))))
        )
        others = [name for name in names if not _is_name(name)]
        if is_list and 3 * len(others) <= len(names) and all(map(str.istitle, others)):
            return names, line
    alone = _ONE_NAME.match(lines[0])
    return ([_STOP.sub("", alone[1].strip())], lines[0]) if alone and _is_name(alone[1]) else ([], None)


def _is_name(text: str) -> bool:
    """Whether a text can be a person's name, a few words without digits and marks, or stands for other people."""
    return bool(_ET_AL.fullmatch(text)) or (1 < len(text.split()) < 6 and not _NO_NAME.search(text))


def _placed(found: ItemLine, line: str, behind: list[str], below: list[str]) -> Entry:
    """Where and when the paper appeared: around its title, in the reference that the line is, or in italics below."""
    venue, published = venue_and_date(found.before, behind)
    entry = _reference(line, found.title)
    if not venue and (shown := next(filter(None, map(_place_of_line, below)), None)):
        entry = cited_of("", found.title, shown, None)
    elif (
        not entry.venue
        and (near := _PLACE_BEFORE_YEAR.search(LINK.sub("", found.rest)))
        and not are_names(near["place"])
    ):
        venue = venue or near["place"]
    days = (day[1] for text in (*found.before, found.rest, *below) if (day := DATE.search(text)))
    return Entry(
        authors=entry.authors, venue=entry.venue or venue, volume=entry.volume, issue=entry.issue, pages=entry.pages,
        published_raw=next(days, published or entry.published_raw),
    )  # fmt: skip


def venue_and_date(before: list[str], behind: list[str]) -> tuple[str | None, str | None]:
    """The venue and date in the first piece around a title that states a year: "CVPR2023", "2023/02", "arXiv 23.03"."""
    parts = (part.strip(" *_`,.()|") for piece in behind for part in re.split(r"[,.] ", piece))
    for found in filter(None, map(WHEN.fullmatch, chain(before, parts))):
        date = found["date"]
        venue = None if DATE.fullmatch(date) else (found["venue"] or "").strip() or None
        venue = venue or next(filter(SHORT_VENUE.fullmatch, before), None)
        return venue, f"20{date}" if len(date) < len("2023") or date[2] in "./-" else date
    return None, None


def _place_of_line(line: str) -> str | None:
    """Where a paper appeared, if a line below it says nothing else: in italics with a year, or with journal numbers."""
    text = mark_free(LINK.sub("", line).strip())
    shown = _PLACE.match(text)
    if shown or _PRINTED.fullmatch(text):
        return shown["place"] if shown else text.replace("*", "")
    return None


def _reference(line: str, title: str) -> Entry:
    """The fields of a line that cites the paper with this title as a reference; an empty entry for other lines."""
    found = cited(mark_free(line), marked=True)
    is_same = found is not None and (found.title or "").rstrip("?!") == title.strip(" .?!")
    return found if found and is_same else Entry()
