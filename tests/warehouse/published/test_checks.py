"""Each SQL check passes a good warehouse and fails one that breaks it."""

import shutil

import duckdb
import pytest

from papersieve.checks.thresholds import THRESHOLDS
from papersieve.pipeline.merging.golden import golden_columns
from papersieve.warehouse.published.audit import run_check, run_checks, tell_failed
from papersieve.warehouse.published.check_files import checks

#: check -> the SQL that changes a good warehouse so that the check fails.
SABOTAGE = {
    "aliases_lead_to_papers": "INSERT INTO paper_aliases SELECT paper_id, paper_id FROM papers LIMIT 1",
    "every_abstract_is_said_once": "INSERT INTO papers SELECT * REPLACE ('0' AS paper_id) FROM papers LIMIT 1",
    "every_golden_value_has_a_giver": "DELETE FROM paper_lineage WHERE column_name = 'abstract'",
    "every_line_has_one_fate": "DELETE FROM line_spans WHERE line_start = (SELECT max(line_start) FROM line_spans)",
    "every_match_is_in_one_paper": "UPDATE records SET paper_id = (SELECT min(paper_id) FROM papers WHERE record_count = 1) WHERE record_id = (SELECT max(right_record_id) FROM duplicate_pairs WHERE judgement = 'match')",
    "every_paper_is_held_by_matches": "DELETE FROM duplicate_pairs",
    "every_published_id_resolves": "INSERT INTO paper_history SELECT * REPLACE ('0' AS paper_id) FROM paper_history LIMIT 1",
    "every_record_is_accounted_for": "DELETE FROM records WHERE ordinal = 3",
    "every_record_is_in_one_paper": "UPDATE records SET paper_id = NULL WHERE ordinal = 3",
    "no_measure_is_a_warning": "UPDATE measures SET judgement = 'warn' WHERE measure = 'papers'",
    "no_paper_has_two_arxiv_ids": "UPDATE records SET arxiv_id = '2401.' || line_start",
    "pairs_are_unordered_and_single": "INSERT INTO duplicate_pairs SELECT * FROM duplicate_pairs LIMIT 1",
    "paper_counts_are_right": "UPDATE papers SET dump_count = dump_count + 1 WHERE paper_id = (SELECT min(paper_id) FROM papers)",
    "rejected_lines_are_kept": "DELETE FROM rejected_lines",
}

#: Columns of papers whose values come from records.
GOLDEN = [column for column, *_ in golden_columns()]


def failing(warehouse) -> set[str]:
    with duckdb.connect(warehouse) as con:
        return {result.check.name for result in run_checks(con) if not result.is_passed}


def test_a_good_warehouse_fails_no_error(sample_warehouse):
    errors = {check.name for check in checks() if check.severity == "error"}
    assert not failing(sample_warehouse) & errors


def test_every_check_is_sabotaged_here():
    assert set(SABOTAGE) == {check.name for check in checks()}


@pytest.mark.parametrize("name", SABOTAGE)
def test_each_check_finds_what_it_is_for(sample_warehouse, tmp_path, name):
    broken = shutil.copy(sample_warehouse, tmp_path / "broken.duckdb")
    with duckdb.connect(broken) as con:
        con.execute(SABOTAGE[name])
        (check,) = (check for check in checks() if check.name == name)
        assert not run_check(con, check).is_passed


def test_each_measure_that_is_a_warning_is_told_with_its_limit(sample_warehouse, tmp_path):
    broken = shutil.copy(sample_warehouse, tmp_path / "broken.duckdb")
    told = {"records": 14, "quarantined": 1, "quarantined_share": 1 / 14, "largest_paper_records": 12_345}
    with duckdb.connect(broken) as con:
        for name in (*THRESHOLDS, *told):
            con.execute("UPDATE measures SET value = ? WHERE measure = ?", [told.get(name, 1), name])
        con.execute("UPDATE measures SET judgement = 'warn' WHERE list_contains(?, measure)", [[*THRESHOLDS]])
        (check,) = (c for c in checks() if c.name == "no_measure_is_a_warning")
        findings = tell_failed(run_check(con, check))
    assert len(findings) == len(THRESHOLDS)
    begins = (
        "quarantined_share is 7.14 % (1 of 14 records, limit 5 %): records that",
        "hot_buckets is 1 (limit 0):",
    )
    for begin in (*begins, "largest_paper_records is 12,345 (limit 500):", "duplicate_share is 100 % (limit 95 %):"):
        assert any(finding.startswith(begin) for finding in findings), begin


def test_a_decision_accounts_for_two_arxiv_ids_and_no_more(sample_warehouse, tmp_path):
    broken = shutil.copy(sample_warehouse, tmp_path / "broken.duckdb")
    decide = "UPDATE duplicate_pairs SET rule = 'decision' WHERE left_record_id || right_record_id IN (SELECT min(left_record_id || right_record_id) FROM duplicate_pairs JOIN records ON record_id = left_record_id WHERE judgement = 'match' GROUP BY paper_id)"
    with duckdb.connect(broken) as con:
        con.execute("UPDATE records SET arxiv_id = record_id")
        con.execute(decide)
        (check,) = (c for c in checks() if c.name == "no_paper_has_two_arxiv_ids")
        found = {paper_id for paper_id, _ in con.execute(check.sql).fetchall()}
        counts = dict(con.execute("SELECT paper_id, record_count FROM papers").fetchall())
    assert found == {paper_id for paper_id, count in counts.items() if count > 2}
    assert found
    assert 2 in counts.values()


def test_a_spans_overlap_is_found_too(sample_warehouse, tmp_path):
    broken = shutil.copy(sample_warehouse, tmp_path / "broken.duckdb")
    with duckdb.connect(broken) as con:
        con.execute("UPDATE line_spans SET line_end = line_end + 1 WHERE line_start = 1")
    assert "every_line_has_one_fate" in failing(broken)


def test_a_giver_without_a_value_is_found_and_named_by_its_column(sample_warehouse, tmp_path):
    broken = shutil.copy(sample_warehouse, tmp_path / "broken.duckdb")
    (check,) = (c for c in checks() if c.name == "every_golden_value_has_a_giver")
    with duckdb.connect(broken) as con:
        con.execute("CREATE TEMP TABLE one AS FROM paper_lineage LIMIT 1")
        for name in GOLDEN:
            con.execute(f"UPDATE papers SET {name} = NULL")
            con.execute("DELETE FROM paper_lineage WHERE column_name = ?", [name])
            assert con.execute(check.sql).fetchall() == []
            con.execute("INSERT INTO paper_lineage SELECT * REPLACE (? AS column_name) FROM one", [name])
            ((_, with_value, with_giver),) = con.execute(check.sql).fetchall()
            assert set(with_giver) - set(with_value) == {name}
            con.execute("DELETE FROM paper_lineage WHERE column_name = ?", [name])
