"""Tables of any kind: which column is what, as settings say or by their names, and entries out of their rows."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.json_entries import integer_of, text_of, texts_of
from papersieve.pipeline.settings import Reading

#: Our columns, and names that tables give them, in lower case without anything but letters, best first.
NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "papertitle", "articletitle", "documenttitle", "primarytitle"),
    "abstract": ("abstract", "summary", "abstracttext", "abstractnote", "paperabstract", "tldr"),
    "authors": ("authors", "author", "authornames", "authorsparsed", "creators", "creator"),
    "venue": ("venue", "journal", "sourcetitle", "publicationtitle", "conference", "booktitle", "containertitle", "journalref", "source"),
    "volume": ("volume", "vol"),
    "issue": ("issue", "number", "issueno", "issuenumber"),
    "pages": ("pages", "page", "pagerange"),
    "published": ("published", "publisheddate", "publicationdate", "date", "pubdate", "publisheddateonline", "updatedate", "submitted", "year", "publicationyear", "pubyear"),
    "doi": ("doi", "doilink", "doiurl"),
    "arxiv": ("arxivid", "arxiv", "arxivurl", "eprint"),
    "pmid": ("pmid", "pubmedid"),
    "urls": ("url", "urls", "link", "links", "pdfurl", "pdf", "codeurl", "paperurl", "absurl"),
    "categories": ("categories", "category", "subjects", "keywords", "authorkeywords", "tags", "manualtags", "fieldsofstudy"),
    "comment_count": ("commentcount", "comments", "numcomments"),
}  # fmt: skip

_LISTS = ("authors", "urls", "categories")
_LETTERS = re.compile(r"[^a-z]")


def guess_columns(columns: list[str]) -> dict[str, str]:
    """Our columns to theirs, by name; those that have none are left out.

    >>> guess_columns(["Paper Title", "Abstract", "ID"])
    {'title': 'Paper Title', 'abstract': 'Abstract'}
    """
    plain = {_LETTERS.sub("", column.lower()): column for column in reversed(columns)}
    return {
        ours: plain[name] for ours, names in NAMES.items() if (name := next((n for n in names if n in plain), None))
    }


def mapping(columns: list[str], reading: Reading) -> tuple[dict[str, str], str]:
    """Return our columns to theirs, and how that came about, in words."""
    if reading.columns:
        mapped = {ours: theirs for ours, theirs in reading.columns.items() if theirs in columns and ours in NAMES}
        how = "as the settings say"
    else:
        mapped, how = guess_columns(columns), "guessed by name; settings can say it: reading.columns"
    unused = [c for c in columns if c not in mapped.values()]
    shown = ", ".join(f"{ours} = {theirs!r}" for ours, theirs in mapped.items()) or "none"
    more = f"; not read: {', '.join(unused[:30])}" if unused else ""
    return mapped, f"columns ({how}): {shown}{more}"


def is_table(columns: list[str], columns_set: Mapping[str, str]) -> bool:
    """Whether rows with these columns can be papers: a title, or an abstract, is among them."""
    known = dict(columns_set) if columns_set else guess_columns(columns)
    return any(known.get(ours) in columns for ours in ("title", "abstract"))


def entry_of(row: Mapping[str, Any], mapped: dict[str, str]) -> Entry | None:
    """Make an entry of a row; None where it has neither title nor abstract."""
    value: Callable[[str], Any] = lambda ours: row.get(mapped[ours]) if ours in mapped else None  # noqa: E731
    title, abstract = text_of(value("title")), text_of(value("abstract"))
    if not (title and title.strip()) and not (abstract and abstract.strip()):
        return None
    published = text_of(value("published"))
    arxiv = text_of(value("arxiv"))
    return Entry(
        0, 0,
        title=title, abstract=abstract,
        venue=text_of(value("venue")), volume=text_of(value("volume")), issue=text_of(value("issue")),
        pages=text_of(value("pages")),
        published_raw=published, published=parse_date(published) if published else None,
        doi=text_of(value("doi")), arxiv=arxiv, pmid=text_of(value("pmid")),
        comment_count=integer_of(value("comment_count")),
        authors=split_names(value("authors")),
        categories=_split(value("categories"), r"[;|,]"),
        urls=[u for u in _split(value("urls"), r"[;|\s]") if u.startswith(("http://", "https://"))],
    )  # fmt: skip


def split_names(value: Any) -> list[str]:
    """Names of a list, or of a text: separated by semicolons or `and`, else by commas where that gives whole names.

    >>> split_names("Doe, Jane; Roe, Richard"), split_names("Jane Doe, Richard Roe"), split_names("Doe, Jane")
    (['Doe, Jane', 'Roe, Richard'], ['Jane Doe', 'Richard Roe'], ['Doe, Jane'])
    """
    if not isinstance(value, str):
        return texts_of(value, "name", "fullname", "display_name", "full_name") if value is not None else []
    text = " ".join(value.split())
    for separator in (";", "|", " and "):
        if separator in text:
            parts = re.split(r"\s*[;|]\s*|,?\s+and\s+" if separator != " and " else r",?\s+and\s+", text)
            if separator == " and " and len(parts) == 2 and "," in parts[0]:
                head = [p.strip() for p in parts[0].split(",")]
                if all(" " in p for p in head):
                    parts = [*head, parts[1]]
            return [p.strip() for p in parts if p.strip()]
    parts = [p.strip() for p in text.split(",") if p.strip()]
    return parts if len(parts) > 1 and all(" " in p for p in parts) else [text] if text else []


def _split(value: Any, separators: str) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in re.split(separators, value) if part.strip()]
    return texts_of(value, "name", "display_name", "term", "url", "href") if value is not None else []
