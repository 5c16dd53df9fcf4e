"""Records to documents: distinct contents, each with everything that is compared.

A document is the content of a record, in the form in which it is compared. Records with equal content are one document,
whatever the dump, the dashes or the case; its id is the hash of that content. Only a record with too little content to
be distinguished from others, such as an "Editorial" without a place in print, is a document of its own.
"""

import re
from collections.abc import Callable

import polars as pl

from papersieve.checks.evidence_columns import DOCUMENTS
from papersieve.checks.record_columns import RECORDS
from papersieve.pipeline.extract.shared.identifiers import ARXIV_DOI
from papersieve.pipeline.ids import content_id
from papersieve.pipeline.paper_pages import DATA, MARK, page_of
from papersieve.pipeline.preprint_servers import DOI_AND_VERSION
from papersieve.pipeline.shingling.match_texts import match_texts

#: The columns that are compared, in the order in which the document id hashes them. Texts are match texts: words in
#: lower case, single spaces. A null, an empty title or an empty abstract means that the value is unknown.
CONTENT = {name: kind for name, kind in DOCUMENTS.schema.items() if name != "document_id"}

#: The record columns that content is made of; a frame may lack any of them.
_SAID = {name: RECORDS.schema[name] for column in CONTENT for _, name in DOCUMENTS.columns[column].sources}

#: Words from which on a title identifies a paper by itself; many papers share a shorter one, such as "Editorial".
TELLING_TITLE_WORDS = 4

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER_OR_MONTH = re.compile(rf"\d+|(?:{'|'.join(_MONTHS)})", re.IGNORECASE)
_HAS_MONTH = rf"(?i)(?:{'|'.join(_MONTHS)})"

#: What some listings add after a title: the kind of item, or an abbreviation of the words before it: "(TBI)" after
#: "traumatic brain injury". Other words in brackets distinguish papers: "(men)", "(reply)".
_BEHIND = re.compile(r"\s{0,9}[\[(]([^\[\]()\d]{2,40})[\])]\s{0,9}\.?\s{0,9}$")
#: What lists of papers put before a title: "[Accepted at ICML 2024] …". Other words in brackets there distinguish
#: papers: "[Reply to]", "[Part 2]", "[WHO 2020]".
_BEFORE = re.compile(
    r"(?i)^\s?\[(?:accepted|to appear|published|presented)\s(?:at|by|for|in|to)\s[^\[\]]{1,60}\]\s(?=(?:\S{1,99}\s){3})"
)
#: What Web of Science adds after a title: "(Retracted article. See vol. 14, pg. 3, 2018)", "- art. no. 123456".
_NOTED = re.compile(r"(?i)\s?[\[(]retracted article\. see [^()\[\]]{0,99}[\])]\s?\.?\s?$|\s- art\. no\. \w{1,20}\s?$")
_KIND = re.compile(
    r"(?:(?:structured|provisional|extended|expanded|short|long|full|brief|revised|updated|conference|meeting|panel|poster|demo|"
    r"demonstration|tutorial|invited|industrial|experience|research|technical|preliminary)\s)*"
    r"(?:abstracts?|review|record|panel|tutorial|keynote|version|paper|article|report|preprint|poster|demo|demonstration|"
    r"description|session|talk|summary|updated|extended)(?:\sonly|\sin\s[a-z]+)?",
    re.IGNORECASE,
)

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma "
    "tau upsilon phi chi psi omega"
).split()
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12"}
#: Greek letters and Roman numerals, which only some listings spell out. I, V and X are left: they are letters more
#: often than numerals.
_SPELLINGS = {**{chr(ord("α") + place): f" {name} " for place, name in enumerate(_GREEK)}, **_ROMAN}
#: Letters that folding keeps, because they are not a plain letter with a mark, and what people type in their place.
_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe"}
_SPELLED = rf"[α-ω]|\b(?:{'|'.join(_ROMAN)})\b"
_OTHERWISE = re.compile(_SPELLED)

#: Matches titles that may have a sign that is spoken as a word: C++, HER2-, "<65 years", which folding would drop.
_HAS_SIGN = r"[+#<>≤≥]|[A-Z0-9](?:-[\s/)]|\(-\))|-\d[\d.]*\s?°"

