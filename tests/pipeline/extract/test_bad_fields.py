"""A bad field never costs the record: it is null or cut, and reported; raw texts are kept next to cleaned ones."""

import json

import polars as pl
import pytest

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.records import normalise_records, raw_records, split_records

GOOD = {"title": "Lamps That Count Sheep", "author": "Lind, Bo", "abstract": "We ask how lamps learn to count sheep.", "year": "2020", "doi": "10.1000/1"}  # fmt: skip
TAGS = {
    "ris": {"title": "TI", "author": "AU", "abstract": "AB", "year": "PY", "doi": "DO", "volume": "VL", "pages": "SP", "venue": "JO", "serial": "SN", "language": "LA", "type": "M3"},
    "nbib": {"title": "TI", "author": "FAU", "abstract": "AB", "year": "DP", "doi": "LID", "volume": "VI", "pages": "PG", "venue": "JT", "serial": "IS", "language": "LA", "type": "PT"},
    "bibtex": {"title": "title", "author": "author", "abstract": "abstract", "year": "year", "doi": "doi", "volume": "volume", "pages": "pages", "venue": "journal", "serial": "issn", "language": "language", "type": "type"},
}  # fmt: skip
COLUMNS = {name: name for name in ("title", "abstract", "year", "doi", "volume", "pages", "venue", "language", "type")} | {"author": "authors", "serial": "issn"}  # fmt: skip


def written(kind: str, entry: dict[str, str]) -> str:
    if kind == "csv":
        quoted = ('"' + text.replace('"', '""') + '"' for text in entry.values())
        return ",".join(COLUMNS[name] for name in entry) + "\n" + ",".join(quoted) + "\n"
    if kind == "json":
        return json.dumps({COLUMNS[name]: text for name, text in entry.items()}) + "\n"
    tags = [(TAGS[kind][name], text) for name, text in entry.items()]
    if kind == "bibtex":
        return "@article{key,\n" + "".join(f"{tag} = {{{text}}},\n" for tag, text in tags) + "}\n"
    lines = "".join(f"{tag}  - {text}\n" if kind == "ris" else f"{tag:4}- {text}\n" for tag, text in tags)
    return f"TY  - JOUR\n{lines}ER  - \n" if kind == "ris" else f"PMID- 1\n{lines}"


#: The bad field, the column that it is read into, the value there, and what reports it: a notice or other_fields.
BAD = [
    ({"year": "0000"}, "year", None, "date_unreadable"),
    ({"year": "9999"}, "published_date", None, "year_implausible"),
    ({"year": "in the autumn"}, "year", None, "date_unreadable"),
    ({"title": "Lamps " * 300}, "title", ("Lamps " * 300)[:1000].strip(), "title_too_long"),
    ({"abstract": "lamps " * 4000}, "abstract", ("lamps " * 4000)[:20_000].strip(), "abstract_too_long"),
    ({"abstract": "[No abstract available]"}, "abstract", None, None),
    ({"abstract": "© 2016 Lamp House. All rights reserved."}, "abstract", None, None),
    ({"abstract": "This article is protected by copyright."}, "abstract", None, None),
    ({"abstract": "Copyright for lamps is old."}, "abstract", "Copyright for lamps is old.", None),
    ({"doi": "forthcoming"}, "doi", None, "other_fields"),
    ({"serial": "1234-5678"}, "issns", None, "other_fields"),
    ({"language": "Klingon"}, "language", None, "other_fields"),
    ({"type": "Etching"}, "publication_type", ..., "other_fields"),
    ({"author": "x" * 60_000}, "authors", ["x" * 60_000], None),
    ({"venue": "x" * 60_000}, "venue", "x" * 60_000, None),
    ({"volume": "no volume at all, really"}, "volume", "no volume at all, really", None),
    ({"pages": "Pages: none"}, "pages", "Pages: none", None),
]


@pytest.mark.parametrize("kind", ["ris", "nbib", "bibtex", "csv", "json"])
@pytest.mark.parametrize(("bad", "column", "value", "told"), BAD, ids=lambda value: str(value)[:30])
def test_the_record_stays_the_field_is_null_or_cut_and_it_is_told(tmp_path, kind, bad, column, value, told):
    path = tmp_path / "dump"
    path.write_text(written(kind, GOOD | bad), encoding="utf-8")
    got = extract_dump(read_dump(path))
    good, quarantined = split_records(got.records)
    assert (good.height, quarantined.height, got.rejected_lines.height) == (1, 0, 0)
    row = good.to_dicts()[0]
    if value is not ...:
        found = row[column].strip() if isinstance(row[column], str) else row[column]
        assert found == value
    if told == "other_fields":
        assert next(iter(bad.values())) in json.loads(row["other_fields"]).values()
    elif told:
        assert told in got.notices["code"].to_list()


def test_raw_authors_and_venues_are_kept_where_cleaning_changed_them_also_when_it_is_done_again():
    rows = {
        "authors": [["L&ouml;f, Bo", "Orn, Ada"], ["Orn, Ada"], None],
        "venue": ["Lamps &amp; Kettles", "Lamps", None],
    }
    raw = pl.DataFrame({"record_id": ["a", "b", "c"], "title_raw": ["T"] * 3, "abstract_raw": ["A"] * 3} | rows)
    raw = raw.with_columns(authors_raw=pl.lit(None, pl.List(pl.String)), venue_raw=pl.lit(None, pl.String))
    once = normalise_records(raw)
    assert once["authors"].to_list() == [["Löf, Bo", "Orn, Ada"], ["Orn, Ada"], None]
    assert once["authors_raw"].to_list() == [["L&ouml;f, Bo", "Orn, Ada"], None, None]
    assert once["venue"].to_list() == ["Lamps & Kettles", "Lamps", None]
    assert once["venue_raw"].to_list() == ["Lamps &amp; Kettles", None, None]
    assert normalise_records(raw_records(once)).equals(once)
