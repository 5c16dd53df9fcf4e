"""References as people cite: one per line or paragraph, in the styles of APA, Harvard, Chicago, MLA, IEEE and AMA."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.cited_reference import cited, made
from papersieve.pipeline.extract.shared.markdown_lines import markdown_head, markdown_lines
from papersieve.pipeline.extract.shared.page_lines import Lines, published_lines

#: What may come before a reference: a bullet or a number.
_MARK = re.compile(
    r"\s*(?:[-*+•]\s+(?:\[\[@[^\[\]]+\]\]:?\s+)?|\[[a-z]?\d{1,4}\]\s*|\(\d{1,4}\)\s+|\d{1,4} ?[.)]\s+|\d{1,4}\.(?=[^\W\d_])|\d{1,3} (?=[^\W\d_a-z]))?"
)
_NUMBER = re.compile(r"\s*[\[(]?[a-z]?(\d{1,4})(?: ?[\]).]+(?:\s|(?=[^\W\d_]))|(?<!\d{4}) (?=[^\W\d_a-z]))")
#: Dashes that stand for the authors of the previous reference, and what they are read as.
_SAME, _NOBODY = re.compile(r"^(?:[—–_]{1,6}|-{3,6})[.,]?\s+(?=[\d“\"(])"), "Nobody, N."
#: How a line ends if another reference may begin after it, and the most lines that a reference may have.
_ENDS, _MOST_LINES = re.compile(r"[.\])/]$|(?:https?://|\b10\.\d{4,9}/)\S+$"), 8
#: The most by which a number in sequence exceeds the one before it.
_GAP = 3
#: How the text behind a whole reference begins.
_GOES_ON = re.compile(
    r"(?-i:[^\WA-Z_])|[(\[<]|(?:abstract|keywords|available|retrieved|accessed|url|pmc?id|doi|https?|isbn|issn|arxiv)\b",
    re.IGNORECASE,
)
#: Where a line may be cut: inside a word, a range of pages, an address or a DOI.
_CUT_WORD, _CUT_RANGE = re.compile(r"(?<=[a-z])- (?=[a-z])"), re.compile(r"(?<=\d[-–]) (?=[A-Z]?\d)")
_CUT_ADDRESS = re.compile(r"((?:10\.\d{4,9}(?=/)|https?://)\S*(?:[/_=-]|(?<=[a-z])\.)|/10\.) (?=[a-z0-9]\S*\d)")
#: A reference with one part per line, as ScienceDirect writes it, and the number of first lines that must end with a
#: comma.
_APART, _LEAST_APART = (
    re.compile(
        r"(?P<authors>.+),\n(?P<title>.+),\n(?P<venue>.+),\n(?:Volumes? (?P<volume>[^,\n]+)(?:, (?:Issues?|Part|Supplement) (?P<issue>[^,\n]+))?,\n)?"
        r"(?P<date>(?:19|20)\d\d),\n(?:(?:Pages? )?(?P<pages>[\w.-]+),\n)?(?=ISSN|ISBN|https?:)"
    ),
    3,
)
#: The abstract below a reference, without the text after it.
_ABSTRACT = re.compile(r"\sAbstract: (.*?)(?:\s(?:[Kk]eywords|URL): .*)?$", re.DOTALL)
#: Lines looked at to recognise a list of references; fewest references with a mark; share of references among the
#: paragraphs; share of those with a mark among the references.
_LINES, _FEWEST, _SHARE, _MARKED = 200, 2, 0.6, 0.5
_INITIAL = re.compile(r"\b[A-Z]\.$")
#: Most words of a heading between references, and a line that is always one: a second list may follow without a gap.
_HEADING_WORDS = 4
_HEADING = re.compile(
    r"#+\s\D{1,40}|(?:19|20)\d\d|\W*(?:references?(?: list)?|bibliograph(?:y|ie)|works cited|literatur(?:verzeichnis)?|bibliograf[íi]a|"
    r"(?:références|referencias|referências)(?: bibliogr\w+)?|riferimenti bibliografici|список литературы|литература|"
    r"参考文献|参考资料|참고\s?문헌)\W*",
    re.IGNORECASE,
)


def recognises(head: Head) -> str | None:
    """Most lines are references, or most of those below a heading of publications.

    Half of these, at least two, must have a mark that no sentence has; one is enough if all are numbered.
    """
    lines = list(enumerate(markdown_head(head).text.split("\n"), start=1))
    return _told(lines) or _told(published_lines(lines))


def _told(lines: Lines) -> str | None:
    """What tells that these lines are references."""
    lines = lines[:_LINES]
    said = [(last - first + 1, text) for first, last, text in _paragraphs(lines)]
    found = [text for _, text in said if _entry(text, numbered=False)]
    said = [(size, text) for size, text in said if text in found or not _is_heading(text)]
    texts = [text for _, text in said]
    is_numbered = len(texts) > _FEWEST and all(map(_NUMBER.match, texts))
    marked = [entry for text in (texts if is_numbered else found) if (entry := _entry(text, marked=True))]
    is_marked = len(marked) >= max(_FEWEST, _MARKED * len(found))
    is_marked &= sum(size for size, text in said if text in found) >= _SHARE * sum(size for size, _ in said)
    if is_marked or (marked and is_numbered and all(map(_entry, texts))):
        return f"its lines are references, such as one to {(marked[0].title or '')[:60]!r}"
    return None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry per reference; headings between them are furniture, and other lines are rejected.

    In a CV, all other sections are furniture.
    """
    lines, authors = markdown_lines(dump), list[str]()
    lines = lines if _told(lines) else published_lines(lines) or lines
    texts = dict(lines)
    for first, last, text in _paragraphs(lines):
        if entry := _entry(text):
            authors = entry.authors = authors if entry.authors == [_NOBODY] else entry.authors
            entry.line_start, entry.line_end = first, last
            yield entry
            continue
        for number in range(first, last + 1) if not _is_heading(text) else ():
            if number in texts:
                dump.ledger.reject(number, "no_entry", texts[number])


