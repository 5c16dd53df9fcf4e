"""The review page over HTTP, over bare sockets, and in a real browser."""

import asyncio
import html
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request

from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.word_diff import shared_runs
from papersieve.warehouse.decisions import review_form
from papersieve.warehouse.published.reader import reading
from papersieve.warehouse.run import run
from papersieve.warehouse.store.store import Store
from tests.support.browser import browser
from tests.support.examples import examples
from tests.support.made_dumps import EVIL, family
from tests.support.page_client import Page
from tests.support.store_places import Place


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory) -> Place:
    place = Place(tmp_path_factory.mktemp("review"))
    place.write("a.jsonl", family(1, ["Alpha", f"Beta {EVIL}", "Gamma"]))
    place.write("b.jsonl", family(2, ["Delta", "Epsilon", "Zeta"]))
    place.run()
    assert place.ask("SELECT count(*), min(doubt) > 0, max(doubt) <= 1 FROM review_pairs") == [(6, True, True)]
    return place


@pytest.fixture(scope="module")
def page(reviewed):
    """Yield the page, served by another process, which must not print anything until it ends."""
    command = [
        "review",
        "--port",
        "0",
        "--as",
        "ann",
        "--json",
        "--store",
        reviewed.store,
        "--warehouse",
        reviewed.warehouse,
    ]
    said = reviewed.folder / "stderr.txt"
    with said.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "papersieve.warehouse.cli.main", *map(str, command)],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    printed = "".join(iter(process.stdout.readline, "}\n")) + "}"
    try:
        told = json.loads(printed)
        assert told["pairs"] == 6
        yield Page(told["url"])
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        process.stdout.close()
    told = set(said.read_text().splitlines())
    assert told <= {"WARNING:  Invalid HTTP request received."}


@pytest.fixture
def undecided(page, reviewed):
    """Yield the page with nothing decided, and undo everything afterwards."""
    yield page
    while "There are no decisions yet" not in (shown := page.get("/decisions")[1]):
        assert page.undo(shown)[0] == 200


def decided(place: Place) -> pl.DataFrame:
    with Store(place.store) as store:
        return store.query("decisions")


def place_of(page: Page, *titles: str) -> str:
    """The page of the pair with these words in its titles."""
    for at in range(6):
        _, shown = page.get(f"/pair/{at}")
        heads = re.findall(r"<h2 dir.*?</h2>", shown, re.S)
        if all(any(title in head for head in heads) for title in titles):
            return shown
    raise AssertionError(titles)


@pytest.mark.long
def test_a_pair_is_shown_with_its_evidence_and_hostile_text_does_nothing(page):
    status, shown = page.get()
    assert status == 200
    assert "<strong>Different arXiv ids.</strong> The two have different arXiv ids" in shown
    ids = re.findall(r'<a href="https://arxiv.org/abs/(2401\.0\d+)"[^>]*><mark>\1</mark></a>', shown)
    assert len(set(ids)) == 2
    facts = dict(re.findall(r'<tr><th scope="row">(\w+) <span class="soft">(\w+)</span>', shown))
    assert facts == {"arXiv": "different", "venue": "same", "pages": "same"}
    rows = re.findall(
        r'<tr><th scope="row">([A-Za-z ]+?) <.*?</th><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>', shown
    )
    terms = {name: (value, speaks_for, speaks_against) for name, value, speaks_for, speaks_against in rows}
    assert terms["arXiv id"][:2] == ("different", "")
    assert float(terms["arXiv id"][2]) < 0 < float(terms["first page"][1])
    score = float(re.search(r"add up to the score, ([-+.\d]+)\.", shown)[1])
    assert sum(float(one or other) for _, one, other in terms.values()) == pytest.approx(score, abs=0.5)
    assert re.search(r"<bdi>[ab]\.jsonl</bdi>, line \d+", shown)
    assert "<mark>" in shown
    evil = place_of(page, "Alpha", "onerror")
    assert "<img" not in evil
    assert not re.search(r"<script(?! src=./static/)", evil)
    assert EVIL.split()[0] in html.unescape(re.sub(r"</?(mark|bdi)>", "", evil))


