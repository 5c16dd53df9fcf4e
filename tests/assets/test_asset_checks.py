"""Every check is made to fail, and a failure stops what it should."""

import math
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest

from papersieve.assets.asset_checks import (
    ASSET_OF_TABLE,
    REMEDIES,
    SAMPLE,
    STORED,
    judge,
    stored_checks,
)
from papersieve.assets.resources import RunSettings
from papersieve.assets.verdicts import Surroundings, _against
from papersieve.checks.thresholds import THRESHOLDS
from papersieve.pipeline.settings import Settings
from tests.support.house import House, failed_checks, materialised, started

#: table -> the SQL that spoils it, and the reason that its check gives.
SPOILED = {
    "dumps": ("UPDATE dumps SET lines = 0 WHERE dump_no = 1", "greater_than_or_equal_to"),
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

#: A table of the first asset and one of the last. Another test asserts that the checks of all assets block.
FIRST_AND_LAST = {"dumps": "dumps", "papers": "papers"}

BY_NAME = {check.name: check for check in [*STORED, SAMPLE]}

#: check -> the SQL that makes it fail, and its severity, for all other checks of the store.
WARN, ERROR = dg.AssetCheckSeverity.WARN, dg.AssetCheckSeverity.ERROR
BROKEN = {
    "removed_files": ("UPDATE dump_locations SET location = location || '.gone' WHERE name = (SELECT max(name) FROM dump_locations)", WARN),
    "quarantined_share_of_each_dump": (
        "INSERT INTO quarantined_records BY NAME SELECT r.* EXCLUDE (document_uuid), ['abstract_missing'] AS reason_codes "
        "FROM records AS r WHERE dump_id = (SELECT min(dump_id) FROM records)", WARN,
    ),
    "nothing_is_mixed": ("UPDATE stages SET settings = '{}' WHERE stage = 'documents'", ERROR),
    "every_stage_is_complete": ("INSERT INTO pending SELECT 'pairs', document_id FROM documents LIMIT 1", ERROR),
    "records_drift": ("UPDATE measures SET value = 100000 WHERE measure = 'records'", WARN),
    "duplicate_share_drift": (
        "UPDATE measures SET value = CASE measure WHEN 'records' THEN 5000 WHEN 'duplicate_share' THEN 0.01 ELSE value END", WARN,
    ),
    "papers_come_out_the_same": ("UPDATE papers SET title = 'Another title'", ERROR),
}  # fmt: skip


def judged(house: House, *names: str) -> list[dg.AssetCheckResult]:
    """The results of the checks with these names on the store."""
    around = Surroundings(Path(house.places["dump_folder"]), house.warehouse, Settings())
    with house.papersieve.open_store() as store:
        return judge([BY_NAME[name] for name in names], store, around, house.papersieve)


@pytest.fixture(scope="module")
def passed(half_done, tmp_path_factory) -> Path:
    """A copy of `half_done` after all checks ran; those that are broken below have passed."""
    house = House(tmp_path_factory.mktemp("passed")).copy_of(half_done)
    results = dict(zip(BY_NAME, judged(house, *BY_NAME), strict=True))
    assert all(results[name].passed for name in [*BROKEN, *(f"{table}_contract" for table in SPOILED)])
    (house.folder / "dumps").symlink_to(house.dumps)
    return house.folder


@pytest.fixture
def healthy(passed, tmp_path) -> House:
    """A copy of `passed` that may be damaged, without an instance of Dagster."""
    return House(tmp_path).copy_of(passed)


def test_every_check_is_made_to_fail_here():
    contracts = {f"{table}_contract" for table in SPOILED}
    names = {check.name for check in [*STORED, SAMPLE]}
    assert names == contracts | set(THRESHOLDS) | set(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_what_a_check_is_for_makes_it_fail_and_is_kept(healthy, name):
    sql, severity = BROKEN[name]
    healthy.spoil(sql)
    (result,) = judged(healthy, name)
    assert not result.passed
    assert result.severity is severity
    if "drift" not in name:
        assert result.metadata["failed_rows"].value >= 1
        assert result.metadata["first rows"].records
    assert not (remedy := REMEDIES.get(name)) or remedy in result.description
    with healthy.papersieve.open_store() as store:
        kept = store._connection.sql("FROM check_results").pl().filter(pl.col("check_name") == name)
    assert kept["is_passed"].to_list() == [True, False]
    assert kept["scope"].to_list() == ["store", "store"]


def test_a_result_that_repeats_is_kept_once(healthy):
    for _ in range(2):
        judged(healthy, "nothing_is_mixed")
    with healthy.papersieve.open_store() as store:
        assert (
            store._connection.sql("FROM check_results").pl().filter(pl.col("check_name") == "nothing_is_mixed").height
            == 1
        )


def test_one_check_of_an_asset_can_be_run_alone(yesterday):
    result = dg.materialize(
        stored_checks(yesterday.papersieve),
        selection=dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey("papers"), "nothing_is_mixed")),
        resources={"settings": RunSettings()},
        instance=yesterday.instance,
    )
    assert [check.check_name for check in result.get_asset_check_evaluations()] == ["nothing_is_mixed"]


