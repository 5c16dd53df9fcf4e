"""Sources: their names, their requests, how answers are read, and that our formats read the dump of a day."""

import json
from datetime import UTC, date, datetime

import pytest

pytest.importorskip("tenacity", reason="needs the extra: pip install 'papersieve[fetch]'")

from papersieve.pipeline.errors import ArgumentError
from papersieve.pipeline.extract.inspection import inspect
from papersieve.pipeline.reading_settings import Reading
from papersieve.warehouse.sources.fetch_days import FetchedDays, fetch
from papersieve.warehouse.sources.known_sources import KINDS, source_of
from papersieve.warehouse.sources.source import ExpiredError, NotWholeError, RefusedError
from tests.support.paper_servers import SOURCES, paper_servers, papers_of, settings_for, title

DAY = date(2026, 11, 3)
OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{}</OAI-PMH>'


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("cs.CL", "cs:cs:CL"),
        ("cs", "cs:cs"),
        ("q-bio.GN", "q-bio:q-bio:GN"),
        ("astro-ph.GA", "physics:astro-ph:GA"),
        ("hep-th", "physics:hep-th"),
        ("physics.gen-ph", "physics:physics:gen-ph"),
        ("physics:nlin", "physics:nlin"),
    ],
)
def test_a_category_of_arxiv_is_asked_for_as_its_set(category, expected):
    asked = source_of(f"arxiv:{category}").question(DAY, 0, None)
    assert (asked["set"], asked["from"], asked["until"]) == (expected, "2026-11-03", "2026-11-03")


def test_all_of_arxiv_is_no_set_and_a_token_is_asked_for_alone():
    assert "set" not in source_of("arxiv").question(DAY, 0, None)
    assert source_of("arxiv:cs").question(DAY, 1, "a|1") == {"verb": "ListRecords", "resumptionToken": "a|1"}


def test_openalex_is_asked_by_day_of_publication_unless_the_filter_says_what_a_day_means(monkeypatch):
    monkeypatch.delenv("OPENALEX_API_KEY", raising=False)
    asked = source_of("openalex:type:article").question(DAY, 0, None)
    assert asked == {
        "filter": "type:article,from_publication_date:2026-11-03,to_publication_date:2026-11-03",
        "per_page": "100",
        "cursor": "*",
    }
    monkeypatch.setenv("OPENALEX_API_KEY", "secret")
    asked = source_of("openalex:from_created_date:{day},to_created_date:{day}").question(DAY, 1, "next")
    assert asked["filter"] == "from_created_date:2026-11-03,to_created_date:2026-11-03"
    assert (asked["cursor"], asked["api_key"]) == ("next", "secret")


@pytest.mark.parametrize("name", ["arxive:cs.CL", "", "arxiv-rss", "openalex", "openalex:"])
def test_a_name_of_nothing_is_refused_with_what_is_meant(name):
    with pytest.raises(ArgumentError, match=rf"^{name}: expected .*such as"):
        source_of(name)


def test_two_sources_never_share_a_folder():
    names = ["openalex:a:b", "openalex:a-b", "openalex:a/b", "openalex:a b", "arxiv:cs.CL", "arxiv-rss:cs.CL", "arxiv"]
    slugs = [source_of(name).slug for name in [*names, "openalex:" + "x" * 99, "openalex:" + "x" * 98]]
    assert len({slug.lower() for slug in slugs}) == len(slugs)
    assert all(slug[0] not in "._" and len(slug) < 80 and "/" not in slug for slug in slugs)
    assert source_of("arxiv:cs.CL").slug == "arxiv-cs.CL"


@pytest.mark.parametrize("kind", ["arxiv", "hf-daily", "openalex"])
def test_a_day_is_due_once_it_is_over_and_settled_and_not_here(kind):
    source = source_of(kind if kind != "openalex" else "openalex:type:article")
    over = datetime(
        2026, 11, 20 if kind == "openalex" else 14, 6, tzinfo=UTC
    )  # 6 hours, or 7 days, after the 13th or 12th
    last = date(2026, 11, 12 if kind == "openalex" else 13)
    assert list(source.due(over, None, None, set())) == [last]
    assert list(source.due(over.replace(hour=0), last, None, set())) == ([last] if kind == "openalex" else [])
    here = {date(2026, 11, 8), date(2026, 11, 10), last}
    assert list(source.due(over, None, None, here)) == [
        d for n in range(9, last.day) if (d := date(2026, 11, n)) not in here
    ]
    assert list(source.due(over, date(2026, 11, 7), date(2026, 11, 9), here)) == [date(2026, 11, 7), date(2026, 11, 9)]