def test_the_list_is_filtered_and_a_filter_stays_while_one_decides_goes_back_and_undoes(undecided):
    page = undecided
    listed = page.get("/pairs")[1]
    scores = [float(score) for score in re.findall(r"score ([-+.\d]+)", listed)]
    assert len(scores) == 6
    assert page.get("/pairs?rule=bridge")[1].count("No pair matches this filter") == 1
    middle = (min(scores) + max(scores)) / 2
    chosen = page.get(f"/pairs?rule=other_arxiv_id&least={middle}")[1]
    places = [int(at) for at in re.findall(r'href="/pair/(\d+)\?rule=other_arxiv_id&amp;least', chosen)]
    assert 0 < len(places) < 6
    shown = page.get(f"/pair/{places[0]}?rule=other_arxiv_id&least={middle}")[1]
    assert f"Pair 1 of {len(places)}, {len(places)} still" in shown
    after = page.press(shown, "cannot_link")[1]
    assert f"{len(places) - 1} still to decide" in after or "End of the queue" in after
    assert f"of {len(places)}, {len(places)} still" in page.undo(after)[1]
    assert page.get("/pairs?least=nan&most=x&rule=none&part=99999999999")[0] == 200
    assert 'href="/pair/0" data-key="b"' in page.get("/pair/1")[1]


def test_no_other_site_can_decide(page, reviewed):
    shown = page.get()[1]
    assert page.get(Host="evil.example")[0] == 400
    assert page.press(shown, "must_link", token="guessed")[0] == 403
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', shown)) | {"do": "must_link"}
    assert page.post("/decide", form, Origin="http://evil.example")[0] == 403
    assert page.post("/decide", form, Origin="null")[0] == 403
    assert page.get("/decide?" + urllib.parse.urlencode(form))[0] == 405
    assert page.post("/decide", form | {"at": "x" * 20_000})[0] == 413
    assert page.post("/decide", form | {"do": "drop"})[0] == 400
    assert page.post("/decide", form | {"at": "no number"})[0] == 400
    assert page.post("/apply", {"token": "guessed"})[0] == 403
    assert decided(reviewed).is_empty()
    with urllib.request.urlopen(page.url, timeout=60) as answer:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_decision_is_kept_with_who_and_when_leaves_the_queue_and_can_be_undone(undecided, reviewed):
    page = undecided
    first = page.get()[1]
    status, second = page.press(first, "must_link")
    assert status == 200
    assert "Saved: one paper" in second
    assert "5 still to decide" in second
    row = decided(reviewed).row(0, named=True)
    assert (row["decision"], row["decided_by"]) == ("must_link", "ann")
    assert isinstance(row["decided_at"], datetime)
    assert "Decided: one paper" in page.get("/pair/0")[1]
    assert "Pair 2 of 6" in page.get("/")[1]
    assert "Pair 3 of 6" in page.press(second, "skip")[1]
    again = page.undo(second)[1]
    assert "Pair 1 of 6" in again
    assert "6 still to decide" in again
    assert decided(reviewed).is_empty()


@pytest.mark.long
def test_a_contradiction_is_refused_with_the_chain(undecided, reviewed):
    page = undecided
    page.press(place_of(page, "Alpha", "onerror"), "must_link")
    page.press(place_of(page, "Gamma", "onerror"), "must_link")
    status, told = page.press(place_of(page, "Alpha", "Gamma"), "cannot_link")
    assert status == 409
    chain = re.findall(r"<li><bdi>(.*?)</bdi></li>", told)[:3]
    assert {chain[0][:5], chain[2][:5]} == {"Alpha", "Gamma"}
    assert chain[1].startswith("Beta &lt;img")
    assert decided(reviewed).height == 2


def test_while_a_run_holds_the_store_the_page_is_read_and_a_decision_is_told_to_be_not_kept(undecided, reviewed):
    page = undecided
    with Store(reviewed.store):
        shown = page.get()[1]
        status, told = page.press(shown, "cannot_link")
        assert status == 503
        assert re.search(r"Not saved: .*the store is in use by process \d+\. Press the button again when", told)
        assert "--wait" not in told
    assert decided(reviewed).is_empty()
    assert "Saved: two papers" in page.press(told, "cannot_link")[1]


