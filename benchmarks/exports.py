"""Entries drawn with the irregularities of real ones, and written as each source exports them."""

import csv
import html
import io
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

_WORDS = (
    "lamps kettles towers watched winters of and in the sleep boil CO2 β-carotene Größe 塔の灯り данные naïve p<0.05 R&D 50% "
    "x_1 #1 $5 A/B {set} \"quoted\" it's – … (2020) [sic] 10^3 résumé 研究 mRNA"
).split()  # fmt: skip
_FAMILIES = ["Gale", "Örn", "Holt", "O'Neill", "García Márquez", "van den Berg", "Łukasz", "Smith-Jones", "王"]
_GIVEN = ["Hugh", "Ada", "J. K.", "Bo Erik", "Åsa", "María", "伟"]
_NOTHING = ("NA", "n/a", "-")


@dataclass(frozen=True)
class Made:
    """One entry; None is a field that it lacks."""

    number: int
    title: str
    abstract: str | None
    authors: tuple[tuple[str, str], ...]
    venue: str | None
    volume: str | None
    issue: str | None
    pages: tuple[str, str] | None
    year: int
    doi: str
    pmid: int


def made_entry(draw: random.Random, number: int) -> Made:
    """Draw an entry: each field but a few may be missing; an abstract may be long, or a word such as "none"."""
    text = lambda least, most: " ".join(draw.choice(_WORDS) for _ in range(draw.randint(least, most)))  # noqa: E731
    some = lambda value: value if draw.random() < 0.8 else None  # noqa: E731
    abstract = draw.choice([text(20, 200), text(1_000, 2_000), None, draw.choice(_NOTHING)] if number % 50 == 0 else [text(20, 200), text(8, 20), None])  # fmt: skip
    first = draw.randint(1, 900)
    return Made(
        number,
        f"Study {number}: {text(3, 12)}",
        f"Background: {abstract}." if abstract and abstract not in _NOTHING else abstract,
        tuple((draw.choice(_FAMILIES), draw.choice(_GIVEN)) for _ in range(draw.randint(1, 6))),
        some(f"Journal of {draw.choice(['Lamps', 'Kettles & Pots', 'Türme'])}"),
        some(str(draw.randint(1, 99))),
        some(str(draw.randint(1, 12))),
        some((str(first), str(first + draw.randint(1, 20)))),
        draw.randint(1950, 2025),
        f"10.{draw.randint(1000, 9999)}/{draw.choice(['tower', 'S0022-1234(20)3000', 'a_b', 'J.X'])}.{number}",
        30_000_000 + number,
    )


def _tagged(lines: Iterable[tuple[str, Any]], pattern: str) -> str:
    return "".join(pattern.format(tag, value) for tag, value in lines if value is not None)


def _names(entry: Made) -> list[str]:
    seen = dict.fromkeys(f"{family}, {given}" for family, given in entry.authors)
    return list(seen)


def _ris(entry: Made, title: str, venue: str, year: str, doi: str) -> list[tuple[str, Any]]:
    first, last = entry.pages or (None, None)
    return [
        ("TY", "JOUR"), (title, entry.title), *(("AU", name) for name in _names(entry)), (venue, entry.venue),
        (year, entry.year),
        ("VL", entry.volume), ("IS", entry.issue), ("SP", first), ("EP", last), (doi, entry.doi),
        ("AB", entry.abstract),
    ]  # fmt: skip


def embase_ris(entries: list[Made]) -> bytes:
    """RIS as Embase writes it: with the name of the database, and the PubMed id in U1."""
    more = lambda e: [("DB", "Embase Medline"), ("U1", e.pmid), ("Y1", f"{e.year}///"), ("ER", "")]  # noqa: E731
    return "\n".join(_tagged([*_ris(e, "TI", "T2", "PY", "DO"), *more(e)], "{}  - {}\n") for e in entries).encode()


