"""Each format: its fixture is recognised and read field by field, and no damage to it loses a line."""

import csv
import datetime as dt
import html
import io
import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from papersieve.pipeline.errors import DumpError, SettingsError
from papersieve.pipeline.extract import detect as detection
from papersieve.pipeline.extract import ledger
from papersieve.pipeline.extract.detect import detect, known_formats, own_formats
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.entries import Format
from papersieve.pipeline.extract.open_dump import head_of
from papersieve.pipeline.extract.read import extract_dump, extract_parts
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.dates import ShownDate, parse_date
from papersieve.pipeline.extract.shared.identifiers import find_arxiv_id, find_doi, find_pmid
from papersieve.pipeline.reading_settings import Reading
from tests.support.damaged_dumps import FIXTURES, LIMITS, fixtures, judge, mutate
from tests.support.examples import examples

DUMPS = {p.stem: p for p in sorted(FIXTURES.iterdir()) if not p.name.endswith(".expected.json")}
NAMES = [f.name for f in own_formats()]


def shown(records: pl.DataFrame) -> list[dict]:
    """The fields read from each entry, in JSON types, without null and empty ones."""
    rows = records.drop("record_id", "dump_id", "ordinal").to_dicts()
    return [json.loads(json.dumps({k: v for k, v in row.items() if v not in (None, [])}, default=str)) for row in rows]


def extract(path: Path, **reading):
    return extract_dump(read_dump(path), Reading(**reading))


def written(tmp_path: Path, data: str | bytes) -> Path:
    path = tmp_path / "dump"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize("name", NAMES)
def test_a_formats_fixture_is_recognised_and_read_field_by_field(name):
    raw = read_dump(DUMPS[name])
    found, why = detect(raw, Reading())
    assert found.name == name
    assert why
    expected = json.loads((FIXTURES / f"{name}.expected.json").read_text(encoding="utf-8"))
    got = extract_dump(raw)
    assert shown(got.records) == expected["records"]
    assert got.rejected_lines.select("line", "reason_code").rows() == [tuple(r) for r in expected["rejected"]]


@pytest.mark.parametrize("name", NAMES)
def test_reading_in_parts_gives_what_reading_at_once_gives(name):
    raw = read_dump(DUMPS[name])
    whole = extract_dump(raw)
    parts = list(extract_parts(raw, Reading(batch_entries=1)))
    assert pl.concat([p.records for p in parts]).equals(whole.records)
    assert pl.concat([p.dump for p in parts]).equals(whole.dump)
    assert pl.concat([p.rejected_lines for p in parts]).equals(whole.rejected_lines)


@pytest.mark.parametrize("seed", range(300))
def test_no_damage_loses_a_line_or_ends_in_anything_but_a_dump_error(tmp_path, seed):
    (tmp_path / "damaged").write_bytes(mutate(random.Random(seed), WHOLE))
    judge(tmp_path / "damaged", LIMITS)


WHOLE = fixtures()


# --- tables


#: Marks of programs for a missing or broken value, which no title is; and other marks, which a title may be.
BROKEN = ("n/a", "#n/a", "nan", "<na>", "nat", "#value!", "#ref!", "#name?")
MISSING = ("", "-", "–", "—", "na", "nr", "null", "none", "[]", *BROKEN)
#: Texts that are plain already.
PLAIN = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc", "Mn"], exclude_characters="\u00a0\u00ad\u200b\u200e\u200f\u2060\ufeff"
    )
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "title": PLAIN.filter(lambda title: title.strip() and title.strip().lower() not in BROKEN),
            "abstract": PLAIN,
            "volume": PLAIN,
            "year": st.none() | st.integers(1700, 2100),
        }
    ),
    min_size=1,
    max_size=6,
)


def _as_csv(rows: list[dict], separator: str) -> bytes:
    return pl.DataFrame(rows).write_csv(separator=separator, quote_style="always").encode()