def test_of_two_browsers_the_second_is_told_what_the_first_decided(undecided, reviewed):
    page = undecided
    one = other = page.get()[1]
    page.press(one, "must_link")
    status, told = page.press(other, "cannot_link")
    assert status == 409
    assert "ann decided “one paper”" in told
    assert decided(reviewed)["decision"].to_list() == ["must_link"]
    assert "Saved: two papers" in page.press(told, "cannot_link")[1]
    assert decided(reviewed)["decision"].to_list() == ["cannot_link"]


@pytest.mark.long
def test_of_two_browsers_and_a_run_at_once_nobody_loses_anything(undecided, reviewed):
    page = undecided
    shown = [page.get(f"/pair/{at}")[1] for at in range(6)]

    def decide(which: int) -> None:
        for one in shown[which::2]:
            while (answer := page.press(one, "cannot_link"))[0] == 503:
                assert "Not saved" in answer[1]
            assert answer[0] == 200

    with ThreadPoolExecutor(2) as browsers:
        done = [browsers.submit(decide, which) for which in range(2)]
        while not all(d.done() for d in done):
            run([], store=reviewed.store, warehouse=reviewed.warehouse, settings=Settings(), wait_seconds=60)
            time.sleep(0.3)  # otherwise the store would be free only for a moment
        for one in done:
            one.result()
    run([], store=reviewed.store, warehouse=reviewed.warehouse, settings=Settings(), wait_seconds=60)
    assert reviewed.ask("SELECT count(*), count(DISTINCT decision) FROM decisions") == [(6, 1)]
    assert "Nothing is left to review" in page.get("/")[1]
    shown_decisions = page.get("/decisions")[1]
    while "There are no decisions yet" not in shown_decisions:
        shown_decisions = page.undo(shown_decisions)[1]
    run([], store=reviewed.store, warehouse=reviewed.warehouse, settings=Settings(), wait_seconds=60)
    assert "Pair 1 of 6" in page.get("/")[1]


@pytest.mark.long
def test_applied_decisions_are_published(undecided, reviewed):
    page = undecided
    page.press(place_of(page, "Delta", "Zeta"), "must_link")
    token = re.search(r'name="token" value="([^"]*)"', page.get()[1])[1]
    status, told = page.post("/apply", {"token": token})
    assert status == 200
    assert "Published: 5 papers." in told
    assert reviewed.ask("SELECT decision, decided_by FROM decisions") == [("must_link", "ann")]
    assert "of 5," in page.get()[1]
    shown = page.get("/decisions")[1]
    page.undo(shown)
    assert "Published: 6 papers." in page.post("/apply", {"token": token})[1]


@pytest.mark.long
def test_in_a_browser_keys_decide_undo_and_are_refused_and_a_phone_needs_no_scrolling_aside(
    undecided, reviewed, tmp_path
):
    page = undecided
    page.press(place_of(page, "Alpha", "onerror"), "must_link")
    page.press(place_of(page, "Gamma", "onerror"), "must_link")
    with browser(tmp_path) as tab:
        tab.resize(390, 800)
        at = re.search(r'name="at" value="(\d+)"', place_of(page, "Delta", "Epsilon"))[1]
        tab.open(f"{page.url}/pair/{at}")
        assert tab.read("document.querySelector('h1').innerText") == "Are these one paper?"
        assert tab.read("document.documentElement.scrollWidth <= 390")
        assert tab.read("[...document.querySelectorAll('.decide button')].every(b => b.offsetHeight >= 44)")
        tab.press("a")
        assert "Saved: one paper" in tab.read("document.querySelector('[role=status]').innerText")
        assert decided(reviewed).height == 3
        tab.press("u")
        assert decided(reviewed).height == 2
        assert tab.read("document.querySelector('.decide input[name=at]').value") == at
        tab.press("r")
        assert "Saved: two papers" in tab.read("document.querySelector('[role=status]').innerText")
        tab.press("s")
        at = re.search(r'name="at" value="(\d+)"', place_of(page, "Alpha", "Gamma"))[1]
        tab.open(f"{page.url}/pair/{at}")
        assert "taken" not in tab.read("document.title")
        tab.press("r")
        assert "contradicts" in tab.read("document.querySelector('[role=alert]').innerText")
        assert tab.read("document.querySelectorAll('[role=alert] li').length") == 3
        assert decided(reviewed).height == 3