def ebsco_ris(entries: list[Made]) -> bytes:
    """RIS as EBSCO writes it: DOI in L3, and a copyright note as a second abstract."""
    note = "Copyright of Lamps is the property of its publisher and its content may not be copied."
    more = lambda e: [("AB", note if e.abstract else None), ("DB", "a9h"), ("ER", "")]  # noqa: E731
    return "\n".join(_tagged([*_ris(e, "T1", "JF", "Y1", "L3"), *more(e)], "{}  - {}\n") for e in entries).encode()


def ieee_ris(entries: list[Made]) -> bytes:
    r"""RIS as IEEE writes it: an entry ends with \r\n, \n and \r."""
    return "\n\r".join(
        _tagged([*_ris(e, "TI", "T2", "PY", "DO"), ("ER", "")], "{}  - {}\r\n") for e in entries
    ).encode()


def pubmed_nbib(entries: list[Made]) -> bytes:
    """PubMed's tagged text, folded after 80 characters."""
    said = []
    for e in entries:
        lines = [
            ("PMID", e.pmid), ("VI", e.volume), ("IP", e.issue), ("DP", f"{e.year} Feb 11"), ("TI", e.title),
            ("PG", e.pages and "-".join(e.pages)),
            ("LID", f"{e.doi} [doi]"), ("AB", e.abstract), *(("FAU", n) for n in _names(e)), ("JT", e.venue),
            ("AID", f"{e.doi} [doi]"),
        ]  # fmt: skip
        said.append("".join(f"{tag:<4}- {_folded(str(value))}\n" for tag, value in lines if value is not None))
    return "\n".join(said).encode()


def _folded(text: str) -> str:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) > 80:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n      ".join([*lines, line])


def bibtex(entries: list[Made]) -> bytes:
    """BibTeX with values in braces and LaTeX's special characters escaped."""
    escape = lambda t: t.replace("{", "").replace("}", "").replace("\\", "")  # noqa: E731
    said = []
    for e in entries:
        fields = {
            "title": e.title, "abstract": e.abstract, "author": " and ".join(_names(e)), "journal": e.venue,
            "volume": e.volume, "number": e.issue,
            "pages": e.pages and "--".join(e.pages), "year": e.year, "doi": e.doi,
        }  # fmt: skip
        said.append(f"@article{{key{e.number},\n" + "".join(f"  {n} = {{{escape(str(v))}}},\n" for n, v in fields.items() if v is not None) + "}\n")  # fmt: skip
    return "\n".join(said).encode()


def _rows(entries: list[Made]) -> list[dict[str, Any]]:
    return [
        {
            "Authors": "; ".join(_names(e)), "Title": e.title, "Year": e.year, "Source title": e.venue,
            "Volume": e.volume, "Issue": e.issue,
            "Page start": e.pages[0] if e.pages else None, "Page end": e.pages[1] if e.pages else None, "DOI": e.doi,
            "Abstract": e.abstract, "PubMed ID": e.pmid,
        }
        for e in entries
    ]  # fmt: skip


def _table(rows: list[dict[str, Any]], **how: Any) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), **how)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def scopus_csv(entries: list[Made]) -> bytes:
    """A table as Scopus writes it: with a byte order mark, everything in quotes."""
    return _table(_rows(entries), quoting=csv.QUOTE_ALL).encode("utf-8-sig")


def wos_tab(entries: list[Made]) -> bytes:
    """Web of Science, separated by tabs, in UTF-16 with a byte order mark."""
    codes = {"Authors": "AF", "Title": "TI", "Year": "PY", "Source title": "SO", "Volume": "VL", "Issue": "IS", "Page start": "BP", "Page end": "EP", "DOI": "DI", "Abstract": "AB", "PubMed ID": "PM"}  # fmt: skip
    rows = [{codes[name]: value for name, value in row.items()} | {"PG": "8"} for row in _rows(entries)]
    return _table(rows, delimiter="\t").encode("utf-16")


def dimensions_workbook(entries: list[Made]) -> bytes:
    """A workbook as Dimensions writes it: a description above the column names."""
    import openpyxl

    book, out, rows = openpyxl.Workbook(), io.BytesIO(), _rows(entries)
    book.active.append(["About the data: lamps"])
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    book.save(out)
    return out.getvalue()


