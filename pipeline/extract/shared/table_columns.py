"""Tables of any kind: the meaning of columns, from settings or by name, and entries from rows."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.abstracts import of_index
from papersieve.pipeline.extract.shared.author_commas import with_semicolons
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.column_names import Mapped, are_numbered, guess_columns
from papersieve.pipeline.extract.shared.dates import ShownDate, first_date, parse_date
from papersieve.pipeline.extract.shared.field_parts import page_range, split_terms
from papersieve.pipeline.extract.shared.identifiers import is_arxiv_id, is_arxiv_text, is_doi
from papersieve.pipeline.extract.shared.json_values import integer_of, list_of, text_of, texts_of
from papersieve.pipeline.extract.shared.source_lines import SOURCE, placed, source_parts
from papersieve.pipeline.extract.shared.table_row import Row, date_text, named, with_inner
from papersieve.pipeline.extract.shared.titles import of_book, with_subtitle
from papersieve.pipeline.reading_settings import Reading

#: What the notice on a table's columns says if none of them is a title.
NO_TITLE = "no title column found"

_LINKS = re.compile(r"[;|\s]+")
#: Identifiers that OpenCitations puts after a venue: "Journal of Towers [issn:0000-0019]".
_NUMBERED = re.compile(r"\s*\[[a-z]+:[^\[\]]*\]$")
#: An arXiv id among other identifiers.
_LABELLED = re.compile(r"\barXiv:[\w./-]+")
#: The separator of texts in a list as Python prints it.
_QUOTED = re.compile(r"['\"],\s*['\"]")


def mapping(columns: list[str], reading: Reading, inner: Iterable[str] = ()) -> tuple[Mapped, str]:
    """Map our columns to a table's, and describe in words how this was decided.

    inner: names of values inside objects (`with_inner`), which are never a title or an abstract.
    """
    every = [*columns, *inner]
    said, guessed = _known(every, reading.columns)
    own = {ours: [c for c in guessed.get(ours, ()) if c in columns] for ours in ("title", "abstract")}
    mapped = said | {ours: theirs for ours in guessed if (theirs := own.get(ours, guessed[ours]))}
    how = f"{', '.join(said)} as the settings say, others guessed by name"
    if not said:
        how = "guessed by name; settings can say it: reading.columns"
    elif mapped == said:
        how = "as the settings say"
    used = {column for theirs in mapped.values() for column in theirs}
    used |= {name.partition(".")[0] for name in used & set(every[len(columns) :])}
    unused = [c for c in columns if c not in used]
    shown = ", ".join(f"{ours} = {' or '.join(map(repr, theirs))}" for ours, theirs in mapped.items())
    told = "kept in other_fields" if reading.max_other_chars else "not read"
    more = f"; {told}: {', '.join(unused[:30])}" if unused else ""
    if "title" not in mapped:
        more += f"; {NO_TITLE}: settings can name it, reading.columns"
    return mapped, f"columns ({how}): {shown or 'none'}{more}"


def is_table(columns: list[str], columns_set: Mapping[str, str]) -> bool:
    """Whether rows with these columns can be papers: there is a title or an abstract."""
    said, guessed = _known(columns, columns_set)
    return any(ours in said or ours in guessed for ours in ("title", "abstract"))


def _known(columns: list[str], columns_set: Mapping[str, str]) -> tuple[Mapped, Mapped]:
    """Our columns mapped to a table's: those in the settings that the table has, and the others guessed by name."""
    said = {ours: [theirs] for ours, theirs in columns_set.items() if theirs in columns}
    left = [column for column in columns if [column] not in said.values()]
    return said, {ours: theirs for ours, theirs in guess_columns(left).items() if ours not in said}


def unique_names(cells: list[str]) -> list[str]:
    """Names of columns, without empty ones at the end; a repeated or empty name is followed by its place: "Year #3"."""
    row = [name.strip() for name in cells]
    while row and not row[-1]:
        row.pop()
    return [name if name and name not in row[:at] else f"{name} #{at + 1}".strip() for at, name in enumerate(row)]


#: Values of columns of yes and no.
_FLAGS = {
    **dict.fromkeys(("true", "yes", "y", "1", "retracted"), True),
    **dict.fromkeys(("false", "no", "n", "0"), False),
}

#: Databases that a column called source may name; they are not where a paper was published.
_DATABASES = set(
    "med pmc ppr agr cba ctx eth hir pat nbk scopus pubmed medline embase crossref openalex wos dimensions".split()
)
#: Columns of any table that may hold an arXiv id and nothing else.
_IDS = ("id", "ID", "paper_id", "paperId", "_id", "uid", "UID")


