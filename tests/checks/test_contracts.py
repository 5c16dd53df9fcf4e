"""Each rule of each contract fails a frame that breaks it, and each contract passes a good frame."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.quarantine import StructureError, _failures, notices_of, require, split
from papersieve.checks.record_columns import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS
from papersieve.checks.rules import TEXT, Column, Rule, one_of, told
from papersieve.checks.thresholds import THRESHOLDS, judge_dumps, judge_measures
from tests.support.examples import examples
from tests.support.made_records import with_column

ID, OTHER = "0" * 32, "1" * 32
WORDS = "word " * 20

#: table -> a good row; values that are not named are null.
GOOD: dict[str, dict] = {
    "dumps": {"dump_id": ID, "format": "paper_listing", "size_bytes": 1, "lines": 1},
    "line_spans": {"dump_id": ID, "line_start": 1, "line_end": 2, "fate": "record"},
    "rejected_lines": {"dump_id": ID, "line": 1, "reason_code": "x", "text": "t", "length": 1},
    "notices": {"dump_id": ID, "line": 1, "code": "x", "message": "m"},
    "records": {
        "record_id": ID, "dump_id": ID, "ordinal": 1, "line_start": 1, "line_end": 3, "title_raw": "T",
        "abstract_raw": WORDS, "title": "T", "abstract": WORDS, "document_id": ID, "authors": ["A"], "author_count": 5,
        "published_date": dt.date(2020, 1, 1), "date_precision": "day", "year": 2020, "year_source": "stated",
        "comment_count": 0, "urls": [], "code_urls": [],
    },
    "documents": {"document_id": ID, "title_text": "", "abstract_text": ""},
    "block_keys": {"document_no": 1, "match_key": "band", "key": -5},
    "pairs": {
        "left_no": 1, "right_no": 2, "match_key": "band", "containment": 0.5, "title_similarity": 1.0,
        "smaller_words": 0.0, "score": 1.5, "judgement": "match", "rule": "r",
    },
    "papers": {
        "paper_id": ID, "abstract": "A", "urls": [], "code_urls": [], "categories": [], "issns": [], "isbns": [],
        "record_count": 1, "document_count": 1, "dump_count": 1,
    },
    "paper_lineage": {"paper_id": ID, "column_name": "title", "record_id": ID, "rule": "r"},
}  # fmt: skip

BROKEN = [
    ("dumps", {"dump_id": "short"}, "id_malformed"),
    ("dumps", {"size_bytes": 0}, "greater_than_or_equal_to"),
    ("dumps", {"lines": 0}, "greater_than_or_equal_to"),
    ("dumps", {"format": None}, "format_missing"),
    ("line_spans", {"line_start": 0}, "greater_than_or_equal_to"),
    ("line_spans", {"line_start": 3}, "span_reversed"),
    ("line_spans", {"fate": "lost"}, "isin"),
    ("rejected_lines", {"line": 0}, "greater_than_or_equal_to"),
    ("rejected_lines", {"reason_code": None}, "reason_code_missing"),
    ("rejected_lines", {"length": 0}, "greater_than_or_equal_to"),
    ("notices", {"message": None}, "message_missing"),
    ("records", {"record_id": "x"}, "id_malformed"),
    ("records", {"ordinal": 0}, "greater_than_or_equal_to"),
    ("records", {"line_end": 0}, "span_reversed"),
    ("records", {"author_count": 0}, "author_count_implausible"),
    ("records", {"published_date": dt.date(1500, 1, 1)}, "date_implausible"),
    ("records", {"published_date": dt.date(9999, 1, 1)}, "date_implausible"),
    ("records", {"year": 9999}, "year_implausible"),
    ("records", {"arxiv_version": 0}, "greater_than_or_equal_to"),
    ("records", {"pmid": "0123"}, "pmid_malformed"),
    ("records", {"date_precision": "hour"}, "isin"),
    ("records", {"year_source": "guess"}, "isin"),
    ("records", {"comment_count": -1}, "greater_than_or_equal_to"),
    ("records", {"title": "t" * (MAX_TITLE_CHARS + 1)}, "title_too_long"),
    ("records", {"abstract": None, "authors": None}, "abstract_missing"),
    ("records", {"abstract": None, "title": None}, "abstract_missing"),
    ("records", {"abstract": "Coming soon.", "title": None}, "abstract_too_short"),
    ("records", {"abstract": "a " * MAX_ABSTRACT_CHARS}, "abstract_too_long"),
    ("records", {"document_id": None}, "document_id_missing"),
    ("documents", {"document_id": "x"}, "id_malformed"),
    ("documents", {"title_text": None}, "title_text_missing"),
    ("pairs", {"one_list": 2.0}, "in_range"),
    ("pairs", {"score": None}, "score_missing"),
    ("block_keys", {"match_key": "guess"}, "isin"),
    ("block_keys", {"key": None}, "key_missing"),
    ("pairs", {"right_no": 1}, "pair_unordered"),
    ("pairs", {"similarity": 1.5}, "not_a_share"),
    ("pairs", {"containment": -0.1}, "not_a_share"),
    ("pairs", {"title_similarity": 2.0}, "not_a_share"),
    ("pairs", {"judgement": "maybe"}, "isin"),
    ("pairs", {"match_key": "guess"}, "isin"),
    ("papers", {"paper_id": "x"}, "id_malformed"),
    ("papers", {"record_count": 0}, "greater_than_or_equal_to"),
    ("papers", {"dump_count": None}, "dump_count_missing"),
    ("paper_lineage", {"record_id": None}, "record_id_missing"),
]


def frame(table: str, *changes: dict) -> pl.DataFrame:
    return pl.DataFrame([GOOD[table] | change for change in changes], schema=CONTRACTS[table].schema)


def test_every_contract_has_a_good_row_here_and_a_broken_one():
    assert set(GOOD) == set(CONTRACTS)
    assert {table for table, _, _ in BROKEN} == set(CONTRACTS)


@pytest.mark.parametrize("table", CONTRACTS)
def test_a_good_row_and_an_empty_table_pass(table):
    assert require(frame(table, {}), CONTRACTS[table]).height == 1
    assert require(CONTRACTS[table].empty(), CONTRACTS[table]).height == 0


@pytest.mark.parametrize(("table", "change", "reason"), BROKEN)
def test_a_broken_row_is_set_apart_with_its_reason_and_the_good_one_stays(table, change, reason):
    second = {
        k: OTHER
        for k in ("record_id", "paper_id", "dump_id", "document_id")
        if k in GOOD[table] and table in ("records", "papers", "dumps", "documents")
    }
    second |= {"left_no": 0} if table == "pairs" else {}
    good, quarantined = split(frame(table, second, change), CONTRACTS[table])
    assert good.height == 1
    assert reason in quarantined["reason_codes"].item()


#: type -> values that some rule refuses, and some that most rules accept.
ODD = {
    pl.String: [None, "", "x", ID, OTHER, WORDS, "t" * (MAX_TITLE_CHARS + 1), "a " * MAX_ABSTRACT_CHARS],
    pl.Int64: [None, -1, 0, 1, 2, 3, 1500, 2020, 9999, 100_001],
    pl.Float64: [None, -0.1, 0.0, 1.0, 1.5, float("nan")],
    pl.Boolean: [None, True],
    pl.Date: [None, dt.date(1500, 1, 1), dt.date(2020, 1, 1), dt.date(9999, 1, 1)],
    pl.List(pl.String): [None, [], ["x"], [None]],
}


def says_pandera(rows: pl.DataFrame, table: str) -> bool:
    try:
        CONTRACTS[table].pandera().validate(rows, lazy=True)
    except SchemaErrors:
        return False
    return True


def changes_of(table: str) -> st.SearchStrategy[dict]:
    odd = [st.tuples(st.just(c), st.sampled_from(ODD[t])) for c, t in CONTRACTS[table].schema.items()]
    known = [st.just(next(iter(change.items()))) for t, change, _ in BROKEN if t == table]
    ids = [st.just((c, OTHER)) for c in GOOD[table] if c.endswith("_id")]
    return st.lists(st.one_of(*odd, *known, *ids), max_size=2).map(dict)


@pytest.mark.parametrize("table", CONTRACTS)
def test_one_query_and_pandera_agree_on_every_frame(table):
    @examples(6)
    @given(st.lists(changes_of(table), max_size=3))
    def agree(changes):
        rows, contract = frame(table, *changes), CONTRACTS[table]
        assert (not contract.broken_columns(rows)) == says_pandera(rows, table)
        of_all_columns = (
            _failures(rows, contract.pandera()).group_by("index").agg(pl.col("reason_code").unique().sort())
        )
        assert (
            split(rows, contract)[1]["reason_codes"].to_list() == of_all_columns.sort("index")["reason_code"].to_list()
        )

    agree()


@pytest.mark.parametrize("table", CONTRACTS)
def test_every_rule_is_broken_by_a_frame_and_pandera_refuses_that_too(table):
    frames = [frame(table, {name: value}) for name, t in CONTRACTS[table].schema.items() for value in ODD[t]]
    frames += [frame(table, change) for t, change, _ in BROKEN if t == table] + [frame(table, {}, {})]
    verdicts = [verdict.alias(str(n)) for n, verdict in enumerate(CONTRACTS[table].verdicts)]
    is_kept = pl.concat(rows.select(verdicts) for rows in frames)  # a row per frame, a column per rule
    assert not any(is_kept.select(pl.all().all()).row(0))
    assert not any(says_pandera(frames[n], table) for n in set(is_kept.select(pl.all().arg_min()).row(0)))


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("records", "record_id_repeated"),
        ("pairs", "pair_repeated"),
        ("papers", "field_uniqueness"),
        ("dumps", "field_uniqueness"),
        ("documents", "field_uniqueness"),
    ],
)
def test_a_repeated_key_breaks_every_row_that_has_it(table, reason):
    good, quarantined = split(frame(table, {}, {}), CONTRACTS[table])
    assert good.is_empty()
    assert quarantined["reason_codes"].to_list() == [[reason]] * 2


def test_a_row_that_breaks_several_rules_carries_every_reason():
    _, quarantined = split(
        frame("records", {"abstract": "Short.", "title": None, "author_count": 0, "ordinal": 0}), CONTRACTS["records"]
    )
    assert quarantined["reason_codes"].to_list() == [
        ["abstract_too_short", "author_count_implausible", "greater_than_or_equal_to"]
    ]


def test_thirty_characters_of_a_script_without_spaces_are_an_abstract():
    good, _ = split(frame("records", {"abstract": "研究" * 15}), CONTRACTS["records"])
    assert good.height == 1


@pytest.mark.parametrize(
    ("told", "is_good"),
    [
        ({}, False),
        ({"year": 2020}, False),
        ({"year": 2020, "venue": "Bees"}, True),
        ({"doi": "10.1000/x"}, True),
        ({"arxiv_id": "2101.00001"}, True),
        ({"pmid": "12345678"}, True),
        ({"urls": ["https://doi.org/10.1000/x"]}, True),
    ],
)
def test_a_title_without_an_abstract_needs_an_identifier_authors_a_link_or_a_place(told, is_good):
    bare = dict.fromkeys(("abstract", "abstract_raw", "authors", "author_count", "published_date", "date_precision", "year", "year_source"))  # fmt: skip
    with_year = {"year_source": "stated", "date_precision": "year"} if "year" in told else {}
    good, _ = split(frame("records", bare | told | with_year), CONTRACTS["records"])
    assert good.height == is_good


@pytest.mark.parametrize("rows", [0, 1])
def test_a_broken_structure_raises_and_quarantines_nothing(rows):
    whole = frame("documents", *[{}] * rows)
    for broken in (
        whole.drop("title_text"),
        whole.with_columns(extra=1),
        whole.with_columns(title_text=pl.lit(1).cast(pl.Int64)),
    ):
        with pytest.raises(StructureError, match="structure is broken"):
            split(broken, CONTRACTS["documents"])


def test_a_table_of_our_own_with_a_broken_row_raises_and_shows_it():
    with pytest.raises(StructureError, match=r"1 row breaks it.*'fate': 'lost'"):
        require(frame("line_spans", {}, {"fate": "lost"}), CONTRACTS["line_spans"])


def test_a_rule_that_is_a_notice_keeps_the_record_and_tells_of_it():
    loud = Rule(
        "title_loud", pl.col("title") != pl.col("title").str.to_uppercase(), "not all in capitals", is_notice=True
    )
    note = Column("note", TEXT, "a note", (told(one_of("a", "b")),), is_nullable=True)
    contract = replace(with_column(CONTRACTS["records"], note), rules=lambda: (*CONTRACTS["records"].rules(), loud))
    rows = [
        {"title": "Quiet", "note": "a"},
        {"title": "LOUD", "note": None},
        {"title": None, "note": "c", "line_start": 2},
    ]
    ids = [{"record_id": f"{n:032x}"} for n in range(3)]
    told_of = pl.DataFrame(
        [GOOD["records"] | row | of for row, of in zip(rows, ids, strict=True)], schema=contract.schema
    )
    good, quarantined = split(told_of, contract)
    assert (good.height, quarantined.height) == (3, 0)
    assert sorted(notices_of(good, contract).rows()) == [
        (ID, 1, "title_loud", "expected: not all in capitals"),
        (ID, 2, "isin", "expected: one of a, b"),
    ]
    assert notices_of(good.select(CONTRACTS["records"].columns.keys()), CONTRACTS["records"]).is_empty()
    contract.pandera().validate(good, lazy=True)


@pytest.mark.parametrize("name", THRESHOLDS)
def test_a_measure_is_judged_against_its_threshold(name):
    threshold = THRESHOLDS[name]
    for value, expected in ((threshold.warn_above, "ok"), (threshold.warn_above + 1e-9, "warn")):
        got = judge_measures(pl.DataFrame({"measure": [name], "value": [float(value)]}))
        assert got["judgement"].to_list() == [expected]


counts = st.integers(0, 60)


@given(st.lists(st.tuples(counts, counts, counts, counts), max_size=8), st.floats(0, 1), st.floats(0, 1), counts)
def test_the_gate_holds_back_the_dumps_that_one_by_one_are_over_a_limit(rows, records_limit, lines_limit, min_rows):
    dumps = [
        {
            "dump_id": f"{n}",
            "entries": max(a, b),
            "quarantined": min(a, b),
            "lines": max(c, d),
            "rejected_lines": min(c, d),
        }
        for n, (a, b, c, d) in enumerate(rows)
    ]

    def why(dump: dict) -> str | None:
        if dump["entries"] >= max(min_rows, 1) and dump["quarantined"] / dump["entries"] > records_limit:
            return "quarantined_share"
        if dump["lines"] >= max(min_rows, 1) and dump["rejected_lines"] / dump["lines"] > lines_limit:
            return "rejected_line_share"
        return None

    frame = pl.DataFrame(
        dumps,
        schema={"dump_id": pl.String, **dict.fromkeys(["entries", "quarantined", "lines", "rejected_lines"], pl.Int64)},
    )
    limits = {"quarantined_share": records_limit, "rejected_line_share": lines_limit}
    held = judge_dumps(frame, limits, max(min_rows, 1))
    assert dict(held.select("dump_id", "reason_code").iter_rows()) == {d["dump_id"]: why(d) for d in dumps if why(d)}
