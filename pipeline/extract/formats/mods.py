"""MODS: one work per `<mods>`; the journal is a related item of type host."""

from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.field_parts import inverted, page_range
from papersieve.pipeline.extract.shared.record_formats import xml_format
from papersieve.pipeline.extract.shared.titles import with_subtitle
from papersieve.pipeline.extract.shared.xml_text import text, texts


def mods_entry(e: Element) -> Entry:
    """The work that an element describes."""
    host = next((item for item in e.findall("relatedItem") if item.get("type") == "host"), None)
    dates = ("originInfo/dateIssued", "relatedItem/originInfo/dateIssued", "relatedItem/part/date")
    date = text(e, *dates, "originInfo/dateCreated", "originInfo/copyrightDate")
    ids = {i.get("type"): "".join(i.itertext()) for i in e.findall("identifier")}
    return Entry(
        title=_title(e), abstract=text(e, "abstract"),
        authors=[name for person in e.findall("name") if _is_author(person) and (name := _name(person))],
        venue=_title(host), volume=_detail(host, "volume"), issue=_detail(host, "issue") or _detail(host, "number"),
        pages=page_range(text(host, "part/extent/start"), text(host, "part/extent/end")),
        published_raw=date,
        serials=[*texts(e, "identifier"), *texts(e, "relatedItem/identifier")],
        types=texts(e, "genre") + texts(e, "typeOfResource"), language=text(e, "language/languageTerm"),
        doi=ids.get("doi"), pmid=ids.get("pmid"), categories=texts(e, "subject/topic"), urls=texts(e, "location/url"),
    )  # fmt: skip


def _title(e: Element | None) -> str | None:
    article, main, sub = (text(e, f"titleInfo/{part}") for part in ("nonSort", "title", "subTitle"))
    main = f"{article} {main}" if article and main else main
    return with_subtitle(main, sub)


def _is_author(person: Element) -> bool:
    roles = {role.lower() for role in texts(person, "role/roleTerm")}
    return not roles or not roles.isdisjoint(("author", "aut", "creator", "cre"))


def _name(person: Element) -> str | None:
    parts: dict[str | None, list[str]] = {}
    for part in person.findall("namePart"):
        parts.setdefault(part.get("type"), []).append("".join(part.itertext()).strip())
    family, given = " ".join(parts.get("family", [])), " ".join(parts.get("given", []))
    return inverted(family, given) or " ".join(parts.get(None, [])) or None


def _detail(host: Element | None, kind: str) -> str | None:
    found = host.findall("part/detail") if host is not None else []
    return next((text(d, "number") for d in found if d.get("type") == kind), None)


FORMAT = xml_format("mods", "<mods> elements", mods_entry, {"mods"}, roots=("mods", "modsCollection"))
