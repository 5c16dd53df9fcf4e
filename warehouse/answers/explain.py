"""Why two records are or are not one paper, and the evidence behind a paper, from the published file alone."""

from itertools import pairwise
from typing import Any

import duckdb
import polars as pl

from papersieve.pipeline.compare_asked import compare_with
from papersieve.pipeline.documents import contents
from papersieve.pipeline.errors import ArgumentError
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.asking import UnknownIdError, find_id, published_settings
from papersieve.warehouse.answers.reasons import reason, told_terms
from papersieve.warehouse.answers.ways import reached, way
from papersieve.warehouse.answers.word_diff import differences, words_of
from papersieve.warehouse.sql import ask_rows

#: How many pairs between two papers, or unmerged pairs of one paper, are shown.
_SHOWN = 5

_PAIR = ["left_record_id", "right_record_id", "judgement", "rule", "match_key", "score", "similarity", "containment", "title_similarity"]  # fmt: skip

Pair = dict[str, Any]


def explain_pair(con: duckdb.DuckDBPyConnection, left: str, right: str) -> dict[str, Any]:
    """Why two records are or are not one paper, on a connection to a published warehouse.

    The ids, or their first digits, may be those of records, documents, papers or aliases. A document means its first
    record, and a paper means the first record of the document that named it.

    is_one_paper; left, right: the records; stored: the pair as the run judged it (null if they were never compared);
    texts: the two texts as compared now; chain: the matches that connect the two, if they are one paper; between: the
    nearest pairs of their papers, if they are not; differences: (op, text) of title and abstract; words: how many words
    the abstracts share. Each pair has `because`, the reason in words. Raises UnknownIdError.
    """
    settings = published_settings(con)
    one, other = (_record(con, asked) for asked in (left, right))
    papers = {one["paper_id"], other["paper_id"]}
    records = ask_rows(con, "records_to_explain", papers=list(papers))
    if one["record_id"] == other["record_id"]:
        raise ArgumentError(
            f"{left}, {right}: expected two records, found one: {one['record_id']}. `papersieve explain {left}` says what "
            "its paper stands on."
        )
    firsts = {row["document_id"]: row["record_id"] for row in reversed(records)}
    evidence = ask_rows(con, "evidence_to_explain", records=[row["record_id"] for row in records])
    is_one_paper = len(papers) == 1
    between = [pair for pair in evidence if {pair["left_paper_id"], pair["right_paper_id"]} == papers]
    ends = {firsts[one["document_id"]], firsts[other["document_id"]]}
    if one["document_id"] == other["document_id"]:
        ends = {one["record_id"], other["record_id"]}
    return {
        "is_one_paper": is_one_paper,
        "left": one,
        "right": other,
        "stored": next((p for p in _told(evidence, settings) if {p["left_record_id"], p["right_record_id"]} == ends), None),
        "texts": _compared(one, other, settings),
        "chain": _chain(_told(evidence, settings), one["record_id"], other["record_id"]) if is_one_paper else [],
        "between": [] if is_one_paper else _told(_nearest(between), settings),
        "differences": {c: differences(one[c], other[c]) for c in ("title", "abstract")},
        "words": words_of(one["abstract"], other["abstract"]),
    }  # fmt: skip


