"""Records that belong to a paper, with only the values that a test names."""

from typing import Any

import polars as pl

from papersieve.checks.record_columns import RECORDS

RECORD_SCHEMA = {"paper_id": pl.String, **RECORDS.schema}


def record(paper: str, number: int, **values: Any) -> dict[str, Any]:
    """A record with only these values."""
    ids = {"record_id": f"{number:032x}", "document_id": f"{number:032x}", "dump_id": f"{number % 3:032x}"}
    return {"paper_id": paper, **ids, "urls": [], "code_urls": []} | values
