"""Lines of a source: PubMed's "J Towers. 2020 Jul 26;8(2):11-19. doi: …", Embase's "Towers (2020) 8:2 (11-19). …"."""

import re

#: "1. J Towers. 2020 Jul 26;8(2):11-19. doi: 10.1000/tower.8."; results as text number it, a table does not.
SOURCE = re.compile(
    r"(?:(?P<number>\d{1,6})\. )?(?P<venue>[^.]{2,150}(?:\.[^.\d][^.]*)*?)\. (?P<date>\d{4}[^;:.]{0,30})(?:[;:.](?P<place>.*))?$"
)
_PLACE = re.compile(r"\s*(?P<volume>[^(:;]{1,20})?(?:\((?P<issue>[^)]{1,30})\))?(?::(?P<pages>[\w+ -]{1,30}?))?[.;]")
#: "Journal of Towers (2020) 44:3 (112-119). Date of Publication: 11 Feb 2020".
EMBASE = re.compile(
    r"(?P<venue>.{2,200}?) \(\d{4}\)(?: (?P<volume>[^\s:()]{1,20}))?(?::(?P<issue>[^()]{1,30}?))?(?: \((?P<pages>[^()]{1,30})\))?\."
)


def source_parts(source: re.Match[str]) -> dict[str, str]:
    """Volume, issue and pages of a source of PubMed, those that it says."""
    said = source["place"] or ""
    is_page = said and source.string[source.start("place") - 1] == ":"  # behind a date: there is no volume
    place = _PLACE.match(f":{said}" if is_page else said)
    return {
        name: text for name, said in (place.groupdict() if place else {}).items() if said and (text := said.strip())
    }
