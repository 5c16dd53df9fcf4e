"""DataCite's XML, and OpenAIRE's, which is based on it: one work per `<resource>`."""

import re
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.field_parts import inverted, page_range
from papersieve.pipeline.extract.shared.identifiers import find_doi
from papersieve.pipeline.extract.shared.json_values import without_markup
from papersieve.pipeline.extract.shared.record_formats import xml_format
from papersieve.pipeline.extract.shared.titles import with_subtitle
from papersieve.pipeline.extract.shared.xml_text import text, texts


def datacite_entry(e: Element) -> Entry:
    """The work that an element describes."""
    titles = {each.get("titleType"): text(each) for each in e.findall("titles/title")[::-1]}
    described = {each.get("descriptionType"): text(each) for each in e.findall("descriptions/description")[::-1]}
    abstract = described.get("Abstract") or described.get(None) or max(texts(e, "description"), key=len, default=None)
    title = with_subtitle(titles.get(None), titles.get("Subtitle"))
    dates = {each.get("dateType"): text(each) for each in (*e.findall("dates/date"), *e.findall("date"))}
    date = dates.get("Issued") or text(e, "publicationYear") or dates.get("Available")
    inside = next((i for i in e.findall("relatedItems/relatedItem") if i.get("relationType") == "IsPublishedIn"), None)
    pages = page_range(
        text(inside, "firstPage") or text(e, "citationStartPage"),
        text(inside, "lastPage") or text(e, "citationEndPage"),
    )
    return Entry(
        title=title, abstract=without_markup(abstract) if abstract else None,
        authors=[text(each, "creatorName") or inverted(text(each, "familyName"), text(each, "givenName")) or "" for each in e.findall("creators/creator")],
        venue=text(inside, "titles/title") or text(e, "citationTitle", "publisher"),
        volume=text(inside, "volume") or text(e, "citationVolume"), issue=text(inside, "issue") or text(e, "citationIssue"), pages=pages,
        published_raw=date,
        doi=next(filter(find_doi, texts(e, "identifier")), None),
        serials=[said for each in e.findall("relatedIdentifiers/relatedIdentifier") if _is_serial(each) and (said := text(each))],
        types=[said for each in e.iter("resourceType") for said in (each.get("resourceTypeGeneral") or "", text(each) or "")],
        language=text(e, "language"), categories=[*texts(e, "subjects/subject"), *texts(e, "subject")],
    )  # fmt: skip


def _is_serial(related: Element) -> bool:
    """Whether it is the number of the journal or book that contains the work, not of one that the work cites."""
    is_number = related.get("relatedIdentifierType") in ("ISSN", "EISSN", "LISSN", "ISBN")
    return is_number and related.get("relationType") in (None, "IsPartOf", "IsPublishedIn")


FORMAT = xml_format(
    "datacite_xml",
    "<resource> elements of DataCite",
    datacite_entry,
    {"resource"},
    has=re.compile(r"datacite\.org/schema/kernel").search,
    listing="datacite",
)
