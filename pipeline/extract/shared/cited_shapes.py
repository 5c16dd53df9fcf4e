"""References whose punctuation marks every part: Elsevier, APS, ACS, GB/T 7714 (`[J]`), GOST (`//`), ABNT, others."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.shared.cited_marks import PARTICLES, YEAR

#: The parts of a reference by name: its authors as one text, its title, its place and its date.
Parts = dict[str, str | None]

CAPITAL = r"[^\W\d_a-z][\w'’-]{1,40}"
#: "H. Gale, J.K. van der Holt", and "Gale H. J., Holt J.K."
_INITIALS_FIRST = rf"(?:[^\W\d_a-z]\.[ -]?){{1,4}}{PARTICLES}{CAPITAL}(?: {CAPITAL})?(?: Jr\.?)?"
_INITIALS_LAST = rf"{CAPITAL},? (?:[^\W\d_a-z][a-zа-я]?\.[ -]?){{1,4}}"
#: "Hugh Gale, J.K. van der Holt, and Ada Fenn", as BibTeX writes names.
_WHOLE = rf"(?:(?:[^\W\d_a-z](?:\.[ -]?| )|{CAPITAL} ){{1,3}}{PARTICLES}{CAPITAL}(?:,? Jr\.?)?)"
NAMES_OF_BIBTEX = rf"{_WHOLE}(?:(?:,? and |, ){_WHOLE})*+(?:,? et al)?"
_NAMES_OF_ELSEVIER = re.compile(
    rf"(?P<authors>{_INITIALS_FIRST}(?:(?:, (?:and )?| and ){_INITIALS_FIRST})*+(?:,? et al\.)?), (?=\S)"
)
#: "Gale, H.; Holt, J. K.", and "GALE, Hugh; HOLT, J. K.", whose given names end with a full stop.
_INVERTED = rf"{CAPITAL}(?: {CAPITAL})?, (?:[^\W\d_a-z]\.(?:[ -](?=[^\W\d_a-z]\.))?){{1,4}}"
_NAMES_OF_ACS = re.compile(
    rf"(?P<authors>(?:[a-z]{{2,4}} ){{0,2}}{_INVERTED}(?:; (?:[a-z]{{2,4}} ){{0,2}}{_INVERTED})*+(?:; et al\.)?) "
)
_CAPITALS = r"[^\W\d_a-z](?:[^\W\d_a-z]|['’ -]){1,40}"
_IN_CAPITALS = (
    rf"{_CAPITALS}, (?:[^\W\d_a-z]\.[ -]?){{1,4}}(?:[a-z]{{1,3}} ?){{0,2}}|{_CAPITALS}, [^\W\d_][\w'’ -]{{1,40}}"
)
_NAMES_OF_ABNT = re.compile(rf"(?P<authors>(?:{_IN_CAPITALS})(?:; (?:{_IN_CAPITALS}))*+(?: et al)?)\.? ?(?=[^\W\d_])")
_NAMES_OF_GOST = re.compile(rf"(?P<authors>{_INITIALS_LAST}(?:,? ?{_INITIALS_LAST})*+(?:и др\.|et al\.)?)\s*")
#: "J. Towers 44 (2020) 112-119", and "in: Proc. Towers, Hill Press, Hill, 2020: pp. 112-119", after a comma.
_IN_JOURNAL = re.compile(
    rf", (?P<venue>[^,\d\"“”][^,\"“”]{{1,160}}?) (?P<volume>[A-Z]?\d{{1,4}})(?: ?\((?P<issue>(?!{YEAR}\))[^()]{{1,12}})\))? \((?P<date>{YEAR})\) (?P<pages>[\w.]{{1,15}}(?:[-–—]\w{{1,15}})?)"
)
#: "Phys. Rev. A 44, 112 (2020)", after a comma.
_IN_LETTERS = re.compile(
    rf", (?P<venue>[^,\d\"“”][^,\"“”]{{1,160}}?) (?P<volume>[A-Z]?\d{{1,4}}), (?P<pages>\w{{1,15}}(?:[-–—]\w{{1,15}})?) \((?P<date>{YEAR})\)"
)
#: ". J. Towers 2020, 44 (3), 112-119", and ". Towers, Hill, v. 44, n. 3, p. 112-119, maio 2020".
_PLACE_OF_ACS = re.compile(
    rf"(?<!Dr)(?<!Mr)(?<!St)(?<!vs)(?<!No)[.?!] (?P<venue>(?:[^.;:?!\d]|\.(?=\S)|\b[A-Z][A-Za-z]{{0,6}}\. ){{2,150}}?\.?) (?P<date>{YEAR}), (?P<volume>\w?\d{{1,4}})(?: ?\((?P<issue>[^()]{{1,12}})\))?(?:, (?P<pages>\w{{1,12}}(?:[-–—]\w{{1,12}})?))?(?=[.;,\s]|$)"
)
_PLACE_OF_ABNT = re.compile(
    rf"[.?!] (?P<venue>[^.?!,]{{2,150}})(?:, [^.,\d]{{2,40}})?, v\. ?(?P<volume>\w{{1,8}})(?:, n\. ?(?P<issue>[\w/-]{{1,12}}))?(?:, p\. ?(?P<pages>\w{{1,12}}(?:[-–—]\w{{1,12}})?))?, (?:[^\d,]{{2,20}} )?(?P<date>{YEAR})"
)
#: ". In: HOLT, J. (org.). Towers. Hill: Hill Press, 2020. p. 112-119.", and ". 2020. Tese (Doutorado) – Lake".
_SITE_OF_ABNT = re.compile(
    rf"[.?!] (?P<venue>[^.?!,]{{2,150}}), (?:\d{{1,2}} )?(?:[a-zç]{{3,9}}\.? )?(?P<date>{YEAR})\. Disponível em"
)
_CHAPTER_OF_ABNT = re.compile(
    rf"[.?!] In: [^()]{{3,200}}\((?:[Oo]rg|[Ee]d|[Cc]oord|[Cc]omp)s?\.?\)\.? (?P<venue>[^.]{{3,200}})\. (?:\d+\. ed\. )?[^.:]{{2,40}}: [^.,]{{2,60}}, (?P<date>{YEAR})(?:[.,] p\. ?(?P<pages>\w{{1,12}}(?:[-–—]\w{{1,12}})?))?"
)
_THESIS_OF_ABNT = re.compile(
    rf"\. (?P<date>{YEAR})\. (?:\d+ ?[fp]\. )?(?P<kind>Tese|Dissertação|Monografia) \([^()]{{3,100}}\) ?[-–—,.] ?(?P<press>[^,]{{3,100}})"
)
#: ". In Towers; Holt, J., Ed.; Hill Press: Hill, 2020; pp 112–119."
_CHAPTER_OF_ACS = re.compile(
    rf"[.?!] In (?P<venue>[^;]{{3,200}}); (?:[^:]{{3,200}}, Eds?\.; )?[^;:]{{2,80}}: [^;,]{{2,60}}, (?P<date>{YEAR})(?:; (?:Vol\. \w+[,;] )?pp? ?(?P<pages>\w{{1,12}}(?:[-–—]\w{{1,12}})?))?"
)
_IN_BOOK = re.compile(
    rf", in: (?P<venue>[^,\"“”]{{2,200}})(?:, [^,\"“”]{{1,80}}){{0,5}}?, (?P<date>{YEAR})(?:[:,] (?:pp?\. ?)?(?P<pages>\d[\w.]{{0,9}}[-–—]\w{{1,10}}))?"
)
#: ". J. Towers 44, 112-119 (2020)", in Science's style, and ". arXiv:2001.00001 (2020)".
_IN_SCIENCE = re.compile(
    rf"\. (?:(?P<venue>[A-Z][^,\d\"“”]{{1,120}}?) (?P<volume>[A-Z]?\d{{1,4}}), (?P<pages>\w{{1,15}}(?:[-–—]\w{{1,15}})?)|arXiv:\S{{9,20}}(?: \[[\w.-]+\])?) \((?P<date>{YEAR})\)"
)
#: ", preprint, arXiv:2001.00001 [cs.LG], 2020".
_ON_ARXIV = re.compile(
    rf", (?:[Pp]reprint,? (?:at )?)?arXiv:\S{{9,20}}(?: \[[\w.-]+\])?(?:,? \(?(?P<date>{YEAR})\)?)?\.?$"
)
#: ", 2nd ed. Hill, UK: Hill Press, 2020", a book whose title has no marks around it.
_IN_PRESS = re.compile(
    rf"(?:, \d{{1,2}}(?:st|nd|rd|th) ed)?\. [A-Z][\w., ]{{2,60}}: [^,:]{{2,80}}, (?P<date>{YEAR})(?:, pp?\. (?P<pages>\w{{1,12}}(?:[-–—]\w{{1,12}})?))?\.?$"
)
#: "Gale H. Lamps. In: Holt J, editor. Towers. 2nd ed. Hill: Hill Press; 2020. p. 11-9.", in AMA or NLM style.
_IN_EDITED = re.compile(
    rf"(?P<authors>[^.]{{3,500}})\. (?P<title>.{{4,400}}?)[.?!] In: [^.]{{3,300}}, (?:eds?|editors?)\. (?P<venue>[^.;]{{3,200}})\. (?:\d{{1,2}}(?:st|nd|rd|th|e|a|ª|\.) (?:[eé]d|Aufl)\. )?[^.;]{{2,80}}; ?(?P<date>{YEAR})(?:(?::|\. ?p\. ?)(?P<pages>[A-Za-z]?\d[\w–-]{{0,19}}))?"
)
#: "Gale H, Holt J. Lamps. 2nd ed. Hill: Hill Press; 2020.", a book in AMA or NLM style.
_OF_BOOK = re.compile(
    rf"(?P<authors>[^.\d\"“]{{3,500}})\. (?P<title>(?:(?! In: )[^\"“]){{4,400}}?)(?: \[(?:Internet|(?P<kind>[Dd]issertation|[Tt]hesis|[^\[\]]{{2,20}} (?:dissertation|thesis)))\])?[.?!] (?:\d{{1,2}}(?:st|nd|rd|th|e|a|ª|\.) (?:[eé]d|Aufl)\. )?(?P<venue>[A-Z][^.:;,\d]{{1,60}}(?:, [^.:;,\d]{{2,30}})?: [^\d:;,.][^:;,.]{{1,99}})[;,] (?P<date>{YEAR})(?=[.;,\s]|$)"
)
#: "Gale, H. & Holt, J. Lamps (Hill, 2020).", a book in Nature's style, or "in Lamps (eds Fenn, A.) 11–19 (Hill, 2020)."
_OF_NATURE = re.compile(
    rf"(?P<authors>{_INVERTED}(?:(?:, | & ){_INVERTED})*+(?: et al\.)?) (?:in )?(?P<title>[^()]{{4,300}}?)(?:\.? [Ii]n (?P<venue>[^()]{{4,200}}?))?"
    rf"(?: \(eds? [^()]{{3,200}}\),?(?: Ch\. \d+,?)?(?: (?P<pages>\d[\w–-]{{0,19}}))?)? \((?P<press>[^(),]{{2,80}}), (?P<date>{YEAR})\)\.?$"
)
#: "Jo Holt, 'Lamps in Court' (2020) 44 Towers 112", of lawyers, and a chapter "in Hugh Gale (ed), Lamps (Hill 2020)".
_OF_OSCOLA = re.compile(
    rf"(?P<authors>[^\d'‘’\"“()]{{3,400}}?), [‘'](?P<title>.{{4,300}}?)['’] (?:in [^()]{{3,100}} \(eds?\), (?P<book>[^()]{{4,200}}) \([^()\d]{{2,60}}"
    rf"|[\[(](?=[^()]{{4}}[\])] (?:\d{{1,4}} (?:\(\d{{1,3}}\) )?)?[A-Z]))(?P<date>{YEAR})[\])](?: (?:(?P<volume>\d{{1,4}})(?: ?\((?P<issue>\d{{1,3}})\))? )?(?P<venue>[A-Z][^\d()]{{1,100}}) (?P<pages>\d{{1,5}}))?"
)
#: "李明, 王芳. 题名[J]. 刊名, 2021, 14(2): 101-119."
_OF_GB = re.compile(
    r"(?P<authors>[^\[\]]{2,1000}?)\.\s?(?P<title>[^.\[\]][^\[\]]{1,600}?)\s?\[(?P<kind>[A-Z]{1,2})(?:/OL)?\](?:\.\s*|\s*//\s*|(?=\())(?P<behind>[^\[\]]{4,600})"
)
_KINDS = {
    "J": "article", "C": "conference-paper", "D": "thesis", "M": "book", "R": "report", "N": "article", "S": "standard",
    "P": "patent", "G": "book", "EB": "webpage", "DB": "dataset", "Z": "other", "A": "chapter",
}  # fmt: skip
_PLACE_OF_GB = re.compile(
    rf"(?P<venue>[^,，]{{2,200}}?)(?:[.．]\s*(?P<town>[^.,，:：]{{2,40}}[:：][^,，]{{2,80}}))?[,，.]?\s*\(?(?P<date>{YEAR})\b(?:[,，]\s?(?P<volume>\w{{1,8}})?(?:\((?P<issue>[^()]{{1,12}})\))?)?(?:\s?[:：]\s?(?P<pages>\w{{1,12}}(?:[-–—+]\w{{1,12}})?))?"
)
#: "… // Towers. 2020. Т. 44. № 3. С. 112-119."
_PLACE_OF_GOST = re.compile(rf"(?P<venue>[^/]{{2,200}}?)[.,]\s*(?:[-–—]\s*)?(?P<date>{YEAR})\b(?P<numbers>.{{0,200}})")
#: "Gale H. J. Lamps: a book. – 2nd ed. – Hill: Hill Press, 2020. – 240 p.", a book in GOST style; the town may be
#: abbreviated.
_BOOK_OF_GOST = re.compile(
    rf"(?P<title>[^/]{{4,300}}?)(?: ?/ ?[^–—]{{3,200}}?)?\. (?:[-–—] )?(?:[^–—]{{2,60}}\. ?[-–—] )?[^\W\d_][^:–—\s]{{0,20}}[^:–—]{{0,20}} ?: (?P<venue>[^:–—]{{2,100}}), (?P<date>{YEAR})\. ?(?:[-–—] )?(?:(?:С|C|P|S)\. ?(?P<pages>\d{{1,5}}[-–—]\d{{1,5}})|\d{{1,5}} ?[^\W\d]{{1,2}}\.)"
)
_THESIS_OF_GOST = re.compile(rf"(?P<title>[^/]{{4,300}}?): (?:автореф\. )?дис\. .{{5,120}}?[.,] (?P<date>{YEAR})\b")
#: GOST's note on the medium; and all names as it lists them after a title, since it may put only the first before it.
_KIND_OF_GOST = re.compile(r" \[(?:Текст|Электронный ресурс|Text)\]|\. ?[-–—] (?:Текст|Text) ?: [^/.]{3,40}?(?= ?[/.])")
_NAMES_BEHIND = re.compile(rf"{_INITIALS_FIRST}(?:, {_INITIALS_FIRST})*")
_NUMBERS_OF_GOST = {
    "volume": re.compile(r"(?:\bТ|\bVol|\bV)\. ?(\d{1,5})"),
    "issue": re.compile(r"(?:№|\bNo\.?|\bВып\.|\bIss\.) ?(\d[\d/-]{0,9})"),
    "pages": re.compile(r"\b(?:С|C|P|Pp|S|Р)\. ?([A-Za-z]?\d{1,6}(?:[-–—]\d{1,6})?)"),
}

#: The issue after the year, where AMS style puts it: "J. Towers 44 (2020), no. 3, 112-119".
_OF_AMS = re.compile(rf" \(({YEAR})\), no\. ?([\w/–-]{{1,12}}),")
#: The date of an online version in AMA style: ". Preprint posted online March 4, 2021".
_POSTED = re.compile(
    rf"\. (?:Preprint (?:posted|published)|Published) online ([A-Z][a-z]{{2}})[a-z]* (\d{{1,2}}), ({YEAR})"
)


def in_order(text: str) -> str:
    """The text with an AMS issue, or the date of an AMA online version, moved to where other styles put it.

    >>> in_order("J. Towers 44 (2020), no. 3, 112-119")
    'J. Towers 44 (3) (2020) 112-119'
    """
    return _POSTED.sub(r". \3 \1 \2", _OF_AMS.sub(r" (\2) (\1)", text))


def shaped(text: str) -> Parts | None:
    """The parts of a reference that has one of these shapes; None for any other text.

    >>> shaped("H. Gale, J. Holt, Lamps in towers, J. Towers 44 (2020) 112-119.")["venue"]
    'J. Towers'
    >>> shaped("李明, 王芳. 高塔中的灯[J]. 高塔学报, 2021, 14(2): 101-119.")["title"]
    '高塔中的灯'
    """
    return next(_shapes(text), None)


def _shapes(text: str) -> Iterator[Parts]:
    for signs, read in ((("//", ". – ", ". — ", ". - ", " с."), _of_gost), (("]",), _of_gb)):
        if any(map(text.__contains__, signs)) and (parts := read(text)):
            yield parts
    for mark, shape in (
        (" In: ", _IN_EDITED),
        (": ", _OF_BOOK),
        (" (", _OF_NATURE),
        (", ‘", _OF_OSCOLA),
        (", '", _OF_OSCOLA),
    ):
        if mark in text and (found := shape.match(text)):
            yield found.groupdict()
    for mark, before, behind in _AROUND_TITLES:
        if mark in text and (parts := _between(text, before, behind)):
            yield parts


#: For references whose title is between names and a place: a sign in the text, the names, and the possible places.
_AROUND_TITLES = (
    (", v. ", _NAMES_OF_ABNT, (_PLACE_OF_ABNT,)),
    (". Disponível em", _NAMES_OF_ABNT, (_SITE_OF_ABNT,)),
    (" In: ", _NAMES_OF_ABNT, (_CHAPTER_OF_ABNT,)),
    (" (", _NAMES_OF_ABNT, (_THESIS_OF_ABNT,)),
    ("; ", _NAMES_OF_ACS, (_CHAPTER_OF_ACS,)),
    (",", _NAMES_OF_ELSEVIER, (_IN_JOURNAL, _IN_LETTERS, _IN_BOOK, _IN_SCIENCE, _IN_PRESS, _ON_ARXIV)),
    (",", _NAMES_OF_ACS, (_PLACE_OF_ACS,)),
)


def _between(text: str, before: re.Pattern[str], behind: tuple[re.Pattern[str], ...]) -> Parts | None:
    """The parts of a reference whose title is between its names and a place, without quotes; None for any other."""
    names = before.match(text)
    rest = text[names.end() :] if names else ""
    place = next((found for each in behind if (found := each.search(rest))), None)
    title = rest[: place.start()] if place else ""
    if not names or not place or len(title.split()) < 2 or '"' in title or "“" in title:
        return None
    return {"authors": names["authors"], "title": title, **place.groupdict()}


def _of_gb(text: str) -> Parts | None:
    found = _OF_GB.match(text)
    if not found or found["kind"] not in _KINDS:
        return None
    said, behind = found.groupdict(), found["behind"]
    place = _PLACE_OF_GB.match(behind)
    parts = place.groupdict() if place else {"date": next(iter(re.findall(YEAR, behind)), None)}
    venue = parts.get("venue") or ""
    if found["kind"] != "J" and (":" in venue.replace("：", ":") or (parts.get("town") and found["kind"] != "C")):
        parts["venue"] = None  # a town and its publisher
    return {**parts, "authors": said["authors"], "title": said["title"], "kind": _KINDS[found["kind"]]}


def _of_gost(text: str) -> Parts | None:
    text = _KIND_OF_GOST.sub("", text)
    head, _, behind = text.partition(" // ")
    names, place = _NAMES_OF_GOST.match(head), _PLACE_OF_GOST.match(behind)
    for kind, shape in (("thesis", _THESIS_OF_GOST), ("book", _BOOK_OF_GOST)):
        if names and not behind and (book := shape.match(text, names.end())):
            return {**names.groupdict(), **book.groupdict(), "kind": kind}
    title, _, people = (head[names.end() :].strip(" .") if names else "").partition(" / ")
    if not names or not place or len(title.split()) < 2:
        return None
    said = {
        name: found and found[1] for name, each in _NUMBERS_OF_GOST.items() for found in [each.search(place["numbers"])]
    }
    all_names = _NAMES_BEHIND.match(people)
    authors = all_names[0] if all_names else names["authors"]
    return {"authors": authors, "title": title, "venue": place["venue"], "date": place["date"], **said}
