"""Where a cited work appeared: venue, volume, issue and pages, from the text after its title."""

import re

from papersieve.pipeline.extract.shared.cited_marks import ISSUE_ALONE, YEAR
from papersieve.pipeline.extract.shared.cited_shapes import in_order
from papersieve.pipeline.extract.shared.source_lines import SOURCE, source_parts

#: A venue with a volume, an issue and pages, as most styles write them.
_PLACE = re.compile(
    rf"(?P<venue>(?:[^\d()]|\d+(?:st|nd|rd|th)\b){{2,200}}?)[,.]?\s+(?:vol(?:ume)?\.?\s*)?(?!{YEAR}\b)(?<!\bpp\. )(?<!\bpages )(?P<volume>[A-Za-z]?\d{{1,4}})(?!\d|(?:st|nd|rd|th)\b|[-–—]+\d+(?:\.|$))"
    rf"(?:\s*\((?![^()]{{0,16}}{YEAR}\))(?P<issue>[^()]{{1,20}})\)|,? (?:no|iss(?:ues?)?|n[°º])\.?\s*(?P<no>[\w-]{{1,12}})|, (?P<of_acm>\d{{1,3}})(?= \([A-Za-z. ]{{0,12}}{YEAR}\),|, Article \d))?(?:\s*\((?:[A-Za-z.]{{3,10}} )?{YEAR}\))?(?:(?:\s*[,:]|(?<=\d\)))\s*(?!{YEAR}\b(?!\s?[-–—]+\s?\d))(?:Article (?:no\. )?|S\. ?)?(?P<pages>[A-Za-z]{{0,2}}\d\w*(?:\s*[-–—]+\s*\w+(?:\.e\d+)?)?))?",
    re.IGNORECASE,
)
#: "ICT 2020: 112-119", as dblp has proceedings.
_OF_DBLP = re.compile(rf"(?P<venue>[^\d,;:]{{2,80}}) {YEAR}: (?P<pages>\d+(?:-\d+)?)$")
_VOLUME = re.compile(r"[,(] ?(?:[Vv]ol\.|volume) (\w{1,8})")
_PAGES = re.compile(
    r"(?:\b(?:pp?\.|pages|S\.(?= ?\d)|Art(?:icle|\.) no\.)\s*|, (?=\d+-\d+(?:$|\. )))(\w+(?:\s*[-–—]+\s*\w+)?)"
)
#: Numbers between a journal and its date: "J. Towers, vol. 4, no. 3, pp. 1-9, Mar. 2020".
_NUMBERED = re.compile(r",? (?:vol|no|pp)\. ?\w")
_PAGED = re.compile(r"\s*pp?\.")
_VENUE = re.compile(
    r"(?:in:? )?(?P<venue>(?:[A-Z]\. ){0,3}[^.,()]{2,200}(?:\.(?! [A-Z][a-z]+ (?:Press|Publish)| [A-Z][\w ]{2,30}: )[^.,()]{1,60})*)",
    re.IGNORECASE,
)
_DAY_BEHIND = re.compile(rf", [A-Z][a-z]{{2,8}}\.? \d{{1,2}}, {YEAR}$")
_DATE_BEHIND = re.compile(rf"(?:(?<=[A-Za-z]{{6}})\.|(?<=\d)\.|[ ,])* *\b{YEAR}(?: [A-Z][a-z]{{2}}(?: \d{{1,2}})?)?$")
#: The full stop after a journal's first letter: "J. Towers".
_FIRST_SHORT = re.compile(r"^([A-Z])\.(?= )")
_DASH = re.compile(r"(?<=\d)(?:[–—]|--)(?=\d)")
#: A journal with only a space before its year: "J Towers 2020;44(3):112-9".
_TIGHT = re.compile(rf"(?<=[^\W\d_]) (?={YEAR}(?: [A-Z][a-z]{{2}}(?: \d{{1,2}})?)?;\s?\d)")


def place_of(behind: str) -> dict[str, str | None]:
    """Venue, volume, issue and pages; each is None or absent if it is not found.

    >>> place_of("J. Towers, vol. 44, no. 3, pp. 11-19, Mar. 2020")["pages"]
    '11-19'
    """
    behind = _DASH.sub("-", _DAY_BEHIND.sub("", in_order(behind)))
    if (source := source_of(behind)) and (parts := source_parts(source)):
        return {"venue": source["venue"], **parts}
    if proceedings := _OF_DBLP.match(behind):
        return proceedings.groupdict()
    found, pages = _PLACE.match(behind), next(iter(_PAGES.findall(behind)), None)
    if found:
        said = found.groupdict()
        venue = re.sub(r"^in:? ", "", said["venue"], flags=re.IGNORECASE).strip(" ,.")
        issue, volume = said["issue"] or said["no"] or said["of_acm"], said["volume"]
        if numbered := ISSUE_ALONE.search(venue):
            venue, issue, volume = venue[: numbered.start()], issue or volume, None
        return {"venue": venue, "volume": volume, "issue": issue, "pages": said["pages"] or pages}
    alone = _VENUE.match(behind)
    volume = next(iter(_VOLUME.findall(behind)), None)
    return {"venue": _DATE_BEHIND.sub("", alone["venue"]).strip() if alone else None, "volume": volume, "pages": pages}


def source_of(behind: str) -> re.Match[str] | None:
    """The place if it is in PubMed's form, with a year after the journal."""
    found = SOURCE.match(_TIGHT.sub(". ", _FIRST_SHORT.sub(r"\1", behind), count=1) + ".")
    is_numbered = found and (_NUMBERED.search(found["venue"]) or _PAGED.match(found["place"] or ""))
    return found if found and not is_numbered and re.match(rf"{YEAR}\b(?!,)", found["date"]) else None