def test_who_reads_while_a_version_is_replaced_sees_the_new_one_beside_who_sees_the_old(reviewed, tmp_path):
    place = Place(tmp_path)
    shutil.copy(reviewed.warehouse, place.warehouse)
    shutil.copy(reviewed.store, place.store)
    with reading(place.warehouse) as old:
        place.write("c.jsonl", family(3, ["Eta alone"]))
        place.run()
        with reading(place.warehouse) as new:
            assert [c.execute("SELECT count(*) FROM papers").fetchone()[0] for c in (old, new)] == [6, 7]


# --- requests that no browser makes

PLACES = [
    "0",
    "-1",
    "6",
    "99999999999999999999999",
    "9" * 5000,
    "-9223372036854775809",
    "1_0",
    "²",
    "٣",
    " 1",
    "nan",
    "%00",
    "0/",
    "",
]
HOSTS = [
    "127.0.0.1",
    "LOCALHOST:80",
    "localhost.",
    "evil.example",
    "[::1]",
    "[bad",
    "127.0.0.1@evil",
    "127.0.0.1:x",
    "",
    "\xff",
]
ORIGINS = [
    "http://[bad",
    "null",
    "",
    "http://evil.example",
    "http://127.0.0.1",
    "file://",
    "http://127.0.0.1:1/",
    "\xff",
]
LENGTHS = ["abc", "-1", "+5", "1e3", "", "99999999999999999999999", "0x10", "5, 6", "²"]


def send(page: Page, request: bytes, *, and_leave: bool = False) -> bytes:
    """Send bytes as they are; returns the answer until the server closes the connection."""
    where = urllib.parse.urlsplit(page.url)
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        answer = b""
        try:
            connection.sendall(request)
            if and_leave:
                connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                answer += part
        except ConnectionError:  # the server answered before it had read everything
            pass
        return answer


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def request(page: Page, line: str, body: bytes = b"", **headers: str | None) -> bytes:
    here = {"Host": page.url.removeprefix("http://"), "Origin": page.url, "Content-Length": str(len(body))}
    told = here | {"Connection": "close"} | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{line} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items() if value is not None), "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace") + body


@pytest.fixture(scope="module")
def token(page):
    return re.search(r'name="token" value="([^"]*)"', page.get()[1])[1]


@pytest.mark.parametrize("host", ["evil.example", "[bad", "", "127.0.0.1@evil", None])
def test_another_name_of_the_host_is_not_answered(page, host):
    assert status_of(send(page, request(page, "GET /", Host=host))) == 400


@pytest.mark.parametrize("origin", [*ORIGINS, None])
def test_a_form_of_another_origin_is_refused(page, token, origin):
    body = urllib.parse.urlencode({"token": token}).encode()
    assert status_of(send(page, request(page, "POST /apply", body, Origin=origin))) == 403


@pytest.mark.parametrize("at", [place for place in PLACES if place not in ("0", "6", "0/", "")])
def test_a_place_that_is_none_is_not_found_and_no_form_comes_from_it(page, token, at):
    path = urllib.parse.quote(at, safe="%")
    answer = send(page, request(page, f"GET /pair/{path}"))
    assert (status_of(answer), "There is no page /pair/" in str(answer)) == (404, True)
    assert status_of(send(page, request(page, f"GET /pair/0?last={path}"))) == 200
    if at != "-1":
        form = {"token": token, "at": at, "left": "1" * 32, "right": "2" * 32, "do": "must_link"}
        assert page.post("/decide", form)[0] == 400


@pytest.mark.parametrize("length", LENGTHS)
def test_a_length_that_is_none_is_refused(page, length):
    answer = send(page, request(page, "POST /apply", b"token=1", Content_Length=length))
    assert not answer or 400 <= status_of(answer) < 500


