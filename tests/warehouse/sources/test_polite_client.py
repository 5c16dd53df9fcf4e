"""How servers are asked: under which name, how fast, when again, and when no longer."""

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest

pytest.importorskip("tenacity", reason="needs the extra: pip install 'papersieve[fetch]'")

from papersieve.warehouse.sources.known_sources import KINDS, source_of
from papersieve.warehouse.sources.polite_client import PassingError, PoliteClient
from papersieve.warehouse.sources.source import RefusedError
from tests.support import paper_servers as servers

DAY = date(2026, 11, 3)


@pytest.fixture
def server():
    with servers.paper_servers(datetime(2026, 11, 12, 12, tzinfo=UTC)) as server:
        yield server


def ask(server, name="hf-daily", times=1, **fetch):
    """The last of several replies, each to the same request, from a new client."""
    settings = servers.settings_for(server.addresses, **fetch)
    settings = settings.model_copy(update={"reading": settings.reading.model_copy(update={"fetch_seconds": 0.2})})
    source = source_of(name)
    with PoliteClient(settings, "me@example.org", server.clock) as client:
        for _ in range(times):
            reply = client.ask(source, source.question(DAY, 0, None))
        return reply


def test_every_request_says_who_asks_and_waits_its_turn(server):
    ask(server, times=4)
    assert {agent.split("/")[0] for agent in server.agents} == {"papersieve"}
    assert all("(mailto:me@example.org)" in agent for agent in server.agents)
    gaps = [b - a for a, b in zip(server.times, server.times[1:], strict=False)]
    assert gaps == [timedelta(seconds=3)] * 3


def test_arxiv_itself_is_asked_every_three_seconds_at_most():
    assert {kind.pause_seconds for kind in KINDS.values() if "arxiv.org" in kind.server} == {3.0}
    assert all(kind.server.startswith("https://") and kind.pause_seconds >= 1 for kind in KINDS.values())


@pytest.mark.parametrize("name", ["asked_too_often", "busy", "broken", "cut", "cut_unseen", "another", "slow"])
def test_a_fault_that_passes_is_waited_for_and_one_that_stays_is_told(server, name):
    server.plan = lambda _, times: getattr(servers, name) if times <= 2 else None
    assert ask(server, attempts=3, longest_wait_seconds=40).body
    assert len(server.order) == 3
    assert sum(server.clock.waits) >= (80 if name == "asked_too_often" else 2)
    server.plan = lambda _, __: getattr(servers, name)
    with pytest.raises(PassingError):
        ask(server, attempts=2)
    assert len(server.order) == 5


@pytest.mark.parametrize("is_date", [False, True])
def test_a_server_that_says_when_is_asked_then(server, is_date):
    until = server.clock.now() + timedelta(seconds=90)
    told = format_datetime(until, usegmt=True) if is_date else "90"
    server.plan = lambda _, times: (lambda to, body: to.whole(b"", 503, Retry_After=told)) if times == 1 else None
    ask(server)
    assert server.times[1] - server.times[0] == timedelta(seconds=90)


def test_a_server_that_wants_more_time_than_we_have_is_left_alone(server):
    server.plan = lambda _, __: servers.asked_too_often
    with pytest.raises(PassingError, match="answers 429") as error:
        ask(server, longest_wait_seconds=30)
    assert error.value.until == server.times[0] + timedelta(seconds=40)
    assert len(server.order) == 1


@pytest.mark.parametrize("told", ["soon", "-1", "", "Wed, 99 Nov 2026"])
def test_a_time_that_is_none_is_passed_over(server, told):
    server.plan = lambda _, times: (lambda to, body: to.whole(b"", 503, Retry_After=told)) if times == 1 else None
    assert ask(server).body
    assert server.times[1] - server.times[0] < timedelta(seconds=61)


def test_what_a_server_refuses_is_told_in_its_words_and_not_asked_again(server):
    server.plan = lambda _, __: lambda to, body: to.whole(b'{"error": "Invalid\n filter"}', 400)
    with pytest.raises(RefusedError, match=r'400 \(Bad Request\): {"error": "Invalid filter"}'):
        ask(server)
    assert len(server.order) == 1


def test_a_server_that_is_not_there_is_a_fault_that_may_pass(server):
    nowhere = {"hf-daily": "http://127.0.0.1:1/"}
    settings = servers.settings_for(nowhere, attempts=2)
    with PoliteClient(settings, "me", server.clock) as client, pytest.raises(PassingError, match="can't be reached"):
        client.ask(source_of("hf-daily"), {})


def test_a_feed_that_is_as_it_was_is_not_sent_again(server):
    feed = source_of("arxiv-rss:cs.CL")
    with PoliteClient(servers.settings_for(server.addresses), "me", server.clock) as client:
        first = client.ask(feed, {})
        assert client.ask(feed, {}, first.validators).body is None
        server.clock.time += timedelta(days=1)
        assert client.ask(feed, {}, first.validators).body not in (None, first.body)
