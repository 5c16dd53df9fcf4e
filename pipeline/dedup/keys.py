"""Fields to block keys for what abstracts can't find: no abstract, a few words of it, rewritten, retitled.

Beside the keys of `blocks`:
    doi, arxiv_id the identifier itself, where it is given
    title_words   two of a title's rarest words: other punctuation, a subtitle more, a word misspelt
    title_author  a rare word of the title and an author: retitled
    place         year, volume and first page: the same place in print
    author_year   two authors and the year: a title that is garbled or in another language
    abstract_words  two of an abstract's rarest words: rewritten

How rare a word is, is counted in the frame itself; a word of one document alone can propose nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations

import polars as pl

from pipeline.blocking.keys import SCHEMA
from pipeline.dedup.fields import Fields
from pipeline.ids import block_key

#: Words of a title, of a list of authors and of an abstract that keys are made of: the rarest ones.
TITLE_WORDS, AUTHORS, ABSTRACT_WORDS = 4, 4, 5


def field_keys(documents: list[Fields]) -> pl.DataFrame:
    """Keys of documents numbered by their place in the list: document_no, match_key, key; each once."""
    title_count = Counter(word for d in documents for word in set(d.title.split()))
    author_count = Counter(word for d in documents for word in d.authors)
    abstract_count = Counter(word for d in documents for word in d.abstract_words)
    rows = set()
    for number, fields in enumerate(documents):
        title = _rarest(set(fields.title.split()), title_count, TITLE_WORDS)
        authors = _rarest(fields.authors, author_count, AUTHORS)
        abstract = _rarest(fields.abstract_words, abstract_count, ABSTRACT_WORDS)
        for kind, text in _keys(fields, title, authors, abstract):
            rows.add((number, kind, block_key(kind, text)))
    return pl.DataFrame(sorted(rows), schema=SCHEMA, orient="row")


def _rarest(words: Iterable[str], count: Counter[str], limit: int) -> list[str]:
    shared = (word for word in words if count[word] > 1 and len(word) > 2)
    return sorted(shared, key=lambda word: (count[word], word))[:limit]


def _keys(fields: Fields, title: list[str], authors: list[str], abstract: list[str]) -> Iterator[tuple[str, str]]:
    if fields.doi:
        yield "doi", fields.doi
    if fields.arxiv_id:
        yield "arxiv_id", fields.arxiv_id
    for pair in combinations(sorted(title), 2):
        yield "title_words", " ".join(pair)
    for word in title[:3]:
        for author in authors:
            yield "title_author", f"{word} {author}"
    if fields.year and fields.volume:
        for page in fields.pages:
            yield "place", f"{fields.year} {min(fields.volume)} {page}"
    for pair in combinations(sorted(authors[:3]), 2):
        yield "author_year", f"{' '.join(pair)} {fields.year}"
    for pair in combinations(sorted(abstract), 2):
        yield "abstract_words", " ".join(pair)
