"""A published warehouse, kept open between the questions of programs; a new version is opened once it is published."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import duckdb

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.harmless import harmless_json
from papersieve.warehouse.published.reader import cursor_of, open_warehouse, refuse_missing
from papersieve.warehouse.serve.served_questions import Question

#: Seconds after which a question's SQL is stopped, and how many questions are answered at a time; the others wait.
MAX_SECONDS, AT_ONCE = 10, 4

#: The most characters of an answer: a paper of ten thousand records has more.
MAX_ANSWER = 10_000_000


class ClosedError(PapersieveError):
    """There is currently no warehouse to ask."""


class KeptOpen:
    """One version, kept open until another version takes its name; the next question then opens that one.

    Questions in progress are answered by the version that they began with. No question can change a file or read
    another one: see `open_warehouse`.
    """

    def __init__(self, warehouse: Path) -> None:
        """Open the warehouse. Raises ClosedError if there is none."""
        self._warehouse = warehouse
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(AT_ONCE)
        self._waiting: defaultdict[type[Question], list[tuple[Question, asyncio.Future[str]]]] = defaultdict(list)
        self._turns: defaultdict[type[Question], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._file: tuple[int, ...] | None = None
        self._root: duckdb.DuckDBPyConnection | None = None
        with self._connection():
            pass

    async def ask(self, question: Question) -> str:
        """The answer as JSON.

        Waiting questions of one kind are answered together, up to `Question.LOT` of them, by the first caller whose
        turn it is. Raises PapersieveError as the question does, and duckdb.InterruptException if it takes too long.
        """
        kind = type(question)
        if kind.LOT == 1:
            (text,) = await self._answers([question])
        else:
            answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            self._waiting[kind].append((question, answered))
            async with self._turns[kind]:
                if not answered.done() and self._waiting[kind]:
                    lot, self._waiting[kind] = self._waiting[kind][: kind.LOT], self._waiting[kind][kind.LOT :]
                    await asyncio.shield(self._answer_together(lot))  # others are waiting, even if this caller has gone
            text = await answered
        if len(text) > MAX_ANSWER:
            raise PapersieveError(
                f"expected an answer of at most {MAX_ANSWER:,} characters, found {len(text):,}. Ask for less, or use SQL: "
                "`papersieve query`."
            )
        return text

    async def _answer_together(self, waiting: list[tuple[Question, asyncio.Future[str]]]) -> None:
        """Answer these together; if that fails, each alone, so that none fails because of another. Callers that have
        gone are skipped.
        """
        try:
            texts = await self._answers([question for question, _ in waiting])
        except Exception as error:
            if len(waiting) > 1:
                for each in waiting:
                    await self._answer_together([each])
            elif not waiting[0][1].done():
                waiting[0][1].set_exception(error)
            return
        for (_, answered), text in zip(waiting, texts, strict=True):
            if not answered.done():
                answered.set_result(text)

    async def _answers(self, questions: Sequence[Question]) -> list[str]:
        """Answer questions of one kind in a thread; after `MAX_SECONDS` their SQL is stopped."""
        asked: list[duckdb.DuckDBPyConnection] = []
        work = asyncio.get_running_loop().run_in_executor(self._threads, self._answered, questions, asked)
        while not (await asyncio.wait({work}, timeout=MAX_SECONDS))[0]:
            for con in asked:
                con.interrupt()
        return await work

    def _answered(self, questions: Sequence[Question], asked: list[duckdb.DuckDBPyConnection]) -> list[str]:
        """The answers. While they are computed, their connection is in `asked`, so that it can be interrupted."""
        with self._connection() as con:
            asked.append(con)
            try:
                answers = type(questions[0]).answer_each(questions, con)
            finally:
                asked.clear()
        return [harmless_json(json.dumps(answer, ensure_ascii=False, default=str)) for answer in answers]

    @contextmanager
    def _connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A new connection to the version that is now in place."""
        with self._lock:
            try:
                refuse_missing(self._warehouse)
                told = self._warehouse.stat()
                file = told.st_dev, told.st_ino, told.st_mtime_ns, told.st_size
                if file != self._file:
                    opened = open_warehouse(self._warehouse)
                    if self._root:
                        self._root.close()
                    self._root, self._file = opened, file
            except (OSError, PapersieveError) as error:
                raise ClosedError(str(error)) from error
            assert self._root
            con = cursor_of(self._root)
        with con:
            yield con
