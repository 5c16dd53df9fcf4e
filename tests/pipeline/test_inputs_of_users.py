"""Small made-up inputs of the kinds that users have: the fields read from each, and the number of papers.

tests/cases/expected.json holds the correct results. `python -m tests.pipeline.test_inputs_of_users` rewrites it; review
its diff before you keep it.
"""

import json
from pathlib import Path

import polars as pl
import pytest

from papersieve.pipeline.derive import derive
from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.dump_files import find_dumps
from papersieve.pipeline.extract.places.folders import files_below
from papersieve.pipeline.extract.raw_dump import BrokenDump
from papersieve.pipeline.extract.read import extract_dump
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


def read(name: str) -> dict:
    """The result of reading a case: formats, records, papers, numbers of quarantined records and rejected lines.

    If the case can't be read, only the reason code.
    """
    extracted = []
    for path in files_below(CASES / name) if (CASES / name).is_dir() else [CASES / name]:
        for found in find_dumps(path, Reading()):
            if isinstance(found, BrokenDump):
                return {"refused": found.error.reason_code}
            try:
                extracted.append(extract_dump(found, Reading()))
            except DumpError as error:
                return {"refused": error.reason_code}
    records, quarantined = split_records(*(each.records for each in extracted))
    numbered = records.with_columns(dump_no=pl.lit(1, pl.Int64))
    # A third of the cases have a single record, which is one paper. Deriving it would take most of the test's time.
    papers = derive(numbered, Settings()).papers.height if records.height > 1 else records.height
    return {
        "formats": [each.dump["format"].item() for each in extracted],
        "records": [_shown(row) for row in records.select(SHOWN).to_dicts()],
        "quarantined": quarantined.height,
        "rejected": sum(each.rejected_lines.height for each in extracted),
        "papers": papers,
    }


def _shown(row: dict) -> dict:
    return json.loads(json.dumps({name: value for name, value in row.items() if value not in (None, [])}, default=str))


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_read_as_is_right(name):
    assert read(name) == json.loads(EXPECTED.read_text(encoding="utf-8"))[name]


if __name__ == "__main__":
    EXPECTED.write_text(
        json.dumps({name: read(name) for name in NAMES}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