def entry_of(
    values: Mapping[str, Any], mapped: Mapped, *, by_commas: bool | None = True, inner: Mapping[str, Any] | None = None
) -> Entry | None:
    """The entry in a row; None if it has neither title nor abstract, or is not about a work.

    by_commas: commas may separate authors; None if every second one does. inner: the values `with_inner`, if computed.
    """
    row = Row(with_inner(values) if inner is None else inner, mapped)
    title, abstract = row.text("title"), _abstract(row)
    if (not title and not abstract) or (row.text("publication_type") or "").lower() in _NO_WORKS:
        return None
    raw, published = _date(row)
    venue, place = placed(_venue(row))
    if not place and (sources := [found for value in row.each("venue") if (found := placed(text_of(value)))[1]]):
        is_meeting = (row.taken("venue") or "").lower().startswith("conference")
        venue, place = sources[0] if is_meeting else (venue, sources[0][1])
    told = (
        (venue or "").replace(". pii: ", ":") if values.keys() & _OF_OLD_PUBMED else ""
    )  # in PubMed's tables before 2020
    if source := SOURCE.match(told):
        venue, place = source["venue"], {**source_parts(source), "date": source["date"]}
    if place.get("date") and not (published and published.month):
        raw, published = first_date(filter(None, [raw, place["date"]]))
    title, venue = of_book(title, venue, is_in_print=bool(_counted(row, "volume") or _pages(row)))
    cited = place | _cited(next((values[name] for name in _CITATION if name in values), None))
    return Entry(
        title=with_subtitle(title, row.text("subtitle")), abstract=abstract, authors=_authors(row, by_commas=by_commas),
        venue=venue, volume=_counted(row, "volume") or cited.get("volume"),
        issue=_counted(row, "issue") or cited.get("issue"), pages=_pages(row) or cited.get("pages"),
        published_raw=raw, published=published, doi=row.text("doi") or _doi_by_content(values),
        arxiv=row.text("arxiv") or _arxiv_by_content(values) or next((said for value in row.each("venue") if is_arxiv_text(said := text_of(value) or "")), None), pmid=row.text("pmid"),
        serials=[text for ours in ("issns", "isbns") for value in row.each(ours) for text in texts_of(value, "value")],
        types=[text for value in row.each("publication_type") for text in texts_of(value.get("pubType") if isinstance(value, dict) else value)],
        language=row.text("language"), is_retracted=_FLAGS.get(str(row.first("is_retracted")).strip().lower()),
        notes=[text for value in row.each("notes") for text in texts_of(value)], said=values, taken=[theirs for ours in _IN_ANOTHER_FORM if (theirs := row.taken(ours))],
        comment_count=integer_of(row.first("comment_count")), categories=_texts(row.first("categories"), split_terms),
        urls=[u for value in row.each("urls") for u in _texts(_links_in(value), _LINKS.split)],
    )  # fmt: skip


#: What Zotero keeps with a work, and exports as rows of their own.
_NO_WORKS = ("attachment", "annotation")
#: Columns that records hold in another form: lists, and pages that are joined.
_IN_ANOTHER_FORM = ("authors", "categories", "page_start", "page_end")


def _authors(row: Row, *, by_commas: bool | None) -> list[str]:
    """The names in the first column of authors that has several, else in the first: "first author" may come earlier.

    Columns that differ only in a number ("Author 1", "Author 2") hold one name each.
    """
    said = row.each("authors") if by_commas is not None else map(with_semicolons, row.each("authors"))
    lists = [split_names(value, by_commas=bool(by_commas)) for value in said]
    if len(lists) > 1 and are_numbered(row.mapped["authors"]) and all(len(names) == 1 for names in lists):
        return list(dict.fromkeys(name for names in lists for name in names))
    names = next((names for names in lists if len(names) > 1), lists[0] if lists else [])
    if len(lists) > 1 and names and names[-1].endswith(".") and [names[-1][:-1]] in lists:  # PubMed's full stop
        return [*names[:-1], names[-1][:-1]]
    return names


def _abstract(row: Row) -> str | None:
    """The abstract, also joined from paragraphs that are objects with a text, or rebuilt from an index of its words."""
    if text := row.text("abstract"):
        return text
    value = row.first("abstract")
    parts = value if isinstance(value, list) and len(value) > 1 else []
    if parts and all(isinstance(each, dict) and each.get("text") for each in parts):
        return " ".join(str(each["text"]) for each in parts)
    index = value.get("InvertedIndex", value) if isinstance(value, dict) else {}
    return of_index(index) if index and all(isinstance(places, list) for places in index.values()) else None


