"""Small made-up inputs of the kinds that users have: the fields read from each, and the number of papers.

tests/cases/expected.json holds the correct results. `python -m tests.pipeline.test_inputs_of_users` rewrites it; review
its diff before you keep it.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest

from papersieve.pipeline.blocking.candidates import candidate_pairs
from papersieve.pipeline.blocking.keys import block_keys
from papersieve.pipeline.compare_asked import _apart
from papersieve.pipeline.derive import clusters_of, derive, listings_of, number_documents
from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.dump_files import find_dumps
from papersieve.pipeline.extract.places.folders import files_below
from papersieve.pipeline.extract.raw_dump import BrokenDump, RawDump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.matching.context import add_context, recurrence
from papersieve.pipeline.matching.evidence import gather_evidence
from papersieve.pipeline.matching.judgement import judge
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.records import split_records
from papersieve.pipeline.settings import Settings

CASES = Path(__file__).parents[1] / "cases"
EXPECTED = CASES / "expected.json"
SHOWN = (
    "title",
    "abstract",
    "authors",
    "venue",
    "volume",
    "issue",
    "pages",
    "year",
    "published_date",
    "doi",
    "arxiv_id",
    "pmid",
    "code_urls",
)
NAMES = sorted(path.name for path in CASES.iterdir() if path != EXPECTED)

#: Cases whose papers are found together, because most of the time goes into steps, however few their records.
TOGETHER = 30


def read(names: list[str]) -> dict[str, dict]:
    """The result of reading each case: formats, records, papers, numbers of quarantined records and rejected lines.

    If a case can't be read, only the reason code.
    """
    found, records = {}, {}
    for name in names:
        try:
            extracted = [extract_dump(dump, Reading()) for dump in dumps(CASES / name)]
        except DumpError as error:
            found[name] = {"refused": error.reason_code}
            continue
        records[name], quarantined = split_records(*(each.records for each in extracted))
        found[name] = {
            "formats": [each.dump["format"].item() for each in extracted],
            "records": [_shown(row) for row in records[name].select(SHOWN).to_dicts()],
            "quarantined": quarantined.height,
            "rejected": sum(each.rejected_lines.height for each in extracted),
        }
    for name, papers in count_papers(records).items():
        found[name]["papers"] = papers
    return found


def dumps(case: Path) -> Iterator[RawDump]:
    for path in files_below(case) if case.is_dir() else [case]:
        for found in find_dumps(path, Reading()):
            if isinstance(found, BrokenDump):
                raise found.error
            yield found


def count_papers(records: dict[str, pl.DataFrame]) -> dict[str, int]:
    """The papers that `derive` makes of each case alone: documents and keys of two cases are never the same."""
    parts = [
        part.with_columns(pl.format("{}{}", pl.lit(f"{case:032}"), "document_id").alias("document_id"), dump_no=case)
        for case, part in enumerate(records.values())
    ]
    together, settings = pl.concat(parts), Settings()
    documents = number_documents(together)
    listed = listings_of(together, documents)
    keys = _apart(block_keys(documents, settings), documents["dump_no"].to_numpy())
    candidates, _ = candidate_pairs(keys, bucket_cap=settings.matching.bucket_cap)
    pairs = add_context(gather_evidence(candidates, documents, settings), recurrence(keys, documents), listed)
    clusters, _ = clusters_of(documents, judge(pairs, settings), listed)
    counts = documents.join(clusters, on="document_no").group_by("dump_no").agg(pl.col("cluster_no").n_unique())
    found = dict(counts.iter_rows())
    return {name: found.get(case, 0) for case, name in enumerate(records)}


def _shown(row: dict) -> dict:
    return json.loads(json.dumps({name: value for name, value in row.items() if value not in (None, [])}, default=str))


@pytest.mark.parametrize("first", range(0, len(NAMES), TOGETHER))
def test_cases_are_read_as_is_right(first):
    names = NAMES[first : first + TOGETHER]
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    assert read(names) == {name: expected[name] for name in names}


def test_papers_of_a_case_are_those_that_derive_makes_of_it_alone():
    numbered = {}
    for name in NAMES[::40]:
        with suppress(DumpError):
            records, _ = split_records(*(extract_dump(dump, Reading()).records for dump in dumps(CASES / name)))
            numbered[name] = records
    alone = {
        name: derive(records.with_columns(dump_no=pl.lit(1, pl.Int64)), Settings()).papers.height
        for name, records in numbered.items()
    }
    assert count_papers(numbered) == alone


if __name__ == "__main__":
    EXPECTED.write_text(json.dumps(read(NAMES), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
