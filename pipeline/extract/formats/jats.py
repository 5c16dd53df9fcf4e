"""JATS, the XML of PubMed Central and of publishers: one paper per `<front>`, and one or many in a file."""

import re
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.dates import joined_date
from papersieve.pipeline.extract.shared.field_parts import inverted, page_range
from papersieve.pipeline.extract.shared.record_formats import xml_format
from papersieve.pipeline.extract.shared.titles import with_subtitle
from papersieve.pipeline.extract.shared.xml_text import text, texts

#: Elements that are not part of the text around them: marks of references, and footnotes.
_MARKS = ("xref", "fn")
#: Some publishers write a formula as a whole LaTeX document.
_FORMULA = re.compile(r".*\\begin\{document\}(.*)\\end\{document\}.*", re.DOTALL)
_HEADING = re.compile(r"(?:abstract|summary)\W*", re.IGNORECASE)


def jats_entry(front: Element) -> Entry | None:
    """The paper that an article's front matter describes; None if it has no `<article-meta>`."""
    meta, journal = front.find("article-meta"), front.find("journal-meta")
    if meta is None:
        return None
    _clear(meta)
    title, abstract = text(meta, "title-group/article-title"), _abstract(meta)
    date = max(map(_date, meta.iter("pub-date")), key=len, default="")
    ids = {each.get("pub-id-type"): text(each) for each in meta.findall("article-id")}
    return Entry(
        title=with_subtitle(title, text(meta, "title-group/subtitle")), abstract=abstract,
        authors=[name for person in meta.findall("contrib-group/contrib") if person.get("contrib-type", "author") == "author" and (name := _name(person))],
        venue=text(journal, ".//journal-title"), volume=text(meta, "volume"), issue=text(meta, "issue"),
        pages=page_range(text(meta, "fpage"), text(meta, "lpage")) or text(meta, "elocation-id"),
        published_raw=date,
        doi=ids.get("doi"), pmid=ids.get("pmid"), arxiv=ids.get("arxiv"),
        serials=texts(journal, "issn"), types=texts(meta, "article-categories/subj-group/subject"),
        categories=texts(meta, "kwd-group/kwd"),
    )  # fmt: skip


def _clear(meta: Element) -> None:
    """Clean the texts in place: drop marks of footnotes, and keep each formula once, in TeX if it is given."""
    for mark in [each for tag in _MARKS for each in meta.iter(tag)]:
        tail = mark.tail
        mark.clear()
        mark.tail = tail
    for formula in meta.iter("alternatives"):
        tex = formula.find("tex-math")
        formula[:] = [tex] if tex is not None else formula[:1]
    for tex in meta.iter("tex-math"):
        said = _FORMULA.sub(r"\1", "".join(tex.itertext())).strip()
        tex.text = re.sub(r"^\$\$(.*)\$\$$", r"$\1$", said, flags=re.DOTALL)


def _abstract(meta: Element) -> str | None:
    """The main abstract, or the first of another kind if there is none, with the headings of its sections."""
    found = meta.findall("abstract")
    chosen = next((each for each in found if not each.get("abstract-type")), next(iter(found), None))
    if chosen is None:
        return None
    parts, heading = list[str](), ""
    for each in chosen.iter():
        if each.tag == "title":
            heading = (text(each) or "").rstrip(" .:")
        elif each.tag == "p" and (said := text(each)):
            parts.append(f"{heading}: {said}" if heading and not _HEADING.fullmatch(heading) else said)
            heading = ""
    return " ".join(parts) or text(chosen)


def _date(published: Element) -> str:
    if whole := published.get("iso-8601-date"):
        return whole
    return joined_date(*(text(published, tag) for tag in ("year", "month", "day")))


def _name(person: Element) -> str | None:
    name = person.find("name") if person.find("name") is not None else person.find("name-alternatives/name")
    given = " ".join(part for tag in ("given-names", "suffix") if (part := text(name, tag)))
    return inverted(text(name, "surname"), given) or _group(person) or text(person, "string-name")


def _group(person: Element) -> str | None:
    """The name of a group, without the names of its members."""
    collab = person.find("collab")
    own = " ".join((collab.text or "").split()) if collab is not None else ""
    return own or text(collab)


FORMAT = xml_format(
    "jats",
    "<article> elements of JATS with <front>",
    jats_entry,
    {"front"},
    roots=("article", "pmc-articleset", "articles"),
    has=re.compile(r"<front[\s>]").search,
)