def test_a_body_is_counted_whatever_length_was_announced(page):
    chunk = b"1000\r\n" + b"x" * 0x1000 + b"\r\n"
    chunked = request(page, "POST /apply", Content_Length=None, Transfer_Encoding="chunked") + chunk * 3
    assert status_of(send(page, chunked)) == 413
    assert status_of(send(page, request(page, "POST /apply", b"x" * 20_000))) == 413


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body + b"&do=must_link",
        lambda body: body + b"&token=1",
        lambda body: body + b"&who=\xff",
        lambda body: body + b"&who=%ff",
        lambda body: body + b"&who",
        lambda body: body + b"&a=1" * 50,
        lambda body: body.replace(b"left=", b"lift="),
        lambda body: body.replace(b"do=", b"DO="),
        lambda body: body.replace(b"at=0&", b""),
        lambda body: body.replace(b"1111", b"nope"),
        lambda body: body.replace(b"1111", b"11"),
        lambda body: body.replace(b"must_link", b"drop"),
        lambda body: body.replace(b"3" * 32, b"1" * 32),
    ],
)
def test_what_is_no_form_of_the_page_is_refused_and_nothing_is_decided(page, reviewed, token, change):
    fields = {"at": "0", "left": "1" * 32, "right": "3" * 32, "do": "must_link", "token": "TOKEN"}
    body = change(urllib.parse.urlencode(fields).encode()).replace(b"TOKEN", token.encode())
    answer = send(page, request(page, "POST /decide", body))
    assert status_of(answer) == 400
    assert decided(reviewed).is_empty()


def test_a_browser_that_leaves_in_the_middle_of_a_form_leaves_nothing_behind(page, reviewed):
    for length in ("100", "9999"):
        send(page, request(page, "POST /decide", b"token=", Content_Length=length), and_leave=True)
    assert page.get()[0] == 200
    assert decided(reviewed).is_empty()


def test_a_form_that_does_not_come_to_its_end_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(review_form, "_SECONDS", 0.01)

    async def never() -> None:
        await asyncio.Event().wait()

    scope = {"type": "http", "method": "POST", "headers": [(b"host", b"here"), (b"origin", b"http://here")]}
    with pytest.raises(HTTPException) as refused:
        asyncio.run(review_form.read_form(Request(scope, never), "token"))
    assert refused.value.status_code == 408


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\0\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 200_000,
    ],
)
def test_what_is_not_http_is_refused(page, raw):
    answer = send(page, raw)
    assert not answer or 400 <= status_of(answer) < 500


def test_where_the_warehouse_is_missing_the_page_says_so_and_goes_on_when_it_is_back(page, reviewed):
    aside = reviewed.warehouse.rename(reviewed.folder / "aside.duckdb")
    try:
        status, told = page.get("/pair/0")
    finally:
        aside.rename(reviewed.warehouse)
    assert status == 503
    assert "No such file" in told
    assert page.get("/pair/0")[0] == 200


@examples(30)
@given(
    line=st.sampled_from(["GET /pair/{}", "GET /pair/0?last={}", "POST /decide", "POST /apply", "GET /static/{}", "HEAD /{}", "PUT /decide", "{}"]),
    place=st.sampled_from(PLACES) | st.text(st.characters(max_codepoint=255), max_size=8),
    headers=st.fixed_dictionaries({}, optional={"Host": st.sampled_from(HOSTS), "Origin": st.sampled_from(ORIGINS), "Content_Length": st.sampled_from(LENGTHS), "Transfer_Encoding": st.sampled_from(["chunked", "gzip", "chunked, chunked"])}),
    body=st.binary(max_size=60) | st.sampled_from([b"5\r\ntoken\r\n", b"fffffffffffffffff\r\n", b"token=%ff", b"\xff=1&=&&"]),
)  # fmt: skip
def test_whatever_is_sent_is_answered_or_dropped_and_the_page_goes_on(page, line, place, headers, body):
    more = b"x" * 12_000  # so that the server waits for nothing, whatever length was announced
    answer = send(page, request(page, line.format(place), body, **headers) + more)
    assert not answer or status_of(answer) < 500
    assert page.get("/static/review.css")[0] == 200


# --- what differs

texts = st.lists(st.sampled_from(["one", "two,", "Three", "four.", "<b>", "–"]), max_size=12).map(" ".join)


@given(texts, texts)
def test_runs_are_the_text_and_what_is_shared_is_the_same_sequence_of_words(left, right):
    runs = shared_runs(left, right)
    assert ["".join(text for text, _ in side) for side in runs] == [left, right]
    shared = [
        [w.strip(".,").casefold() for text, is_shared in side if is_shared for w in text.split()] for side in runs
    ]
    assert shared[0] == shared[1]
    if left.split() == right.split():
        assert all(is_shared for side in runs for _, is_shared in side)