def explain_paper(con: duckdb.DuckDBPyConnection, asked: str) -> dict[str, Any]:
    """The evidence of a paper. A record, document or alias means its paper.

    asked (kind, id); paper: its golden values; records: in order of ingestion; evidence: as few matches as possible
    that connect all records, starting at the first; not_merged: the nearest pairs with other papers; values: which
    record gave each value (column_name, value, rule, record_id, dump, line_start); history: of its id, and of the ids
    that lead to it. Raises UnknownIdError.
    """
    settings = published_settings(con)
    kind, thing = find_id(con, asked)
    paper_id = _paper_of(con, thing)
    (paper,) = ask_rows(con, "golden_values", paper=paper_id)
    records = ask_rows(con, "records_to_explain", papers=[paper_id])
    ids = [row["record_id"] for row in records]
    evidence = ask_rows(con, "evidence_to_explain", records=ids)
    inside = [pair for pair in evidence if pair["left_paper_id"] == pair["right_paper_id"]]
    outside = [pair for pair in evidence if pair["left_paper_id"] != pair["right_paper_id"]]
    givers = ask_rows(con, "givers", paper=paper_id)
    return {
        "asked": {"kind": kind, "id": thing},
        "paper": paper,
        "records": [{k: v for k, v in row.items() if k not in ("paper_id", "abstract")} for row in records],
        "evidence": _tree(_told(inside, settings), ids),
        "not_merged": _told(_nearest(outside), settings, more=["left_title", "right_title", "left_paper_id", "right_paper_id"]),
        "values": [{**row, "value": paper[row["column_name"]]} for row in givers],
        "history": ask_rows(con, "past_of_paper", paper=paper_id),
    }  # fmt: skip


def _paper_of(con: duckdb.DuckDBPyConnection, thing: str) -> str:
    paper_id: str | None = ask_rows(con, "paper_of", id=thing)[0]["paper_id"]
    if paper_id is None:
        raise UnknownIdError(f"{thing}: was a paper, but no record of it is left because its dumps were withdrawn.")
    return paper_id


def _record(con: duckdb.DuckDBPyConnection, asked: str) -> dict[str, Any]:
    kind, thing = find_id(con, asked)
    records = ask_rows(con, "records_to_explain", papers=[_paper_of(con, thing)])
    column = "record_id" if kind == "record" else "document_id"
    return next((row for row in records if row[column] == thing), records[0])


def _compared(one: dict[str, Any], other: dict[str, Any], settings: Settings) -> Pair:
    left, right = (contents(pl.DataFrame([record], infer_schema_length=1)) for record in (one, other))
    return _with_reasons(compare_with(left, right, pl.Series([0]), settings).row(0, named=True), settings)


def _told(pairs: list[Pair], settings: Settings, more: list[str] | None = None) -> list[Pair]:
    told = [_with_reasons(row, settings) for row in pairs]
    return [{name: row[name] for name in (*_PAIR, *(more or []), "because", "terms")} for row in told]


def _with_reasons(pair: Pair, settings: Settings) -> Pair:
    return {**pair, "because": reason(pair, settings), "terms": told_terms(pair, settings)}


def _nearest(pairs: list[Pair]) -> list[Pair]:
    """Pairs for review first; within each judgement, the most similar first."""
    return sorted(pairs, key=lambda pair: pair["judgement"] != "review")[:_SHOWN]


def _chain(pairs: list[Pair], start: str, end: str) -> list[Pair]:
    """The shortest chain of matches, each turned so that it continues the chain. Of equally short chains, the one with
    the more similar pairs.
    """
    links, matches = _matches(pairs)
    return [_turned(matches, *ends) for ends in pairwise(way(links, start, end))]


def _tree(pairs: list[Pair], records: list[str]) -> list[Pair]:
    """Matches that reach every record from the first one in as few steps as possible, in the order of records."""
    links, matches = _matches(pairs)
    came = reached(links, records[0])
    return [_turned(matches, came[record], record) for record in records[1:]]


def _matches(pairs: list[Pair]) -> tuple[dict[str, list[str]], dict[frozenset[str], Pair]]:
    """The records that each record matches, and the match between each two."""
    links: dict[str, list[str]] = {}
    matches = {}
    for pair in pairs:
        if pair["judgement"] == "match":
            left, right = pair["left_record_id"], pair["right_record_id"]
            links.setdefault(left, []).append(right)
            links.setdefault(right, []).append(left)
            matches[frozenset((left, right))] = pair
    return links, matches


def _turned(matches: dict[frozenset[str], Pair], left: str, right: str) -> Pair:
    return {**matches[frozenset((left, right))], "left_record_id": left, "right_record_id": right}