def _as_json_lines(rows: list[dict]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _as_parquet(rows: list[dict]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def _as_arrow(rows: list[dict]) -> bytes:
    table, out = pa.Table.from_pylist(rows), io.BytesIO()
    with pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


@pytest.mark.parametrize(
    "render",
    [lambda rows: _as_csv(rows, ","), lambda rows: _as_csv(rows, "\t"), _as_json_lines, lambda rows: json.dumps(rows).encode(), _as_parquet, _as_arrow],
    ids=["csv", "tsv", "jsonl", "json", "parquet", "arrow"],
)  # fmt: skip
@given(rows=ROWS)
@settings(max_examples=25)
def test_every_field_of_a_table_comes_back(tmp_path_factory, render, rows):
    path = tmp_path_factory.getbasetemp() / "table"
    path.write_bytes(render(rows))
    got = extract(path).records
    assert got["title_raw"].to_list() == [row["title"].strip() for row in rows]
    assert got["abstract_raw"].to_list() == [_said(row["abstract"]) for row in rows]
    assert got["volume"].to_list() == [_said(row["volume"]) for row in rows]
    assert got["year"].to_list() == [row["year"] for row in rows]


def _said(text: str) -> str | None:
    """The value of a cell; signs for a missing value become None."""
    return None if text.strip().lower() in MISSING else text.strip()


# --- citations in each format


WORD = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1, max_size=9).filter(
    lambda word: word.casefold() not in {"and", "others", "等", "booktitle", *MISSING}
)
CITED = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.lists(WORD, min_size=1, max_size=8).map(" ".join),
            "abstract": st.lists(WORD, min_size=1, max_size=40).map(" ".join),
            "authors": st.lists(st.tuples(WORD, WORD), min_size=1, max_size=4),
            "venue": st.lists(WORD, min_size=1, max_size=4).map(" ".join),
            "volume": st.integers(1, 999).map(str),
            "issue": st.integers(1, 99).map(str),
            "year": st.integers(1800, 2030),
            "doi": st.from_regex(r"10\.[1-9][0-9]{3}/[a-z0-9]{1,12}", fullmatch=True),
        }
    ),
    min_size=1,
    max_size=4,
)


def _tagged(rows: list[dict], line: str, first: str, last: str, **tags: str) -> str:
    """Entries with one tag per line. tags: our name = their tag."""
    entries = []
    for row in rows:
        shown = [*row.items(), *(("author", f"{family}, {given}") for given, family in row["authors"])]
        entries.append([first, *(line.format(tags[name], value) for name, value in shown if name in tags), last])
    return "".join("\n".join(entry) + "\n" for entry in entries)


def _as_ris(rows: list[dict]) -> str:
    return _tagged(
        rows, "{:2}  - {}", "TY  - JOUR", "ER  - \n",
        title="TI", abstract="AB", author="AU", venue="JO", volume="VL", issue="IS", year="PY", doi="DO",
    )  # fmt: skip


def _as_nbib(rows: list[dict]) -> str:
    said = [row | {"doi": f"{row['doi']} [doi]"} for row in rows]
    return _tagged(
        said, "{:4}- {}", "PMID- 1", "", title="TI", abstract="AB", author="FAU", venue="JT", volume="VI", issue="IP",
        year="DP", doi="LID"
    )  # fmt: skip


def _as_wos(rows: list[dict]) -> str:
    names = {"title": "TI", "abstract": "AB", "venue": "SO", "volume": "VL", "issue": "IS", "year": "PY", "doi": "DI"}
    entries = []
    for row in rows:
        authors = "\n   ".join(f"{family}, {given}" for given, family in row["authors"])
        fields = "".join(f"{tag} {row[ours]}\n" for ours, tag in names.items())
        entries.append(f"PT J\nAF {authors}\n{fields}ER\n\n")
    return "FN Clarivate\nVR 1.0\n" + "".join(entries) + "EF\n"


def _as_refworks(rows: list[dict]) -> str:
    return _tagged(
        rows, "{} {}", "RT Journal Article", "", title="T1", abstract="AB", author="A1", venue="JF", volume="VO",
        issue="IS", year="YR", doi="DO"
    )  # fmt: skip


def _as_refer(rows: list[dict]) -> str:
    return _tagged(
        rows, "{} {}", "%0 Journal Article", "", title="%T", abstract="%X", author="%A", venue="%J", volume="%V",
        issue="%N", year="%D", doi="%R"
    )  # fmt: skip


def _as_mods(rows: list[dict]) -> str:
    return _as_xml(
        rows, "<modsCollection>\n{}\n</modsCollection>",
        "<mods><titleInfo><title>{title}</title></titleInfo>{authors}<abstract>{abstract}</abstract><originInfo><dateIssued>{year}</dateIssued></originInfo>"
        '<relatedItem type="host"><titleInfo><title>{venue}</title></titleInfo><part><detail type="volume"><number>{volume}</number></detail>'
        '<detail type="issue"><number>{issue}</number></detail></part></relatedItem><identifier type="doi">{doi}</identifier></mods>',
        '<name><namePart type="given">{given}</namePart><namePart type="family">{family}</namePart></name>',
    )  # fmt: skip


def _as_unixref(rows: list[dict]) -> str:
    return _as_xml(
        rows, "<doi_records>\n{}\n</doi_records>",
        "<doi_record><crossref><journal><journal_metadata><full_title>{venue}</full_title></journal_metadata><journal_issue><journal_volume><volume>{volume}</volume>"
        "</journal_volume><issue>{issue}</issue></journal_issue><journal_article><titles><title>{title}</title></titles><contributors>{authors}</contributors>"
        "<abstract>{abstract}</abstract><publication_date><year>{year}</year></publication_date><doi_data><doi>{doi}</doi></doi_data></journal_article></journal></crossref></doi_record>",
        "<person_name><given_name>{given}</given_name><surname>{family}</surname></person_name>",
    )  # fmt: skip


