"""More generated exports: Web of Science, EndNote, RefWorks, PubMed in sections, and those of catalogues: OAI-PMH with
Dublin Core, Unixref, DataCite.
"""

import json
from collections.abc import Callable

from benchmarks.exports import Made, _element, _folded, _names, _people, _tagged

_DOI_PLACE, _SECTION = 'ELocationID EIdType="doi"', 'AbstractText Label="{}"'


def wos_tagged(entries: list[Made]) -> bytes:
    """Web of Science's tagged text, folded, with a sponsor and two forms of each name."""
    said = []
    for e in entries:
        first, last = e.pages or (None, None)
        names = "\n   ".join(_names(e))
        lines = [
            ("PT", "J"), ("AU", names), ("AF", names), ("TI", _folded(e.title)), ("SO", e.venue), ("DT", "Article"), ("SP", "Lamp Society"),
            ("AB", _folded(e.abstract) if e.abstract else None), ("PD", "FEB 11"), ("PY", e.year), ("VL", e.volume),
            ("IS", e.issue), ("BP", first), ("EP", last), ("DI", e.doi), ("PM", e.pmid),
        ]  # fmt: skip
        said.append(_tagged(lines, "{} {}\n").replace("\n      ", "\n   ") + "ER\n\n")
    return f"FN Clarivate Analytics Web of Science\nVR 1.0\n{''.join(said)}EF\n".encode("utf-8-sig")


def endnote_refer(entries: list[Made]) -> bytes:
    """Refer as EndNote writes it: the date without its year, keywords on separate lines."""
    said = []
    for e in entries:
        lines = [
            ("%0", "Journal Article"), *(("%A", name) for name in _names(e)), ("%D", e.year), ("%8", "Feb 11"), ("%T", e.title), ("%J", e.venue),
            ("%V", e.volume), ("%N", e.issue), ("%P", e.pages and "-".join(e.pages)), ("%R", e.doi), ("%M", e.pmid), ("%W", "PubMed"),
            ("%K", "lamps\ntowers"), ("%X", e.abstract),
        ]  # fmt: skip
        said.append(_tagged(lines, "{} {}\n"))
    return "\n".join(said).encode("utf-8-sig")


def refworks_tagged(entries: list[Made]) -> bytes:
    """RefWorks' tagged text: no blank in a name, the year separate from the date."""
    said = []
    for e in entries:
        first, last = e.pages or (None, None)
        lines = [
            ("RT", "Journal Article"), ("SR", "Electronic(1)"), *(("A1", name.replace(", ", ",")) for name in _names(e)), ("T1", e.title),
            ("JF", e.venue), ("YR", e.year), ("FD", "Feb 11"), ("VO", e.volume), ("IS", e.issue), ("SP", first), ("OP", last),
            ("AB", e.abstract), ("DO", e.doi), ("DB", "Medline"), ("AN", e.pmid),
        ]  # fmt: skip
        said.append(_tagged(lines, "{} {}\n"))
    return "\n".join(said).encode()


def pubmed_sections(entries: list[Made]) -> bytes:
    """PubMed's XML with abstracts in two sections, the DOI in the article, and the day."""
    said = []
    for e in entries:
        people = _people(e, "<Author>{family}{given}</Author>", "LastName", "ForeName")
        parts = (("BACKGROUND", e.abstract), ("RESULTS", "Nine of them never did.")) if e.abstract else ()
        abstract = "".join(_element(_SECTION.format(label), text) for label, text in parts)
        said.append(
            f"<PubmedArticle><MedlineCitation>{_element('PMID', e.pmid)}<Article><Journal><JournalIssue>{_element('Volume', e.volume)}{_element('Issue', e.issue)}"
            f"<PubDate>{_element('Year', e.year)}<Month>Feb</Month><Day>11</Day></PubDate></JournalIssue>{_element('Title', e.venue)}</Journal>"
            f"{_element('ArticleTitle', e.title)}<Pagination>{_element('MedlinePgn', e.pages and '-'.join(e.pages))}</Pagination>{_element(_DOI_PLACE, e.doi)}"
            f"<Abstract>{abstract}</Abstract><AuthorList>{people}</AuthorList></Article></MedlineCitation></PubmedArticle>\n"
        )  # fmt: skip
    return f"<PubmedArticleSet>\n{''.join(said)}</PubmedArticleSet>\n".encode()