def test_a_feed_is_due_once_a_day_of_its_own_and_has_no_past():
    feed = source_of("arxiv-rss:cs.CL")
    assert list(feed.due(datetime(2026, 11, 4, 4, tzinfo=UTC), None, None, set())) == [DAY]  # before midnight there
    assert list(feed.due(datetime(2026, 11, 4, 5, tzinfo=UTC), date(2026, 1, 1), None, {DAY})) == [date(2026, 11, 4)]
    assert list(feed.due(datetime(2026, 11, 4, 4, tzinfo=UTC), None, None, {DAY})) == []


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("arxiv", "<html/>"),
        ("arxiv", OAI.format("")),
        ("arxiv", OAI.format("<ListRecords><record/>")),
        ("arxiv", OAI.format("<ListRecords><record/></ListRecords>")),
        ("arxiv-rss:cs", "<rss><channel>"),
        ("arxiv-rss:cs", "<rss><channel><pubDate>soon</pubDate></channel></rss>"),
        ("hf-daily", '{"error": "no"}'),
        ("hf-daily", '[{"paper": {"title": "No id"}}]'),
        ("hf-daily", '[{"paper": {"id": "1"}}'),
        ("openalex:x", "[]"),
        ("openalex:x", '{"results": []}'),
        ("openalex:x", '{"meta": {}, "results": [1]}'),
        ("openalex:x", "[" * 100_000),
        ("arxiv", b"\xff\xfe"),
    ],
)
def test_what_is_cut_or_something_else_is_not_taken_for_an_answer(name, body):
    with pytest.raises(NotWholeError):
        source_of(name).read(body if isinstance(body, bytes) else body.encode())


def test_errors_of_oai_pmh_are_an_empty_day_a_forgotten_place_or_a_refusal():
    arxiv = source_of("arxiv:cs")
    assert arxiv.read(OAI.format('<error code="noRecordsMatch"/>').encode()) == ({}, None)
    with pytest.raises(ExpiredError):
        arxiv.read(OAI.format('<error code="badResumptionToken"/>').encode())
    with pytest.raises(RefusedError, match="badArgument: No such set"):
        arxiv.read(OAI.format('<error code="badArgument">No such\n set</error>').encode())


def test_the_pages_of_a_day_are_one_dump_that_is_recognised_and_read_whole(tmp_path):
    formats = {"arxiv": "oai_pmh", "arxiv-rss": "rss", "hf-daily": "hf_daily_json", "openalex": "openalex"}
    assert set(formats) == set(KINDS)
    with paper_servers(datetime(2026, 11, 20, 12, tzinfo=UTC)) as server:
        for name in SOURCES:
            day = date(2026, 11, 20) if name.startswith("arxiv-rss") else DAY
            fetch([name], tmp_path, settings_for(server.addresses, since=day), until=day, clock=server.clock)
    for name in SOURCES:
        kind, day = name.partition(":")[0], date(2026, 11, 20) if name.startswith("arxiv-rss") else DAY
        (file,) = tmp_path.glob(f"{source_of(name).slug}/*{day}.*")
        (dump,) = inspect(file, Reading())
        assert dump["format"] == formats[kind]
        assert (dump["records"], dump["quarantined"], dump["fates"]["rejected"]) == (len(papers_of(kind, day)), 0, 0)
        assert {r["title_raw"] for r in dump["first_records"]} == {title(p) for p in papers_of(kind, day)}


def test_a_record_on_two_pages_is_once_in_the_dump_and_half_a_character_does_no_harm(tmp_path):
    works = [[{"id": "W1", "title": "\ud83d"}, {"id": "W2"}], [{"id": "W2"}, {"id": "W3"}]]
    pages = [json.dumps({"meta": {"next_cursor": "n"}, "results": page}).encode() for page in works]
    FetchedDays(tmp_path, "works", "jsonl").keep(DAY, 3, source_of("openalex:x").dump(pages))
    lines = (tmp_path / f"works-{DAY}.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["W1", "W2", "W3"]
