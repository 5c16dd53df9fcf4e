"""PubMed XML: one paper per `<PubmedArticle>`, abstracts in labelled parts."""

from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.dates import joined_date
from papersieve.pipeline.extract.shared.field_parts import ARTICLE_NUMBER, inverted, page_range
from papersieve.pipeline.extract.shared.record_formats import xml_format
from papersieve.pipeline.extract.shared.xml_text import element_at, shown, text, texts

_ARTICLES = {"PubmedArticle", "PubmedBookArticle"}


def _entry(e: Element) -> Entry:
    title = text(e, ".//ArticleTitle")
    if not title or title.strip("[]. ").lower() == "not available":
        title = text(e, ".//VernacularTitle", ".//BookTitle") or title
    abstract = " ".join(_part(part) for part in e.findall(".//Abstract/AbstractText")) or None
    day = element_at(e, ".//JournalIssue/PubDate", ".//ContributionDate", ".//Book/PubDate")
    date = joined_date(*(text(day, tag) for tag in ("Year", "Month", "Day"))) or text(day, "MedlineDate")
    ids = {i.get("IdType"): "".join(i.itertext()) for i in e.findall("./PubmedData/ArticleIdList/ArticleId")}
    doi = ids.get("doi") or next(
        ("".join(i.itertext()) for i in e.findall(".//ELocationID") if i.get("EIdType") == "doi"), None
    )
    pmid = text(e, "./MedlineCitation/PMID", "./BookDocument/PMID")
    return Entry(
        title=title, abstract=abstract,
        authors=[name for people in _author_lists(e) for a in people.findall("Author") if a.get("ValidYN") != "N" and (name := _name(a))],
        venue=text(e, ".//Journal/Title") or (text(e, ".//BookTitle") if e.find(".//ArticleTitle") is not None else None), volume=text(e, ".//JournalIssue/Volume"),
        issue=text(e, ".//JournalIssue/Issue"), pages=_pages(e),
        published_raw=date,
        doi=doi, pmid=pmid, categories=[*texts(e, ".//MeshHeading/DescriptorName"), *texts(e, ".//KeywordList/Keyword")],
        serials=[*texts(e, ".//Journal/ISSN"), *texts(e, ".//Isbn")], types=[*texts(e, ".//PublicationType"), *_kind(e)],
        language=text(e, ".//Language"),
        is_retracted=any(c.get("RefType") == "RetractionIn" for c in e.iterfind(".//CommentsCorrections")) or None,
        urls=[f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"] if pmid and pmid.isdecimal() else [],
    )  # fmt: skip


def _kind(e: Element) -> list[str]:
    """The type of a book article: a chapter or the book itself; empty for other articles."""
    return ["chapter" if e.find(".//ArticleTitle") is not None else "book"] if e.tag == "PubmedBookArticle" else []


def _part(part: Element) -> str:
    label = part.get("Label")
    said = " ".join(shown(part).split())
    return f"{label}: {said}" if label and label != "UNLABELLED" else said


def _author_lists(e: Element) -> list[Element]:
    """The lists of authors, without those of editors: a chapter has its own authors besides the book's editors."""
    lists = [people for people in e.findall(".//AuthorList") if people.get("Type", "authors") == "authors"]
    return lists or e.findall(".//AuthorList")


def _pages(e: Element) -> str | None:
    between = page_range(text(e, ".//Pagination/StartPage"), text(e, ".//Pagination/EndPage"))
    numbers = (each.text or "" for each in e.findall(".//ELocationID") if each.get("EIdType") == "pii")
    return text(e, ".//Pagination/MedlinePgn") or between or next(filter(ARTICLE_NUMBER.fullmatch, numbers), None)


def _name(author: Element) -> str | None:
    last, first = text(author, "LastName"), text(author, "ForeName", "Initials")
    given = " ".join(part for part in (first, text(author, "Suffix")) if part)
    return inverted(last, given) or text(author, "CollectiveName")


FORMAT = xml_format(
    "pubmed_xml",
    "<PubmedArticle> elements",
    _entry,
    _ARTICLES,
    roots=(*_ARTICLES, "PubmedArticleSet", "PubmedBookArticleSet"),
    listing="pubmed",
)