def ojs_dublin_core(entries: list[Made]) -> bytes:
    """OAI-PMH as Open Journal Systems answers it: volume, issue and pages are in one text with the journal."""
    said = []
    for e in entries:
        place = " ".join(f"{word} {number}" for word, number in (("Vol.", e.volume), ("No.", e.issue)) if number)
        source = "; ".join([e.venue or "", f"{place} ({e.year}): Lamps", *(["-".join(e.pages)] if e.pages else [])])
        creators = "".join(_element("dc:creator", name) for name in _names(e))
        said.append(
            f"<record><header><identifier>oai:lamps:{e.number}</identifier></header><metadata><oai_dc:dc>{_element('dc:title', e.title)}{creators}"
            f"{_element('dc:description', e.abstract)}{_element('dc:date', f'{e.year}-02-11')}<dc:type>info:eu-repo/semantics/article</dc:type>"
            f"{_element('dc:identifier', e.doi)}<dc:source>1476-4687</dc:source>"
            f"{_element('dc:source', source if e.venue and place else None)}</oai_dc:dc></metadata></record>\n"
        )  # fmt: skip
    spaces = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" {spaces}><ListRecords>\n{"".join(said)}</ListRecords></OAI-PMH>\n'.encode()


def unixref(entries: list[Made]) -> bytes:
    """Crossref's XML, with the works that each one cites."""
    said = []
    for e in entries:
        person = '<person_name contributor_role="author">{given}{family}</person_name>'
        people = _people(e, person, "surname", "given_name")
        pages = (
            f"<pages>{_element('first_page', e.pages[0])}{_element('last_page', e.pages[1])}</pages>" if e.pages else ""
        )
        said.append(
            f"<doi_record><crossref><journal><journal_metadata>{_element('full_title', e.venue)}</journal_metadata><journal_issue><publication_date>"
            f"{_element('year', e.year)}</publication_date><journal_volume>{_element('volume', e.volume)}</journal_volume>{_element('issue', e.issue)}</journal_issue>"
            f"<journal_article><titles>{_element('title', e.title)}</titles><contributors>{people}</contributors>{_element('abstract', e.abstract)}{pages}"
            f"<doi_data>{_element('doi', e.doi)}</doi_data><citation_list><citation><doi>10.1000/cited</doi></citation></citation_list></journal_article>"
            "</journal></crossref></doi_record>\n"
        )  # fmt: skip
    return f"<doi_records>\n{''.join(said)}</doi_records>\n".encode()


def datacite_json(entries: list[Made]) -> bytes:
    """An answer of DataCite's API: a translated title and a note come before the title and the abstract."""
    works = [
        {
            "doi": e.doi, "titles": [{"title": "Lampen", "titleType": "TranslatedTitle"}, {"title": e.title}],
            "creators": [{"name": f"{f}, {g}", "givenName": g, "familyName": f} for f, g in dict.fromkeys(e.authors)],
            "publicationYear": e.year, "publisher": {"name": "Zenodo"},
            "container": {"title": e.venue, "volume": e.volume, "issue": e.issue, "firstPage": e.pages and e.pages[0], "lastPage": e.pages and e.pages[1]},
            "descriptions": [{"description": "12 pages", "descriptionType": "Other"}, {"description": e.abstract, "descriptionType": "Abstract"}],
        }
        for e in entries
    ]  # fmt: skip
    return json.dumps({"data": [{"id": work["doi"], "type": "dois", "attributes": work} for work in works]}).encode()


CATALOGUE_EXPORTS: dict[str, Callable[[list[Made]], bytes]] = {
    made.__name__: made
    for made in (wos_tagged, endnote_refer, refworks_tagged, pubmed_sections, ojs_dublin_core, unixref, datacite_json)
}
