"""The review page over HTTP and in a real browser, and decisions as a file."""

import csv
import html
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.settings import Settings
from tests.warehouse.browser import browser
from tests.warehouse.conftest import Place
from tests.warehouse.history import HEAD
from tests.warehouse.processes import papersieve
from warehouse.cli import cli
from warehouse.decision_file import export_decisions, import_decisions
from warehouse.decisions import DECISION_SCHEMA, DecisionError, decide_all
from warehouse.review import differing_words
from warehouse.run import run
from warehouse.store import Store
from warehouse.versions import reading

EVIL = """<img src=x onerror="document.title='taken'"> </h2><script>document.title='taken'</script> 'x'; DROP TABLE papers"""


def family(seed: int, titles: list[str]) -> str:
    """Texts that begin alike and are half alike, each to each: each has other words than the rest at places of its own."""
    rng = random.Random(seed)
    common = [f"word{rng.randrange(9999)}" for _ in range(90)]
    texts = (
        [w if n < 20 or n % 9 != 3 * which else f"other{rng.randrange(9999)}" for n, w in enumerate(common)]
        for which in range(len(titles))
    )
    return "".join(f"{title}\n\n{' '.join(text)}.\n\n" for title, text in zip(titles, texts, strict=True))


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory) -> Place:
    place = Place(tmp_path_factory.mktemp("review"))
    place.write("a.txt", HEAD + family(1, ["Alpha and the First", f"Beta {EVIL}", "Gamma or the Third"]))
    place.write("b.txt", HEAD + family(2, ["Delta not Fourth", "Epsilon by Fifth", "Zeta with Sixth Ends"]))
    place.run()
    assert place.ask("SELECT count(*), min(doubt) > 0, max(doubt) <= 1 FROM review_pairs") == [(6, True, True)]
    return place


