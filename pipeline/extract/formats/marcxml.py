"""MARCXML: one work per `<record>` of `<datafield>`s, as library catalogues, Invenio and INSPIRE write it."""

import re
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_text
from papersieve.pipeline.extract.shared.record_formats import xml_format
from papersieve.pipeline.extract.shared.titles import with_subtitle
from papersieve.pipeline.extract.shared.xml_text import texts

_FIELDS = re.compile(r"<(?:[\w.-]+:)?datafield\s")
#: Punctuation that cataloguers put after a part: "Kettles :", "a history /", "Fenn, Ada,"; not the full stop of an
#: initial.
_BEHIND = re.compile(r"(?:\s*[:/;,=]|(?<=[^\W\d_]{3})\.)\s*$")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_OTHER_ROLES = re.compile(r"edit|edt|transl|trl|illus|ill\b|super|ths|review|publ|host", re.IGNORECASE)
#: The place of a part in its journal, in one text: "Vol. 14, no. 2 (2021), p. 101-119".
_PLACE = {
    "v": re.compile(r"\b(?:volume|vol|band|bd|tome|t)\.? ?(\d\w{0,7}|[ivxlc]{1,8}\b)", re.IGNORECASE),
    "n": re.compile(r"(?:\b(?:no|nr|n|issue|heft|iss)\b\.?|№) ?(\d[\w/-]{0,8})", re.IGNORECASE),
    "c": re.compile(
        r"\b(?:pages?|pp?|seiten?|s)[.:]? ?([a-z]{0,2}\d\w{0,7}(?:[-–]\w{1,8})?|[ivxlc]{1,8}[-–][ivxlc]{1,8}\b)",
        re.IGNORECASE,
    ),
    "y": _YEAR,
}


def _entry(e: Element) -> Entry:
    """The work of a record; SRU responses nest the record in another record."""
    inner = e.find("recordData/record")
    return marc_entry(e if inner is None else inner)


def marc_entry(e: Element) -> Entry:
    """The work that a record describes."""
    title = with_subtitle(_plain(e, "245", "a"), _plain(e, "245", "b"))
    abstract = max(_said(e, "520", "a"), key=len, default=None)
    place = _place(e)
    numbers = [*_said(e, "024", "a"), *_said(e, "037", "a"), *_said(e, "856", "u")]
    dates = [*_said(e, "269", "c"), *_said(e, "260", "c"), *_said(e, "264", "c"), place.get("y") or "", _fixed(e)]
    date = next((each for said in dates if (each := _date(said))), None)
    return Entry(
        title=title, abstract=abstract, authors=_authors(e),
        venue=place.get("venue"), volume=place.get("v"), issue=place.get("n"), pages=place.get("c"),
        published_raw=date,
        doi=next(filter(find_doi, numbers), None), arxiv=next(filter(is_arxiv_text, numbers), None),
        pmid=next((said for field in _fields(e, "024") if "pmid" in map(str.lower, _subfields(field, "2")) for said in _subfields(field, "a")), None),
        serials=[*_said(e, "020", "a"), *_said(e, "022", "a"), *_said(e, "773", "x"), *_said(e, "773", "z")],
        types=[*_said(e, "655", "a"), *_said(e, "980", "a")], language=next(iter(_said(e, "041", "a")), None),
        categories=[*_said(e, "650", "a"), *_said(e, "653", "a")],
        urls=_said(e, "856", "u"),
    )  # fmt: skip


def _fields(e: Element, tag: str) -> list[Element]:
    return [field for field in e.findall("datafield") if field.get("tag") == tag]


def _subfields(field: Element, code: str) -> list[str]:
    return [said for each in field.findall("subfield") if each.get("code") == code for said in texts(each)]


def _said(e: Element, tag: str, code: str) -> list[str]:
    return [said for field in _fields(e, tag) for said in _subfields(field, code)]


def _plain(e: Element, tag: str, code: str) -> str | None:
    """The first text of a subfield, without the punctuation that cataloguers put after it."""
    return _BEHIND.sub("", next(iter(_said(e, tag, code)), "")) or None


def _authors(e: Element) -> list[str]:
    """Names of the people and bodies that wrote the work; those with other roles only if nobody else is named."""
    fields = [field for tag in ("100", "110", "700", "710") for field in _fields(e, tag)]
    roles = [" ".join((*_subfields(field, "e"), *_subfields(field, "4"))) for field in fields]
    wrote = [field for field, role in zip(fields, roles, strict=True) if not _OTHER_ROLES.search(role)]
    return [_BEHIND.sub("", name) for field in wrote or fields for name in _subfields(field, "a")[:1]]


def _place(e: Element) -> dict[str, str | None]:
    """The venue, and volume, issue, pages and year by their subfield codes."""
    first = {code: next(iter(_said(e, "773", code)), None) for code in "tpvncyg"}
    found = {code: each.search(first["g"] or "") for code, each in _PLACE.items()}
    parts = {code: first[code] or (match[match.lastindex or 0] if match else None) for code, match in found.items()}
    venue = first["t"] or first["p"]
    return {**parts, "venue": _BEHIND.sub("", venue) if venue else None}


def _fixed(e: Element) -> str:
    """The year, at its fixed position in control field 008."""
    said = (field.text or "" for field in e.findall("controlfield") if field.get("tag") == "008")
    return next(said, "")[7:11]


def _date(said: str) -> str | None:
    """A date, or only its year if it is in brackets or follows a letter: "[2018]", "c2018"."""
    year = _YEAR.search(said)
    return (said if said[:1].isdigit() and parse_date(said) else year[0]) if year else None


FORMAT = xml_format("marcxml", "<record> elements of <datafield>s (MARC 21)", _entry, {"record"}, has=_FIELDS.search)
