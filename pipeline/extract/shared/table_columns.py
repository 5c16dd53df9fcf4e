"""Tables of any kind: which column is what, as settings say or by its name, and entries out of rows."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.dates import ShownDate, first_date, parse_date
from papersieve.pipeline.extract.shared.field_parts import page_range, split_terms
from papersieve.pipeline.extract.shared.identifiers import is_arxiv_id, is_doi
from papersieve.pipeline.extract.shared.json_entries import integer_of, text_of, texts_of
from papersieve.pipeline.extract.shared.pubmed_source import SOURCE, source_parts
from papersieve.pipeline.extract.shared.table_row import Mapped, Row, named
from papersieve.pipeline.reading_settings import Reading

#: Our columns, and the names that tables give them: in lower case, letters only, best first. A table that has several
#: of them is read in this order, row by row, until one says something. Sources: the exports of Scopus, Web of Science,
#: PubMed, IEEE, SpringerLink, Lens, Dimensions, EBSCO, ProQuest, Embase, Cochrane, Zotero, EndNote, Rayyan, Covidence,
#: ASReview, Publish or Perish, OpenAlex, Europe PMC, Semantic Scholar and CNKI.
NAMES: dict[str, str] = {
    "title": "title papertitle articletitle documenttitle itemtitle primarytitle titleprimary originaltitle displayname titleen 题名 标题 论文标题 篇名 標題 題名 タイトル 論題",
    "abstract": "abstract summary abstracttext abstractnote notesabstract paperabstract abstracten abstractenglishlanguage tldr 摘要 简介 要旨 抄録",
    "authors": "authorfullnames authors author authorss authornames authorstring authorsparsed firstauthors authorprimary firstauthor authorship authorshipsauthordisplayname authorshipsrawauthorname creators creator researchers 作者 著者 著者名",
    "venue": "venue journal journalbook journaltitle journalname sourcetitle publicationtitle publicationname sourcetitleanthologytitle proceedingstitle pubtitle conference conferencename booktitle containertitle journalref secondarytitle titlesecondary periodical primarylocationsourcedisplayname hostvenue source sourcename bookseriestitle anthologytitle publication 期刊 来源 文献来源 刊名 雑誌名 掲載誌",
    "volume": "volume vol journalvolume bibliovolume 卷",
    "issue": "issue number issueno issuenumber journalissue biblioissue 期",
    "pages": "pages page pagerange pagination pageinfo medlinepgn artno articlenumber articleno locationinpublication 页码 页",
    "page_start": "pagestart startpage firstpage beginningpage bibliofirstpage spage startingpage",
    "page_end": "pageend endpage lastpage endingpage bibliolastpage epage",
    "published": "published publisheddate datepublished publicationdate publishdate date pubdate dateofpublication coverdate publisheddateonline onlinedate updatedate submitted issued firstpublicationdate year publicationyear publishedyear pubyear copyrightyear py earlyaccessdate 发表时间 发布日期 日期 出版年 発行年 年",
    "month": "month publishedmonth publicationmonth 月",
    "day": "day 日",
    "doi": "doi doilink doiurl itemdoi digitalobjectidentifier externalidsdoi idsdoi 数字对象唯一标识符",
    "arxiv": "arxivid arxiv arxivurl eprint externalidsarxiv archiveid archivelocation",
    "pmid": "pmid pubmedid pubmed medlinepmid externalidspubmed idspmid extid",
    "notes": "extra note",
    "issns": "issn eissn issns issnl printissn onlineissn issnprint issnonline issnisbn",
    "isbns": "isbn isbns eisbn",
    "publication_type": "documenttype documenttypes publicationtype publicationtypes itemtype referencetype typeofreference reftype contenttype worktype pubtype pubtypes typeofwork doctype 文献类型 type pubtypelist",
    "language": "language languageofarticle languageoforiginaldocument languages lang langid 语言",
    "is_retracted": "isretracted retracted",
    "urls": "url urls link links pdfurl pdf codeurl paperurl absurl htmlurl articleurl fulltexturl openaccesspdf landingpageurl primarylocationlandingpageurl pdflink externalurl sourceurls sourcelinkout fulltexturllist plink 链接",
    "categories": "categories category subjects authorkeywords keywords keywordsplus indexkeywords tags manualtags automatictags fieldsofstudy keywordlist keyword topicsdisplayname keywordsdisplayname conceptsdisplayname 关键词",
    "comment_count": "commentcount comments numcomments",
}  # fmt: skip
#: What Web of Science names its fields, and R's bibliometrix all its tables; two letters are enough where several are.
CODES: dict[str, str] = {
    "title": "ti", "abstract": "ab", "authors": "af au", "venue": "so t2 jf", "volume": "vl", "issue": "is",
    "pages": "pp ar pg", "page_start": "bp sp", "page_end": "ep", "published": "py yr ea", "month": "pd", "doi": "di do",
    "pmid": "pm", "issns": "sn ei", "isbns": "bn", "publication_type": "dt pt ty", "language": "la", "urls": "ur",
    "categories": "de kw",
}  # fmt: skip
_FEWEST_CODES = 3

_LINKS = re.compile(r"[;|\s]+")
#: What stands between the texts of a list as Python writes it.
_QUOTED = re.compile(r"['\"],\s*['\"]")


def guess_columns(columns: list[str]) -> Mapped:
    """Our columns to theirs, by name, those to be read first before others; those that have none are left out.

    >>> guess_columns(["Paper Title", "Abstract", "Year", "Date", "ID"])
    {'title': ['Paper Title'], 'abstract': ['Abstract'], 'published': ['Date', 'Year']}
    """
    plain = dict[str, str]()
    for column in columns:
        plain.setdefault(_letters(column), column)
    if "bp" in plain:
        plain.pop("sp", None)  # Web of Science's sponsor
    names = CODES if _are_codes(plain) else NAMES
    found = {ours: [plain[name] for name in theirs.split() if name in plain] for ours, theirs in names.items()}
    return {ours: theirs for ours, theirs in found.items() if theirs}


def _letters(column: str) -> str:
    plain = column.strip().lower()
    return plain if len(plain) == 2 else re.sub(r"[\W\d_]+", "", plain)


def _are_codes(plain: Mapping[str, str]) -> bool:
    known = {code for codes in CODES.values() for code in codes.split()}
    return "ti" in plain and len(known & set(plain)) >= _FEWEST_CODES


def mapping(columns: list[str], reading: Reading) -> tuple[Mapped, str]:
    """Return our columns to theirs, and how that came about, in words."""
    if reading.columns:
        mapped = {ours: [theirs] for ours, theirs in reading.columns.items() if theirs in columns and ours in NAMES}
        how = "as the settings say"
    else:
        mapped, how = guess_columns(columns), "guessed by name; settings can say it: reading.columns"
    used = {column for theirs in mapped.values() for column in theirs}
    unused = [c for c in columns if c not in used]
    shown = ", ".join(f"{ours} = {' or '.join(map(repr, theirs))}" for ours, theirs in mapped.items())
    told = "kept in other_fields" if reading.max_other_chars else "not read"
    more = f"; {told}: {', '.join(unused[:30])}" if unused else ""
    return mapped, f"columns ({how}): {shown or 'none'}{more}"


def is_table(columns: list[str], columns_set: Mapping[str, str]) -> bool:
    """Whether rows with these columns can be papers: a title, or an abstract, is among them."""
    known: Mapped = {ours: [theirs] for ours, theirs in columns_set.items()} if columns_set else guess_columns(columns)
    return any(set(known.get(ours, ())) & set(columns) for ours in ("title", "abstract"))


def unique_names(cells: list[str]) -> list[str]:
    """Names of columns, without those of nothing at the end; one that comes again has its place behind it."""
    row = [name.strip() for name in cells]
    while row and not row[-1]:
        row.pop()
    return [name if name and name not in row[:at] else f"{name} #{at + 1}".strip() for at, name in enumerate(row)]


#: What columns of yes and no say.
_FLAGS = {
    **dict.fromkeys(("true", "yes", "y", "1", "retracted"), True),
    **dict.fromkeys(("false", "no", "n", "0"), False),
}

#: Objects of JSON that tell of the journal: Semantic Scholar's and Europe PMC's.
_JOURNALS = ("journal", "journalInfo", "bookOrReportDetails")
#: Databases, which a column called source may name: no place where a paper was published.
_DATABASES = set(
    "med pmc ppr agr cba ctx eth hir pat nbk scopus pubmed medline embase crossref openalex wos dimensions".split()
)
#: Columns of any table that may hold an arXiv id as it stands.
_IDS = ("id", "ID", "paper_id", "paperId")


def has_semicolons(rows: Iterable[list[str]], names: list[str], mapped: Mapped) -> bool:
    """Whether one of these rows separates its authors by semicolons; then a comma is inside of a name in all."""
    places = [names.index(column) for column in mapped.get("authors", ())]
    return any(";" in row[at] for row in rows for at in places if at < len(row))


def entry_of(values: Mapping[str, Any], mapped: Mapped, *, by_commas: bool = True) -> Entry | None:
    """An entry of a row; None where it has neither title nor abstract. by_commas: commas may separate authors."""
    row = Row(values, mapped)
    title, abstract = row.text("title"), row.text("abstract")
    if not title and not abstract:
        return None
    raw, published = _date(row)
    cited = _cited(values.get("Citation"))
    inside = next((found for key in _JOURNALS if isinstance(found := values.get(key), dict)), {})
    return Entry(
        0, 0,
        title=title, abstract=abstract, authors=_authors(row, by_commas=by_commas),
        venue=_venue(row) or text_of(named(inside.get("journal") or inside.get("publisher"))),
        volume=_counted(row, "volume") or text_of(inside.get("volume")) or cited.get("volume"),
        issue=_counted(row, "issue") or text_of(inside.get("issue")) or cited.get("issue"),
        pages=_pages(row) or text_of(inside.get("pages")) or cited.get("pages"),
        published_raw=raw, published=published, doi=row.found("doi", "DOI", "doi") or _doi_by_content(row),
        arxiv=row.found("arxiv", "ArXiv", "arxiv") or _arxiv_by_content(values),
        pmid=row.found("pmid", "PubMed", "pmid"),
        serials=[text for ours in ("issns", "isbns") for value in row.each(ours) for text in texts_of(value)],
        types=[text for value in row.each("publication_type") for text in texts_of(value.get("pubType") if isinstance(value, dict) else value)],
        language=row.text("language"), is_retracted=_FLAGS.get(str(row.first("is_retracted")).strip().lower()),
        notes=[text for value in row.each("notes") for text in texts_of(value)], said=values, taken=[theirs for ours in _IN_ANOTHER_FORM if (theirs := row.taken(ours))],
        comment_count=integer_of(row.first("comment_count")), categories=_texts(row.first("categories"), split_terms),
        urls=[u for value in row.each("urls") for u in _texts(value if isinstance(value, dict) and len(value) == 1 else named(value), _LINKS.split) if u.startswith(("http://", "https://"))],
    )  # fmt: skip


#: Columns that ours hold in another form: lists, and pages that are put together.
_IN_ANOTHER_FORM = ("authors", "categories", "page_start", "page_end")


def _authors(row: Row, *, by_commas: bool) -> list[str]:
    """The first column of authors that says several names, else the first: "first author" stands beside the list."""
    lists = [split_names(value, by_commas=by_commas) for value in row.each("authors")]
    names = next((names for names in lists if len(names) > 1), lists[0] if lists else [])
    if len(lists) > 1 and names and names[-1].endswith(".") and [names[-1][:-1]] in lists:  # PubMed ends its list so
        return [*names[:-1], names[-1][:-1]]
    return names


def _venue(row: Row) -> str | None:
    venue = row.text("venue")
    if venue and venue.lower() in _DATABASES:
        said = (text_of(named(value)) for value in row.each("venue"))
        return next((other for other in said if other and other.lower() not in _DATABASES), None)
    return venue


def _counted(row: Row, ours: str) -> str | None:
    """A number of a volume, an issue, a page: Publish or Perish writes 0 where it knows none."""
    text = row.text(ours)
    return None if text == "0" and "GSRank" in row.values else text


def _cited(citation: Any) -> dict[str, str]:
    """Volume, issue and pages of PubMed's citation, the only place where its CSV has them."""
    found = SOURCE.match(citation) if isinstance(citation, str) and len(citation) < 500 else None
    return source_parts(found) if found else {}