def _as_jats(rows: list[dict]) -> str:
    return _as_xml(
        rows, "<articles>\n{}\n</articles>",
        "<article><front><journal-meta><journal-title>{venue}</journal-title></journal-meta><article-meta><article-id pub-id-type='doi'>{doi}</article-id>"
        "<title-group><article-title>{title}</article-title></title-group><contrib-group>{authors}</contrib-group><pub-date><year>{year}</year></pub-date>"
        "<volume>{volume}</volume><issue>{issue}</issue><abstract><p>{abstract}</p></abstract></article-meta></front></article>",
        "<contrib><name><surname>{family}</surname><given-names>{given}</given-names></name></contrib>",
    )  # fmt: skip


def _as_yaml(rows: list[dict]) -> str:
    people = [[{"given": given, "family": family} for given, family in row["authors"]] for row in rows]
    return yaml.safe_dump([row | {"authors": each} for row, each in zip(rows, people, strict=True)], allow_unicode=True)


def _as_datacite(rows: list[dict]) -> str:
    works = [
        {
            "doi": row["doi"], "titles": [{"title": row["title"]}], "publicationYear": row["year"],
            "creators": [{"givenName": given, "familyName": family} for given, family in row["authors"]],
            "container": {"title": row["venue"], "volume": row["volume"], "issue": row["issue"]},
            "descriptions": [{"description": row["abstract"], "descriptionType": "Abstract"}],
        }
        for row in rows
    ]  # fmt: skip
    return json.dumps({"data": [{"id": work["doi"], "attributes": work} for work in works]})


def _as_zotero_json(rows: list[dict]) -> str:
    return json.dumps(
        [
            {
                "itemType": "journalArticle", "title": row["title"], "abstractNote": row["abstract"],
                "publicationTitle": row["venue"], "volume": row["volume"],
                "issue": row["issue"], "date": str(row["year"]), "DOI": row["doi"],
                "creators": [{"creatorType": "author", "firstName": given, "lastName": family} for given, family in row["authors"]],
            }
            for row in rows
        ]
    )  # fmt: skip