_DOI, _GIVEN_PART, _FAMILY_PART = 'ArticleId IdType="doi"', 'namePart type="given"', 'namePart type="family"'


def _element(name: str, text: Any) -> str:
    return f"<{name}>{html.escape(str(text))}</{name.partition(' ')[0]}>" if text is not None else ""


def _people(entry: Made, one: str, family: str, given: str) -> str:
    """The elements of each author: the element around one, and the names of the elements in it."""
    return "".join(
        one.format(family=_element(family, f), given=_element(given, g)) for f, g in dict.fromkeys(entry.authors)
    )


def pubmed_xml(entries: list[Made]) -> bytes:
    """PubMed's XML, without blanks between elements."""
    said = []
    for e in entries:
        people = _people(e, "<Author>{family}{given}</Author>", "LastName", "ForeName")
        said.append(
            f"<PubmedArticle><MedlineCitation>{_element('PMID', e.pmid)}<Article><Journal><JournalIssue>{_element('Volume', e.volume)}{_element('Issue', e.issue)}"
            f"<PubDate>{_element('Year', e.year)}</PubDate></JournalIssue>{_element('Title', e.venue)}</Journal>{_element('ArticleTitle', e.title)}"
            f"<Pagination>{_element('MedlinePgn', e.pages and '-'.join(e.pages))}</Pagination>"
            + (f"<Abstract>{_element('AbstractText', e.abstract)}</Abstract>" if e.abstract else "")
            + f"<AuthorList>{people}</AuthorList></Article></MedlineCitation><PubmedData><ArticleIdList>{_element(_DOI, e.doi)}"
            "</ArticleIdList></PubmedData></PubmedArticle>\n"
        )  # fmt: skip
    return f"<PubmedArticleSet>\n{''.join(said)}</PubmedArticleSet>\n".encode()


def mods(entries: list[Made]) -> bytes:
    """MODS in its namespace."""
    said = []
    for e in entries:
        people = _people(e, '<name type="personal">{given}{family}</name>', _FAMILY_PART, _GIVEN_PART)
        detail = "".join(f'<detail type="{kind}">{_element("number", value)}</detail>' for kind, value in (("volume", e.volume), ("issue", e.issue)) if value)  # fmt: skip
        extent = f"<extent>{_element('start', e.pages[0])}{_element('end', e.pages[1])}</extent>" if e.pages else ""
        said.append(
            f"<mods><titleInfo>{_element('title', e.title)}</titleInfo>{people}<originInfo>{_element('dateIssued', e.year)}</originInfo>{_element('abstract', e.abstract)}"
            f'<relatedItem type="host"><titleInfo>{_element("title", e.venue)}</titleInfo><part>{detail}{extent}</part></relatedItem>'
            f'<identifier type="doi">{html.escape(e.doi)}</identifier></mods>\n'
        )  # fmt: skip
    return f'<modsCollection xmlns="http://www.loc.gov/mods/v3">\n{"".join(said)}</modsCollection>\n'.encode()


def crossref_json(entries: list[Made]) -> bytes:
    """An answer of Crossref's API, on one line."""
    items = [
        {
            "DOI": e.doi, "title": [e.title], "container-title": [e.venue] if e.venue else [], "volume": e.volume,
            "issue": e.issue, "page": e.pages and "-".join(e.pages),
            "author": [{"family": f, "given": g} for f, g in dict.fromkeys(e.authors)],
            "issued": {"date-parts": [[e.year]]}, "is-referenced-by-count": 0,
        }
        for e in entries
    ]  # fmt: skip
    return json.dumps({"status": "ok", "message": {"total-results": len(items), "items": items}}).encode()


EXPORTS: dict[str, Callable[[list[Made]], bytes]] = {
    made.__name__: made
    for made in (embase_ris, ebsco_ris, ieee_ris, pubmed_nbib, bibtex, scopus_csv, wos_tab, dimensions_workbook, pubmed_xml, mods, crossref_json)
}  # fmt: skip