#: Patterns of signs, and the words that replace them. A plus inside a word (B+-tree) is a part of a name. A dash is a
#: minus after a capital or a digit, unless a small word follows: "pre- and post-", "HIV- a review".
_WORDS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"(\w)\s?(\+{2,3})", lambda found: f"{found[1]} plus{len(found[2])} "),
    (r"\b([A-Z])#", r"\1 sharp1 "),
    (r"(\w)(?:\+|\(\+\))(?![\w+]|-\w)", r"\1 plus "),
    (r"([A-Z0-9])(?:-|\(-\))(?=[/)]|\s(?!(?:an?|and|or|the|to|vs|versus)\b)[a-z])", r"\1 minus "),
    (r"(?<![\w)\]])-(?=\d[\d.]*\s?°)", "minus"),
    (r"[<≤]=?\s?(?=\d)", " under "),
    (r"[>≥]=?\s?(?=\d)", " over "),
)
_SIGNS = [(re.compile(sign), words) for sign, words in _WORDS]


def document_contents(records: pl.DataFrame) -> pl.DataFrame:
    """The content of distinct documents: document_id and `CONTENT`, in the order of the first records."""
    documents = records.unique("document_id", keep="first", maintain_order=True)
    return documents.select("document_id").hstack(contents(documents))


def document_ids(said: pl.DataFrame, record_ids: pl.Series) -> pl.Series:
    """Ids of contents (`CONTENT`), one per row; a vague content gets an id of its own, since many papers share it."""
    # No text of a content has a line end, so that different contents are never joined into the same text.
    whole = pl.concat_str(pl.col(list(CONTENT)).cast(pl.String).fill_null(""), separator="\n")
    texts = said.select(whole, own=pl.when(_is_vague()).then(pl.lit(record_ids)).otherwise(pl.lit(""))).select(
        pl.concat_str(pl.first(), "own", separator="\n")
    )
    return pl.Series("document_id", [content_id(text) for text in texts.to_series()], dtype=pl.String)


def changed_where(texts: pl.Series, is_odd: str | pl.Series, change: Callable[[str], str | None]) -> pl.Series:
    """The texts, of which the odd ones are changed (is_odd: which ones, or a pattern in them).

    Most are not odd, and are never converted to Python strings.
    """
    places = (texts.str.contains(is_odd) if isinstance(is_odd, str) else is_odd).arg_true()
    changed = [change(text) for text in texts.gather(places)]
    return texts.scatter(places, pl.Series(changed, dtype=pl.String)) if changed else texts


def _is_vague() -> pl.Expr:
    """Whether many papers could have this content: a short title, and no abstract, identifier or place in print."""
    is_short = pl.col("title_text").str.count_matches(" ") < TELLING_TITLE_WORDS - 1
    has_place = pl.col("volume").is_not_null() & pl.col("pages").is_not_null()
    has_identifier = pl.any_horizontal(pl.col("doi", "arxiv_id", "pmid").is_not_null())
    return (pl.col("abstract_text") == "") & is_short & ~has_place & ~has_identifier


def contents(records: pl.DataFrame) -> pl.DataFrame:
    """`CONTENT` of cleaned records, one row each; any of the columns that it is made of may be missing."""
    given = [pl.col(c).cast(t) if c in records.columns else pl.lit(None, t).alias(c) for c, t in _SAID.items()]
    said = records.select(given) if records.width else pl.DataFrame(schema=_SAID)
    # arXiv's own DOI repeats the arXiv id, and most listings show only one of the two.
    is_told_twice = pl.col("doi").str.starts_with(ARXIV_DOI) & pl.col("arxiv_id").is_not_null()
    # Without the version of a preprint, and with one slash behind the prefix: 10.1037//0022.
    doi = pl.col("doi").str.replace(DOI_AND_VERSION, "${1}${3}").str.replace("//", "/", literal=True)
    return said.select(
        title_text=_title_texts(said),
        abstract_text=match_texts(said["abstract"]),
        authors_text=_words_or_null(said["authors"].list.join(" ", ignore_nulls=True)),
        year="year",
        venue_text=_words_or_null(said["venue"]),
        volume=_first_number("volume"),
        issue=_first_number("issue"),
        pages=_first_pages(said),
        doi=pl.when(is_told_twice.not_()).then(pl.coalesce(doi, _pages_of_papers(said))),
        arxiv_id="arxiv_id",
        pmid="pmid",
    )


