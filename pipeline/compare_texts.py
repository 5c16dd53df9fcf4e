"""A text against a few others, as a run compares documents that say no more than a title and an abstract.

Plain Python: `matching` works on columns, and what that costs at the least, 25 ms, is too long for a look-up. A test holds
the two equal (tests/pipeline/test_compare_texts.py).
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from rapidfuzz import fuzz

from papersieve.pipeline.blocking.keys import TITLE_WORDS
from papersieve.pipeline.documents import spelled_out, without_what_is_behind
from papersieve.pipeline.matching import guards, judgement
from papersieve.pipeline.matching.comparisons import GENERIC, NOTICE, parts_differ
from papersieve.pipeline.matching.context import SAME_ABSTRACTS, SAME_TITLES
from papersieve.pipeline.matching.model import AGREEING_TITLES, MIN_CONTAINED_WORDS, load_model
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.shingling.minhash import band_keys, sign
from papersieve.pipeline.shingling.shingles import shingle
from papersieve.pipeline.text import match_text

Pair = dict[str, Any]

_GENERIC, _NOTICE, _NUMBER = re.compile(GENERIC), re.compile(NOTICE), re.compile(r"\d+")


class Said(NamedTuple):
    """What is compared: match texts, empty where nothing is said."""

    title: str
    abstract: str


def said(title: str | None, abstract: str | None) -> Said:
    """What a clean title and abstract say, as `documents.contents` has it."""
    return Said(spelled_out(match_text(without_what_is_behind(title or ""))), match_text(abstract or ""))


def compare_texts(one: Said, others: Sequence[Said], settings: Settings) -> list[Pair]:
    """The text with each of the others: evidence of titles and abstracts, score, judgement, rule and match_key (null: a run would not propose
    the pair). As `compare_one.compare_with` says it, but that match_key is left out of pairs that are no match.
    """
    shingles = _shingles(one.abstract, settings)
    pairs = [_compared(one, other, shingles, settings) for other in others]
    _add_context(pairs, one, others, settings)
    _add_scores(pairs)
    for pair, other in zip(pairs, others, strict=True):
        pair["judgement"], pair["rule"] = _judged(pair, settings)
        proposed = pair["judgement"] != "non_match"
        pair["match_key"] = _match_key(one, other, settings) if proposed else None
    return pairs


def _compared(one: Said, other: Said, shingles: set[tuple[str, ...]], settings: Settings) -> Pair:
    similarity, containment = _shares(shingles, _shingles(other.abstract, settings))
    words = [text.abstract.split(" ") if text.abstract else [] for text in (one, other)]
    return {
        "similarity": similarity,
        "containment": containment,
        "abstract_words": _shares(set(words[0]), set(words[1]))[0],
        "smaller_words": min(map(len, words)),
        **_compared_titles(one.title, other.title),
    }


def _shingles(text: str, settings: Settings) -> set[tuple[str, ...]]:
    words = text.split(" ") if text else []
    size = min(settings.signing.shingle_words, len(words))
    return set(zip(*(words[start:] for start in range(size)), strict=False))


def _shares(left: set[Any], right: set[Any]) -> tuple[float | None, float | None]:
    """Jaccard similarity, and the share of the smaller set that the other holds."""
    if not left or not right:
        return None, None
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared), shared / min(len(left), len(right))


def _compared_titles(left: str, right: str) -> Pair:
    """As `comparisons.compare_titles`."""
    generic = 1.0 if _GENERIC.search(left) or _GENERIC.search(right) else None
    if not left or not right:
        is_notice = _NOTICE.match(left) or _NOTICE.match(right)
        names = ("title_similarity", "title_containment", "title_length", "title_numbers")
        return {**dict.fromkeys(names), "title_parts": 0.0 if is_notice else None, "generic_title": generic}
    words = left.split(" "), right.split(" ")
    numbers = [set(_NUMBER.findall(title)) for title in (left, right)]
    return {
        "title_similarity": _alike(left, right),
        "title_containment": _shares(set(words[0]), set(words[1]))[1],
        "title_length": min(map(len, words)),
        "title_numbers": float(numbers[0] == numbers[1]) if any(numbers) else None,
        "title_parts": float(not parts_differ(left, right)),
        "generic_title": generic,
    }


def _alike(left: str, right: str) -> float:
    in_order = fuzz.ratio(left.replace(" ", ""), right.replace(" ", ""))
    return float(np.float32(max(in_order, fuzz.token_sort_ratio(left, right)))) * 0.01


def _add_context(pairs: list[Pair], one: Said, others: Sequence[Said], settings: Settings) -> None:
    """As `context.add_context`, where no year and no dump is known."""
    titles: dict[str, set[str]] = {}
    for text in (one, *others):
        titles.setdefault(text.abstract, set()).update([text.title] if _is_key(text.title, settings) else [])
    for pair, other in zip(pairs, others, strict=True):
        is_one_title = (pair["title_similarity"] or 0) >= SAME_TITLES
        has_key = _is_key(one.title, settings) or _is_key(other.title, settings)
        is_one_abstract = (pair["similarity"] or 0) >= SAME_ABSTRACTS
        pair["title_years"] = 1.0 if is_one_title and has_key else None
        many = float(max(len(titles[one.abstract]), len(titles[other.abstract])))
        pair["abstract_titles"] = many if is_one_abstract else None


def _is_key(title: str, settings: Settings) -> bool:
    return bool(title) and title.count(" ") + 1 >= settings.signing.min_title_words


def _add_scores(pairs: list[Pair]) -> None:
    """As `Model.score`."""
    model = load_model()
    for is_compared, table in ((True, model.with_abstracts), (False, model.without)):
        of = [pair for pair in pairs if (pair["similarity"] is not None) is is_compared]
        counted = [_counted(pair) for pair in of]
        total = np.full(len(of), table.prior)
        for name, (knots, weights) in table.curves.items():
            values = np.array([pair.get(name) for pair in counted], np.float64)
            total += np.where(np.isnan(values), 0.0, np.interp(values, knots, weights))
        for pair, score in zip(of, total.tolist(), strict=True):
            pair["score"] = round(score, 6)


def _counted(pair: Pair) -> Pair:
    """As `model.counted`."""
    agrees = max(pair["title_similarity"] or 0, pair["title_containment"] or 0) > AGREEING_TITLES
    return {
        **pair,
        "containment": pair["containment"] if pair["smaller_words"] >= MIN_CONTAINED_WORDS else None,
        "title_length": pair["title_length"] if agrees else None,
    }


def _judged(pair: Pair, settings: Settings) -> tuple[str, str]:
    """(judgement, rule) as `judgement.judge` says them: of the rules those that texts alone can break."""
    by_score = "match" if pair["score"] >= load_model().match_from(settings.wrong_share) else "review"
    by_score = by_score if pair["score"] >= judgement.REVIEW_FROM else "non_match"
    guard = _guard(pair)
    if guard:
        return ("review" if by_score == "match" else by_score), guard
    if by_score != "match" and _is_one_text(pair):
        return "match", judgement.SAME_ABSTRACT
    return by_score, judgement.MODEL


def _guard(pair: Pair) -> str | None:
    if pair["title_parts"] == 0:
        return guards.OTHER_PART
    if pair["generic_title"] == 1 and pair["similarity"] is None:
        return guards.GENERIC_TITLE
    return guards.OTHER_ABSTRACT if _are_other_abstracts(pair) else None


def _are_other_abstracts(pair: Pair) -> bool:
    titles = pair["title_similarity"]
    if pair["similarity"] is None:
        return False
    if titles is None:
        needed = guards.ALIKE_WITHOUT_TITLE
    elif titles >= guards.ONE_TITLE:
        needed = guards.ALIKE_UNDER_ONE_TITLE
    else:
        is_like = titles >= guards.UNLIKE_TITLES
        needed = guards.ALIKE_UNDER_LIKE_TITLES if is_like else guards.ALIKE_UNDER_UNLIKE_TITLES
    is_part = pair["containment"] >= guards.PART_OF_ANOTHER and (titles is None or titles >= guards.UNLIKE_TITLES)
    return bool(pair["similarity"] < needed and not is_part)


def _is_one_text(pair: Pair) -> bool:
    return bool(
        pair["smaller_words"] >= judgement.LONG_ABSTRACT_WORDS
        and (pair["similarity"] or 0) >= judgement.SAME_TEXT
        and (pair["abstract_titles"] or 0) <= judgement.MOST_TITLES
    )


def _match_key(one: Said, other: Said, settings: Settings) -> str | None:
    """The strongest key that both have, as `blocking.keys` makes them of title and abstract."""
    openings = [text.abstract.split(" ", settings.signing.opening_words) for text in (one, other)]
    if one.abstract and one.abstract == other.abstract:
        return "abstract"
    if one.title == other.title and _is_key(one.title, settings):
        return "title"
    if one.abstract and other.abstract:
        words = settings.signing.opening_words
        if min(map(len, openings)) >= words and openings[0][:words] == openings[1][:words]:
            return "opening"
        return "band" if _share_band(one.abstract, other.abstract, settings) else None
    longest = [_longest_words(text.title) for text in (one, other)]
    is_cited = not one.abstract and not other.abstract and len(longest[0]) == TITLE_WORDS
    return "title_words" if is_cited and longest[0] == longest[1] else None


def _longest_words(title: str) -> list[str]:
    return sorted(sorted({*title.split(" ")} - {""}, key=lambda word: (-len(word), word))[:TITLE_WORDS])


def _share_band(left: str, right: str, settings: Settings) -> bool:
    signing = settings.signing
    shingles = [shingle(text, signing.shingle_words) for text in (left, right)]
    signatures = sign(shingles, num_perm=signing.num_perm, seed=signing.signature_seed)
    bands = band_keys(signatures, bands=signing.bands, rows=signing.rows_per_band)
    return bool((bands[:, 0] == bands[:, 1]).any())
