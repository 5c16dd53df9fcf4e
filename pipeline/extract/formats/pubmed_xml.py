"""PubMed XML: one paper a `<PubmedArticle>`, abstracts in labelled parts."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.field_parts import inverted, page_range
from papersieve.pipeline.extract.shared.xml_entries import read_xml
from papersieve.pipeline.extract.shared.xml_text import root_of, shown, text, texts


def recognises(head: Head) -> str | None:
    """The root element is PubMed's."""
    root = root_of(head.text)
    return (
        f"its root element is <{root}>"
        if root in ("PubmedArticleSet", "PubmedArticle", "PubmedBookArticleSet", "PubmedBookArticle")
        else None
    )


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one paper an article, books' chapters included."""
    yield Listing("pubmed")
    yield from read_xml(dump, {"PubmedArticle", "PubmedBookArticle"}, _entry)


def _entry(e: Element) -> Entry:
    title = text(e, ".//ArticleTitle")
    if not title or title.strip("[]. ").lower() == "not available":
        title = text(e, ".//VernacularTitle") or text(e, ".//BookTitle") or title
    abstract = " ".join(_part(part) for part in e.findall(".//Abstract/AbstractText")) or None
    day = next(
        (
            d
            for path in (".//JournalIssue/PubDate", ".//ContributionDate", ".//Book/PubDate")
            if (d := e.find(path)) is not None
        ),
        None,
    )
    parts = [text(day, tag) for tag in ("Year", "Month", "Day")] if day is not None else []
    is_number = len(parts) > 1 and (parts[1] or "").isdecimal()
    date = ("-" if is_number else " ").join(p for p in parts if p) or text(day, "MedlineDate")
    ids = {i.get("IdType"): "".join(i.itertext()) for i in e.findall("./PubmedData/ArticleIdList/ArticleId")}
    doi = ids.get("doi") or next(
        ("".join(i.itertext()) for i in e.findall(".//ELocationID") if i.get("EIdType") == "doi"), None
    )
    pmid = text(e, "./MedlineCitation/PMID") or text(e, "./BookDocument/PMID")
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
    """What an article of a book is."""
    return ["chapter" if e.find(".//ArticleTitle") is not None else "book"] if e.tag == "PubmedBookArticle" else []


def _part(part: Element) -> str:
    label = part.get("Label")
    said = " ".join(shown(part).split())
    return f"{label}: {said}" if label and label != "UNLABELLED" else said


def _author_lists(e: Element) -> list[Element]:
    """The lists of authors; a book's chapter has one of its own beside that of the book's editors."""
    lists = [people for people in e.findall(".//AuthorList") if people.get("Type", "authors") == "authors"]
    return lists or e.findall(".//AuthorList")


def _pages(e: Element) -> str | None:
    between = page_range(text(e, ".//Pagination/StartPage"), text(e, ".//Pagination/EndPage"))
    return text(e, ".//Pagination/MedlinePgn") or between


def _name(author: Element) -> str | None:
    last, first = text(author, "LastName"), text(author, "ForeName") or text(author, "Initials")
    given = " ".join(part for part in (first, text(author, "Suffix")) if part)
    return inverted(last, given) or text(author, "CollectiveName")


FORMAT = Format("pubmed_xml", "<PubmedArticle> elements", recognises, extract)
