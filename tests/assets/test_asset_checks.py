"""Each check, made to fail, and what a failure stops."""

import math
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from papersieve.assets.asset_checks import (
    ASSET_OF_TABLE,
    REMEDIES,
    SAMPLE,
    STORED,
    Judging,
    stored_checks,
)
from papersieve.assets.resources import RunSettings
from papersieve.assets.verdicts import Surroundings, Verdict, measure
from papersieve.checks.thresholds import THRESHOLDS
from papersieve.pipeline.settings import Settings
from tests.support.house import House, failed_checks, materialised, started

#: How each stored table is spoiled, and the reason that its check gives.
SPOILED = {
    "dumps": ("UPDATE dumps SET lines = 0 WHERE dump_no = 1", "greater_than"),
    "line_spans": ("UPDATE line_spans SET line_end = line_start - 1 WHERE line_start = 5", "span_reversed"),
    "rejected_lines": (
        "INSERT INTO rejected_lines BY NAME SELECT dump_id, 1 AS line, 'odd' AS reason_code, repeat('x', 900) AS text, 0 AS length FROM dumps",
        "greater_than_or_equal_to",
    ),
    "notices": (
        "INSERT INTO notices BY NAME SELECT dump_id, 0 AS line, 'odd' AS code, 'odd' AS message FROM dumps",
        "greater_than_or_equal_to",
    ),
    "records": ("UPDATE records SET abstract = 'Coming soon.' WHERE ordinal = 1", "abstract_too_short"),
    "documents": ("UPDATE documents SET document_id = 'none' WHERE document_no = 1", "id_malformed"),
    "block_keys": ("UPDATE block_keys SET match_key = 'odd'", "isin"),
    "pairs": ("UPDATE pairs SET similarity = 2", "not_a_share"),
    "papers": ("UPDATE papers SET record_count = 0", "greater_than_or_equal_to"),
    "paper_lineage": ("UPDATE paper_lineage SET record_id = 'nobody'", "id_malformed"),
}

#: One table of each asset: checks of the same asset block alike.
ONE_OF_EACH_ASSET = {asset: table for table, asset in reversed(ASSET_OF_TABLE.items())}

BY_NAME = {check.name: check for check in [*STORED, SAMPLE]}

#: What makes each other check of the store fail, and with which severity.
WARN, ERROR = dg.AssetCheckSeverity.WARN, dg.AssetCheckSeverity.ERROR
BROKEN = {
    "removed_files": ("UPDATE dump_locations SET location = location || '.gone' WHERE name = (SELECT max(name) FROM dump_locations)", WARN),
    "quarantined_share_of_each_dump": (
        "INSERT INTO quarantined_records BY NAME SELECT r.* EXCLUDE (document_uuid), ['abstract_missing'] AS reason_codes "
        "FROM records AS r, (SELECT unnest([1, 2, 3])) AS thrice(time) WHERE dump_id = (SELECT min(dump_id) FROM records)", ERROR,
    ),
    "nothing_is_mixed": ("UPDATE stages SET settings = '{}' WHERE stage = 'documents'", ERROR),
    "every_stage_is_complete": ("INSERT INTO pending SELECT 'pairs', document_id FROM documents LIMIT 1", ERROR),
    "records_drift": ("UPDATE measures SET value = 100000 WHERE measure = 'records'", WARN),
    "duplicate_share_drift": (
        "UPDATE measures SET value = CASE measure WHEN 'records' THEN 5000 WHEN 'duplicate_share' THEN 0.01 ELSE value END", ERROR,
    ),
    "papers_come_out_the_same": ("UPDATE papers SET title = 'Another title'", ERROR),
}  # fmt: skip


def judged(house: House, name: str, *, accept_drift: bool = False) -> dg.AssetCheckResult:
    """What the check of that name says of the house's store."""
    around = Surroundings(Path(house.places["dump_folder"]), house.warehouse, Settings(), accept_drift)
    with house.papersieve.open_store() as store:
        return BY_NAME[name].result(store, around, house.papersieve)


