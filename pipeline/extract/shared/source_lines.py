"""Source lines: PubMed's ("J Towers. 2020;8(2):11-19."), Embase's ("Towers (2020) 8:2 (11-19)."), Ovid's, EBSCO's."""

import re

from papersieve.pipeline.extract.shared.field_parts import HYPHENS

#: "1. J Towers. 2020 Jul 26;8(2):11-19. doi: 10.1000/tower.8."; text results number it, tables don't.
SOURCE = re.compile(
    r"(?:(?P<number>\d{1,6})\. )?(?P<venue>[^.]{2,150}(?:\.[^.\d][^.]*)*?)\. (?P<date>\d{4}[^;:.]{0,30})(?:[;:.](?P<place>.*))?$"
)
_PLACE = re.compile(
    r"(?!\s*doi\b)\s*(?P<volume>[^(:;]{1,20})?(?:\((?P<issue>[^)]{1,30})\))?(?::(?P<pages>[\w+ -]{1,30}?(?:\.[\w-]{1,20}){0,4}))?[.;]"
)
#: "Journal of Towers (2020) 44:3 (112-119). Date of Publication: 11 Feb 2020".
EMBASE = re.compile(
    r"(?P<venue>.{2,200}?) \((?P<date>\d{4})\)(?: (?P<volume>[^\s:()]{1,20}))?(?:(?::| (?=[Ss](?:uppl|UPPL)))(?P<issue>[^()]{1,30}?))?(?: \((?P<pages>[^()]{1,30})\)| Article Number: (?P<article>[\w-]{1,20}))?\.(?= [A-Z]|\s*$)"
)
_OF_EMBASE = (").", " Article Number: ", " Date of Publication: ")
PUBLISHED = re.compile(r"\bDate of Publication: ([^.]{4,30})")
#: Ovid's source line for Medline and for Embase, which may have a congress between the venue and the volume.
OVID = re.compile(
    r"(?P<venue>.{2,200}?)\.\s+(?:Conference: .{1,400}?\.\s+(?=[^.]{0,60}, \d{4}))?(?P<volume>[\w-]{1,15})?\s?(?:\((?P<issue>(?!pp )[^()]{1,30})\))?\s?(?::\s?(?P<pages>[\w-]{1,30})|\(pp (?P<pp>[\w-]{1,30})\))?"
    r"(?:[,.]\s?(?P<date>(?:[A-Z][a-z]{2,8}(?:[-/][A-Z][a-z]{2,8})? (?:\d{1,2}, )?)?\d{4}[^.]{0,20}))?"
)
#: The same for PsycINFO, which labels the volume and puts the date before the pages.
PSYCINFO = re.compile(
    r"(?P<venue>.{2,200}?)(?:\.\s+Vol\.|, Vol\.?)\s?(?P<volume>[\w-]{1,15})(?:\((?P<issue>[^()]{1,30})\))?,\s(?P<date>[A-Z][a-z]{2,8}, \d{4}|[^,.]{4,30})"
    r"(?:[,.]\s(?:pp\.\s?|ArtID:?\s?|(?=\d+-\d))(?P<pages>[\w-]{1,30}))?"
)
#: The same for Ovid's journals: "Journal of Towers March 2021;44(3):112-119".
OVID_JOURNALS = re.compile(
    r"(?P<venue>.{2,200}?)\.? (?P<date>(?:[A-Z][a-z]{2,8}(?:[-/][A-Z][a-z]{2,8})? (?:\d{1,2}, )?)?\d{4});\s?(?P<volume>[\w-]{1,15})?"
    r"(?:\((?P<issue>[^()]{1,30})\))?(?::(?P<pages>[\w-]{1,30}))?$"
)
#: EBSCO's source line: "Journal of Towers; Mar2021, Vol. 44 Issue 3, p112-119, 8p".
EBSCO = re.compile(
    r"(?P<venue>[^;]{2,200}?)[;,.] (?P<date>[^,;.]{4,20}), Vol\. (?P<volume>[\w-]{1,12})(?: Issue (?P<issue>[\w-]{1,12}))?(?:, p(?P<pages>[\w-]{1,20}))?"
)
#: The journal as Open Journal Systems ("Towers; Vol. 3 No. 2 (2021): Lamps; 12-30"), DOAJ ("Towers, Vol 3, Iss 2, Pp
#: 12-30 (2021)") and ADS ("Towers, Volume 3, Issue 2, id.12, 9 pp.") cite it, in any language.
_CITED = re.compile(
    r"(?P<venue>.{2,300}?)(?:[;,]\s+|\s+(?=v\. ?\d))(?:(?:v(?:ol(?:umen?|ume)?)?|bd|band|t(?:om[eo]?)?|jg|jahrgang|cilt|том)\.?\s*(?P<volume>\d\w{0,9}))?[,;\s]*"
    r"(?:(?:n(?:[orº°]|[úu]m(?:[eé]ro|ber)?)?|iss(?:ue)?|heft|say[ıi]|№)\.?\s*(?P<issue>\d[\w/-]{0,20}))?(?=$|[\s,;:(])",
    re.IGNORECASE,
)
_CITED_PAGES = re.compile(
    r"(?:;|,\s*(?:pp?|id)\.?)\s*([a-z]?\d+(?:\s?[-–]\s?[a-z]?\d+)?)(?:\s*\(\d{4}\)|, \d{4}|, \d+ pp)?\.?$",
    re.IGNORECASE,
)
#: A venue and its place in one cell of a table.
_CITED_CELL = re.compile(
    r"(?P<venue>\D{2,150}?)(?:,? |; ?)(?P<volume>\d{1,4}) ?\((?P<issue>(?!(?:19|20)\d\d\))[\w/-]{1,10})\)(?:[,:] ?(?:pp?\. ?)?(?P<pages>[\w-]{1,20}))?(?:,? (?:[^\W\d]{3,10}\.? )?\(?(?P<date>(?:19|20)\d\d)\)?)?\.?"
)
_PUBMED_CELL = re.compile(
    r"(.{2,150}?)\.? ((?:19|20)\d\d(?: [A-Z][a-z]{2}(?: \d{1,2})?)?; ?[\w ]{0,12}(?:\([^()]{1,12}\))?(?:: ?[\w-]{1,20})?)\.?"
)
_DASH = re.compile(rf"(?<=\d) ?[{HYPHENS}] ?(?=\w)")
_OVID_CELL = re.compile(r"\. [\w-]{0,15}(?:\([^()]{1,30}\))?:[\w-]{1,30},? \d{4}\b")