def _pages(row: Row) -> str | None:
    """Pages, or the first and the last one; an article number where there are none."""
    if pages := page_range(_counted(row, "page_start"), _counted(row, "page_end")):
        return pages
    pages = row.text("pages")  # PG of Web of Science is how many there are
    return None if pages and pages.isdecimal() and row.taken("pages") == "PG" else pages


def _date(row: Row) -> tuple[str | None, ShownDate | None]:
    said = [text for value in row.each("published") if (text := date_text(value)) and not is_doi(text)]
    raw, date = first_date(said)
    if date and date.month is None and (month := row.text("month")):
        day = row.text("day") or ""
        whole = f"{date.year}-{month}-{day}".rstrip("-") if month.isdecimal() else f"{date.year} {month} {day}".strip()
        if fuller := parse_date(whole):
            return whole, fuller
    return raw, date


def date_text(value: Any) -> str | None:
    """A date as text: also of CSL's `{"date-parts": [[2020, 3, 7]]}`.

    >>> date_text({"date-parts": [[2020, 3, 7]]}), date_text(2020)
    ('2020-03-07', '2020')
    """
    if isinstance(value, dict):
        parts = value.get("date-parts") or []
        numbers = [integer_of(part) for part in parts[0][:3]] if parts and isinstance(parts[0], list) else []
        if not numbers or None in numbers:
            return text_of(value.get("raw") or value.get("literal"))
        return "-".join(f"{number:04d}" if at == 0 else f"{number:02d}" for at, number in enumerate(numbers))
    return text_of(value)


def _doi_by_content(row: Row) -> str | None:
    """A DOI that stands alone in a column of any name."""
    return next((v for v in row.values.values() if isinstance(v, str) and "10." in v[:30] and is_doi(v)), None)


def _arxiv_by_content(values: Mapping[str, Any]) -> str | None:
    """An arXiv id that stands alone in a column of ids."""
    return next((v for key in _IDS if isinstance(v := values.get(key), str) and is_arxiv_id(v)), None)


def _texts(value: Any, split: Callable[[str], list[str]]) -> list[str]:
    if isinstance(value, str) and value.strip().startswith(("['", '["')):
        return [text for part in _QUOTED.split(value.strip()[2:]) if (text := part.strip(" ]'\""))]
    if isinstance(value, str):
        return split(value)
    if isinstance(value, dict) and len(value) == 1:  # Europe PMC wraps its lists
        value = next(iter(value.values()))
    return texts_of(value, "name", "display_name", "term", "tag", "url", "href") if value is not None else []