def test_every_check_is_made_to_fail_here():
    contracts = {f"{table}_contract" for table in SPOILED}
    names = {check.name for check in [*STORED, SAMPLE]}
    assert names == contracts | set(THRESHOLDS) | set(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_what_a_check_is_for_makes_it_fail_and_is_kept(yesterday, name):
    sql, severity = BROKEN[name]
    assert judged(yesterday, name).passed
    yesterday.spoil(sql)
    result = judged(yesterday, name)
    assert not result.passed
    assert result.severity is severity
    if "drift" not in name:
        assert result.metadata["failed_rows"].value >= 1
        assert result.metadata["first rows"].records
    assert not (remedy := REMEDIES.get(name)) or remedy in result.description
    with yesterday.papersieve.open_store() as store:
        kept = store._connection.sql("FROM check_results").pl().filter(pl.col("check_name") == name)
    assert kept["is_passed"].to_list() == [True, False]
    assert kept["scope"].to_list() == ["store", "store"]


def test_a_drift_that_a_person_accepts_is_a_warning(yesterday):
    yesterday.spoil(BROKEN["duplicate_share_drift"][0])
    assert judged(yesterday, "duplicate_share_drift", accept_drift=True).severity is WARN


def test_a_result_that_repeats_is_kept_once(yesterday):
    for _ in range(2):
        judged(yesterday, "nothing_is_mixed")
    with yesterday.papersieve.open_store() as store:
        assert (
            store._connection.sql("FROM check_results").pl().filter(pl.col("check_name") == "nothing_is_mixed").height
            == 1
        )


def test_one_check_of_an_asset_can_be_run_alone(yesterday):
    result = dg.materialize(
        stored_checks(yesterday.papersieve),
        selection=dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey("papers"), "nothing_is_mixed")),
        resources={"judging": Judging(), "settings": RunSettings()},
        instance=yesterday.instance,
    )
    assert [check.check_name for check in result.get_asset_check_evaluations()] == ["nothing_is_mixed"]


def test_a_dump_without_abstracts_stops_publishing_and_the_page_says_which_and_what_to_do(yesterday):
    before = yesterday.warehouse.read_bytes()
    yesterday.dumps = None
    rows = [f"A title without anything else but number {n},," for n in range(30)]
    yesterday.add_dump("no_abstracts.csv", "\n".join(["title,abstract,year", *rows]))
    result = yesterday.launch()
    assert not result.success
    failed = failed_checks(result)["quarantined_share_of_each_dump"]
    assert failed.severity is ERROR
    assert failed.metadata["first rows"].records[0].data["name"] == "no_abstracts.csv"
    assert "withdraw the dumps" in failed.description
    assert not {"documents", "warehouse"} & started(result)
    assert yesterday.warehouse.read_bytes() == before


@pytest.mark.parametrize("table", ASSET_OF_TABLE)
def test_a_row_that_breaks_its_contract_is_shown_with_the_reason(yesterday, table):
    assert judged(yesterday, f"{table}_contract").passed
    sql, reason = SPOILED[table]
    yesterday.spoil(sql)
    result = judged(yesterday, f"{table}_contract")
    assert not result.passed
    assert result.severity is dg.AssetCheckSeverity.ERROR
    assert result.metadata["failed_rows"].value >= 1
    rows = [record.data for record in result.metadata["first rows"].records]
    assert reason in rows[0]["reason_codes"]
    assert max(len(text) for row in rows for text in row.values()) <= 120


def test_a_missing_column_is_a_failure_and_no_crash(yesterday):
    yesterday.spoil("ALTER TABLE papers DROP COLUMN title")
    result = judged(yesterday, "papers_contract")
    assert not result.passed
    assert "title" in result.description


@pytest.mark.parametrize(("asset", "table"), ONE_OF_EACH_ASSET.items())
def test_a_failed_check_of_any_asset_keeps_the_warehouse_as_it_was(yesterday, asset, table):
    before = yesterday.warehouse.read_bytes()
    yesterday.spoil(SPOILED[table][0])
    result = yesterday.launch()
    assert not result.success
    assert f"{table}_contract" in failed_checks(result)
    assert asset in materialised(result)
    assert "warehouse" not in started(result), "the check did not block; at best the audit found it"
    assert yesterday.warehouse.read_bytes() == before