def _as_sheets(**sheets: list[list]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbooks_sheet_is_the_first_with_names_of_columns_or_the_one_that_settings_name(tmp_path):
    lists = {"About": [["Of lamps"]], "A": [["Title"], ["Year"]], "B": [["Title", "Year"], ["Lamps", 2020]], "C": [["Title", "Year"], ["Kettles", 2019]]}  # fmt: skip
    path = written(tmp_path, _as_sheets(**lists))
    assert extract(path).records["title_raw"].to_list() == ["Lamps"]
    assert extract(path, sheet="C").records["title_raw"].to_list() == ["Kettles"]
    with pytest.raises(DumpError, match=r"the sheet 'D' \(reading.sheet\), found 'About', 'A', 'B', 'C'"):
        extract(path, sheet="D")


def test_a_workbook_that_unpacks_to_more_than_may_be_read_whole_is_refused(tmp_path):
    path = written(tmp_path, _as_sheets(B=[["Title", "Year"], *(["Lamps" * 500, 2020] for _ in range(100))]))
    assert extract(path).records.height == 100
    assert path.stat().st_size < 50_000 / 2
    with pytest.raises(DumpError, match="max_page_bytes = 50,000"):
        extract(path, max_page_bytes=50_000)


def _as_workbook(rows: list[dict]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Title", "Abstract", "Authors", "Source title", "Volume", "Issue", "Year", "DOI"])
    for row in rows:
        authors = "; ".join(f"{family}, {given}" for given, family in row["authors"])
        book.active.append(
            [row["title"], row["abstract"], authors, row["venue"], row["volume"], row["issue"], row["year"], row["doi"]]
        )
    book.save(out)
    return out.getvalue()


def _as_csv_fields(rows: list[dict]) -> str:
    out = io.StringIO()
    write = csv.writer(out, quoting=csv.QUOTE_ALL).writerow
    for row in rows:
        names = [f"{family}, {given}" for given, family in row["authors"]]
        write(["TITLE", row["title"]])
        write(["AUTHOR NAMES", *names])
        write(["SOURCE TITLE", row["venue"]])
        for name in ("abstract", "volume", "issue", "doi"):
            write([name.upper(), row[name]])
        write(["PUBLICATION YEAR", row["year"]])
        out.write("\n")
    return out.getvalue()


def _as_bibtex(rows: list[dict]) -> str:
    names = {
        "title": "title",
        "abstract": "abstract",
        "venue": "journal",
        "volume": "volume",
        "issue": "number",
        "year": "year",
        "doi": "doi",
    }
    entries = []
    for number, row in enumerate(rows):
        authors = " and ".join(f"{family}, {given}" for given, family in row["authors"])
        fields = "".join(f"  {theirs} = {{{row[ours]}}},\n" for ours, theirs in names.items())
        entries.append(f"@article{{key{number},\n{fields}  author = {{{authors}}},\n}}\n")
    return "\n".join(entries)


def _as_xml(rows: list[dict], outside: str, entry: str, author: str) -> str:
    said = []
    for row in rows:
        text = {name: html.escape(str(value)) for name, value in row.items()}
        authors = (
            author.format(given=html.escape(given), family=html.escape(family)) for given, family in row["authors"]
        )
        said.append(entry.format(**text | {"authors": "".join(authors)}))
    return outside.format("\n".join(said))


def _as_endnote(rows: list[dict]) -> str:
    return _as_xml(
        rows, "<xml><records>\n{}\n</records></xml>",
        "<record><contributors><authors>{authors}</authors></contributors><titles><title>{title}</title></titles>"
        "<periodical><full-title>{venue}</full-title></periodical><volume>{volume}</volume><number>{issue}</number><dates><year>{year}</year></dates>"
        "<abstract>{abstract}</abstract><electronic-resource-num>{doi}</electronic-resource-num></record>",
        "<author>{family}, {given}</author>",
    )  # fmt: skip


def _as_pubmed(rows: list[dict]) -> str:
    return _as_xml(
        rows, "<PubmedArticleSet>\n{}\n</PubmedArticleSet>",
        "<PubmedArticle><MedlineCitation><Article><Journal><JournalIssue><Volume>{volume}</Volume><Issue>{issue}</Issue><PubDate><Year>{year}</Year>"
        "</PubDate></JournalIssue><Title>{venue}</Title></Journal><ArticleTitle>{title}</ArticleTitle><Abstract><AbstractText>"
        "{abstract}</AbstractText></Abstract><AuthorList>{authors}</AuthorList></Article></MedlineCitation><PubmedData>"
        '<ArticleIdList><ArticleId IdType="doi">{doi}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>',
        "<Author><LastName>{family}</LastName><ForeName>{given}</ForeName></Author>",
    )  # fmt: skip


def _as_crossref(rows: list[dict]) -> str:
    return "".join(
        json.dumps(
            {
                "DOI": row["doi"], "title": [row["title"]],
                "abstract": f"<jats:p>{html.escape(row['abstract'])}</jats:p>",
                "container-title": [row["venue"]], "volume": row["volume"], "issue": row["issue"],
                "issued": {"date-parts": [[row["year"]]]},
                "author": [{"given": given, "family": family} for given, family in row["authors"]],
            }
        ) + "\n"
        for row in rows
    )  # fmt: skip


def _as_openalex(rows: list[dict]) -> str:
    said = []
    for row in rows:
        places: dict[str, list[int]] = {}
        for place, word in enumerate(row["abstract"].split(" ")):
            places.setdefault(word, []).append(place)
        said.append(
            {
                "id": "https://openalex.org/W1", "doi": f"https://doi.org/{row['doi']}", "title": row["title"],
                "publication_year": row["year"], "biblio": {"volume": row["volume"], "issue": row["issue"]},
                "abstract_inverted_index": places,
                "primary_location": {"source": {"display_name": row["venue"]}},
                "authorships": [{"author": {"display_name": f"{given} {family}"}} for given, family in row["authors"]],
            }
        )  # fmt: skip
    return "".join(json.dumps(row) + "\n" for row in said)


@pytest.mark.parametrize(
    ("render", "name", "is_inverted"),
    [
        (_as_ris, "ris", True), (_as_nbib, "nbib", True), (_as_bibtex, "bibtex", True),
        (_as_endnote, "endnote_xml", True),
        (_as_pubmed, "pubmed_xml", True), (_as_crossref, "crossref", True), (_as_openalex, "openalex", False),
        (_as_wos, "wos_tagged", True), (_as_refworks, "refworks", True), (_as_refer, "refer", True),
        (_as_mods, "mods", True),
        (_as_jats, "jats", True), (_as_yaml, "front_matter", True),
        (_as_unixref, "unixref", True), (_as_datacite, "datacite", True), (_as_zotero_json, "json_table", True),
        (_as_workbook, "workbook", True), (_as_csv_fields, "csv_fields", True),
    ],
)  # fmt: skip
@given(rows=CITED)
@examples(6)
def test_every_field_of_a_citation_comes_back(tmp_path_factory, render, name, is_inverted, rows):
    path = tmp_path_factory.getbasetemp() / "citations"
    data = render(rows)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    got = extract(path)
    assert got.dump["format"].item() == name
    for column, field in (
        ("title_raw", "title"),
        ("abstract_raw", "abstract"),
        ("volume", "volume"),
        ("issue", "issue"),
        ("venue", "venue"),
        ("doi", "doi"),
        ("year", "year"),
    ):
        assert got.records[column].to_list() == [row[field] for row in rows], column
    names = "{family}, {given}" if is_inverted else "{given} {family}"
    assert got.records["authors"].to_list() == [
        [names.format(given=given, family=family) for given, family in row["authors"]] for row in rows
    ]
    assert got.rejected_lines.is_empty()


def test_columns_are_those_that_settings_name_and_what_was_taken_is_told(tmp_path):
    path = written(tmp_path, "kop,tekst,jaar\nA title,An abstract.,2020\n")
    with pytest.raises(DumpError, match="no format recognises it"):
        extract(path)
    got = extract(path, columns={"title": "kop", "abstract": "tekst"})
    assert shown(got.records) == [
        {
            "line_start": 2,
            "line_end": 2,
            "title_raw": "A title",
            "abstract_raw": "An abstract.",
            "published_raw": "2020",
            "year": 2020,
            "date_precision": "year",
            "year_source": "stated",
        }
    ]
    told = got.notices["message"][0]
    assert told.startswith("columns (title, abstract as the settings say, others guessed by name): title = 'kop'")


@pytest.mark.parametrize("text", ["title,abstract\nA title,An abstract.\n", '{"title": "A title", "abstract": "x"}\n'])
def test_columns_that_are_set_leave_tables_without_them_as_they_are(tmp_path, text):
    path = written(tmp_path, text)
    alone, beside = extract(path), extract(path, columns={"title": "kop", "venue": "blad"})
    assert shown(beside.records) == shown(alone.records) != []
    assert beside.notices["message"].to_list() == alone.notices["message"].to_list()


def test_a_table_without_a_title_says_so(tmp_path):
    told = extract(written(tmp_path, "kop,abstract,year\nA title,An abstract.,2020\n")).notices["message"][0]
    assert told.endswith("kept in other_fields: kop; no title column found: settings can name it, reading.columns")


def test_a_quote_that_is_never_closed_costs_rows_up_to_the_limit_and_no_more(tmp_path):
    rows = "".join(f"Title {n},Said {n}.\n" for n in range(200))
    path = written(tmp_path, f'title,abstract\nFirst,"never closed\n{rows}')
    got = extract(path, max_entry_bytes=500)
    assert set(got.rejected_lines["reason_code"]) == {"row_too_large"}
    assert got.records.height + got.rejected_lines.height == 201
    assert got.records.height > 150
    assert "max_entry_bytes = 500" in "".join(got.notices["message"])


def test_a_sentence_that_names_a_column_is_no_table_and_one_known_column_above_rows_is(tmp_path):
    with pytest.raises(DumpError, match="no format recognises it"):
        extract(written(tmp_path, "Abstract, that is what art can be\nand so on and on.\n"))
    got = extract(written(tmp_path, "rank,title\n1,A title\n"))
    assert got.records["title_raw"].to_list() == ["A title"]


def test_guessing_takes_the_best_name_whatever_the_order():
    assert guess_columns(["name", "Title", "summary"]) == {"title": ["Title"], "abstract": ["summary"]}
    assert guess_columns(["Keywords Plus", "Author Keywords"]) == {"categories": ["Author Keywords", "Keywords Plus"]}


def test_sp_is_a_page_save_beside_bp_where_it_is_a_sponsor():
    assert guess_columns(["name", "author", "license"])["title"] == ["name"]
    assert "title" not in guess_columns(["name", "author", "license", "version"])
    assert guess_columns(["name", "author", "license", "version", "date"])["title"] == ["name"]
    assert guess_columns(["TI", "SO", "SP", "EP"])["page_start"] == ["SP"]
    assert guess_columns(["TI", "SO", "SP", "BP"])["page_start"] == ["BP"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Doe, Jane; Roe, Rich", ["Doe, Jane", "Roe, Rich"]),
        ("Jane Doe, Rich Roe and Bo Li", ["Jane Doe", "Rich Roe", "Bo Li"]),
        ("Doe, Jane and Roe, Rich", ["Doe, Jane", "Roe, Rich"]),
        ("Doe, Jane", ["Doe, Jane"]),
        ("", []),
    ],
)
def test_names_are_split_where_they_are_whole(text, names):
    assert split_names(text) == names


# --- XML and JSON


def test_a_broken_entry_costs_itself_and_reading_goes_on_behind_it(tmp_path):
    lines = DUMPS["arxiv_atom"].read_text(encoding="utf-8").splitlines(keepends=True)
    path = written(tmp_path, "".join([*lines[:9], "<oops\n", *lines[9:]]))
    got = extract(path)
    assert got.records["title_raw"].to_list() == ["Watched Kettles & Others"]
    assert set(got.rejected_lines["reason_code"]) == {"xml_malformed"}
    assert got.rejected_lines["line"].to_list() == list(range(5, 22))


@pytest.mark.parametrize(
    "declared",
    ['<!ENTITY a "aaaa">', '<!ENTITY a SYSTEM "file:///etc/hostname">', '<!ENTITY % a SYSTEM "http://127.0.0.1/x">'],
)
def test_a_document_that_declares_entities_is_refused(tmp_path, declared):
    path = written(tmp_path, f"<!DOCTYPE feed [{declared}]><feed><entry><title>&a;</title></entry></feed>")
    with pytest.raises(DumpError) as error:
        extract(path)
    assert error.value.reason_code == "xml_entities"


@pytest.mark.parametrize(
    ("text", "reading", "reason_code", "limit"),
    [
        ('{"title": ' + '["' * 10 + "x" + '"]' * 10 + "}\n", {"max_depth": 5}, "too_deep", "max_depth = 5"),
        ('{"title": "' + "x" * 500 + '"}\n', {"max_line_bytes": 200}, "line_too_long", "max_line_bytes = 200"),
    ],
)
def test_a_limit_that_is_hit_is_named(tmp_path, text, reading, reason_code, limit):
    got = extract(written(tmp_path, '{"title": "One", "abstract": "Said."}\n' + text), **reading)
    assert got.records["title_raw"].to_list() == ["One"]
    assert got.rejected_lines["reason_code"].to_list() == [reason_code]
    assert limit in got.notices.filter(pl.col("code") == reason_code)["message"][0]


def test_an_entry_of_xml_that_is_too_large_or_too_deep_is_rejected_and_the_next_is_read(tmp_path):
    for inside, limits, code in (("x" * 3_000, {"max_entry_bytes": 1_000}, "entry_too_large"), ("<b>" * 9 + "x" + "</b>" * 9, {"max_depth": 6}, "too_deep")):  # fmt: skip
        path = written(
            tmp_path, f"<feed>\n<entry><title>{inside}</title></entry>\n<entry><title>Two</title></entry>\n</feed>\n"
        )
        got = extract(path, **limits)
        assert got.records["title_raw"].to_list() == ["Two"]
        assert got.rejected_lines.select("line", "reason_code").rows() == [(2, code)]


def test_a_json_document_cut_short_keeps_the_entries_before_the_cut(tmp_path):
    text = json.dumps([{"title": f"Title {n}", "abstract": "Said."} for n in range(4)], indent=1)
    got = extract(written(tmp_path, text[: text.index("Title 2")]))
    assert got.records["title_raw"].to_list() == ["Title 0", "Title 1"]
    assert set(got.rejected_lines["reason_code"]) == {"json_malformed"}


def test_entries_that_share_a_line_have_ids_of_their_own(tmp_path):
    got = extract(written(tmp_path, json.dumps([{"title": f"Title {n}"} for n in range(3)])))
    assert got.records["line_start"].to_list() == [1, 1, 1]
    assert got.records["record_id"].n_unique() == 3


def test_lone_surrogates_and_nul_become_a_sign_that_can_be_stored(tmp_path):
    got = extract(written(tmp_path, '{"title": "A \\ud800 and \\u0000", "abstract": "Said."}\n'))
    assert got.records["title_raw"].to_list() == ["A \ufffd and \ufffd"]


@pytest.mark.parametrize("tag", ["A2", "ED"])
def test_of_a_ris_entry_without_authors_the_editors_are_named(tmp_path, tag):
    entry = f"TY  - BOOK\nTI  - A Book of Bees\n{tag}  - Arden, Ruth\n"
    (alone,) = shown(extract(written(tmp_path, f"{entry}ER  - \n")).records)
    (beside,) = shown(extract(written(tmp_path, f"{entry}AU  - Brook, Lena\nER  - \n")).records)
    assert (alone["authors"], beside["authors"]) == (["Arden, Ruth"], ["Brook, Lena"])


@pytest.mark.parametrize(
    ("name", "head", "junk"),
    [
        ("ris", "TY  - JOUR\nTI  - One\nER  - \n", "junk\n"),
        ("json_table", '{"title": "One"}\n', '{"rating": 1}\n'),
        ("csv_table", "title,abstract\nOne,Said.\n", "a row too narrow\n"),
        ("arxiv_atom", "<feed>\n<entry><title>One</title></entry>\n", "<other>1</other>\n"),
    ],
)
def test_lines_without_any_entry_do_not_pile_up(tmp_path, monkeypatch, name, head, junk):
    monkeypatch.setattr(ledger, "HEAVY_LINES", 50)
    path = written(tmp_path, head + junk * 500)
    raw = read_dump(path)
    parts = list(extract_parts(raw, Reading(format=name)))
    assert max(int((p.line_spans["line_end"] - p.line_spans["line_start"] + 1).sum()) for p in parts) <= 60
    whole = pl.concat([p.line_spans for p in parts])
    assert whole["line_start"].to_list() == [1, *(whole["line_end"][:-1] + 1)]
    assert sum(p.records.height for p in parts) == 1


# --- pages


ABSTRACT = "We ask how lamps learn to count sheep in the dark, and find that seven of nine can be taught. " * 3


def test_a_listing_page_of_arxiv_as_text_has_its_abstract_without_a_name(tmp_path):
    page = f"Showing 2 entries\n[1] arXiv:2401.00007 [pdf, html, other]\nTitle: Lamps\nAuthors: Ada Örn, Bo Lind\nComments: 9 pages\nSubjects: Machine Learning (cs.LG); Artificial Intelligence (cs.AI)\n{ABSTRACT}\n[2] arXiv:2401.00009v2 [pdf]\nTitle: Kettles\nAuthors: Cy Dorn\nSubjects: Physics (physics.gen-ph)\n\nShort, behind a blank line.\n"
    got = extract(written(tmp_path, page))
    assert got.dump["format"].item() == "arxiv_text"
    assert got.records["abstract_raw"].to_list() == [ABSTRACT.strip(), "Short, behind a blank line."]
    assert got.records["categories"].to_list() == [
        ["Machine Learning (cs.LG)", "Artificial Intelligence (cs.AI)"],
        ["Physics (physics.gen-ph)"],
    ]
    assert got.records.select("arxiv_id", "arxiv_version").rows() == [("2401.00007", None), ("2401.00009", 2)]


def test_a_trending_page_lists_each_paper_twice_with_stars_which_are_no_abstract(tmp_path):
    entry = "[ 12][{n}]\n\n### [Lamps That Count Sheep][{n}]\n\n{abstract}\n\n  * [ ![](/a.png) Lamp House][30]\n\n·\n\nPublished on Mar 7, 2025\n\n[ Upvote 30 ][31]\n\n[ GitHub 2.3k][32]\n\n[ arXiv Page ][33]\n\n"
    page = (
        "".join(entry.format(n=n, abstract=ABSTRACT) for n in (20, 21))
        + "[20]: /papers/2401.00007\n[21]: /papers/2401.00007\n"
    )
    got = extract(written(tmp_path, page)).records
    assert got["title_raw"].to_list() == ["Lamps That Count Sheep"] * 2
    assert got["abstract_raw"].to_list() == [ABSTRACT.strip()] * 2
    assert got["organisation"].to_list() == ["Lamp House"] * 2
    assert got["published_date"].to_list() == [dt.date(2025, 3, 7)] * 2
    assert got["arxiv_id"].to_list() == ["2401.00007"] * 2


def test_a_saved_page_gives_the_papers_in_its_data_or_those_that_it_shows(tmp_path):
    paper = {
        "paper": {
            "id": "2401.00007",
            "title": "Lamps",
            "summary": ABSTRACT,
            "authors": [{"name": "Ada Örn"}],
            "upvotes": 3,
        }
    }
    props = html.escape(json.dumps({"dailyPapers": [paper, paper]}))
    carried = extract(
        written(tmp_path, f'<!DOCTYPE html>\n<html><body>\n<div data-props="{props}">\n</div></body></html>\n')
    ).records
    assert carried.select("title_raw", "arxiv_id", "line_start").rows() == [("Lamps", "2401.00007", 3)] * 2
    article = f'<article>\n<h3><a href="/papers/2401.00007">Lamps</a></h3>\n<p>{ABSTRACT}</p>\n<span>8 authors</span> <time>Mar 7, 2025</time></article>'
    seen = extract(written(tmp_path, f"<html>\n<body>{article}\n{article}</body></html>")).records
    assert (
        seen.select("title_raw", "abstract_raw", "author_count", "arxiv_id").rows()
        == [("Lamps", ABSTRACT.strip(), 8, "2401.00007")] * 2
    )
    assert seen["line_start"].to_list() == [2, 6]
    assert seen["published_date"].to_list() == [dt.date(2025, 3, 7)] * 2


# --- dates and identifiers


@given(st.dates())
def test_a_date_in_iso_form_comes_back(date):
    assert parse_date(date.isoformat()) == ShownDate(date.month, date.day, date.year)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2019 Mar 7", ShownDate(3, 7, 2019)),
        ("March 2019", ShownDate(3, None, 2019)),
        ("2019///", ShownDate(None, None, 2019)),
        ("2019-13-40", ShownDate(None, None, 2019)),
        ("2019-02-30", ShownDate(2, None, 2019)),
        ("0000-01-01", None),
        ("9999", ShownDate(None, None, 9999)),
        ("soon", None),
        ("", None),
    ],
)
def test_dates_are_read_as_far_as_they_are_ones(text, date):
    assert parse_date(text) == date


