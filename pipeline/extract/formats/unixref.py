"""Crossref's metadata as XML (Unixref): one work per `<doi_record>`."""

from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.dates import joined_date
from papersieve.pipeline.extract.shared.field_parts import inverted, page_range
from papersieve.pipeline.extract.shared.record_formats import xml_format
from papersieve.pipeline.extract.shared.titles import with_subtitle
from papersieve.pipeline.extract.shared.xml_text import element_at, text, texts

#: Elements that are works.
_KINDS = "journal_article conference_paper content_item posted_content book_metadata dissertation report-paper_metadata"
_WORKS = [f".//{kind}" for kind in _KINDS.split()]


def _entry(e: Element) -> Entry | None:
    work = element_at(e, *_WORKS)
    if work is None:
        return None
    title, subtitle, abstract = text(work, "titles/title"), text(work, "titles/subtitle"), text(work, "abstract")
    days = [*work.findall("publication_date"), *work.findall("posted_date")] or e.findall(".//publication_date")
    day = next((each for each in days if each.get("media_type") == "print"), days[0] if days else None)
    date = joined_date(*(text(day, tag) for tag in ("year", "month", "day")))
    pages = page_range(text(work, "pages/first_page"), text(work, "pages/last_page"))
    return Entry(
        title=with_subtitle(title, subtitle), abstract=abstract,
        authors=[name for a in work.findall("contributors/*") if a.get("contributor_role", "author") == "author" and (name := _name(a))],
        venue=text(e, ".//journal_metadata/full_title", ".//proceedings_title") or text(e, ".//book_series_metadata/titles/title", ".//publisher_name"),
        volume=text(e, ".//journal_volume/volume"), issue=text(e, ".//journal_issue/issue"),
        pages=pages or text(work, ".//item_number"),
        published_raw=date,
        serials=[*texts(e, ".//issn"), *texts(e, ".//isbn")],
        types=[str(work.get("component_type") or work.get("type") or work.tag), work.tag],
        language=work.get("language") or next((said for part in e.iter() if (said := part.get("language"))), None),
        doi=text(work, "doi_data/doi"), urls=[u for u in [text(work, "doi_data/resource")] if u],
    )  # fmt: skip


def _name(person: Element) -> str | None:
    name = inverted(text(person, "surname"), text(person, "given_name"))
    return name or (text(person) if person.tag == "organization" else None)


FORMAT = xml_format(
    "unixref",
    "<doi_record> elements of Crossref",
    _entry,
    {"doi_record"},
    roots=("doi_records", "doi_record", "crossref_result"),
    listing="crossref",
)
