"""What other libraries read in the exports of `benchmarks.catalogue_exports`: wosfile, pubmed_parser, lxml and json;
and a few lines of our own for Refer and RefWorks, which no library reads.
"""

import gzip
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.foreign_readers import Row, _range, _xml


def _wosfile(data: bytes) -> list[Row]:
    import wosfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "savedrecs.txt"
        path.write_bytes(data)
        return [
            {
                "title": e["TI"], "abstract": e.get("AB"), "authors": e["AF"], "venue": e.get("SO"), "volume": e.get("VL"), "issue": e.get("IS"),
                "pages": _range(e.get("BP"), e.get("EP")), "year": e["PY"], "doi": e["DI"], "pmid": e["PM"],
            }
            for e in wosfile.records_from(str(path))
        ]  # fmt: skip


def _blocks(data: bytes) -> Iterator[dict[str, list[str]]]:
    """Entries separated by blank lines, each line a tag of two characters and its value; other lines continue a field
    that we don't read.
    """
    for block in data.decode("utf-8-sig").split("\n\n"):
        fields: dict[str, list[str]] = {}
        for line in block.splitlines():
            fields.setdefault(line[:2], []).append(line[3:])
        yield fields


def _plain_text(data: bytes, tags: dict[str, str], names: str, first: str = "", last: str = "") -> list[Row]:
    found = []
    for fields in _blocks(data):
        row: Row = {ours: fields.get(theirs, [None])[0] for ours, theirs in tags.items()}
        pages = {} if "pages" in row else {"pages": _range(fields.get(first, [None])[0], fields.get(last, [None])[0])}
        found.append(
            {**row, **pages, "authors": [name.replace(",", ", ").replace(",  ", ", ") for name in fields[names]]}
        )
    return found


def _refer(data: bytes) -> list[Row]:
    tags = {"title": "%T", "abstract": "%X", "venue": "%J", "volume": "%V", "issue": "%N", "pages": "%P", "year": "%D", "doi": "%R", "pmid": "%M"}  # fmt: skip
    return _plain_text(data, tags, "%A")


def _refworks(data: bytes) -> list[Row]:
    tags = {"title": "T1", "abstract": "AB", "venue": "JF", "volume": "VO", "issue": "IS", "year": "YR", "doi": "DO", "pmid": "AN"}  # fmt: skip
    return _plain_text(data, tags, "A1", "SP", "OP")


def _pubmed_parser(data: bytes) -> list[Row]:
    import pubmed_parser

    found = []
    for e in pubmed_parser.parse_medline_xml(io.BytesIO(gzip.compress(data)), author_list=True):
        volume, _, issue = e["issue"].partition("(")
        row = {
            "title": e["title"], "abstract": " ".join(part.replace("\n", ": ", 1) for part in e["abstract"].split("\n\n\n")),
            "authors": [f"{a['lastname']}, {a['forename']}" for a in e["authors"]], "venue": e["journal"], "volume": volume,
            "pages": e["pages"], "year": e["pubdate"], "doi": e["doi"], "pmid": e["pmid"],
        }  # fmt: skip
        found.append(row | {"issue": issue.rstrip(")")} if volume else row)  # it gives no issue without a volume
    return found


def _dublin_core(data: bytes) -> list[Row]:
    from lxml import etree

    found = []
    for e in etree.fromstring(data).iterfind(".//{*}dc"):
        said = {name: [part.text for part in e.iterfind(f"{{*}}{name}")] for name in ("creator", "source")}
        venue, place, *pages = said["source"][1].split("; ") if len(said["source"]) > 1 else ("", "")
        words = place.split()
        after = {word: words[at + 1] for at, word in enumerate(words) if word in ("Vol.", "No.")}
        found.append({
            "title": e.findtext("{*}title"), "abstract": e.findtext("{*}description"), "authors": said["creator"], "venue": venue,
            "volume": after.get("Vol."), "issue": after.get("No."), "pages": pages[0] if pages else None,
            "year": (e.findtext("{*}date") or "")[:4], "doi": e.findtext("{*}identifier"),
        })  # fmt: skip
    return found


def _unixref(data: bytes) -> list[Row]:
    paths = {
        "title": ".//titles/title", "abstract": ".//abstract", "venue": ".//full_title", "volume": ".//volume", "issue": ".//issue",
        "first": ".//first_page", "last": ".//last_page", "year": ".//year", "doi": ".//doi_data/doi",
    }  # fmt: skip
    return _xml(data, "doi_record", paths, ".//person_name", ("surname", "given_name"))


def _datacite(data: bytes) -> list[Row]:
    found = []
    for e in (each["attributes"] for each in json.loads(data)["data"]):
        inside = e["container"]
        found.append({
            "title": e["titles"][1]["title"], "abstract": e["descriptions"][1]["description"], "authors": [a["name"] for a in e["creators"]],
            "venue": inside["title"] or e["publisher"]["name"], "volume": inside["volume"], "issue": inside["issue"],
            "pages": _range(inside["firstPage"], inside["lastPage"]), "year": e["publicationYear"], "doi": e["doi"],
        })  # fmt: skip
    return found


CATALOGUE_READERS: dict[str, Callable[[bytes], list[Row]]] = {
    "wos_tagged": _wosfile, "endnote_refer": _refer, "refworks_tagged": _refworks, "pubmed_sections": _pubmed_parser,
    "ojs_dublin_core": _dublin_core, "unixref": _unixref, "datacite_json": _datacite,
}  # fmt: skip