@given(st.text(max_size=80))
def test_no_text_makes_dates_or_identifiers_fail(text):
    parse_date(text)
    find_arxiv_id(text)
    find_doi(text)
    find_pmid(text)


@pytest.mark.parametrize(
    ("text", "pmid"),
    [
        ("29456894", "29456894"),
        (" 0900001 ", "900001"),
        ("PMID: 7", "7"),
        ("29456894.0", "29456894"),
        ("https://pubmed.ncbi.nlm.nih.gov/29456894/", "29456894"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/29456894", "29456894"),
        ("123456789", None),
        ("PMC29456894", None),
        ("0", None),
        ("٣", None),
        ("12 13", None),
    ],
)
def test_a_pubmed_id_is_one_to_eight_digits(text, pmid):
    assert find_pmid(text) == pmid


def test_an_accession_number_is_a_pubmed_id_where_the_database_is_pubmed(tmp_path):
    entry = "TY  - JOUR\nTI  - Lamps\nAU  - Lind, Bo\nAN  - 900001\nDB  - {}\nER  - \n"
    names = ["Embase", "PubMed", "Ovid MEDLINE(R)", "PubMed Central"]
    got = extract(written(tmp_path, "".join(entry.format(name) for name in names)))
    assert got.records["pmid"].to_list() == [None, "900001", "900001", None]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2401.00001", ("2401.00001", None)),
        ("https://arxiv.org/pdf/0704.0001v12.pdf", ("0704.0001", 12)),
        ("arXiv:math.GT/0309136v1 [math.GT]", ("math/0309136", 1)),
        ("hep-th/9901001", ("hep-th/9901001", None)),
        ("10.1000/12401.00001", None),
        ("2413.00001", None),
    ],
)
def test_arxiv_ids_old_and_new_are_found_with_their_version(text, found):
    assert find_arxiv_id(text) == found


