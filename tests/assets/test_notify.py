"""Failed checks are reported: in the log, and to a program."""

import json
import logging
import sys

import pytest

from papersieve.assets.notify import failed_checks, notify


def test_a_failed_check_reaches_the_log_and_the_program(house, tmp_path, caplog):
    house.add_dump("scan.txt", "%PDF-1.4")
    result = house.launch("dumps", "records")
    assert result.success
    (check,) = failed_checks(house.instance, result.run_id, house.papersieve)
    assert (check["asset"], check["check"], check["severity"]) == ("dumps", "unreadable_dumps", "WARN")
    assert check["run_id"] == result.run_id
    assert check["metadata"]["value"] == 1

    told = tmp_path / "told.jsonl"
    script = tmp_path / "tell.py"
    script.write_text(f"import sys; open({str(told)!r}, 'a').write(sys.stdin.read() + '\\n')")
    with caplog.at_level("WARNING", logger="papersieve-test"):
        notify(logging.getLogger("papersieve-test"), [check], f"{sys.executable} {script}")
    assert [json.loads(line) for line in told.read_text().splitlines()] == [check]
    assert "dumps: the check unreadable_dumps failed: value 1, warn above 0. The table of files" in caplog.text


@pytest.mark.parametrize("program", ["/no/such/program", "mail 'ops"])
def test_a_program_that_fails_is_a_line_of_the_log_and_no_more(caplog, program):
    check = {"asset": "papers", "check": "odd", "severity": "ERROR", "metadata": {}, "description": None}
    notify(logging.getLogger("papersieve-test"), [check, check], program)
    assert [r.levelname for r in caplog.records] == ["ERROR"] * 4
    assert f"PAPERSIEVE_NOTIFY: {program}" in caplog.text
