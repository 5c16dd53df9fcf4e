"""What a person needs to decide about a pair: the queue of doubtful pairs, both texts, differences, evidence."""

from pathlib import Path
from typing import Any

import polars as pl

from papersieve.pipeline.matching import context, evidence
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.asking import published_settings
from papersieve.warehouse.answers.reasons import LEAST_TERM, NAMES, reason, terms, value_in_words
from papersieve.warehouse.decisions.review_facts import facts, marked
from papersieve.warehouse.published.reader import reading
from papersieve.warehouse.sql import ask

_MEANING = evidence.MEANING | context.MEANING | {"prior": "what any candidate pair starts with"}

_PAIR = {"left_document_id": pl.String, "right_document_id": pl.String}


def review_queue(warehouse: Path, decided: pl.DataFrame) -> pl.DataFrame:
    """Undecided pairs to review, most doubtful first: left_document_id, right_document_id, doubt in (0, 1], rule,
    score, left_title, right_title.

    decided: decisions; those of the store may be newer than the published ones.
    """
    with reading(warehouse) as con:
        return ask(con, "review_queue", decided=decided.select(list(_PAIR)))


def review_pair(warehouse: Path, left: str, right: str) -> dict[str, Any] | None:
    """Both documents side by side; None if the published warehouse lacks one of them.

    Keys: evidence (null if the two were never compared), reason, terms (the parts of the score: name, meaning, value
    in words, adds), facts (`review_facts`), sides: for each its title and abstract as runs (text, is_shared),
    paper_id, paper_records, listings (dump, lines), members (records of its paper); between: judgement and pairs of
    the two papers.
    """
    with reading(warehouse) as con:
        settings = published_settings(con)
        pair = pl.DataFrame([(left, right)], schema=_PAIR, orient="row")
        pairs = ask(con, "pair_evidence", pair=pair).to_dicts()
        sides = {row["document_id"]: row for row in ask(con, "pair_sides", pair=pair).to_dicts()}
        chosen = pl.DataFrame(
            {"paper_id": [side["paper_id"] for side in sides.values()]}, schema={"paper_id": pl.String}
        )
        members = ask(con, "records_of_papers", chosen=chosen)
        between = ask(con, "pairs_between_papers", chosen=chosen).to_dicts()
    if {left, right} - set(sides):
        return None
    one, other = sides[left], sides[right]
    for column in ("title", "abstract"):
        one[f"{column}_runs"], other[f"{column}_runs"] = marked(one[column], other[column])
    for side in (one, other):
        side["members"] = members.filter(pl.col("paper_id") == side["paper_id"]).to_dicts()
    found = pairs[0] if pairs else None
    return {
        "evidence": found,
        "reason": reason(found, settings) if found else "",
        "terms": _told_terms(found, settings) if found else [],
        "facts": facts(one, other),
        "sides": [one, other],
        "between": between,
    }


def _told_terms(found: dict[str, Any], settings: Settings) -> list[dict[str, Any]]:
    return [
        {
            "name": NAMES.get(t.name, t.name.replace("_", " ")),
            "meaning": _MEANING.get(t.name, ""),
            "value": value_in_words(t.name, t.value),
            "adds": t.adds,
        }
        for t in terms(found, settings)
        if abs(t.adds) >= LEAST_TERM
    ]


def document_titles(warehouse: Path, documents: list[str]) -> dict[str, str]:
    """document id -> title, for those documents that the published warehouse has."""
    with reading(warehouse) as con:
        chosen = pl.DataFrame({"document_id": documents}, schema={"document_id": pl.String})
        return dict(ask(con, "titles_of_documents", chosen=chosen).iter_rows())
