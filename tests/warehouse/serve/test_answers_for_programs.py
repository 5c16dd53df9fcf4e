"""`papersieve serve`: it answers as the commands do, answers nothing else, and changes or reads no other file."""

import asyncio
import http.client
import json
import os
import shutil
import sys
import threading
import urllib.parse

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.answers.changes import changes_since
from papersieve.warehouse.serve import kept_open
from papersieve.warehouse.serve.answer_app import openapi
from papersieve.warehouse.serve.kept_open import ClosedError, KeptOpen
from papersieve.warehouse.serve.served_questions import QUESTIONS, Question
from tests.support.called import papersieve
from tests.support.made_dumps import EVIL, abstract, family, page
from tests.support.page_client import serving
from tests.support.store_places import Place

SECRET = "what nobody may read"


@pytest.fixture(scope="module")
def asked(tmp_path_factory) -> Place:
    place = Place(tmp_path_factory.mktemp("serve"))
    place.write("a.jsonl", family(1, ["Alpha", f"Beta {EVIL}", "Gamma"]))
    place.run()
    place.write("b.txt", page(1, 2, 3))
    place.run()
    (place.folder / "secret.csv").write_text(SECRET)
    return place


class Client:
    """A program that keeps its connection to the server open."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **more) -> tuple[int, str]:
        headers = more.pop("headers", {})
        query = urllib.parse.urlencode(more, errors="replace")
        asked = (method, f"/{path}" + (f"?{query}" if query else ""), body, headers)
        try:
            return self._answer(*asked)
        except ConnectionError:  # the server closes silent connections, as may happen on a busy machine
            self._connection.close()
            return self._answer(*asked)

    def _answer(self, *asked) -> tuple[int, str]:
        self._connection.request(*asked)
        answer = self._connection.getresponse()
        return answer.status, answer.read().decode()

    def close(self) -> None:
        self._connection.close()

    def answered(self, path: str, **values) -> dict:
        status, text = self.ask(path, **values)
        assert status == 200, text
        return json.loads(text)


@pytest.fixture(scope="module")
def client(asked):
    """Yield a client of the command itself; the command must succeed and print nothing."""
    with serving("serve", "--warehouse", asked.warehouse) as told:
        program = Client(told["url"])
        yield program
        program.close()


def commands(place: Place) -> dict[tuple[str, ...], tuple[str, dict[str, str]]]:
    """Arguments of a command -> the path and the values of the same question."""
    (text, title), *_ = place.ask("SELECT abstract, title FROM papers WHERE title IS NOT NULL ORDER BY paper_id")
    (one,), (other,), *_ = place.ask("SELECT record_id FROM records ORDER BY dump_id, ordinal")
    return {
        ("lookup", text): ("lookup", {"text": text}),
        ("lookup", text, "--title", title, "--limit", "1"): ("lookup", {"text": text, "title": title, "limit": "1"}),
        ("search", "number", "paper"): ("search", {"words": "number paper"}),
        ("explain", one): ("paper", {"id": one}),
        ("explain", "b.txt:9"): ("paper", {"id": "b.txt:9"}),
        ("explain", one, other): ("explain", {"left": one, "right": other}),
        ("changes", "--since", "1"): ("changes", {"since": "1"}),
    }


@pytest.mark.long
def test_answers_are_those_of_the_commands(asked, client):
    for words, (path, values) in commands(asked).items():
        printed = papersieve(*words, "--json", "--warehouse", asked.warehouse)
        status, text = client.ask(path, **values)
        if printed.returncode:
            assert (status, printed.stderr) == (404, f"papersieve: {json.loads(text)['error']}\n")
        else:
            assert (status, json.loads(text)) == (200, json.loads(printed.stdout)), words
        assert not set(text) & {"\x1b", "\u202e"}


paths = st.sampled_from(
    [*QUESTIONS, "", "openapi.json", "style.css", "static/../secret.csv", "../secret.csv"]
) | st.text(max_size=20)
names = st.sampled_from([name for each in QUESTIONS.values() for name in each.model_fields]) | st.text(max_size=5)
texts = st.sampled_from(
    ["secret.csv", "a.jsonl:1", "0", "1", "999999", "-1", "'; ATTACH 'x.duckdb'; --", "read_csv('secret.csv')"]
) | st.text(max_size=60)
methods = st.sampled_from(
    ["GET", "GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"]
)


def state(place: Place) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in place.folder.rglob("*") if file.is_file()}


@given(methods, paths, st.dictionaries(names, texts, max_size=4), st.binary(max_size=30))
def test_no_request_fails_reads_a_file_or_changes_one(asked, client, method, path, values, body):
    before = state(asked)
    status, text = client.ask(urllib.parse.quote(path), method, body or None, **values)
    assert status in ({405} if method not in ("GET", "HEAD") else {413} if body else {200, 400, 404})
    assert SECRET not in text
    assert status == 200 or method == "HEAD" or json.loads(text).keys() == {"error"}
    assert state(asked) == before


@given(st.sampled_from(sorted(QUESTIONS)), st.data())
def test_values_of_the_right_names_never_fail(client, name, data):
    known = QUESTIONS[name].model_fields
    values = data.draw(st.fixed_dictionaries(dict.fromkeys(known, texts)))
    assert client.ask(name, **values)[0] in (200, 400, 404)


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        ("lookup", 400, "text: is missing. lookup takes text, title, limit."),
        ("lookup?text=%20", 400, "text"),
        ("search?words=a&limit=1001", 400, "limit: expected 1,000 or less, found '1001'"),
        ("search?words=a&sql=b", 400, "sql: is no value of this question"),
        ("changes?since=99", 400, "expected a revision of this warehouse (up to 2), found '99'"),
        ("paper?id=ffffffff", 404, "no record, document or paper"),
        ("lookup?text=" + "a" * 20_001, 400, "at most 20,000 characters"),
        ("nothing", 404, "Ask /lookup, /paper, /explain, /search, /changes."),
    ],
)
def test_what_is_not_answered_says_why(client, path, status, why):
    found, text = client.ask(path)
    assert found == status
    assert why in json.loads(text)["error"]


def test_another_host_name_is_not_answered(client):
    assert client.ask("changes", headers={"Host": "evil.example"})[0] == 400


def test_the_page_and_the_openapi_document_name_every_question(client):
    told = client.answered("openapi.json")
    assert told == json.loads(json.dumps(openapi()))
    shown = client.ask("")[1]
    for name, values in QUESTIONS.items():
        operation = told["paths"][f"/{name}"]["get"]
        assert {p["name"] for p in operation["parameters"]} == set(values.model_fields)
        assert {p["name"] for p in operation["parameters"] if p["required"]} == {
            n for n, f in values.model_fields.items() if f.is_required()
        }
        assert f"GET /{name}" in shown
        assert operation["summary"].replace("'", "&#39;") in shown


def test_changes_come_in_parts(asked, client):
    whole = asked.answer(changes_since)
    parts, more = [], True
    while more:
        told = client.answered("changes", limit=2, skip=len(parts))
        parts, more = parts + told["changes"], told["has_more"]
    assert parts == json.loads(json.dumps(whole["changes"], default=str))
    assert len(parts) > 2


def test_a_new_version_is_noticed_and_a_lost_one_is_told(asked, tmp_path):
    place, other = Place(tmp_path), Place(tmp_path / "other")
    shutil.copy(asked.warehouse, place.warehouse)
    kept = KeptOpen(place.warehouse)

    def revision() -> int:
        return json.loads(asyncio.run(kept.ask(QUESTIONS["changes"]())))["revision"]

    assert revision() == 2
    other.folder.mkdir()
    other.write("c.txt", page(7))
    other.run()
    other.warehouse.replace(place.warehouse)
    assert revision() == 1
    place.warehouse.unlink()
    with pytest.raises(ClosedError, match="no warehouse is published"):
        revision()
    with pytest.raises(ClosedError, match="no warehouse is published"):
        KeptOpen(place.warehouse)


def test_a_long_text_in_any_script_has_room_and_a_long_answer_is_refused(asked, client, monkeypatch):
    assert client.answered("lookup", text="深" * 20_000)["is_here"] is False
    monkeypatch.setattr(kept_open, "MAX_ANSWER", 100)
    kept = KeptOpen(asked.warehouse)
    with pytest.raises(PapersieveError, match="at most 100 characters"):
        asyncio.run(kept.ask(QUESTIONS["changes"]()))


def test_questions_that_wait_are_answered_together_each_with_its_own(asked):
    kept, numbers = KeptOpen(asked.warehouse), []

    class Counted(QUESTIONS["lookup"]):
        @classmethod
        def answer_each(cls, asked, con):
            numbers.append(len(asked))
            return super().answer_each(asked, con)

    async def talk() -> list[str]:
        gone = asyncio.create_task(kept.ask(Counted(text="nobody waits for this")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiting = [asyncio.create_task(kept.ask(Counted(text=abstract(n)))) for n in range(1, 41)]
        await asyncio.sleep(0)
        gone.cancel()
        return await asyncio.gather(*waiting)

    together = asyncio.run(talk())
    assert (sum(numbers), max(numbers)) == (41, 32)
    assert together == [asyncio.run(kept.ask(Counted(text=abstract(n)))) for n in range(1, 41)]
    assert len(set(together)) > 3


def test_who_waits_is_answered_though_the_caller_whose_turn_it_was_has_gone(asked):
    begun, may_end = threading.Semaphore(0), threading.Semaphore(0)

    class Held(QUESTIONS["lookup"]):
        @classmethod
        def answer_each(cls, asked, con):
            begun.release()
            may_end.acquire()
            return super().answer_each(asked, con)

    async def talk() -> str:
        _, gone, left = (asyncio.create_task(kept.ask(Held(text=abstract(n)))) for n in (1, 2, 3))
        await asyncio.to_thread(begun.acquire)
        may_end.release()
        await asyncio.to_thread(begun.acquire)  # that of the second and the third question, together
        gone.cancel()
        await asyncio.sleep(0)
        may_end.release()
        return await asyncio.wait_for(left, 30)

    kept = KeptOpen(asked.warehouse)
    assert json.loads(asyncio.run(talk()))["is_here"]


def test_who_asks_again_at_once_is_answered(asked):
    async def talk() -> list[str]:
        ask = QUESTIONS["lookup"]
        return [await kept.ask(ask(text=abstract(n))) for n in (1, 2)]

    kept = KeptOpen(asked.warehouse)
    assert [json.loads(answer)["is_here"] for answer in asyncio.run(asyncio.wait_for(talk(), 30))] == [True, True]


def test_a_question_that_fails_fails_no_other_that_is_answered_with_it(asked):
    class Failing(QUESTIONS["lookup"]):
        @classmethod
        def answer_each(cls, asked, con):
            if any(each.text == "fail" for each in asked):
                raise PapersieveError("this one can't be answered")
            return super().answer_each(asked, con)

    async def talk() -> list[str | BaseException]:
        texts = [abstract(1), "fail", abstract(2), "fail", abstract(3)]
        return await asyncio.gather(*(kept.ask(Failing(text=text)) for text in texts), return_exceptions=True)

    kept = KeptOpen(asked.warehouse)
    assert [isinstance(answer, PapersieveError) for answer in asyncio.run(talk())] == [False, True, False, True, False]


class Endless(Question):
    def answer(self, con):
        return {"rows": con.execute("SELECT count(*) FROM range(1000000000000) WHERE range % 7 = 3").fetchall()}


class EndlessTogether(Endless):
    LOT = 2


def test_a_question_that_takes_too_long_is_stopped(asked, monkeypatch):
    monkeypatch.setattr(kept_open, "MAX_SECONDS", 0.1)
    kept = KeptOpen(asked.warehouse)
    for kind in (Endless, EndlessTogether):
        with pytest.raises(duckdb.InterruptException):
            asyncio.run(kept.ask(kind()))
    monkeypatch.undo()  # on a busy machine, any question may take that long
    assert json.loads(asyncio.run(kept.ask(QUESTIONS["changes"]())))["revision"] == 2


@pytest.mark.long
def test_tools_answer_as_the_paths_do(asked, client):
    mcp = pytest.importorskip("mcp", reason="mcp is not installed (pip install 'papersieve[serve]')")
    from papersieve.warehouse.serve.tool_server import tool_server

    async def talk(server) -> None:
        async with mcp.Client(server) as tools:
            assert {tool.name for tool in (await tools.list_tools()).tools} == set(QUESTIONS)
            for path, values in commands(asked).values():
                told, (status, text) = await tools.call_tool(path, values), client.ask(path, **values)
                assert told.is_error == (status != 200)
                assert told.content[0].text == (json.loads(text)["error"] if told.is_error else text)
            wrong = [
                ("nothing", {}, "expected one of lookup"),
                ("lookup", {}, "text: is missing. lookup takes text, title, limit."),
            ]
            for name, values, why in [*wrong, ("search", {"words": "\ud800"}, "words: expected a text")]:
                failed = await tools.call_tool(name, values)
                assert failed.is_error
                assert why in failed.content[0].text

    kept = KeptOpen(asked.warehouse)
    asyncio.run(talk(tool_server(kept)))
    command = ["-m", "papersieve.warehouse.cli.main", "serve", "--mcp", "--warehouse", str(asked.warehouse)]

    async def talk_by_pipes() -> None:
        async with mcp.Client(
            mcp.StdioServerParameters(command=sys.executable, args=command, env=dict(os.environ))
        ) as tools:
            told = await tools.call_tool("changes", {})
            assert told.content[0].text == client.ask("changes")[1]

    asyncio.run(talk_by_pipes())
