"""PubMed's results as text: numbered entries of several paragraphs, summaries in one line, or a copied page.

The paragraphs are source, title, authors, abstract and identifiers. A copied page lists results or shows one paper.
"""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.page_lines import Lines, read_groups, with_single_blanks
from papersieve.pipeline.extract.shared.source_lines import SOURCE, source_parts

#: A result in one line, as in PubMed's summaries: "1: Gale H, Holt J. Lamps in towers. J Towers. 2020;44(3):112-9.".
_SUMMARY = re.compile(
    r"\d{1,6}: (?P<authors>[^.]{2,3000}?)\. (?P<title>.{4,1000}?[.?!\]]) (?P<source>(?=[^\W\d_a-z]|[a-z]{1,3}[A-Z]|npj)[^.?!]{2,150}(?:\.[^.\d][^.]*)*?\. \d{4}[^;:.]{0,20}[;:].*)"
)
#: The same for a chapter: "3: Moss A. Sleep. 2023 Jan 9. In: Lamps [Internet]. Hill: Hill Press; 2024.".
_CHAPTER = re.compile(
    r"\d{1,6}: (?P<authors>[^.]{2,3000}?)\. (?P<title>.{3,1000}?[.?!\]]) (?P<date>\d{4}[^.]{0,20})\. In: (?P<venue>[^.\[]{2,150})"
)
#: The third paragraph of a chapter or a book, whose first is the numbered title: "In: Moss A, editor. Lamps [Internet].
#: Hill: Hill Press; 2024. 2024 May 3.", "Hill: Hill Press; 2024 May.".
_BOOK = re.compile(
    r"(?:In: (?:.*\beditors?\. )?(?P<of>[^.\[]{2,200}?)(?: \[Internet\])?\. .*?|(?P<by>[^:;.]{2,80}: [^;]{2,150}; ))"
    r"(?P<date>\d{4}(?: [A-Z][a-z]{2}(?: \d{1,2})?)?)\.(?: (?!\d{4})[^.]{1,80}\.?)?"
)
#: The number of a summary, and the most lines that one may have.
_NUMBER, _MOST_LINES = re.compile(r"\d{1,6}: "), 60
#: What a page of results shows above a title; a blank line.
_ABOVE, _BREAK = re.compile(r"\d{1,6}|Cite|Share"), (0, "")
#: PubMed numbers its results.
_NUMBERED = re.compile(r"\d{1,6}\. ")
#: A title numbered in a mail from PubMed; a source would have a year.
_IN_MAIL = re.compile(r"\d{1,4}\. (?=\D)(?!.*\. (?:19|20)\d\d\b)")
_PMID = re.compile(r"PMID:\s(\d{1,8})")
#: Lines behind the authors of a result; those of a guideline may fill thousands of lines.
_BEHIND = re.compile(r"^(?:PMID:\s\d|Author information:)", re.MULTILINE)
_DOI = re.compile(r"^DOI: (\S+)", re.MULTILINE | re.IGNORECASE)
_SOURCES_DOI = re.compile(r"\bdoi: (\S+)", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:author information|collaborators?|comment (?:in|on)|erratum (?:in|for)|update (?:in|of)|republished|retraction (?:in|of)|conflict of interest|"
    r"copyright|©|\(c\)|doi: ?10\.|pmid: ?\d|pmcid: ?pmc|\[article in|free pmc|no abstract|keywords: )",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*\((?:\d{1,3}|#)\)(?:\((?:\d{1,3}|#)\))*|(?: \d{1,3}){1,30}$")
#: What follows the abstract on the page of one paper.
_BELOW = re.compile(
    r"PubMed Disclaimer|Conflict of interest|Figures|Similar articles|Comment in|References", re.IGNORECASE
)


def recognises(head: Head) -> str | None:
    """A numbered line has journal and date, and a PubMed id or the authors' addresses follow further below."""
    texts = list(map(with_single_blanks, head.lines))
    if copied := _copied(list(enumerate(texts))):
        return f"it has the result {copied[0][2][1].strip()[:60]!r}"
    first = next((text for at in range(min(3, len(texts))) if _is_source(text := _whole(texts, at))), None)
    has_id = first and (_summary(first) or _BEHIND.search(head.text))
    return f"it has the line {first.strip()[:60]!r} and PubMed ids" if first and has_id else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry per result: from each numbered source on, or around each source of a copied page."""
    yield Listing("pubmed")
    lines = [
        (number, with_single_blanks(text) if dump.ledger.fate(number) is not Fate.BLANK else "")
        for number, text in dump.page(furnished=True)
    ]
    yield from read_groups(dump, _copied(lines) or _numbered(lines), _entry, "outside_entry")


def _numbered(lines: Lines) -> Iterator[Lines]:
    """The lines of each result that begins with a numbered source after a blank line, or after the end of another."""
    texts = [text for _, text in lines]
    firsts = (at for at in range(len(texts)) if not (at and texts[at - 1]) or _PMID.search(texts[at - 1]))
    starts = [at for at in firsts if _is_source(_whole(texts, at)) or _is_book(texts[at : at + _MOST_LINES])]
    return (lines[start:end] for start, end in pairwise([0, *starts, len(lines)]))


def _whole(texts: list[str], at: int) -> str:
    """A line; if it begins a summary, which mails break into lines, together with the lines below it."""
    is_summary = _NUMBER.match(texts[at])
    return " ".join(takewhile(str.strip, texts[at : at + _MOST_LINES])) if is_summary else texts[at]


def _copied(lines: Lines) -> list[Lines]:
    """The lines of each result of a copied page, with the source first, as in other results."""
    said = [line for line in lines if line[1]]
    ids = [at for at, (_, text) in enumerate(said) if at > 2 and _PMID.match(text) and SOURCE.match(said[at - 1][1])]
    is_mail = bool(ids) and all(_IN_MAIL.match(said[at - 3][1]) or said[at - 4][1].isdecimal() for at in ids)
    if all(text != "Cite" for _, text in said) and not is_mail:
        return [group for page in _pages(said) for group in _of_page(page)]
    found, longest = list[Lines](), max((end - at - 3 for at, end in pairwise(ids)), default=len(said))
    for at, end in pairwise([*ids, len(said) + 3]):
        most = longest if at == ids[-1] else len(said)  # below the last result is the end of the page
        (title, names, source), below = said[at - 3 : at], said[at : max(end - 3, at + 1)][:most]
        title = title[0], _IN_MAIL.sub("", title[1])
        while _ABOVE.fullmatch(below[-1][1]):
            below.pop()
        found.append([line for part in (source, title, names, *below) for line in (part, _BREAK)])
    return found


def _pages(said: Lines) -> list[Lines]:
    """The lines of each page of one paper, from its journal on: the next line begins with a full stop and the date."""
    places = ((at, text.strip()) for at, (_, text) in enumerate(said))
    starts = [at - 1 for at, text in places if at and text[:2] == ". " and SOURCE.match(said[at - 1][1].strip() + text)]
    return [said[start:end] for start, end in pairwise([*starts, len(said)])]


def _of_page(said: Lines) -> list[Lines]:
    """The lines of the page of one paper in the order of other results, without affiliations."""
    texts = [text.strip() for _, text in said]
    ids = next((n for n, text in enumerate(texts) if n > 3 and _PMID.match(text)), 0)
    if not ids:
        return []
    end = next((n for n, text in enumerate(texts) if n > ids and _BELOW.match(text)), len(texts))
    below = [line for line in said[ids:end] if line[1].strip() != "Abstract"]
    source = (said[0][0], texts[0] + texts[1])
    return [[line for part in (source, *said[2:4], *below) for line in (part, _BREAK)]]


def _is_source(line: str) -> bool:
    return bool(_summary(line) or (_NUMBERED.match(line) and SOURCE.match(line)))


def _is_book(lines: list[str]) -> bool:
    return bool(_NUMBERED.match(lines[0]) and _BOOK.fullmatch("".join(_paragraphs(lines)[2:3])))


def _summary(line: str) -> tuple[str, str, str] | None:
    """The source, title and authors of a summary."""
    if found := _SUMMARY.match(line):
        return found["source"], found["title"], found["authors"]
    found = _CHAPTER.match(line)
    return (f"{found['venue'].strip()}. {found['date']}", found["title"], found["authors"]) if found else None


def _entry(lines: list[str]) -> Entry | None:
    source, *rest = _paragraphs(lines) or [""]
    if summary := _summary(source):
        source, *rest = summary
    elif book := _BOOK.fullmatch("".join(rest[1:2])):
        said = f"{book['of'] or book['by'].rstrip('; ')}. {book['date']}"
        source, rest = said, [_NUMBERED.sub("", source, count=1), rest[0], *rest[2:]]
    found = SOURCE.match(source)
    if not found or not rest:
        return None
    place = source_parts(found)
    whole = "\n".join(lines)
    title, authors, abstract = rest[0], "", ""
    behind = [p for p in rest[1:] if not _ASIDE.match(p)]
    if behind:
        authors, *texts = behind
        abstract = " ".join(texts)
    doi = _DOI.search(whole) or _SOURCES_DOI.search(source)
    pmid = _PMID.search(whole)
    return Entry(
        title=title, abstract=abstract or None,
        authors=[name for part in re.split("[,;]", authors.rstrip(".")) if (name := _MARK.sub("", part).strip())],
        venue=found["venue"], volume=place.get("volume"), issue=place.get("issue"), pages=place.get("pages"),
        published_raw=found["date"],
        doi=doi[1] if doi else None, pmid=pmid[1] if pmid else None,
        urls=[f"https://pubmed.ncbi.nlm.nih.gov/{pmid[1]}/"] if pmid else [],
    )  # fmt: skip


def _paragraphs(lines: list[str]) -> list[str]:
    """The texts between blank lines, each joined into one line."""
    return [" ".join(p.split()) for p in re.split(r"\n\s*\n", "\n".join(lines)) if p.strip()]


FORMAT = Format(
    "pubmed_text", "numbered sources, then title, authors, abstract and 'PMID: …'; or summaries", recognises, extract
)
