"""A published warehouse kept open between the questions of programs, whoever replaces its file meanwhile."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import duckdb

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.harmless import harmless_json
from papersieve.warehouse.published.reader import open_warehouse, refuse_missing
from papersieve.warehouse.serve.served_questions import Question
from papersieve.warehouse.sql import ask_rows, quoted_name

#: Seconds after which a question's SQL is stopped; questions that are answered at a time, others wait.
MAX_SECONDS, AT_ONCE = 10, 4

#: Characters of the largest answer: a paper of ten thousand records has more.
MAX_ANSWER = 10_000_000


class ClosedError(PapersieveError):
    """There is no warehouse to ask just now."""


class KeptOpen:
    """One version, until the file of another one has its name: the next question opens that one.

    Questions on the way are answered by the version that they began with. Nothing asked here can change a file or read
    another one: see `open_warehouse`.
    """

    def __init__(self, warehouse: Path) -> None:
        """Raises ClosedError where there is no warehouse."""
        self._warehouse = warehouse
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(AT_ONCE)
        self._file: tuple[int, ...] | None = None
        self._root: duckdb.DuckDBPyConnection | None = None
        self._idle: list[duckdb.DuckDBPyConnection] = []
        with self._connection():
            pass

    async def ask(self, question: Question) -> str:
        """The answer as JSON.

        Raises PapersieveError as the question does, and duckdb.InterruptException where it takes too long.
        """
        asked: list[duckdb.DuckDBPyConnection] = []
        work = asyncio.get_running_loop().run_in_executor(self._threads, self._answered, question, asked)
        while not (await asyncio.wait({work}, timeout=MAX_SECONDS))[0]:
            for con in asked:
                con.interrupt()
        return await work

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._forget()

    def _answered(self, question: Question, asked: list[duckdb.DuckDBPyConnection]) -> str:
        """The answer; meanwhile its connection is in `asked`. It is given back here, since who asked may be gone."""
        with self._connection() as con:
            asked.append(con)
            try:
                text = harmless_json(json.dumps(question.answer(con), ensure_ascii=False, default=str))
            finally:
                asked.clear()
        if len(text) > MAX_ANSWER:
            raise PapersieveError(
                f"expected an answer of at most {MAX_ANSWER:,} characters, found {len(text):,}. Ask for less, or use SQL: "
                "`papersieve query`."
            )
        return text

    @contextmanager
    def _connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock:
            self._open_newest()
            con, file = (self._idle.pop() if self._idle else self._another()), self._file
        try:
            yield con
        finally:
            with self._lock:
                if file == self._file:
                    self._idle.append(con)
                else:
                    con.close()

    def _open_newest(self) -> None:
        try:
            refuse_missing(self._warehouse)
            told = self._warehouse.stat()
            file = told.st_dev, told.st_ino, told.st_mtime_ns, told.st_size
            if file != self._file:
                opened = open_warehouse(self._warehouse)
                self._forget()
                self._root, self._file = opened, file
        except (OSError, PapersieveError) as error:
            raise ClosedError(str(error)) from error

    def _another(self) -> duckdb.DuckDBPyConnection:
        assert self._root
        (opened,) = ask_rows(self._root, "opened_database")
        con = self._root.cursor()
        con.execute(f"USE {quoted_name(opened['name'])}")
        return con

    def _forget(self) -> None:
        for con in (*self._idle, *filter(None, [self._root])):
            con.close()
        self._root, self._file, self._idle = None, None, []
