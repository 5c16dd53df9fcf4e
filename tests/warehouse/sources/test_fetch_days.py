"""Days are fetched once and completely, whatever servers do and whenever the process dies; gaps are filled later."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest

pytest.importorskip("tenacity", reason="needs the extra: pip install 'papersieve[fetch]'")

from papersieve.pipeline.errors import ArgumentError, BusyError, StoreError
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.locks import hold
from papersieve.warehouse.sources.fetch_days import STATE, FetchedDays, fetch
from papersieve.warehouse.sources.known_sources import source_of
from papersieve.warehouse.sources.polite_client import PoliteClient
from tests.support import paper_servers as servers
from tests.support.fetch_campaign import (
    FAULTS,
    Month,
    dumps_of,
    each_page_fails,
    holds,
    in_process,
    killed_at,
    papers,
    what_is_wrong,
)

SOURCES = servers.SOURCES


@pytest.fixture
def server():
    with servers.paper_servers(datetime(2026, 11, 6, 12, tzinfo=UTC)) as server:
        yield server


def fetched(server, folder, *names, **settings):
    found = fetch(names or SOURCES, folder, servers.settings_for(server.addresses, **settings), clock=server.clock)
    return {one.source.partition(":")[0]: one for one in found}


def test_the_oracle_sees_what_is_missing_or_there_twice(server, tmp_path):
    day = date(2026, 11, 2)
    days = {"hf-daily": [day]}
    assert what_is_wrong(server, tmp_path, days) == ["hf-daily, 2026-11-02"]
    fetched(server, tmp_path, "hf-daily", since=day)
    assert papers("hf-daily", [day]) == {day: [22000, 22001, 22002]}
    assert what_is_wrong(server, tmp_path, {"hf-daily": [date(2026, 11, n) for n in range(2, 6)]}) == []
    dump = tmp_path / "hf-daily" / "hf-daily-2026-11-02.jsonl"
    dump.write_text(dump.read_text() * 2)
    assert what_is_wrong(server, tmp_path, {"hf-daily": [date(2026, 11, n) for n in range(2, 6)]}) == [
        "hf-daily, 2026-11-02"
    ]
    ask(server, "hf-daily", day)
    assert any(told.startswith("2 times whole: /hf-daily?") for told in what_is_wrong(server, tmp_path, days))


def ask(server, name, day):
    source = source_of(name)
    with PoliteClient(servers.settings_for(server.addresses), "me@example.org", server.clock) as client:
        client.ask(source, source.question(day, 0, None))


@pytest.mark.long
def test_thirty_days_of_faults_give_every_day_once_and_nothing_is_asked_twice_that_was_whole(server, tmp_path):
    """Each page fails once, without a kill; the machine is off for three days; some days have two runs."""
    mild = [fault for fault in FAULTS if not fault.__name__.startswith("killed")]
    places: dict[str, int] = {}
    server.plan = lambda page, times: mild[places.setdefault(page, len(places)) % len(mild)] if times == 1 else None

    def here(server, folder):
        clock = servers.PlayedClock(server.now())
        found = fetch(SOURCES, folder, servers.settings_for(server.addresses), clock=clock)
        return 1 if any(one.fault for one in found) else 0

    month = Month(30, off=(9, 10, 11))
    month.play(server, tmp_path, here)
    assert len(server.given) > 200
    assert set(server.asked.values()) - {1} == {2}
    assert what_is_wrong(server, tmp_path, month.expected()) == []


@pytest.mark.long
def test_days_of_kills_give_every_day_once_and_nothing_is_asked_twice_that_was_whole(server, tmp_path):
    """The same, with kills in two of five cases; `make soak` has a month in which each page fails four times."""
    server.plan = each_page_fails(1)
    month = Month(3, off=(1,))
    month.play(server, tmp_path, in_process)
    assert month.kills > 5
    assert what_is_wrong(server, tmp_path, month.expected()) == []


@pytest.mark.parametrize("share", [n / 4 for n in range(4)])
def test_a_fetch_killed_at_any_file_operation_leaves_whole_dumps_and_the_next_one_completes_them(
    server, tmp_path, share
):
    server.clock.time = datetime(2026, 11, 3, 12, tzinfo=UTC)
    code, points = killed_at(0, server, tmp_path / "whole", "arxiv:cs.CL")
    whole = dumps_of(tmp_path / "whole", "arxiv:cs.CL")
    assert (code, len(whole)) == (0, 1)
    assert {"before fsync", "after replace", "before unlink"} <= set(points)
    server.given.clear()
    assert killed_at(1 + int(share * len(points)), server, tmp_path / "dumps", "arxiv:cs.CL")[0] == -9
    assert dumps_of(tmp_path / "dumps", "arxiv:cs.CL").items() <= whole.items()
    fetched(server, tmp_path / "dumps", "arxiv:cs.CL")
    assert dumps_of(tmp_path / "dumps", "arxiv:cs.CL") == whole
    days = {"arxiv:cs.CL": [date(2026, 11, 1), date(2026, 11, 2)]}
    assert [
        told for told in what_is_wrong(server, tmp_path / "dumps", days) if not told.startswith("2 times whole")
    ] == []


def test_a_source_that_fails_keeps_no_other_waiting_and_goes_on_with_the_next_fetch(server, tmp_path):
    server.plan = lambda page, _: servers.broken if page.startswith("/arxiv?") and "2026-11-03" in page else None
    first = fetched(server, tmp_path, attempts=2)
    assert re.fullmatch(r"arxiv:cs.CL, 2026-11-03: the server answers 500 .* with the next fetch", first["arxiv"].fault)
    assert (first["arxiv"].days, first["hf-daily"].days, first["hf-daily"].fault) == (2, 5, None)
    server.plan = lambda _, __: None
    assert fetched(server, tmp_path)["arxiv"].days == 3
    assert max(server.given.values()) == 1


def test_a_server_that_wants_to_be_left_alone_is(server, tmp_path):
    server.plan = lambda _, __: servers.asked_too_often
    fetched(server, tmp_path, "hf-daily", longest_wait_seconds=10)
    server.plan = lambda _, __: None
    asked = len(server.order)
    found = fetched(server, tmp_path, "hf-daily")["hf-daily"]
    assert "left alone until 2026-11-06 12:00 UTC" in found.fault
    assert len(server.order) == asked == 1
    server.clock.sleep(41)
    assert fetched(server, tmp_path, "hf-daily")["hf-daily"].fault is None


def test_a_token_that_the_server_has_forgotten_begins_the_day_anew(server, tmp_path):
    def forgotten(to, body):
        to.whole(b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="badResumptionToken"/></OAI-PMH>')

    server.plan = lambda page, times: forgotten if "2026-11-03%7C4" in page and times == 1 else None
    fetched(server, tmp_path, "arxiv:cs.CL")
    days = [date(2026, 11, n) for n in range(1, 6)]
    assert {d: holds(t) for d, t in dumps_of(tmp_path, "arxiv:cs.CL").items()} == papers("arxiv:cs.CL", days)
    server.plan = lambda page, _: forgotten if "2026-11-06%7C4" in page else None
    server.clock.sleep(24 * 3600)
    assert "forgets where a day is to go on" in fetched(server, tmp_path, "arxiv:cs.CL")["arxiv"].fault


def test_a_server_that_knows_no_pages_ends_the_day(server, tmp_path):
    server.plan = lambda page, _: (
        (lambda to, body: to.whole(b'[{"paper": {"id": "2611.00001"}}]')) if "p=" in page else None
    )
    found = fetched(server, tmp_path, "hf-daily")["hf-daily"]
    assert (found.days, found.records, found.requests) == (5, 5, 10)


@pytest.mark.parametrize("again", [1, 2])
def test_a_page_that_comes_again_where_another_is_due_leaves_the_day_missing(server, tmp_path, again):
    """Page 1 names page 2, which names page 3: for the page after `again` others, the server sends page 1."""
    pages = [["W1", "W2"], ["W3"], ["W4"], []]

    def play(to, body):
        place = server.order[-1].rpartition("cursor=")[2]
        number = int(place) if place.isdecimal() else 0
        number = 0 if is_broken and number == again else number
        results = [{"id": name} for name in pages[number]]
        to.whole(json.dumps({"meta": {"next_cursor": f"{number + 1}"}, "results": results}).encode())

    server.clock.time = datetime(2026, 11, 9, 12, tzinfo=UTC)
    server.plan, is_broken = lambda _, __: play, True
    found = fetched(server, tmp_path, "openalex:type:article")["openalex"]
    assert (found.days, found.dumps, found.requests) == (0, 0, again + 1)
    assert f"the server sends a page again where page {again + 1} is due" in found.fault
    is_broken = False
    found = fetched(server, tmp_path, "openalex:type:article")["openalex"]
    assert (found.days, found.records, found.fault) == (1, 4, None)


def test_a_part_that_nobody_asked_for_is_no_answer(server, tmp_path):
    server.plan = lambda _, times: (lambda to, body: to.whole(body, 206)) if times == 1 else None
    found = fetched(server, tmp_path, "hf-daily", attempts=1)["hf-daily"]
    assert "sends only a part" in found.fault
    assert not list(tmp_path.glob("*/*.jsonl"))


def test_a_page_that_says_nothing_new_does_not_end_a_day_that_goes_on(server, tmp_path):
    pages = [["W1", "W2"], ["W3"], ["W1"], ["W4"], []]

    def play(to, body):
        place = server.order[-1].rpartition("cursor=")[2]
        number = int(place) if place.isdecimal() else 0
        results = [{"id": name} for name in pages[number]]
        to.whole(json.dumps({"meta": {"next_cursor": f"{number + 1}"}, "results": results}).encode())

    server.clock.time = datetime(2026, 11, 9, 12, tzinfo=UTC)
    server.plan = lambda _, __: play
    found = fetched(server, tmp_path, "openalex:type:article")["openalex"]
    assert (found.days, found.records, found.requests) == (1, 4, 5)


def test_a_feed_that_was_killed_on_its_way_to_a_dump_is_made_one_the_day_after(server, tmp_path):
    feed = source_of("arxiv-rss:cs.CL")
    with PoliteClient(servers.settings_for(server.addresses), "me@example.org", server.clock) as client:
        body = client.ask(feed, {}).body
    FetchedDays(tmp_path / feed.slug, feed.slug, feed.suffix).add_page(date(2026, 11, 6), body)
    server.clock.sleep(24 * 3600)
    assert fetched(server, tmp_path, feed.name)["arxiv-rss"].days == 2
    days = [date(2026, 11, 6), date(2026, 11, 7)]
    assert {day: holds(text) for day, text in dumps_of(tmp_path, feed.name).items()} == papers(feed.name, days)


def test_a_page_that_can_not_be_read_any_more_is_asked_for_again(server, tmp_path):
    FetchedDays(tmp_path / "hf-daily", "hf-daily", "jsonl").add_page(date(2026, 11, 2), b"[")
    assert fetched(server, tmp_path, "hf-daily")["hf-daily"].fault is None
    days = [date(2026, 11, n) for n in range(1, 6)]
    assert {d: holds(t) for d, t in dumps_of(tmp_path, "hf-daily").items()} == papers("hf-daily", days)


def test_without_a_first_day_the_last_one_is_fetched_and_from_then_on_none_is_left_out(server, tmp_path):
    assert fetched(server, tmp_path, "hf-daily", since=None)["hf-daily"].days == 1
    server.clock.sleep(5 * 24 * 3600)
    assert fetched(server, tmp_path, "hf-daily", since=None)["hf-daily"].days == 5
    assert fetched(server, tmp_path, "hf-daily", since=None)["hf-daily"].requests == 0


def test_a_feed_that_is_the_day_befores_makes_no_second_dump(server, tmp_path):
    server.clock.time = datetime(2026, 11, 4, 4, tzinfo=UTC)
    late = servers.PlayedClock(server.clock.time + timedelta(hours=2))  # our clock is ahead of the feed
    settings = servers.settings_for(server.addresses)
    for _ in range(3):
        (found,) = fetch(["arxiv-rss:cs.CL"], tmp_path, settings, clock=late)
        late.sleep(60)
    assert found.requests == 1
    assert list(dumps_of(tmp_path, "arxiv-rss:cs.CL")) == [date(2026, 11, 3)]
    assert len(server.order) == 3
    assert max(server.given.values()) == 1  # the server answered the others that the feed is unchanged
    assert fetched(server, tmp_path, "arxiv-rss:cs.CL")["arxiv-rss"].requests == 0


def test_what_can_not_be_fetched_says_what_to_give(server, tmp_path):
    with pytest.raises(ArgumentError, match=r"found none\. Name some, such as arxiv:cs.CL"):
        fetch([], tmp_path, Settings())
    with pytest.raises(ArgumentError, match=r"--contact me@example\.org"):
        fetch(["hf-daily"], tmp_path, Settings())
    with pytest.raises(ArgumentError, match="expected a first day up to the last one, 2026-11-02, found 2026-11-03"):
        fetch(
            ["hf-daily"],
            tmp_path,
            servers.settings_for(server.addresses),
            since=date(2026, 11, 3),
            until=date(2026, 11, 2),
            clock=server.clock,
        )
    state = tmp_path / "hf-daily" / STATE
    fetched(server, tmp_path, "hf-daily")
    with hold(state, "folder of fetched dumps"), pytest.raises(BusyError, match="folder of fetched dumps is in use"):
        fetched(server, tmp_path, "hf-daily")
    for text in ("", "[]", json.dumps({"days": {"today": 1}, "validators": [], "not_before": None})):
        state.write_text(text)
        with pytest.raises(StoreError, match="expected which days were fetched"):
            fetched(server, tmp_path, "hf-daily")
