"""What other libraries read in the exports of `benchmarks.exports`, under the names of our columns."""

import io
import json
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]


def _ris(data: bytes) -> list[Row]:
    import rispy

    text = data.decode().replace("\r\n", "\n").replace("\r", "\n")
    return [
        {
            "title": e.get("title") or e.get("primary_title"), "abstract": e.get("abstract"),
            "authors": e.get("authors"),
            "venue": e.get("secondary_title") or e.get("alternate_title3") or e.get("journal_name"),
            "volume": e.get("volume"), "issue": e.get("number"),
            "pages": _range(e.get("start_page"), e.get("end_page")), "year": e.get("year") or e.get("publication_year"),
            "doi": e.get("doi") or _first(e.get("unknown_tag", {}).get("L3")),
        }
        for e in rispy.loads(text)
    ]  # fmt: skip


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _range(first: Any, last: Any) -> str | None:
    return "-".join(str(p) for p in (first, last) if p) or None


def _nbib(data: bytes) -> list[Row]:
    import nbib

    return [
        {
            "title": e.get("title"), "abstract": e.get("abstract"),
            "authors": [a.get("author") for a in e.get("authors", [])], "venue": e.get("journal"),
            "volume": e.get("journal_volume"),
            "issue": e.get("journal_issue"), "pages": e.get("pages"), "year": str(e.get("publication_date", ""))[:4],
            "doi": e.get("doi"), "pmid": e.get("pubmed_id"),
        }
        for e in nbib.read(data.decode())
    ]  # fmt: skip


def _bibtex(data: bytes) -> list[Row]:
    from pybtex.database import parse_string

    return [
        {
            "title": e.fields.get("title"), "abstract": e.fields.get("abstract"),
            "authors": [str(p) for p in e.persons.get("author", [])], "venue": e.fields.get("journal"),
            "volume": e.fields.get("volume"), "issue": e.fields.get("number"), "pages": e.fields.get("pages"),
            "year": e.fields.get("year"), "doi": e.fields.get("doi"),
        }
        for e in parse_string(data.decode(), "bibtex").entries.values()
    ]  # fmt: skip


def _cells(row: Row, **names: str) -> Row:
    said = {ours: row[theirs] for ours, theirs in names.items()}
    return said | {
        "authors": said["authors"].split("; "),
        "pages": _range(said.pop("first", None), said.pop("last", None)),
    }


_SCOPUS = {"title": "Title", "abstract": "Abstract", "authors": "Authors", "venue": "Source title", "volume": "Volume", "issue": "Issue", "first": "Page start", "last": "Page end", "year": "Year", "doi": "DOI", "pmid": "PubMed ID"}  # fmt: skip
_WOS = {"title": "TI", "abstract": "AB", "authors": "AF", "venue": "SO", "volume": "VL", "issue": "IS", "first": "BP", "last": "EP", "year": "PY", "doi": "DI", "pmid": "PM"}  # fmt: skip


def _csv(data: bytes) -> list[Row]:
    import pandas as pd

    table = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return [_cells(row, **_SCOPUS) for row in table.to_dict("records")]


def _tab(data: bytes) -> list[Row]:
    import pandas as pd

    table = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-16", sep="\t")
    return [_cells(row, **_WOS) for row in table.to_dict("records")]


def _workbook(data: bytes) -> list[Row]:
    import pandas as pd

    table = pd.read_excel(io.BytesIO(data), dtype=str, keep_default_na=False, header=1, engine="openpyxl")
    return [_cells(row, **_SCOPUS) for row in table.to_dict("records")]


def _xml(data: bytes, entry: str, paths: dict[str, str], person: str, parts: tuple[str, str]) -> list[Row]:
    from lxml import etree

    found = []
    for e in etree.fromstring(data).iterfind(entry):
        said = {name: e.findtext(path) for name, path in paths.items()}
        names = [", ".join(p.findtext(part) or "" for part in parts) for p in e.iterfind(person)]
        pages = said.get("pages") or _range(said.pop("first", None), said.pop("last", None))
        found.append({**said, "authors": names, "pages": pages})
    return found


def _pubmed(data: bytes) -> list[Row]:
    article = ".//Article"
    paths = {
        "title": f"{article}/ArticleTitle", "abstract": ".//AbstractText", "venue": f"{article}/Journal/Title",
        "volume": ".//JournalIssue/Volume",
        "issue": ".//JournalIssue/Issue", "pages": ".//MedlinePgn", "year": ".//PubDate/Year",
        "doi": ".//ArticleId[@IdType='doi']", "pmid": ".//PMID",
    }  # fmt: skip
    return _xml(data, "PubmedArticle", paths, ".//Author", ("LastName", "ForeName"))


def _mods(data: bytes) -> list[Row]:
    paths = {
        "title": "{*}titleInfo/{*}title", "abstract": "{*}abstract", "venue": "{*}relatedItem/{*}titleInfo/{*}title",
        "volume": ".//{*}detail[@type='volume']/{*}number",
        "issue": ".//{*}detail[@type='issue']/{*}number", "first": ".//{*}extent/{*}start",
        "last": ".//{*}extent/{*}end", "year": "{*}originInfo/{*}dateIssued", "doi": "{*}identifier[@type='doi']",
    }  # fmt: skip
    return _xml(data, "{*}mods", paths, "{*}name", ("{*}namePart[@type='family']", "{*}namePart[@type='given']"))


def _crossref(data: bytes) -> list[Row]:
    return [
        {
            "title": e["title"][0], "authors": [f"{a['family']}, {a['given']}" for a in e["author"]],
            "venue": _first(e["container-title"]) or None, "volume": e["volume"], "issue": e["issue"],
            "pages": e["page"], "year": e["issued"]["date-parts"][0][0], "doi": e["DOI"],
        }
        for e in json.loads(data)["message"]["items"]
    ]  # fmt: skip


READERS: dict[str, Callable[[bytes], list[Row]]] = {
    "embase_ris": _ris, "ebsco_ris": _ris, "ieee_ris": _ris, "pubmed_nbib": _nbib, "bibtex": _bibtex,
    "scopus_csv": _csv, "wos_tab": _tab,
    "dimensions_workbook": _workbook, "pubmed_xml": _pubmed, "mods": _mods, "crossref_json": _crossref,
}  # fmt: skip