@pytest.mark.parametrize("zone", [None, "+14:00", "-12:00"])
def test_a_time_beyond_the_ends_of_time_costs_its_date_alone(tmp_path, zone):
    ends = [-62_135_596_800, 253_402_300_799, 0]
    times = pa.array(ends, pa.timestamp("s", tz=zone))
    pq.write_table(
        pa.table(
            {"title": ["One Title", "Two Titles", "Three Titles"], "abstract": ["a word"] * 3, "published": times}
        ),
        tmp_path / "a",
    )
    dates = extract_dump(read_dump(tmp_path / "a")).records["published_date"].to_list()
    assert [date is None for date in dates] == [True, True, False]


# --- formats of other packages


class _Point:
    name, value = "theirs", "their_package:FORMAT"

    def __init__(self, found: object) -> None:
        self.found = found

    def load(self) -> object:
        if isinstance(self.found, BaseException):
            raise self.found
        return self.found


@pytest.fixture
def entry_point(monkeypatch):
    def install(found: object) -> None:
        monkeypatch.setattr(detection, "entry_points", lambda group: [_Point(found)])
        detection.installed.cache_clear()

    yield install
    detection.installed.cache_clear()


def test_a_format_of_another_package_is_asked_first_and_can_be_forced(entry_point, tmp_path):
    def read(dump):
        return iter(())

    entry_point(Format("theirs", "anything", lambda head: "it wants all", read))
    raw = read_dump(written(tmp_path, "{}"))
    assert detect(raw, Reading()) == (next(known_formats()), "it wants all")
    assert detect(raw, Reading(format="json_table"))[0].name == "json_table"
    with pytest.raises(SettingsError, match=r"Known formats: .*theirs"):
        detect(raw, Reading(format="nothing"))


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (ImportError("no module"), "ImportError: no module"),
        (SystemExit(0), "SystemExit"),
        (42, "expected a Format, found int"),
    ],
)
def test_an_entry_point_that_is_no_format_is_left_out_and_says_whose_it_is(entry_point, found, says, tmp_path):
    entry_point(found)
    assert detect(read_dump(DUMPS["ris"]), Reading())[0].name == "ris"
    assert re.search(rf"'theirs'.*their_package.*{says}", detection.installed().broken["theirs"])
    with pytest.raises(SettingsError, match=rf"their_package.*{says}"):
        detect(read_dump(DUMPS["ris"]), Reading(format="theirs"))
    with pytest.raises(DumpError, match=r"could not be loaded: theirs"):
        detect(read_dump(written(tmp_path, "Dear diary")), Reading())


