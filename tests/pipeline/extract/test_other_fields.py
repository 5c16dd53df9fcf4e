"""No field is lost: every value of an entry is in one of our columns or in other_fields."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.inspection import inspect
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.extract.shared.other_fields import LEFT_OUT, other_fields
from papersieve.pipeline.reading_settings import Reading

#: Tags of each format that may hold anything, including those that columns take.
RIS = "A2 A3 A4 AD AN AU C1 C2 C7 CA CN CP CY DA DB DO DP ED EP ET ID IS J2 JA JF JO KW L1 L2 L3 LA LB LK M1 M3 N1 NV OP PB PP PY RI RN RP SE SN SP ST T2 T3 TA U1 U5 UR VL VO Y1 Y2"
NBIB = "AD AID AU AUID CN COIS DEP DP EDAT FAU GR IP IR IS JT LA LID LR MH MID OT OWN PG PL PMC PST PT RN SB SI SO STAT TA TT VI"
WOS = "AF AR AU BN BP C1 CR DA DE DI DT EA EI EM EP FU FX GA HC ID IS J9 JI LA NR OA OI PA PD PG PI PM PN PU PY RI RP SC SE SN SO SU TC UT VL WC Z9"
REFWORKS = "A1 A2 AD AN AV CN CR DB DO DS ED FD ID IS JF JO K1 LA LK NO OP PB PP RD SN SP SR T2 T3 U1 UL VO YR"
REFER = "%1 %2 %3 %4 %6 %7 %8 %9 %@ %A %B %C %D %E %F %G %I %J %K %L %M %N %P %R %S %U %V %W %Y %Z %[ %+ %~"
BIBTEX = "address annote author booktitle chapter doi edition editor eprint eprinttype file groups howpublished institution isbn issn journal keywords langid month note number organization pages pmid publisher school series shorttitle timestamp type url urldate volume year"
TABLE = "Title;Abstract;Authors;Author full names;Author(s) ID;Year;Source title;Volume;Issue;Art. No.;Page start;Page end;Page count;Cited by;DOI;Link;Affiliations;Author Keywords;Index Keywords;Funding Details;Correspondence Address;Publisher;ISSN;ISBN;PubMed ID;Language of Original Document;Document Type;Publication Stage;Open Access;Source;EID;Date;Notes"


def ris(fields):
    return "TY  - JOUR\nTI  - Lamps\n" + "".join(f"{tag}  - {text}\n" for tag, text in fields) + "ER  - \n"


def nbib(fields):
    return "PMID- 1\nTI  - Lamps\n" + "".join(f"{tag:4}- {text}\n" for tag, text in fields)


def wos(fields):
    lines = [f"{tag} {text}\n" for tag, text in dict(fields).items()]
    return f"FN Clarivate\nVR 1.0\nPT J\nTI Lamps\n{''.join(lines)}ER\n\nEF\n"


def refworks(fields):
    return "RT Journal Article\nT1 Lamps\n" + "".join(f"{tag} {text}\n" for tag, text in fields)


def refer(fields):
    return "%0 Journal Article\n%T Lamps\n" + "".join(f"{tag} {text}\n" for tag, text in fields)


def bibtex(fields):
    return "@article{key,\ntitle = {Lamps},\n" + "".join(f"{n} = {{{t}}},\n" for n, t in dict(fields).items()) + "}\n"


def table(fields):
    said = {"Title": "Lamps"} | dict(fields)
    return ";".join(said) + "\n" + ";".join(said.values()) + "\n"


def json_lines(fields):
    return json.dumps({"title": "Lamps"} | {name: [text] if len(text) % 2 else text for name, text in fields}) + "\n"


def crossref(fields):
    return json.dumps({"DOI": "10.1000/1", "title": ["Lamps"], "container-title": ["J"]} | {f"x-{n}": {"in": t} for n, t in fields})  # fmt: skip


FORMATS = {
    ris: RIS.split(), nbib: NBIB.split(), wos: WOS.split(), refworks: REFWORKS.split(), refer: REFER.split(),
    bibtex: BIBTEX.split(),
    table: TABLE.split(";")[1:], json_lines: TABLE.split(";")[1:], crossref: TABLE.split(";")[1:],
}  # fmt: skip


@pytest.mark.parametrize("write", FORMATS, ids=lambda write: write.__name__)
@given(draw=st.data())
@settings(max_examples=40)
def test_every_word_of_an_entry_stands_in_its_record(tmp_path_factory, write, draw):
    """Each field, known or not, has a word of its own that is not a valid date, DOI or number."""
    names = draw.draw(st.lists(st.sampled_from(FORMATS[write]), min_size=1, max_size=12, unique=True))
    fields = [(name, draw.draw(st.sampled_from(["w{}q", "W{}Q Ada", "10.w{}q", "2020w{}q"])).format(place)) for place, name in enumerate(names)]  # fmt: skip
    path = tmp_path_factory.getbasetemp() / "fields"
    path.write_text(write(fields), encoding="utf-8")
    got = extract_dump(read_dump(path))
    assert got.records.height == 1, got.rejected_lines
    row = json.dumps(got.records.to_dicts()[0], default=str, ensure_ascii=False)
    assert [(name, text) for name, text in fields if text.split()[0].lower() not in row.lower()] == []


def test_a_parquet_tables_other_columns_are_kept_save_vectors_and_bytes(tmp_path):
    row = {"title": "Lamps", "abstract": "Said.", "stars": 5, "tags": ["a", "b"], "vector": [0.5] * 9, "blob": b"x", "by": {"name": "Ada"}}  # fmt: skip
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "t.parquet")
    got = extract_dump(read_dump(tmp_path / "t.parquet")).records["other_fields"][0]
    assert json.loads(got) == {"stars": 5, "by": {"name": "Ada"}}  # tags are categories


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=60) | st.floats() | st.integers(), max_size=8), st.integers(0, 300))  # fmt: skip
def test_what_is_kept_is_json_within_its_bound_and_names_what_is_left_out(said, most):
    whole = json.loads(other_fields(said, (), set(), None, 10**6) or "{}")
    kept = json.loads(other_fields(said, (), set(), None, most) or "{}")
    left_out = kept.pop(LEFT_OUT, []) if LEFT_OUT not in said else []
    assert {**whole, **kept} == whole
    assert set(whole) == {*kept, *left_out} or LEFT_OUT in said
    assert len(json.dumps(kept, ensure_ascii=False, separators=(",", ":"))) <= max(most, 2)


def test_each_text_is_kept_once_and_none_where_the_setting_says_so(tmp_path):
    path = tmp_path / "dump.ris"
    path.write_text(ris([("AU", "Lind, Bo"), ("DO", "https://doi.org/10.1000/1"), ("PY", "2020"), ("KW", "bees"), ("VL", "3"), ("N1", "x" * 500)]))  # fmt: skip
    read = lambda most: extract_dump(read_dump(path), Reading(max_other_chars=most))  # noqa: E731
    assert read(20_000).records["other_fields"].to_list() == [json.dumps({"N1": "x" * 500}, separators=(",", ":"))]
    assert read(100).records["other_fields"].to_list() == ['{"left_out":["N1"]}']
    assert "other_fields_too_large" in read(100).notices["code"].to_list()
    assert read(0).records["other_fields"].to_list() == [None]


def test_inspect_counts_the_fields_without_a_column(tmp_path):
    path = tmp_path / "dump.ris"
    path.write_text(ris([("AN", "7"), ("DB", "Scopus")]) + ris([("DB", "Scopus")]))
    (dump,) = inspect(path, Reading())
    assert dump["other_fields"] == {"DB": 2, "AN": 1}
