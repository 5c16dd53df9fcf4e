"""What a person needs to decide about two documents: the queue of doubtful pairs, both texts, what differs, the evidence."""

import difflib
import re
from pathlib import Path
from typing import Any

import polars as pl

from papersieve.pipeline.matching import context, evidence
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.asking import published_settings
from papersieve.warehouse.answers.reasons import LEAST_TERM, reason, tell_value, terms
from papersieve.warehouse.published.versions import reading
from papersieve.warehouse.sql import ask

#: Words of a text that are compared in their order; of a longer one, only which words it has. Comparing takes up to the square.
_WORDS_IN_ORDER = 2000

_MEANING = evidence.MEANING | context.MEANING | {"prior": "what holds before anything is compared"}

_PAIR = {"left_document_id": pl.String, "right_document_id": pl.String}


def review_queue(warehouse: Path, decided: pl.DataFrame) -> pl.DataFrame:
    """Pairs to review that are not decided: left_document_id, right_document_id, doubt in (0, 1]; most doubtful first.

    decided: decisions (the store's may be newer than those of the published warehouse).
    """
    with reading(warehouse) as con:
        return ask(con, "review_queue", decided=decided.select(list(_PAIR)))


def review_pair(warehouse: Path, left: str, right: str) -> dict[str, Any] | None:
    """Both documents side by side; None where the published warehouse lacks one of them.

    Keys: evidence (null where the two were never compared), reason, terms (what made the score: name, meaning, value in words, adds), sides:
    for each its title and abstract as runs (text, is_shared), date, counts, paper_id, paper_records, listings (dump, lines).
    """
    with reading(warehouse) as con:
        settings = published_settings(con)
        pair = pl.DataFrame([(left, right)], schema=_PAIR, orient="row")
        pairs = ask(con, "pair_evidence", pair=pair).to_dicts()
        sides = {row["document_id"]: row for row in ask(con, "pair_sides", pair=pair).to_dicts()}
    if {left, right} - set(sides):
        return None
    one, other = sides[left], sides[right]
    for column in ("title", "abstract"):
        one[f"{column}_runs"], other[f"{column}_runs"] = differing_words(one[column] or "", other[column] or "")
    found = pairs[0] if pairs else None
    return {
        "evidence": found,
        "reason": reason(found, settings) if found else "",
        "terms": _told_terms(found, settings) if found else [],
        "sides": [one, other],
    }


def _told_terms(found: dict[str, Any], settings: Settings) -> list[dict[str, Any]]:
    return [
        {"name": t.name, "meaning": _MEANING.get(t.name, ""), "value": tell_value(t.name, t.value), "adds": t.adds}
        for t in terms(found, settings)
        if abs(t.adds) >= LEAST_TERM
    ]


def differing_words(left: str, right: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both texts as runs of words (text, is_shared); the runs of a text joined are the text.

    A word is shared where the other text has it at the same place of what they have in common; case and punctuation make no difference.
    """
    words = [re.findall(r"\s*\S+\s*", text) for text in (left, right)]
    keys = [[re.sub(r"\W", "", word).casefold() or word.strip() for word in side] for side in words]
    if max(map(len, keys)) > _WORDS_IN_ORDER:
        shared = [[key in other for key in side] for side, other in ((keys[0], set(keys[1])), (keys[1], set(keys[0])))]
    else:
        shared = [[False] * len(side) for side in keys]
        for block in difflib.SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks():
            shared[0][block.a : block.a + block.size] = [True] * block.size
            shared[1][block.b : block.b + block.size] = [True] * block.size
    return _runs(words[0], shared[0]), _runs(words[1], shared[1])


def _runs(words: list[str], shared: list[bool]) -> list[tuple[str, bool]]:
    runs: list[tuple[str, bool]] = []
    for word, is_shared in zip(words, shared, strict=True):
        if runs and runs[-1][1] == is_shared:
            runs[-1] = (runs[-1][0] + word, is_shared)
        elif runs:  # the space between them belongs to what is shared, so that only words are marked
            before = runs[-1][0]
            words_only = before.rstrip() if is_shared else before
            runs[-1] = (words_only, runs[-1][1])
            runs.append((before[len(words_only) :] + word, is_shared))
        else:
            runs.append((word, is_shared))
    return runs


def document_titles(warehouse: Path, documents: list[str]) -> dict[str, str]:
    """What documents are called, by their ids; those that the published warehouse has."""
    with reading(warehouse) as con:
        chosen = pl.DataFrame({"document_id": documents}, schema={"document_id": pl.String})
        return dict(ask(con, "titles_of_documents", chosen=chosen).iter_rows())