NO_ABSTRACTS = "\n".join(["title,abstract,doi", *(f"A title without anything else but number {n},," for n in range(25)),
                          *(f"A title and an identifier of number {n},,10.1000/{n}" for n in range(5))])  # fmt: skip


@pytest.mark.long
def test_a_dump_that_fails_is_held_back_by_itself_and_the_others_are_published(house, sample):
    """The page also names the dump and says what to do; then a person accepts the dump as it is. test_history.py
    replaces it with another file of the same name.
    """
    house.add_dump("no_abstracts.csv", NO_ABSTRACTS)
    house.add_dump("good.txt", next(iter(sample.dumps.values())))
    result = house.launch()
    assert result.success
    assert published_dumps(house) == {"good.txt": False, "no_abstracts.csv": True}
    failed = failed_checks(result)["held_back_dumps"]
    assert failed.severity is WARN
    (row,) = failed.metadata["first rows"].records
    assert list(row.data) == ["location", "reason_code", "message"]  # more would push the reason off the page
    assert row.data["location"].endswith("no_abstracts.csv")
    assert "{accept: [NAME]}" in failed.description
    told = materialised(result)["dumps"].metadata
    assert told["files_held_back"].value == 1
    assert "| no_abstracts.csv | held_back |" in told["files"].value.splitlines()[2]
    assert "25 of its 30 records break their contract, most often for abstract_missing" in told["files"].value

    result = house.launch(taking={"accept": ["no_abstracts.csv"]})
    assert published_dumps(house) == {"good.txt": False, "no_abstracts.csv": False}
    assert "held_back_dumps" not in failed_checks(result)


def published_dumps(house: House) -> dict[str, bool]:
    """The dumps that readers see, and whether each is held back: none of its records is in a paper."""
    with duckdb.connect(house.warehouse, read_only=True) as con:
        sql = "SELECT name, held_back IS NOT NULL, dump_id NOT IN (SELECT dump_id FROM records) FROM dumps"
        found = con.execute(sql).fetchall()
    assert all(is_held == is_apart for _, is_held, is_apart in found)
    return {name: is_held for name, is_held, _ in found}


@pytest.mark.long
@pytest.mark.parametrize("table", ASSET_OF_TABLE)
def test_a_row_that_breaks_its_contract_is_shown_with_the_reason(healthy, table):
    sql, reason = SPOILED[table]
    healthy.spoil(sql)
    (result,) = judged(healthy, f"{table}_contract")
    assert not result.passed
    assert result.severity is dg.AssetCheckSeverity.ERROR
    assert result.metadata["failed_rows"].value >= 1
    rows = [record.data for record in result.metadata["first rows"].records]
    assert reason in rows[0]["reason_codes"]
    assert max(len(text) for row in rows for text in row.values()) <= 120


def test_a_missing_column_is_a_failure_and_no_crash(healthy):
    healthy.spoil("ALTER TABLE papers DROP COLUMN title")
    (result,) = judged(healthy, "papers_contract")
    assert not result.passed
    assert "title" in result.description


@pytest.mark.long
@pytest.mark.parametrize(("asset", "table"), FIRST_AND_LAST.items())
def test_a_failed_check_of_any_asset_keeps_the_warehouse_as_it_was(yesterday, asset, table):
    before = yesterday.warehouse.read_bytes()
    yesterday.spoil(SPOILED[table][0])
    result = yesterday.launch()
    assert not result.success
    assert f"{table}_contract" in failed_checks(result)
    assert asset in materialised(result)
    assert "warehouse" not in started(result), "the check did not block; at best the audit found it"
    assert yesterday.warehouse.read_bytes() == before


def test_every_stored_check_blocks_but_those_that_only_warn(house):
    checks = {check.name: check.spec(house.papersieve).blocking for check in [*STORED, SAMPLE]}
    warnings = {name for name, (_, severity) in BROKEN.items() if severity is WARN}
    assert {name for name, is_blocking in checks.items() if not is_blocking} == warnings | set(THRESHOLDS)


@pytest.mark.parametrize("name", THRESHOLDS)
def test_a_measure_warns_above_its_threshold(name):
    threshold = THRESHOLDS[name]

    def is_passed(value: float) -> bool:
        return _against(threshold, value, {}).is_passed

    assert BY_NAME[name].severity == "warn"
    assert is_passed(threshold.warn_above)
    assert not is_passed(math.nextafter(threshold.warn_above, math.inf))


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
        ("held_back_dumps", "INSERT INTO held_back_dumps SELECT dump_id, 'quarantined_share', 'held back' FROM dumps"),
        ("hot_buckets", "INSERT INTO hot_buckets VALUES ('band', 1, 1000)"),
        ("duplicate_share", "DELETE FROM papers USING (SELECT max(paper_id) AS last FROM papers) WHERE paper_id <> last"),
        ("largest_paper_records", "UPDATE papers SET record_count = 501"),
    ],
)  # fmt: skip
def test_a_measure_is_taken_from_the_store(healthy, measure, sql):
    healthy.spoil(sql)
    assert not judged(healthy, measure)[0].passed


@pytest.mark.long
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
    # The checks that passed are reported too.
    evaluated = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
    assert evaluated["paper_counts_are_right"]