@pytest.mark.parametrize(
    "head",
    ["{{ " + "\n" * 60_000, "---" + "\n" * 60_000, "> " * 30_000, "{{cite " * 9_000, "<records>" + "<record>" * 8_000],
)
def test_every_format_tells_in_time_whether_a_head_is_its_own(head):
    started = time.process_time()
    for known in own_formats():
        known.recognises(head_of(head.encode(), {}))
    assert time.process_time() - started < 5


def test_formats_are_loaded_when_they_are_tried(tmp_path):
    file = written(tmp_path, "TY  - JOUR\nTI  - Kettles and Sheep\nER  - \n")
    code = f"""
import sys, papersieve.warehouse.run
from pathlib import Path
def loaded(): return sorted(name.split(".")[-1] for name in sys.modules if ".extract.formats." in name)
print(loaded())
from papersieve.pipeline.extract.detect import detect
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.reading_settings import Reading
print(detect(read_dump(Path({str(file)!r})), Reading())[0].name, "ris" in loaded(), "reference_list" in loaded())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "ris True False"]


def test_bibtex_of_one_line_that_is_too_long_is_no_fault(tmp_path):
    got = extract(written(tmp_path, f"@article{{a, title={{{'Lamps ' * 200}}}}}"), max_line_bytes=1_000)
    assert got.rejected_lines["reason_code"].to_list() == ["line_too_long"]
    assert not got.records.height
