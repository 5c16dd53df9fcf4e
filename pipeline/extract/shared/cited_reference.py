"""References as people write them, in the styles of APA, Harvard, Chicago, MLA, IEEE, ACM, AMA, Nature and others."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared import cited_marks as marks
from papersieve.pipeline.extract.shared import cited_styles as styles
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.cited_marks import URL, WHEN, YEAR
from papersieve.pipeline.extract.shared.cited_place import place_of, source_of
from papersieve.pipeline.extract.shared.cited_shapes import Parts, in_order, shaped
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.identifiers import find_doi, find_labelled_pmid, is_arxiv_text
from papersieve.pipeline.extract.shared.list_links import LABEL

#: The most characters of a reference.
_LONGEST = 5_000
#: A Markdown link; one with the signs around links that have labels alone; and Markdown's marks of emphasis.
_LINK_TEXT = re.compile(r"\[{1,2}([^\[\]]*)\]{1,2}\(([^()\s]*)\)")
_BUTTON = re.compile(rf"[\s|·•\[(]{{0,9}}{_LINK_TEXT.pattern}[\s|·•\])]{{0,9}}")
_EMPHASIS = re.compile(r"(?<!\w)[*_]+|[*_]+(?!\w)")
#: What follows a title in that style: the journal, with full stops only after abbreviations, and the date.
_SINCE = re.compile(
    rf"(?:[^.;]|\.(?=\S)|\b[A-Z][a-z]{{0,4}}\. ){{2,150}}\.? (?P<date>{YEAR}(?: [A-Z][a-z]{{2}}(?: \d{{1,2}})?)?)\b"
)
#: Where a title without quotes ends: at a full stop, unless it follows a volume number or an abbreviation.
_STOP, _VOLUME_BEFORE = re.compile(r"(?<!\b[A-Z])\.(?=\s|$)"), re.compile(r"[,\w] \d+(?:\(|,|$)")
_SHORTENED = re.compile(r"\b(?:(?:St|Drs?|Mr|Mrs|Ms|[Vv]s|cf|approx)\.|(?:[Nn]os?|[Vv]ols?)\.(?= \d))")
#: What goes on with a title behind its full stop: "Lamps. Part II: Towers".
_PART_BEHIND = re.compile(r"\s+(?:Part|Teil|Partie|Parte) (?:[IVX]{1,5}|\d{1,2})\b")
_ASKED = re.compile(r"[?!](?=\s)")
#: A question mark before a publisher's initials, or before a journal's abbreviated name.
_ASKED_LAST = re.compile(
    r"[?!](?=\s(?:(?:[A-Z]\. ){1,3}[^.]*\.?$|(?:[A-Z][a-z]{0,5}\. ){1,5}[^.\d]{0,60}?,? ?\d+ ?[(,]))"
)
_QUOTES = re.compile(r"[\"“‘'](?P<title>.{3,600}?)[,.]?[\"”’'][.,]?\s+(?P<rest>.*)")
#: Editors of a book, and dots that replace authors.
_EDITED = re.compile(r"^(?:[Ii]n|E[nm]|Dans):? .{3,300}?\((?:[EeÉé]ds?|Hrsg|Hg|[Cc]oords?|[Oo]rgs?)\.?\),?:?\s*")
_LEFT_OUT = re.compile(r",\s*(?:\. ?\. ?\.|…)\s*(?:& )?")


def cited(text: str, *, marked: bool = False, numbered: bool = False) -> Entry | None:
    """The entry that a reference describes; None if the text is not a reference.

    marked: whether to require what no sentence has, such as pages or a DOI; numbered: whether it has a number in a list
    of references.
    """
    if len(text) > _LONGEST:
        return None
    said = _LINK_TEXT.sub(r"\1", _BUTTON.sub(lambda found: " " if LABEL.fullmatch(found[1]) else found[0], text))
    plain = in_order(marks.tidied(" ".join(_EMPHASIS.sub("", said).split())))
    plain = plain.replace("« ", "“").replace(" »", "”") if "«" in plain else plain
    if parts := shaped(plain):
        entry: Entry | None = made(plain, parts)
    else:
        entry = _styled(plain, marked=marked) or (_styled(plain, marked=marked, numbered=True) if numbered else None)
    if entry:
        entry.urls += [link[2] for link in _LINK_TEXT.finditer(text) if URL.match(link[2])]
    return entry


def cited_of(names: str, title: str, behind: str, year: str | None) -> Entry:
    """The entry of a reference that is already split into its parts.

    >>> cited_of("Hugh Gale", "Lamps in towers", "In Proceedings of Towers, pages 1-9, 2020.", None).venue
    'Proceedings of Towers'
    >>> cited_of("Hugh Gale", "Lamps in towers", "Towers, 2009, 23(12-13), 1561-1578", None).published_raw
    '2009'
    """
    where = marks.BY_EDITORS.sub("", _EDITED.sub("In ", URL.sub("", behind).strip(" .,")))
    if thesis := marks.THESIS.match(where):
        where = where[thesis.end() :]
    date = year or next(iter(WHEN.findall(where)[::-1]), None)
    parts = {**place_of(where), "authors": names, "title": title, "date": date, "kind": thesis[1] if thesis else None}
    return made(f"{names}. {title}. {behind}", parts)


def _styled(plain: str, *, marked: bool, numbered: bool = False) -> Entry | None:
    """The entry in the first style that a reference matches."""
    for style in (*styles.STYLES, *styles.NUMBERED * numbered, styles.BEFORE_TITLE):
        text = styles.spelled_out(plain) if style is styles.BEFORE_TITLE else plain
        found = style.match(text)
        entry = _entry(text, found, marked=marked, numbered=numbered) if found else None
        if entry and (style is not styles.BEFORE_TITLE or _IS_TITLE.match(entry.title or "")):
            return entry
    return None


def _entry(plain: str, found: re.Match[str], *, marked: bool, numbered: bool) -> Entry | None:
    """The entry of a reference that matches a style; None if it is more likely a sentence."""
    parts = _parted(found) if _is_by_people(found) else None
    if not parts:
        return None
    title, kind, behind = *marks.without_kind(parts[0]), _EDITED.sub("In ", URL.sub("", parts[1]).strip(" .,"))
    behind = marks.EDITION.sub("", behind)
    if thesis := marks.THESIS.match(behind):
        kind, behind = thesis[1], behind[thesis.end() :]
    said = marks.EDITION.sub("", parts[1])
    is_cited = found.re not in (
        styles.OF_BIBTEX,
        styles.OF_MLA,
        styles.OF_DBLP,
    )  # of these, any two sentences have the shape
    is_listed = numbered or (is_cited and bool(kind or marks.is_place(said.strip(" .,"))))
    if not (_EDITED.match(said) or marks.is_marked(said, kind)) and (marked or not is_listed):
        return None
    behind = marks.LINKED.sub("", marks.ACCESS.sub("", behind)).rstrip(" .,;([")
    place = {} if behind.startswith("Preprint at") else place_of(behind)
    return made(plain, {**place, "authors": _names(found), "title": title, "kind": kind, "date": _date(found, behind)})


def made(plain: str, parts: Parts) -> Entry:
    """The entry with these parts, and with the identifiers and links of the whole reference."""
    kind, raw = parts.get("kind"), parts.get("date")
    return Entry(
        title=parts["title"], authors=with_others(parts["authors"] or ""),
        venue=parts.get("venue") or parts.get("book") or parts.get("press"), volume=parts.get("volume"), issue=parts.get("issue"), pages=parts.get("pages"),
        published_raw=raw, types=[kind] if kind else [],
        doi=plain if find_doi(plain) else None, pmid=find_labelled_pmid(plain),
        arxiv=plain if is_arxiv_text(plain) else None, urls=[url.rstrip(".,;)") for url in URL.findall(plain)],
    )  # fmt: skip


def _is_by_people(found: re.Match[str]) -> bool:
    """Whether the authors are names; checked only in the styles whose shape any two sentences have."""
    if found.re in (styles.MEDICAL, styles.BEFORE_TITLE) and _NAME_GOES_ON.match(found["rest"]):
        return False
    if _PLACE_ALONE.match(found["rest"]):
        return False
    if found.re is styles.MEDICAL:
        return marks.are_names_of_ama(found["authors"])
    return found.re is not styles.OF_ACM or marks.are_names(found["authors"])


#: A publisher behind the title of a book, where no full stop ends the title: ", 2nd edn, Hill Press, Hill."
_PRESS_BEHIND = re.compile(
    r", (?:\d{1,2}(?:st|nd|rd|th) edn?\.?, |(?=[A-Z][^,.]{0,40}\b(?:Press|Publish\w+|Springer|Wiley|Routledge|Elsevier)\b[^,.]*, [A-Z][^,.]{2,30}\.?$))"
)
#: The year behind a title that nothing else follows.
_DATE_LAST = re.compile(rf" \({YEAR}\)$")
#: More than the short name of a journal: three words, or a second one in small letters.
_IS_TITLE = re.compile(r"(?!et al\b)\S+ (?:\S+ \S|[^\W\d_A-Z])")
#: A place alone, as in lists without titles: "H. Gale and J. Holt, J. Towers 44, 112 (2020)".
_PLACE_ALONE = re.compile(rf"(?:[^\W\d_]{{1,12}}\.? ){{0,4}}\d{{1,4}}, \w{{1,15}} \({YEAR}\)")
#: What follows "Derek J." in "Derek J. Bennet and C. R. McInnes. Verifiable control", or "Derek J. Bennet. Control".
_NAME_GOES_ON = re.compile(r"[A-Z][\w'’-]+(?:(?:,? and |, )(?:[A-Z]\.|[A-Z][\w'’-]+ [A-Z])|\. [A-Z])")
#: Names whose last full stop belongs to an initial: a family name before initials, or an inverted name.
_INITIAL_LAST = re.compile(r"(?:,[^,]*|[^\W\d_a-z]{2,})[ .-][^\W\d_a-z]\.$")


def _names(found: re.Match[str]) -> str:
    """The names without the full stop after them; that of an initial stays."""
    names = _LEFT_OUT.sub(", ", found["authors"] or found.groupdict().get("forward") or "").rstrip(" ,")
    is_inverted = found.re in (styles.BEFORE_COLON, styles.DATED, styles.OF_ACM, styles.OF_NATURE) and "," in names
    return names if is_inverted or _INITIAL_LAST.search(names) else names.removesuffix(".")


def _parted(found: re.Match[str]) -> tuple[str, str] | None:
    """The title and the text after it; None if the title's end is not found."""
    rest = found["rest"]
    if title := found.groupdict().get("title"):
        return title.rstrip(" ,."), rest
    quoted = _QUOTES.match(rest)
    if quoted and found.re is not styles.MEDICAL:
        return quoted["title"], quoted["rest"]
    if found.re is styles.DATED and (press := _PRESS_BEHIND.search(rest)):
        return rest[: press.start()], rest[press.end() :]
    ends = (end for end in _ends(rest) if found.re is not styles.MEDICAL or _SINCE.match(rest[end:].strip()))
    end = next(ends, None)
    if not end and (dated := _DATE_LAST.search(rest)):
        end = dated.start()
    return (styles.VOLUME_BEHIND.sub("", rest[:end].rstrip(" .")), rest[end:].strip()) if end else None


