"""Two records to evidence: one number for each thing that can be compared, null where one of them doesn't say."""

from rapidfuzz import fuzz

from pipeline.dedup import batch
from pipeline.dedup.fields import Fields
from pipeline.matching.evidence import parts_differ

#: Words of the shorter abstract below which containment is no evidence.
MIN_CONTAINED_WORDS = 20

#: Title similarity from which the length of the title counts: a long title seldom agrees by chance.
AGREEING_TITLES = 0.9

#: What is compared of two records, and what it means.
PAIR_MEANING = {
    "abstract_similarity": "Jaccard of the abstracts' shingles",
    "abstract_containment": "share of the smaller abstract's shingles in the other",
    "abstract_words": "Jaccard of the abstracts' longer words: what is left of a rewritten text",
    "title_similarity": "equal letters of the titles, in order or with their words sorted",
    "title_containment": "share of the shorter title's words in the other: a subtitle more",
    "title_length": "words of the shorter title, where the titles agree",
    "title_parts": "1 the titles name no different part or notice, 0 they do",
    "title_numbers": "1 the titles have the same numbers, 0 they have not",
    "authors": "share of names found in the other list, of the list that is found best",
    "authors_all": "share of names found in the other list, of both lists together",
    "year_distance": "years between them",
    "day": "1 the same day, 0 another",
    "day_title": "title_similarity on the same day: what was not revised has its title still",
    "venue": "share of the shorter name's words found in the other, abbreviated or not; 1 only if verbatim",
    "venue_kind": "1 the same kind (journal, meeting, report), 0 another, 0.5 one of them unknown",
    "volume": "1 the same, 0 another",
    "issue": "1 the same, 0 another",
    "pages": "1 the same first page, 0 another",
    "doi": "1 the same, 0 another",
    "arxiv_id": "1 the same, 0 another",
}
#: All evidence, with what the batch adds.
MEANING = PAIR_MEANING | batch.MEANING
EVIDENCE = tuple(MEANING)

Evidence = dict[str, float | None]


def compare(left: Fields, right: Fields, similarity: float | None, containment: float | None) -> Evidence:
    """Evidence of a pair by itself, whose abstracts' similarity and containment are known; the same either way round."""
    titles, day = compare_titles(left, right), _equal(left.day, right.day)
    words = min(left.abstract.count(" "), right.abstract.count(" ")) + 1
    return {
        "abstract_similarity": similarity,
        "abstract_containment": containment if words >= MIN_CONTAINED_WORDS else None,
        "abstract_words": _jaccard(left.abstract_words, right.abstract_words),
        **titles,
        **compare_authors(left, right),
        "year_distance": float(abs(left.year - right.year)) if left.year and right.year else None,
        "day": day,
        "day_title": titles["title_similarity"] if day else None,
        "venue": compare_venues(left.venue, right.venue),
        "venue_kind": compare_kinds(left.venue_kind, right.venue_kind) if left.venue and right.venue else None,
        "volume": _meet(left.volume, right.volume),
        "issue": _meet(left.issue, right.issue),
        "pages": _meet(left.pages, right.pages),
        "doi": _equal(left.doi, right.doi),
        "arxiv_id": _equal(left.arxiv_id, right.arxiv_id),
    }


def _equal(left: str, right: str) -> float | None:
    return float(left == right) if left and right else None


def _meet(left: frozenset[str], right: frozenset[str]) -> float | None:
    return float(not left.isdisjoint(right)) if left and right else None


def _jaccard(left: frozenset[str], right: frozenset[str]) -> float | None:
    if not left or not right:
        return None
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared)


def compare_titles(left: Fields, right: Fields) -> Evidence:
    """Evidence of two titles; all null where one is missing."""
    a, b = sorted((left.title, right.title))
    if not a or not b:
        return dict.fromkeys(name for name in PAIR_MEANING if name.startswith("title"))
    similarity = max(fuzz.ratio(a.replace(" ", ""), b.replace(" ", "")), fuzz.token_sort_ratio(a, b)) / 100
    short, long = sorted((set(a.split()), set(b.split())), key=len)
    contained = len(short & long) / len(short)
    length = min(a.count(" "), b.count(" ")) + 1
    has_numbers = bool(left.title_numbers or right.title_numbers)
    return {
        "title_similarity": similarity,
        "title_containment": contained,
        "title_length": float(length) if max(similarity, contained) > AGREEING_TITLES else None,
        "title_parts": float(not parts_differ(a, b)),
        "title_numbers": float(left.title_numbers == right.title_numbers) if has_numbers else None,
    }


def compare_authors(left: Fields, right: Fields) -> Evidence:
    """Evidence of two lists of authors, whatever their order and however their first names are written."""
    if not left.authors or not right.authors:
        return {"authors": None, "authors_all": None}
    shared = len(left.authors & right.authors)
    missing = _missing(left, right), _missing(right, left)
    return {"authors": _share(shared, min(missing)), "authors_all": _share(shared, sum(missing))}


def _share(shared: int, missing: int) -> float:
    return shared / (shared + missing) if shared + missing else 0.0


def _missing(one: Fields, other: Fields) -> int:
    """Names that the other list lacks; "Maya" is not missed where it has an "M.", nor "QJ" beside a "Qing"."""
    firsts = {word[0] for word in other.authors}
    return sum(
        word[0] not in other.initials and not (len(word) == 2 and word[0] in firsts)
        for word in one.authors - other.authors
    )


def compare_venues(left: tuple[str, ...], right: tuple[str, ...]) -> float | None:
    """1 verbatim, at most .95 otherwise: "Curr Opin Lipidol" is "Current Opinion in Lipidology"."""
    if not left or not right:
        return None
    if left == right:
        return 1.0
    short, long = sorted((left, right), key=lambda words: (len(words), words))
    if "".join(short) == "".join(word[0] for word in long):
        return 0.95
    found = sum(any(b.startswith(a) or a.startswith(b) for b in long) for a in short)
    return 0.95 * found / len(short)


def compare_kinds(left: str, right: str) -> float | None:
    """1 equal, 0 different, 0.5 where only one is known: a journal's name seldom hides that it is one."""
    if not left and not right:
        return None
    return float(left == right) if left and right else 0.5