def plain_source(source: str) -> str:
    """The source with single blanks, and with plain hyphens behind numbers.

    >>> plain_source("J Towers.  2020; 44(3):112–9")
    'J Towers. 2020; 44(3):112-9'
    """
    return _DASH.sub("-", " ".join(source.split()))


def placed(said: str | None) -> tuple[str | None, dict[str, str | None]]:
    """The venue, and the place that Embase, Ovid, PubMed and SinoMed write after it in the same cell.

    >>> placed("Journal of Towers. 8(2):11-19 2020 Jul 26")[1]["pages"], placed("J. Towers: a review")
    ('11-19', ('J. Towers: a review', {}))
    >>> placed("J Towers (2020) 44:SUPPL. 1 Article Number: 31. Date of Publication: 1 Dec 2020")[1]["pages"]
    '31'
    >>> placed("J Towers. 2020;8(2):11-19")
    ('J Towers', {'volume': '8', 'issue': '2', 'pages': '11-19', 'date': '2020'})
    """
    venue = plain_source(said) if said else None
    found = EMBASE.match(venue) if venue and any(map(venue.__contains__, _OF_EMBASE)) else None
    if venue and not found and _OVID_CELL.search(venue):
        found = OVID.match(venue)
    if (
        venue
        and not found
        and (cell := _PUBMED_CELL.fullmatch(venue))
        and (source := SOURCE.match(f"{cell[1]}. {cell[2]}."))
    ):
        return cell[1], {**source_parts(source), "date": source["date"]}
    found = found or _CITED_CELL.fullmatch(venue or "")
    if found:
        day, parts = PUBLISHED.search(venue or ""), found.groupdict()
        parts["pages"] = parts["pages"] or parts.get("article")
        return found["venue"], parts | ({"date": day[1]} if day else {})
    cited = cited_place(venue or "")
    return (cited["venue"], dict(cited)) if "volume" in cited and len(cited) > 2 else (said, {})


def cited_place(source: str) -> dict[str, str]:
    """Venue, volume, issue and pages, as far as a source states them; nothing without a volume or an issue.

    >>> cited_place("Towers ; Vol. 3, No. 2 (2021); 12-30")
    {'venue': 'Towers', 'volume': '3', 'issue': '2', 'pages': '12-30'}
    """
    source = plain_source(source)
    found = _CITED.match(source)
    if not found or not (found["volume"] or found["issue"]):
        return {}
    pages = _CITED_PAGES.search(source)
    place = {**found.groupdict(), "venue": found["venue"].strip(), "pages": pages and pages[1]}
    return {name: said for name, said in place.items() if said}


def source_parts(source: re.Match[str]) -> dict[str, str]:
    """The volume, issue and pages in a PubMed source line, as far as it states them."""
    said = source["place"] or ""
    is_page = said and source.string[source.start("place") - 1] == ":"  # right after the date: there is no volume
    place = _PLACE.match(f":{said}" if is_page else said)
    return {
        name: text for name, said in (place.groupdict() if place else {}).items() if said and (text := said.strip())
    }
