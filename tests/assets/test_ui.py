"""A person at the UI: a real `dagster dev`, a browser, all dumps materialised, and the content of the pages.

It takes some minutes, so only `make ui` runs it.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from dagster.components.component_scaffolding import scaffold_object
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

PROJECT = '[tool.dg]\ndirectory_type = "project"\n[tool.dg.project]\nroot_module = "elsewhere"\n'
DEFINITIONS = """from pathlib import Path
from dagster import Definitions, definitions, in_process_executor, load_from_defs_folder

@definitions
def defs():
    found = load_from_defs_folder(path_within_project=Path(__file__).parent)
    return Definitions.merge(found, Definitions(executor=in_process_executor))
"""

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
    places = {"DUMPS": dumps, "STORE": tmp_path / "store.duckdb", "WAREHOUSE": tmp_path / "papers.duckdb"}
    told = {f"PAPERSIEVE_{name}": str(path) for name, path in places.items()}
    with dagster_dev(ROOT, home, "--workspace", "workspace.yaml", **told) as address:
        yield address, tmp_path


@contextmanager
def dagster_dev(folder: Path, home: Path, *options: str, **environment: str) -> Iterator[str]:
    """The address of a `dagster dev` that runs in a folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [Path(sys.executable).with_name("dagster"), "dev", *options, "--host", "127.0.0.1", "--port", str(port)],
        cwd=folder,
        env=os.environ | {"DAGSTER_HOME": str(home)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A shell starts background processes with signals ignored, and Dagster passes that on: it could not be stopped.
        preexec_fn=lambda: [signal.signal(number, signal.SIG_DFL) for number in (signal.SIGINT, signal.SIGTERM)],
    )
    assert any("Serving dagster-webserver" in line for line in server.stdout)
    drain = subprocess.Popen(["cat"], stdin=server.stdout, stdout=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)
        server.stdout.close()
        drain.kill()
        drain.wait()


@contextmanager
def page_of(address: str) -> Iterator[Page]:
    """A browser's page with the assets of this server."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 950})
        page.set_default_timeout(60_000)
        page.goto(f"{address}/asset-groups")
        yield page
        browser.close()


def materialise_all(page: Page, address: str) -> str:
    """Press the button; returns the id of the single run that it starts, without a dialog."""
    before = runs(page, address)
    page.goto(f"{address}/asset-groups")
    with page.expect_response(lambda answer: "mutation Launch" in (answer.request.post_data or "")):
        page.get_by_role("button", name="Materialize all").click()
    (run,) = runs(page, address) - before
    return run


def succeeds(page: Page, address: str, run: str) -> None:
    """Wait until a run has succeeded."""
    page.goto(f"{address}/runs/{run}")
    expect(page.get_by_text("Success", exact=True).first).to_be_visible(timeout=240_000)


def test_a_person_materialises_all_and_reads_the_checks(served):
    address, folder = served
    with page_of(address) as page:
        succeeds(page, address, materialise_all(page, address))

        page.goto(f"{address}/assets/warehouse?view=checks")
        page.get_by_text("every_line_has_one_fate").first.click()
        expect(page.get_by_text("Passed").first).to_be_visible()

        page.goto(f"{address}/assets/papers")
        page.get_by_text("[Show Markdown]").first.click()
        expect(page.get_by_alt_text("listed more than once").first).to_be_visible(timeout=30_000)

        page.goto(f"{address}/assets/dumps")
        for told in ("scan.txt", "unreadable", "no_abstracts.csv", "held_back", "30 of its 30 records break"):
            expect(page.get_by_text(told).first).to_be_visible()
        page.goto(f"{address}/assets/records?view=checks")
        page.get_by_text("held_back_dumps").first.click()
        expect(page.get_by_text("The other dumps are published.").first).to_be_visible()
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
    """Send what the launchpad's button sends for the job; returns the answer."""
    selector = {
        "repositoryLocationName": "papersieve",
        "repositoryName": "__repository__",
        "jobName": "refresh_warehouse",
    }
    params = {"selector": selector, "mode": "default", "runConfigData": config}
    answer = page.request.post(f"{address}/graphql", data={"query": LAUNCH, "variables": {"params": params}})
    return answer.json()["data"]["launchPipelineExecution"]


def runs(page, address: str) -> set[str]:
    """Ids of the existing runs."""
    query = "{ runsOrError { ... on Runs { results { runId } } } }"
    answer = page.request.post(f"{address}/graphql", data={"query": query})
    return {run["runId"] for run in answer.json()["data"]["runsOrError"]["results"]}


def test_a_wrong_setting_is_refused_and_the_job_takes_every_dump(served):
    address, folder = served
    with page_of(address) as page:
        before = runs(page, address)
        refused = launch(page, address, {"resources": {"settings": {"config": {"wrong_share": 2.0}}}})
        assert "wrong_share: expected less than 0.5, found 2.0" in refused["message"]
        assert runs(page, address) == before
        succeeds(page, address, launch(page, address, {})["run"]["runId"])
    with duckdb.connect(folder / "papers.duckdb", read_only=True) as con:
        assert con.table("dumps").shape[0] == 4


def test_a_component_of_another_project_publishes_again_and_again_while_a_warning_stands(sample, tmp_path):
    home, defs = tmp_path / "home", tmp_path / "elsewhere/defs"
    home.mkdir()
    shutil.copy(ROOT / "dagster_home/dagster.yaml", home)
    defs.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "elsewhere/__init__.py").touch()
    (tmp_path / "elsewhere/definitions.py").write_text(DEFINITIONS)
    scaffold_object(defs / "trials", "papersieve.Papersieve", None, "yaml", tmp_path)
    dumps, texts = tmp_path / "data/trials/dumps", sample.dumps.items()
    (dumps / "scan.txt").write_text("%PDF-1.4")
    with dagster_dev(tmp_path, home, "-m", "elsewhere.definitions") as address, page_of(address) as page:
        published = []
        for name, text in list(texts)[:2]:
            (dumps / name).write_text(text, encoding="utf-8")
            succeeds(page, address, materialise_all(page, address))
            with duckdb.connect(tmp_path / "data/trials/papers.duckdb", read_only=True) as con:
                published.append(con.table("dumps").shape[0])
        assert published == [1, 2]
        page.goto(f"{address}/assets/trials/dumps?view=checks")
        page.get_by_text("unreadable_dumps").first.click()
        expect(page.get_by_role("img", name="warning_outline").first).to_be_visible()
        expect(page.get_by_text("expected text, found a PDF").first).to_be_visible()
        page.goto(f"{address}/assets/trials/warehouse")
        expect(page.get_by_text("trials__refresh_warehouse").first).to_be_visible()