class Page:
    """A browser without a screen: forms of the page, sent as a browser sends them."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def get(self, path: str = "/", **headers: str) -> tuple[int, str]:
        return self._answer(urllib.request.Request(self.url + path, headers=headers))

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str]:
        data = urllib.parse.urlencode(fields).encode()
        return self._answer(urllib.request.Request(self.url + path, data, {"Origin": self.url} | headers))

    def press(self, shown: str, button: str, **more: str) -> tuple[int, str]:
        form = re.search(r'<form method="post" action="/decide" class="decide">.*?</form>', shown, re.S)[0]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.split("<button")[0]))
        return self.post("/decide", {**fields, "do": button, **more})

    def undo(self, shown: str) -> tuple[int, str]:
        form = next(f for f in re.findall(r"<form.*?</form>", shown, re.S) if 'value="undo"' in f)
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.split("<button")[0]))
        return self.post("/decide", {**fields, "do": "undo"})

    @staticmethod
    def _answer(request: urllib.request.Request) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@pytest.fixture(scope="module")
def page(reviewed):
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
    process = subprocess.Popen(
        [sys.executable, "-m", "warehouse.cli", *map(str, command)], stdout=subprocess.PIPE, text=True
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


@pytest.fixture
def undecided(page, reviewed):
    """Return the page with nothing decided, and leave it so."""
    yield page
    while "No decision was taken" not in (shown := page.get("/decisions")[1]):
        assert page.undo(shown)[0] == 200


def decided(place: Place) -> pl.DataFrame:
    with Store(place.store) as store:
        return store.query("decisions")


def place_of(page: Page, *titles: str) -> str:
    """The page of the pair with these words in its titles."""
    for at in range(6):
        _, shown = page.get(f"/pair/{at}")
        heads = re.findall(r"<h2 id.*?</h2>", shown, re.S)
        if all(any(title in head for head in heads) for title in titles):
            return shown
    raise AssertionError(titles)


def test_a_pair_is_shown_with_its_evidence_and_hostile_text_does_nothing(page):
    status, shown = page.get()
    assert status == 200
    assert "half_alike" in shown
    assert re.search(r"<bdi>[ab]\.txt</bdi>, lines \d+–\d+", shown)
    assert "<mark>" in shown
    evil = place_of(page, "Alpha", "onerror")
    assert "<img" not in evil
    assert not re.search(r"<script(?! src=./static/)", evil)
    assert EVIL.split()[0] in html.unescape(re.sub(r"</?(mark|bdi)>", "", evil))


def test_no_other_site_can_decide(page, reviewed):
    shown = page.get()[1]
    assert page.get(Host="evil.example")[0] == 400
    assert page.press(shown, "must_link", token="guessed")[0] == 403
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', shown)) | {"do": "must_link"}
    assert page.post("/decide", form, Origin="http://evil.example")[0] == 403
    assert page.post("/decide", form, Origin="null")[0] == 403
    assert page.get("/decide?" + urllib.parse.urlencode(form))[0] == 405
    assert page.post("/decide", form | {"at": "x" * 20_000})[0] == 403
    assert page.post("/decide", form | {"do": "drop"})[0] == 409
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
    assert "Kept: one paper" in second
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
        assert re.search(r"Not kept: .*the store is in use by process \d+", told)
    assert decided(reviewed).is_empty()
    assert "Kept: two papers" in page.press(told, "cannot_link")[1]


def test_of_two_browsers_the_second_is_told_what_the_first_decided(undecided, reviewed):
    page = undecided
    one = other = page.get()[1]
    page.press(one, "must_link")
    status, told = page.press(other, "cannot_link")
    assert status == 409
    assert "ann decided “one paper”" in told
    assert decided(reviewed)["decision"].to_list() == ["must_link"]
    assert "Kept: two papers" in page.press(told, "cannot_link")[1]
    assert decided(reviewed)["decision"].to_list() == ["cannot_link"]


def test_of_two_browsers_and_a_run_at_once_nobody_loses_anything(undecided, reviewed):
    page = undecided
    shown = [page.get(f"/pair/{at}")[1] for at in range(6)]

    def decide(which: int) -> None:
        for one in shown[which::2]:
            while (answer := page.press(one, "cannot_link"))[0] == 503:
                assert "Not kept" in answer[1]
            assert answer[0] == 200

    with ThreadPoolExecutor(2) as browsers:
        done = [browsers.submit(decide, which) for which in range(2)]
        while not all(d.done() for d in done):
            run([], store=reviewed.store, warehouse=reviewed.warehouse, settings=Settings(), wait_seconds=60)
        for one in done:
            one.result()
    run([], store=reviewed.store, warehouse=reviewed.warehouse, settings=Settings(), wait_seconds=60)
    assert reviewed.ask("SELECT count(*), count(DISTINCT decision) FROM decisions") == [(6, 1)]
    assert "Nothing is left to review" in page.get("/")[1]
    shown_decisions = page.get("/decisions")[1]
    while "No decision was taken" not in shown_decisions:
        shown_decisions = page.undo(shown_decisions)[1]
    run([], store=reviewed.store, warehouse=reviewed.warehouse, settings=Settings(), wait_seconds=60)
    assert "Pair 1 of 6" in page.get("/")[1]


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


def test_in_a_browser_keys_decide_undo_and_are_refused_and_a_phone_needs_no_scrolling_aside(
    undecided, reviewed, tmp_path
):
    page = undecided
    page.press(place_of(page, "Alpha", "onerror"), "must_link")
    page.press(place_of(page, "Gamma", "onerror"), "must_link")
    with browser(tmp_path) as tab:
        tab.resize(390, 800)
        tab.open(page.url)
        assert tab.read("document.querySelector('h1').innerText") == "Are these one paper?"
        assert tab.read("document.documentElement.scrollWidth <= 390")
        assert tab.read("[...document.querySelectorAll('.decide button')].every(b => b.offsetHeight >= 44)")
        first = tab.read("document.querySelector('input[name=at]').value")
        tab.press("a")
        assert "Kept: one paper" in tab.read("document.querySelector('[role=status]').innerText")
        assert decided(reviewed).height == 3
        tab.press("u")
        assert decided(reviewed).height == 2
        assert tab.read("document.querySelector('.decide input[name=at]').value") == first
        tab.press("r")
        assert "Kept: two papers" in tab.read("document.querySelector('[role=status]').innerText")
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
    with reading(place.warehouse) as old:
        place.write("c.txt", HEAD + family(3, ["Eta alone"]))
        place.run()
        with reading(place.warehouse) as new:
            assert [c.execute("SELECT count(*) FROM papers").fetchone()[0] for c in (old, new)] == [6, 1]


# --- what differs

texts = st.lists(st.sampled_from(["one", "two,", "Three", "four.", "<b>", "–"]), max_size=12).map(" ".join)


@given(texts, texts)
def test_runs_are_the_text_and_what_is_shared_is_the_same_sequence_of_words(left, right):
    runs = differing_words(left, right)
    assert ["".join(text for text, _ in side) for side in runs] == [left, right]
    shared = [
        [w.strip(".,").casefold() for text, is_shared in side if is_shared for w in text.split()] for side in runs
    ]
    assert shared[0] == shared[1]
    if left.split() == right.split():
        assert all(is_shared for side in runs for _, is_shared in side)


# --- decisions as a file


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory):
    with Store(tmp_path_factory.mktemp("decisions") / "store.duckdb") as store:
        yield store


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).map(str.strip).filter(bool)
rows = st.dictionaries(
    st.tuples(st.integers(0, 9), st.integers(10, 19)),
    st.tuples(st.sampled_from(["=1+1", "'quoted", "-ann", "@x"]) | names, st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))),
    min_size=1,
)  # fmt: skip


@settings(max_examples=30)
@given(rows)
def test_what_is_exported_comes_in_again_and_no_cell_is_a_formula(empty_store, tmp_path_factory, taken):
    made = pl.DataFrame(
        [(f"{left:032}", f"{right:032}", "must_link", who, at) for (left, right), (who, at) in taken.items()],
        schema=DECISION_SCHEMA,
        orient="row",
    )
    file = tmp_path_factory.getbasetemp() / "decisions.csv"
    empty_store.connection.execute("DELETE FROM decisions")
    decide_all(empty_store, made)
    before = empty_store.query("decisions")
    assert export_decisions(empty_store, file) == made.height
    with file.open(encoding="utf-8", newline="") as lines:
        assert not any(cell[:1] in set("=+-@\t\r") for row in csv.reader(lines) for cell in row if cell)
    assert import_decisions(empty_store, file) == 0
    empty_store.connection.execute("DELETE FROM decisions")
    assert import_decisions(empty_store, file) == made.height
    assert empty_store.query("decisions").equals(before)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["a,b,must_link,me", "b,c,must_link,me", "c,a,cannot_link,me"], "a = b = c"),
        (["a,b,must_link,me", "b,a,cannot_link,you"], "line 3.*contradicts the must_link of me"),
        (["x,y,must_link,me"], "contradicts the cannot_link of ann"),
        (["a,b,perhaps,me"], "found 'perhaps'"),
        (["a,a,must_link,me"], "expected two documents"),
        (["a,b,must_link,"], "line 2: expected a value of decided_by"),
    ],
)
def test_an_import_that_contradicts_is_refused_whole(empty_store, tmp_path, lines, says):
    empty_store.connection.execute("DELETE FROM decisions")
    decide_all(
        empty_store,
        pl.DataFrame([("x", "y", "cannot_link", "ann", datetime(2026, 1, 1))], schema=DECISION_SCHEMA, orient="row"),
    )
    file = tmp_path / "d.csv"
    file.write_text("\n".join(["left_document_id,right_document_id,decision,decided_by", *lines]))
    with pytest.raises(DecisionError, match=says):
        import_decisions(empty_store, file)
    assert empty_store.query("decisions").height == 1


def test_the_command_imports_lists_and_undoes(reviewed, tmp_path):
    left, right = (
        id
        for (id,) in reviewed.ask(
            "SELECT document_id FROM records WHERE title LIKE 'Beta%' OR title LIKE 'Zeta%' ORDER BY 1"
        )
    )
    file, where = tmp_path / "d.csv", ("--store", reviewed.store)
    file.write_text(f"left_document_id,right_document_id,decision,decided_by\n{right},{left},cannot_link,\x1b[31mann\n")
    assert json.loads(papersieve("decisions", "--import", file, "--json", *where).stdout)["imported"] == 1
    shown = papersieve("decisions", *where).stdout
    assert "cannot_link" in shown
    assert "DROP TABLE" in shown
    assert "\x1b" not in shown
    assert "undone" in papersieve("decisions", "--undo", right, left, *where).stdout
    gone = CliRunner().invoke(cli, [*map(str, ("decisions", "--undo", right, left, *where))])
    assert isinstance(gone.exception, DecisionError)
    both = CliRunner().invoke(cli, [*map(str, ("decisions", "--export", file, "--import", file, *where))])
    assert both.exit_code == 2