def test_without_a_failed_check_that_warehouse_is_published(yesterday):
    """What the tests around this one stop would have happened."""
    before = yesterday.warehouse.read_bytes()
    assert yesterday.launch().success
    assert yesterday.warehouse.read_bytes() != before


def test_every_stored_check_blocks(house):
    assert all(check.spec(house.papersieve).blocking for check in [*STORED, SAMPLE])


@pytest.mark.parametrize("name", THRESHOLDS)
def test_a_measure_warns_and_fails_where_its_thresholds_say(name):
    threshold = THRESHOLDS[name]

    def verdict(value: float) -> Verdict:
        found = measure(pl.DataFrame({"measure": ["records", name], "value": [1000.0, value]}), name)
        assert all(math.isfinite(number) for number in found.numbers.values())
        return found

    assert verdict(threshold.warn_above).is_passed
    above = verdict(math.nextafter(threshold.warn_above, math.inf))
    assert (above.is_passed, above.severity) == (False, "warn")
    if math.isfinite(threshold.error_above):
        above = verdict(math.nextafter(threshold.error_above, math.inf))
        assert (above.is_passed, above.severity) == (False, "error")


@pytest.mark.parametrize(
    ("measure", "sql"),
    [
        (
            "unreadable_dumps",
            "INSERT INTO unreadable_dumps VALUES ('/gone/a', 'a', 'empty', 'empty', now())",
        ),
        (
            "rejected_line_share",
            "INSERT INTO rejected_lines SELECT dump_id, line_start, 'odd', 'odd', 3 FROM line_spans",
        ),
        ("quarantined_share", "INSERT INTO quarantined_records BY NAME SELECT * EXCLUDE (document_uuid), ['odd'] AS reason_codes FROM records"),
        ("hot_buckets", "INSERT INTO hot_buckets VALUES ('band', 1, 1000)"),
        ("duplicate_share", "DELETE FROM papers USING (SELECT max(paper_id) AS last FROM papers) WHERE paper_id <> last"),
        ("largest_paper_records", "UPDATE papers SET record_count = 501"),
    ],
)  # fmt: skip
def test_a_measure_is_taken_from_the_store(yesterday, measure, sql):
    yesterday.spoil(sql)
    assert not judged(yesterday, measure).passed


def test_a_measure_in_error_keeps_the_warehouse_as_it_was(yesterday):
    before = yesterday.warehouse.read_bytes()
    yesterday.spoil(
        "INSERT INTO quarantined_records BY NAME SELECT * EXCLUDE (document_uuid), ['odd'] AS reason_codes FROM records UNION ALL BY NAME SELECT * EXCLUDE (document_uuid), ['odd'] AS reason_codes FROM records"
    )
    result = yesterday.launch()
    assert failed_checks(result)["quarantined_share"].severity is dg.AssetCheckSeverity.ERROR
    assert not {"documents", "warehouse"} & started(result)
    assert yesterday.warehouse.read_bytes() == before


def test_a_failed_audit_tells_which_check_it_was(yesterday):
    before = yesterday.warehouse.read_bytes()
    yesterday.spoil("DELETE FROM line_spans WHERE line_start = 1")
    result = yesterday.launch()
    assert not result.success
    assert yesterday.warehouse.read_bytes() == before
    failed = failed_checks(result)["every_line_has_one_fate"]
    assert failed.severity is dg.AssetCheckSeverity.ERROR
    assert len(failed.metadata["first rows"].records) >= 1
    (failure,) = result.filter_events(lambda e: e.is_step_failure)
    assert failure.step_key == "warehouse"
    told = failure.step_failure_data.user_failure_data
    assert "nothing was published" in told.description
    assert list(told.metadata) == ["every_line_has_one_fate"]
    # The checks that passed are told too.
    evaluated = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
    assert evaluated["paper_counts_are_right"]