def _ends(rest: str) -> Iterator[int]:
    """Positions where a title may end, the likeliest first: ends of sentences, or question marks."""
    stops = [found.end() for found in _STOP.finditer(rest)]
    asked = [found.end() for found in _ASKED_LAST.finditer(rest)]
    yield from (end for end in asked if not any(stop < end and _is_end(rest, stop) for stop in stops))
    yield from (end for end in stops if _is_end(rest, end))
    yield from (found.end() for found in _ASKED.finditer(rest))
    yield from stops


def _is_end(rest: str, end: int) -> bool:
    """Whether a title may end at a full stop: not inside brackets, nor after a volume number or an abbreviation."""
    text = rest[:end]
    if _PART_BEHIND.match(rest, end):
        return False
    is_short = any(found.end() == end for found in _SHORTENED.finditer(rest, max(0, end - 8), len(rest)))
    return not is_short and text.count("(") == text.count(")") and not _VOLUME_BEFORE.search(text)


def _date(found: re.Match[str], behind: str) -> str | None:
    """The year before the title, with month and day if stated; else the last date after the title."""
    day, year = found.groupdict().get("day"), found.groupdict().get("date")
    if found.re is styles.MEDICAL and (since := _SINCE.match(behind)):
        year = since["date"]
    if found.re is styles.DATED and not year:
        return None
    if year:
        source = source_of(behind)
        whole = source["date"] if source else f"{day} {year}" if day else year
        return whole if parse_date(whole) else year[:4]
    return next(iter(WHEN.findall(behind)[::-1]), None)