def _pages_of_papers(said: pl.DataFrame) -> pl.Series:
    """The page of each paper without a DOI, if there is a link to it."""
    text = pl.col("urls").list.join(" ").fill_null("") + " " + pl.col("venue").fill_null("")
    linked = said.select((pl.col("doi").is_null() & text.str.contains(MARK)).alias("is")).to_series().arg_true()
    few = said.select(pl.col("urls").fill_null([]), "venue", "abstract")[linked]
    found = pl.Series([page_of(*told) for told in few.iter_rows()], dtype=pl.String)
    return pl.Series([None], dtype=pl.String).new_from_index(0, said.height).scatter(linked, found)


def _title_texts(said: pl.DataFrame) -> pl.Series:
    """Match texts of titles. Data and software often have the title of their paper, so it begins with "data from"."""
    bare = changed_where(said["title"], rf"{_BEHIND.pattern}|{_NOTED.pattern}|^\s?\[", _bare)
    plain = _in_plain_letters(match_texts(with_signs_as_words(bare)))
    titles = changed_where(plain, _SPELLED, _spelled_out)
    is_data = pl.col("publication_type").is_in(["dataset", "software"]) | pl.col("doi").str.contains(DATA)
    data = said.select(is_data.fill_null(value=False)).to_series() & ~titles.str.contains("^(?:data from |$)")
    return titles.zip_with(~data, "data from " + titles) if data.any() else titles


def _bare(title: str) -> str:
    """A title without a note of acceptance before it, or a kind of item or an abbreviation after it.

    A title that would be left empty stays as it is.
    """
    title = _BEFORE.sub("", _NOTED.sub("", title) or title)
    if not _BEHIND.search(title):
        return title
    before, behind, *_ = _BEHIND.split(title)
    letters = iter(word[0] for word in re.findall(r"[^\W_]+", before.lower()))
    is_short = behind.isupper() and all(letter in letters for letter in behind.lower() if letter.isalnum())
    return before if before and (is_short or _KIND.fullmatch(behind)) else title


def _words_or_null(texts: pl.Series) -> pl.Series:
    if texts.null_count() == texts.len():
        return texts.cast(pl.String)
    words = _in_plain_letters(match_texts(texts))
    return words.to_frame().select(pl.when(pl.first() != "").then(pl.first())).to_series()


def _in_plain_letters(texts: pl.Series) -> pl.Series:
    return texts.str.replace_many(list(_LETTERS), list(_LETTERS.values()))


def _spelled_out(title: str) -> str:
    return " ".join(_OTHERWISE.sub(lambda found: _SPELLINGS[found[0]], title).split())


def _first_number(column: str) -> pl.Expr:
    return pl.col(column).str.extract(r"(\d+)").str.strip_chars_start("0").replace("", None)


def _first_pages(said: pl.DataFrame) -> pl.Series:
    """First page of each record. Page 1 without volume and issue is where an article begins before it has its place in
    print, so it is null.
    """
    is_placed = pl.any_horizontal(pl.col("volume", "issue").is_not_null()) | (_first_number("pages") != "1")
    first, pages = said.select(pl.when(is_placed).then(_first_number("pages"))).to_series(), said["pages"]
    is_date = pages.str.contains(_HAS_MONTH).fill_null(value=False)
    dates = [_date_as_pages(text) for text in pages.filter(is_date)]
    return first.scatter(is_date.arg_true(), pl.Series(dates, dtype=pl.String)) if dates else first


def _date_as_pages(text: str) -> str | None:
    """Both numbers of "06-Oct", which a spreadsheet made of pages 6-10 or 10-6: the order can't be known."""
    found = [f if f.isdigit() else str(_MONTHS.index(f.lower()) + 1) for f in _NUMBER_OR_MONTH.findall(text)]
    return " ".join(sorted({number.lstrip("0") for number in found[:2]} - {""})) or None


def with_signs_as_words(titles: pl.Series) -> pl.Series:
    """Titles as people read them, with words in place of the signs that distinguish papers."""
    return changed_where(titles, _HAS_SIGN, _spoken)


def _spoken(title: str) -> str:
    for sign, words in _SIGNS:
        title = sign.sub(words, title)
    return title
