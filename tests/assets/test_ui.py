"""A person at the UI: a real `dagster dev`, a browser, every dump materialised, and what the pages then say.

Takes about a minute, so only `make ui` runs it.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.ui,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium: install it (apt install chromium) to test the UI"),
]


@pytest.fixture
def served(sample, tmp_path):
    """(address of a running `dagster dev`, its folder with dumps/ and papers.duckdb)."""
    home, dumps = tmp_path / "home", tmp_path / "dumps"
    home.mkdir()
    dumps.mkdir()
    shutil.copy(ROOT / "dagster_home/dagster.yaml", home)
    names = sorted(sample.dumps)[:3]
    for name in names:
        (dumps / name).write_text(sample.dumps[name], encoding="utf-8")
    rows = [f"A title without anything else but number {n},," for n in range(30)]
    (dumps / "no_abstracts.csv").write_text("\n".join(["title,abstract,year", *rows]))
    (dumps / "scan.txt").write_text("%PDF-1.4")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    places = {"DUMPS": dumps, "STORE": tmp_path / "store.duckdb", "WAREHOUSE": tmp_path / "papers.duckdb"}
    server = subprocess.Popen(
        [Path(sys.executable).with_name("dagster"), "dev", "--workspace", "workspace.yaml", "--host", "127.0.0.1", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"DAGSTER_HOME": str(home)} | {f"PAPERSIEVE_{name}": str(path) for name, path in places.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # In the background a shell has signals ignored, and Dagster hands that on: it could not be stopped.
        preexec_fn=lambda: [signal.signal(number, signal.SIG_DFL) for number in (signal.SIGINT, signal.SIGTERM)],
    )  # fmt: skip
    assert any("Serving dagster-webserver" in line for line in server.stdout)
    drain = subprocess.Popen(["cat"], stdin=server.stdout, stdout=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}", tmp_path
    finally:
        server.terminate()
        server.wait(60)
        server.stdout.close()
        drain.kill()
        drain.wait()


def test_a_person_materialises_all_and_reads_the_checks(served):
    from playwright.sync_api import expect, sync_playwright

    address, folder = served
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 950})
        page.set_default_timeout(60_000)

        page.goto(f"{address}/asset-groups")
        with page.expect_response(lambda answer: "mutation Launch" in (answer.request.post_data or "")):
            page.get_by_role("button", name="Materialize all").click()  # no dialog of what to choose
        assert len(runs(page, address)) == 1

        page.goto(f"{address}/assets/warehouse?view=checks")
        page.get_by_text("every_line_has_one_fate").first.click()
        expect(page.get_by_text("Passed").first).to_be_visible(timeout=90_000)

        page.goto(f"{address}/assets/papers")
        page.get_by_text("[Show Markdown]").first.click()
        expect(page.get_by_alt_text("listed more than once").first).to_be_visible(timeout=30_000)

        page.goto(f"{address}/assets/dumps")
        for told in ("scan.txt", "unreadable", "no_abstracts.csv", "held_back", "30 of its 30 records break"):
            expect(page.get_by_text(told).first).to_be_visible()
        page.goto(f"{address}/assets/records?view=checks")
        page.get_by_text("held_back_dumps").first.click()
        expect(page.get_by_text("The other dumps are published.").first).to_be_visible()
        browser.close()
    with duckdb.connect(folder / "papers.duckdb", read_only=True) as con:
        assert con.table("dumps").shape[0] == 4


LAUNCH = """
mutation ($params: ExecutionParams!) {
  launchPipelineExecution(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}
"""


def launch(page, address: str, config: dict) -> dict:
    """What the launchpad's button sends for the job, and the answer."""
    selector = {
        "repositoryLocationName": "papersieve",
        "repositoryName": "__repository__",
        "jobName": "refresh_warehouse",
    }
    params = {"selector": selector, "mode": "default", "runConfigData": config}
    answer = page.request.post(f"{address}/graphql", data={"query": LAUNCH, "variables": {"params": params}})
    return answer.json()["data"]["launchPipelineExecution"]


def runs(page, address: str) -> set[str]:
    """Ids of the runs that there are."""
    query = "{ runsOrError { ... on Runs { results { runId } } } }"
    answer = page.request.post(f"{address}/graphql", data={"query": query})
    return {run["runId"] for run in answer.json()["data"]["runsOrError"]["results"]}


def test_a_wrong_setting_is_refused_and_the_job_takes_every_dump(served):
    from playwright.sync_api import expect, sync_playwright

    address, folder = served
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 950})
        page.set_default_timeout(60_000)

        before = runs(page, address)
        refused = launch(page, address, {"resources": {"settings": {"config": {"wrong_share": 2.0}}}})
        assert "wrong_share: expected less than 0.5, found 2.0" in refused["message"]
        assert runs(page, address) == before

        run = launch(page, address, {})["run"]["runId"]
        page.goto(f"{address}/runs/{run}")
        expect(page.get_by_text("Success", exact=True).first).to_be_visible(timeout=120_000)
        browser.close()
    with duckdb.connect(folder / "papers.duckdb", read_only=True) as con:
        assert con.table("dumps").shape[0] == 4
