"""Shared by all questions: the settings of a published warehouse, and what an id refers to."""

import re

import duckdb

from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.settings_file import stored_settings
from papersieve.pipeline.suggestions import did_you_mean
from papersieve.warehouse.sql import ask_rows

#: The fewest hexadecimal digits that may stand for an id, if no other id begins with them.
FEWEST_DIGITS = 6

#: A place, as shown everywhere: the name of a dump and a line number.
_PLACE = re.compile(r"(?P<dump>.+):(?P<line>[0-9]{1,12})", re.DOTALL)


class UnknownIdError(PapersieveError):
    """An id that is unknown here, or ambiguous."""


def published_settings(con: duckdb.DuckDBPyConnection) -> Settings:
    """The settings that this version was made with; only those that affect a result."""
    (told,) = ask_rows(con, "published_settings")
    return stored_settings(told["settings"], source="publication.settings")


def find_id(con: duckdb.DuckDBPyConnection, digits: str) -> tuple[str, str]:
    """(kind, id) of what an id, or its first digits, refers to: a record, a paper, a document or an alias (a retired
    paper id). An id that a paper shares with its first document means the paper. DUMP:LINE means the record on this
    line. Raises UnknownIdError.
    """
    if place := _PLACE.fullmatch(digits):
        return "record", _record_at(con, place["dump"], int(place["line"]))
    if not re.fullmatch(rf"[0-9a-f]{{{FEWEST_DIGITS},32}}", digits):
        raise UnknownIdError(
            f"{digits!r}: expected the id of a record, document or paper, or at least its first {FEWEST_DIGITS} "
            "hexadecimal digits, or a place as DUMP:LINE"
        )
    found = ask_rows(con, "things_named", digits=digits)
    if (things := len({row["id"] for row in found})) > 1:
        shown = "; ".join(f"{row['kind']} {row['id']} {row['title'] or ''}".rstrip() for row in found[:5])
        raise UnknownIdError(
            f"{digits}: expected one thing of which the id begins so, found {things}: {shown}. Give more digits."
        )
    kinds = {row["kind"]: row["id"] for row in found}
    for kind in ("record", "paper", "document", "alias"):
        if kind in kinds:
            return kind, kinds[kind]
    raise UnknownIdError(
        f"{digits}: no record, document or paper of this id. `papersieve search WORDS` finds papers by their words."
    )


def _record_at(con: duckdb.DuckDBPyConnection, dump: str, line: int) -> str:
    """The id of the record on a line of the dump with this name."""
    found = ask_rows(con, "record_at", dump=dump, line=line)
    if len(found) == 1:
        return str(found[0]["record_id"])
    if found:
        places = "; ".join(f"{row['location']}:{line} ({row['record_id'][:8]})" for row in found[:5])
        raise UnknownIdError(
            f"{dump}:{line}: expected one record, found {len(found)}: {places}. Name its place so, or give its id."
        )
    names = [row["name"] for row in ask_rows(con, "names_of_published_dumps")]
    if dump not in names:
        raise UnknownIdError(
            f"{dump}: no dump of this name.{did_you_mean(dump, names)} `papersieve query 'FROM dumps'` lists them."
        )
    raise UnknownIdError(f"{dump}:{line}: no record has this line. `papersieve query 'FROM records'` has their lines.")