def _is_heading(text: str) -> bool:
    return text.lstrip().startswith("#") or (len(text.split()) <= _HEADING_WORDS and not _INITIAL.search(text))


def _paragraphs(lines: Lines) -> Iterator[tuple[int, int, str]]:
    """First line, last line and text of each paragraph, or of each of its references if it has several."""
    part: Lines = []
    for (number, text), (_, next_text) in pairwise([*lines, (0, ""), (0, "")]):
        is_heading = _HEADING.fullmatch(text.strip())
        if text.strip() and not is_heading:
            part.append((number, text))
        elif part and (is_heading or not next_text.lstrip().startswith("Abstract:")):
            yield from ((each[0][0], each[-1][0], _joined(each)) for each in _references(part))
            part = []


def _references(part: Lines) -> list[Lines]:
    """The lines of each reference of a paragraph, split by indents, by numbers, or where names begin a reference.

    Of all ways to split it, the one with the most lines in references counts, then the one with the most references.
    """
    hanging = _hanging(part)
    if len(hanging) < len(part) or len(part) == 1:
        return hanging
    best = [(0, 0, 0)] * (len(part) + 1)  # of the first lines: those in references, their references, the last start
    for start in range(len(part)):
        lines, count, _ = best[start]
        best[start + 1] = max(best[start + 1], (lines, count, start))
        for end in _ends_of(part, start):
            best[end] = max(best[end], (lines + end - start, count + 1, start))
    places = [len(part)]
    while places[-1]:
        places.append(best[places[-1]][2])
    return _split(part, places[1:])


def _ends_of(part: Lines, start: int) -> Iterator[int]:
    """Where a reference that begins at a line may end, before another one begins.

    Of several lines, a number or a mark tells a reference, if others may be above or below it.
    """
    first, above = _number(part[start][1]), part[start - 1][1] if start else ""
    if first is None and not (_ENDS.search(above.rstrip()) or _is_heading(above)):
        return
    most = _MOST_LINES * (2 if first is not None or len(part) <= 2 * _MOST_LINES else 1)
    for end in range(start + 1, min(start + most, len(part)) + 1):
        if end > start + 1 and _is_another(part[end - 1][1], first):
            return
        is_alone = first is not None or all(_is_heading(text) for _, text in (*part[:start], *part[end:]))
        if _is_one(part[start:end], marked=end > start + 1 and not is_alone):
            yield end


def _is_another(text: str, first: int | None) -> bool:
    """Whether a line below the first one of a reference, whose number is `first`, begins another reference."""
    number = _number(text)
    is_next = number is not None and first is not None and first < number <= first + _GAP
    return is_next or _is_reference(text, marked=True)


def _is_one(group: Lines, *, marked: bool) -> bool:
    """Whether the lines are one reference, and the last of them can't be another one that can't be read."""
    places = (at for at in range(1, len(group)) if _ENDS.search(group[at - 1][1].rstrip()))
    return _is_reference(_joined(group), marked=marked) and all(
        _GOES_ON.match(rest := _joined(group[at:]))
        or _is_heading(rest)
        or not _is_reference(_joined(group[:at]), marked=True)
        for at in places
    )


def _number(text: str) -> int | None:
    """The number that a line begins with."""
    return int(found[1]) if (found := _NUMBER.match(text)) else None


def _split(part: Lines, starts: list[int]) -> list[Lines]:
    """The lines in groups, each beginning at one of these positions."""
    places = sorted({0, *starts})
    return [part[start:end] for start, end in pairwise([*places, len(part)])]


def _hanging(part: Lines) -> list[Lines]:
    """The lines of a paragraph in groups: indented lines belong to the line that they continue."""
    found = list[Lines]()
    for number, text in part:
        if found and _indent(text) > _indent(found[-1][0][1]):
            found[-1].append((number, text))
        else:
            found.append([(number, text)])
    return found


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _joined(part: Lines) -> str:
    """The text of the lines, with words, page ranges and addresses that were cut at line ends rejoined."""
    is_apart = len(part) > _LEAST_APART and all(line.rstrip().endswith(",") for _, line in part[:_LEAST_APART])
    text = ("\n" if is_apart else " ").join(line.strip() for _, line in part)
    return _CUT_ADDRESS.sub(r"\1", _CUT_RANGE.sub("", _CUT_WORD.sub("", text))) if len(part) > 1 else text


@lru_cache(1 << 12)
def _is_reference(text: str, *, marked: bool = False) -> bool:
    return _entry(text, marked=marked) is not None


def _entry(text: str, *, marked: bool = False, numbered: bool = True) -> Entry | None:
    """The entry of a reference; numbered: whether its number makes up for marks that it lacks."""
    mark, below = _MARK.match(text), _ABSTRACT.search(text)
    said = text[mark.end() if mark else 0 : below.start() if below else None]
    apart = _APART.match(said)
    numbered &= bool(mark and any(map(str.isdecimal, mark[0])))
    entry = (
        made(said, apart.groupdict())
        if apart
        else cited(_SAME.sub(f"{_NOBODY} ", said), marked=marked, numbered=numbered)
    )
    if entry and below:
        entry.abstract = below[1]
    return entry


FORMAT = Format(
    "reference_list", "lines such as 'Gale, H. (2020). Lamps in towers. Towers, 44(3), 112-119.'", recognises, extract
)