def _venue(row: Row) -> str | None:
    venue = row.text("venue")
    venue = _NUMBERED.sub("", venue) if venue and venue[-1] == "]" else venue
    if venue and venue.lower() in _DATABASES:
        said = (text_of(named(value)) for value in row.each("venue"))
        return next((other for other in said if other and other.lower() not in _DATABASES), None)
    return venue


#: Columns of Publish or Perish alone, PubMed's citation and its old tables, as they and users in R write their names.
_OF_PUBLISH_OR_PERISH = {"GSRank", "GSRANK", "gsrank", "gs_rank", "ecc"}
_CITATION, _OF_OLD_PUBMED = ("Citation", "citation", "CITATION"), {"EntrezUID", "ENTREZUID", "entrezuid", "entrez_uid"}


def _counted(row: Row, ours: str) -> str | None:
    """The number of a volume, an issue or a page; None for the 0 that Publish or Perish writes if it knows none."""
    text = row.text(ours)
    if text and text.endswith(".0") and text[:-2].isdecimal():  # a spreadsheet's
        text = text[:-2]
    return None if text == "0" and row.values.keys() & _OF_PUBLISH_OR_PERISH else text


def _cited(citation: Any) -> dict[str, str]:
    """Volume, issue and pages from PubMed's citation; its CSV has them nowhere else."""
    return source_parts(found) if isinstance(citation, str) and (found := SOURCE.match(citation[:500])) else {}


def _pages(row: Row) -> str | None:
    """The first and the last page as a range, if there are such columns; else the pages, or an article number."""
    pages, first, last = _counted(row, "pages"), _counted(row, "page_start"), _counted(row, "page_end")
    if (first or last) and not (pages and first and not last and pages.startswith(f"{first}-")):
        return page_range(first, last)
    is_count = (row.taken("pages") or "").upper() == "PG"  # in Web of Science
    return None if pages and pages.isdecimal() and is_count else pages


def _date(row: Row) -> tuple[str | None, ShownDate | None]:
    said = [text for value in row.each("published") if (text := date_text(value)) and not is_doi(text)]
    raw, date = first_date(said)
    stated = [text for text in said if len(text) == 4 and text.isdecimal()]
    if date and stated and str(date.year) not in stated:  # the day on which it was added, or went online
        raw, date = first_date(stated)
    if date and date.day is None and (month := row.text("month")):
        day = row.text("day") or ""
        whole = f"{date.year}-{month}-{day}".rstrip("-") if month.isdecimal() else f"{date.year} {month} {day}".strip()
        if fuller := parse_date(whole):
            return whole, fuller
    if date and date.month is None:  # a fuller date of the same year, such as that online, is better
        dates = ((text, found) for text in said if (found := parse_date(text)) and found.year == date.year)
        return next(((text, found) for text, found in dates if found.month), (raw, date))
    return raw, date


def _doi_by_content(values: Mapping[str, Any]) -> str | None:
    """A DOI that is alone in a column of any name, or precedes other identifiers: "doi:10.1000/1 pmid:12"."""
    texts = (
        v for v in (*values.values(), *list_of(values.get("identifier"))) if isinstance(v, str) and "10." in v[:30]
    )
    return next((v for v in texts if is_doi(v.split(" ")[0] if v.startswith("doi:10") else v)), None)


def _arxiv_by_content(values: Mapping[str, Any]) -> str | None:
    """An arXiv id that is alone in a column of ids, or is labelled as one in a list of identifiers."""
    if said := _LABELLED.search(str(values.get("identifier"))):
        return said[0]
    return next((v for key in _IDS if isinstance(v := values.get(key), str) and is_arxiv_id(v)), None)


def _links_in(value: Any) -> Any:
    """The link that an object names, or those in an object of links: {"paper": "https://…", "code": "https://…"}."""
    if not isinstance(value, dict) or len(value) == 1:
        return value if isinstance(value, dict) else named(value)
    return named(value) or [said for said in value.values() if isinstance(said, str)]


def _texts(value: Any, split: Callable[[str], list[str]]) -> list[str]:
    if isinstance(value, str) and value.strip().startswith(("['", '["')):
        return [text for part in _QUOTED.split(value.strip()[2:]) if (text := part.strip(" ]'\""))]
    if isinstance(value, str):
        return split(value)
    if isinstance(value, dict) and len(value) == 1:  # Europe PMC wraps its lists
        value = next(iter(value.values()))
    return (
        texts_of(value, "name", "display_name", "term", "tag", "url", "href", "value", "$") if value is not None else []
    )
