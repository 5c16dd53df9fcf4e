"""The scheduled run from fetch to the published warehouse, as the daemon does it, without the UI."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import duckdb
import pytest

pytest.importorskip("tenacity", reason="needs the extra: pip install 'papersieve[fetch]'")

from papersieve.assets.automation import watched
from papersieve.assets.definitions import build_defs
from tests.support import paper_servers as servers
from tests.support.house import failed_checks, materialised, started


@pytest.fixture
def server():
    with servers.paper_servers() as server:
        server.now = lambda: datetime.now(UTC)
        yield server


def morning(house, settings_file=None, *selection):
    """The run that the schedule requests, or the reason why it requests none."""
    places = house.places | {"settings_file": str(settings_file) if settings_file else None}
    defs = build_defs(**places)
    with dg.build_schedule_context(instance=house.instance) as context:
        ticked = defs.resolve_schedule_def("daily_fetch").evaluate_tick(context)
    if ticked.skip_message:
        return ticked.skip_message
    (request,) = ticked.run_requests
    job = defs.resolve_job_def("fetch_and_refresh")
    return job.execute_in_process(
        instance=house.instance,
        raise_on_error=False,
        asset_selection=[dg.AssetKey(name) for name in selection] or None,
        run_config=request.run_config,
        tags=request.tags,
    )


def test_without_sources_the_schedule_runs_nothing_and_says_what_to_set(house):
    assert "Set `sources` and `contact` under [fetch]" in morning(house)


def test_the_usual_job_does_not_fetch(house):
    assert "fetched_dumps" not in [
        node.name for node in build_defs(**house.places).resolve_job_def("refresh_warehouse").nodes
    ]


def counted(warehouse):
    with duckdb.connect(warehouse, read_only=True) as con:
        return [con.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("dumps", "records", "papers")]


@pytest.mark.long
def test_a_morning_goes_from_servers_to_readers_and_the_next_one_asks_for_what_failed(house, server, tmp_path):
    last = (datetime.now(UTC) - timedelta(days=1, hours=6)).date()
    days = [last - timedelta(days=n) for n in (3, 2, 1, 0)]
    broken = [day for day in days if servers.papers_of("hf-daily", day)][1]
    settings = tmp_path / "settings.toml"
    addresses = ", ".join(f'"{kind}" = "{address}"' for kind, address in server.addresses.items())
    settings.write_text(
        f'[fetch]\nsources = ["arxiv:cs.CL", "hf-daily"]\ncontact = "me@example.org"\nsince = {days[0]}\n'
        f"attempts = 1\npause_seconds = 0\nservers = {{{addresses}}}\n"
    )
    server.plan = lambda page, _: servers.broken if page.startswith(f"/hf-daily?date={broken}") else None
    first = morning(house, settings)
    assert first.success
    assert {"fetched_dumps", "ingestion", "papers", "warehouse"} <= started(first)
    check = failed_checks(first)["every_source_answered"]
    assert check.severity is dg.AssetCheckSeverity.WARN
    assert check.description.startswith(f"hf-daily, {broken}: the server answers 500")
    told = materialised(first)["fetched_dumps"].metadata
    of_arxiv = sum(len(servers.papers_of("arxiv", day)) for day in days)
    # Every daily paper is also in arXiv.
    assert counted(house.warehouse) == [told["dumps"].value, told["records"].value, of_arxiv]
    with dg.build_sensor_context(instance=house.instance) as context:
        looked = watched(context, house.papersieve)
    assert "already read by another run" in looked.skip_reason.skip_message
    server.plan = lambda _, __: None
    second = morning(house, settings, "fetched_dumps")
    assert started(second) == {"fetched_dumps"}
    assert not failed_checks(second)
    assert materialised(second)["fetched_dumps"].metadata["records"].value == 3 * sum(
        day >= broken for day in days if servers.papers_of("hf-daily", day)
    )
    assert max(server.given.values()) == 1
