"""`papersieve fetch`: its output, its exit codes, and that a run reads its files."""

import json

import pytest

pytest.importorskip("tenacity", reason="needs the extra: pip install 'papersieve[fetch]'")

from tests.support import paper_servers as servers
from tests.support.called import papersieve

NOVEMBER = ("--since", "2026-11-02", "--until", "2026-11-03")


@pytest.fixture
def server():
    with servers.paper_servers() as server:
        yield server


@pytest.fixture
def asked(server, tmp_path):
    """Arguments for fetching from test servers instead of the real ones."""
    settings = tmp_path / "settings.toml"
    addresses = "".join(f'"{kind}" = "{address}"\n' for kind, address in server.addresses.items())
    settings.write_text(f"[fetch]\nattempts = 1\npause_seconds = 0\n[fetch.servers]\n{addresses}")
    return ["--settings", settings, "--into", tmp_path / "dumps", *NOVEMBER]


@pytest.mark.long
def test_two_days_come_once_and_a_run_reads_them(asked, tmp_path):
    named = ["fetch", "hf-daily", "arxiv:cs.CL", "--contact", "me@example.org", *asked]
    done = papersieve(*named)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"hf-daily: 6 records of 2 days\narxiv:cs.CL: 10 records of 2 days\ndumps: {tmp_path}/dumps\n"
    assert done.stderr.splitlines()[0] == "hf-daily, 2026-11-02: 3 records"
    again = papersieve(*named, "--json")
    assert json.loads(again.stdout)["sources"][0] == {
        "source": "hf-daily", "days": 0, "dumps": 0, "records": 0, "requests": 0, "fault": None,
    }  # fmt: skip
    ran = papersieve("run", tmp_path / "dumps", "--warehouse", tmp_path / "papers.duckdb", "--json")
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["dumps"], told["records"], told["papers"]) == (0, 4, 16, 10)


def test_a_source_that_does_not_answer_is_told_with_exit_code_1(asked, server):
    server.plan = lambda page, _: servers.broken if page.startswith("/hf-daily") else None
    done = papersieve("fetch", "hf-daily", "arxiv:cs.CL", "--contact", "me@example.org", *asked)
    assert done.returncode == 1
    assert "hf-daily, 2026-11-02: the server answers 500" in done.stderr
    assert done.stdout.startswith("hf-daily: nothing new, and days are missing (see above)\narxiv:cs.CL: 10 records")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 1, "found none. Name some, such as arxiv:cs.CL"),
        (["hf-daily"], 1, "Give --contact me@example.org"),
        (["hf-daily", "--contact", "me"], 1, "found 'me'. Give --contact me@example.org"),
        (["hf-weekly", "--contact", "me@example.org"], 1, "hf-weekly: expected one of arxiv, "),
        (["hf-daily", "--since", "yesterday"], 2, "--since"),
        (["hf-daily", "--contact", "me@example.org", "--since", "2999-01-01"], 1, "which is today, found 2999-01-01"),
    ],
)
def test_what_can_not_be_fetched_is_told_without_a_trace(tmp_path, arguments, code, says):
    done = papersieve("fetch", *arguments, "--into", tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
