"""The questions that programs may ask a published warehouse over HTTP or MCP, each with its values and limits."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Self

import duckdb
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.answers.changes import changes_since
from papersieve.warehouse.answers.explain import explain_pair, explain_paper
from papersieve.warehouse.answers.lookup import Asked, look_up_each
from papersieve.warehouse.answers.search import search

#: The most characters of a text to look up: the longest of 250,000 real abstracts has 12,000.
MAX_CHARS = 20_000

_Id = Annotated[
    str,
    Field(
        max_length=500,
        description="Id of a record, document or paper (a retired id too), or its first six characters or more, or a place as DUMP:LINE.",
    ),
]


class Question(BaseModel, ABC):
    """The values of one question, by name. Programs see the docstring as the question's description."""

    model_config = ConfigDict(extra="forbid")

    #: The most questions of this kind that are answered together.
    LOT: ClassVar[int] = 1

    @abstractmethod
    def answer(self, con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
        """The answer, as the command of this name prints it with --json, on a connection to a published warehouse."""

    @classmethod
    def answer_each(cls, asked: Sequence[Self], con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
        """`answer` for each of the questions."""
        return [each.answer(con) for each in asked]


class Lookup(Question):
    """Whether an abstract or a title is already here, compared as in a run: is_here, found (nearest first)."""

    text: str = Field(max_length=MAX_CHARS, pattern=r"\S", description="An abstract, or a title alone.")
    title: str = Field("", max_length=MAX_CHARS, description="Its title, which is also compared.")
    limit: int = Field(5, ge=1, le=100, description="Maximum number of papers.")

    LOT = 32

    def answer(self, con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
        """As `papersieve lookup TEXT`."""
        return self.answer_each([self], con)[0]

    @classmethod
    def answer_each(cls, asked: Sequence[Self], con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
        """The answers, from one comparison of all questions together."""
        return look_up_each(con, [Asked(each.text, each.title, each.limit) for each in asked])


class Paper(Question):
    """What a paper is based on: its values and the records that gave them, its evidence, nearest papers, history."""

    id: _Id

    def answer(self, con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
        """As `papersieve explain ID`."""
        return explain_paper(con, self.id)


class Explain(Question):
    """Why two records are or are not one paper: scores, rule, the matches between them, differences word by word."""

    left: _Id
    right: _Id

    def answer(self, con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
        """As `papersieve explain ID ID`."""
        return explain_pair(con, self.left, self.right)


class Search(Question):
    """Papers whose titles or abstracts contain the words, best first."""

    words: str = Field(
        max_length=500, pattern=r"\S", description="Words, or beginnings of words, that a paper must contain."
    )
    limit: int = Field(10, ge=1, le=1000, description="Maximum number of papers.")

    def answer(self, con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
        """As `papersieve search WORDS`."""
        return search(con, self.words, limit=self.limit)


class Changes(Question):
    """Changes of papers since a revision. While has_more is true, ask again with a larger skip."""

    since: str = Field(
        "0", max_length=100, description="Number or revision_id of the last revision that you have read."
    )
    limit: int = Field(1000, ge=1, le=10_000, description="Maximum number of changes.")
    skip: int = Field(0, ge=0, le=10**12, description="Number of changes to skip, because you have them already.")

    def answer(self, con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
        """As `papersieve changes --since REVISION`."""
        return changes_since(con, self.since, limit=self.limit, skip=self.skip)


QUESTIONS: dict[str, type[Question]] = {one.__name__.lower(): one for one in (Lookup, Paper, Explain, Search, Changes)}

#: pydantic's name of an error -> what is wrong with the value.
_FAULTS = {
    "missing": "is missing",
    "extra_forbidden": "is no value of this question",
    "string_type": "expected a text",
    "string_unicode": "expected a text",
    "string_pattern_mismatch": "is empty",
    "string_too_long": "expected at most {max_length:,} characters",
    "int_parsing": "expected a whole number, found {found}",
    "int_type": "expected a whole number, found {found}",
    "greater_than_equal": "expected {ge:,} or more, found {found}",
    "less_than_equal": "expected {le:,} or less, found {found}",
}


def question(name: str, values: dict[str, Any]) -> Question:
    """The question with this name and these values. Raises PapersieveError if a value is invalid."""
    try:
        return QUESTIONS[name].model_validate(values)
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {_fault(e)}" for e in error.errors())
        raise PapersieveError(f"{told}. {name} takes {', '.join(QUESTIONS[name].model_fields)}.") from error


def _fault(error: ErrorDetails) -> str:
    return _FAULTS.get(error["type"], error["msg"]).format(**error.get("ctx", {}), found=f"{error['input']!r:.80}")
