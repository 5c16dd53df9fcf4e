"""`papersieve match`: clusters, pairs and reasons for the records of files, without a store."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from papersieve.pipeline.derive import Derived, derive
from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.records import split_records
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.outputs import written_aside
from papersieve.warehouse.store.files_at_places import find_files

#: The id that the caller uses for a record.
LISTED = "listed_id"


def match(paths: Iterable[Path], settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(records with paper_id, pairs) of dump files, as a run would make them.

    Records: file, line_start, line_end, title, paper_id (the listed id of its first record), in the order of the files.
    Pairs: left and right (listed ids: file:line, or file:line:n if a line has several records), match_key, evidence,
    score, judgement, rule. A folder stands for its files. A file is shown by its name, or by its path if two have the
    same name; a file that is given twice is read once. Raises PapersieveError if a file can't be read.
    """
    parts, paths = [], list(dict.fromkeys(file for file in find_files(paths) if isinstance(file, Path)))
    is_told = len({path.name for path in paths}) == len(paths)
    for number, path in enumerate(paths, start=1):
        found = extract_dump(read_dump(path), settings.reading)
        good, _ = split_records(found.records)
        named = good.with_columns(dump_no=pl.lit(number, pl.Int64), file=pl.lit(path.name if is_told else str(path)))
        line, nth = pl.format("{}:{}", "file", "line_start"), pl.col("ordinal").rank("ordinal").over("line_start")
        is_shared = pl.len().over("line_start") > 1
        listed_id = pl.when(is_shared).then(pl.format("{}:{}", line, nth)).otherwise(line)
        parts.append(named.with_columns(listed_id.alias(LISTED)))
    if not parts:
        raise PapersieveError("expected files to match, found none")
    records = pl.concat(parts)
    derived = derive(records, settings)
    return matched(records, derived), named_pairs(records, derived)


def matched(records: pl.DataFrame, derived: Derived) -> pl.DataFrame:
    """Records, in their order, with record_id and paper_id as listed; a paper's id is that of its first record."""
    clusters = derived.clusters.select("document_id", cluster="paper_id")
    clustered = records.join(clusters, on="document_id", maintain_order="left")
    first = pl.col(LISTED).sort_by("dump_no", "ordinal").first().over("cluster")
    columns = [c for c in ("file", "line_start", "line_end", "title") if c in records.columns]
    return clustered.select(pl.col(LISTED).alias("record_id"), first.alias("paper_id"), *columns)


def named_pairs(records: pl.DataFrame, derived: Derived) -> pl.DataFrame:
    """Pairs of documents as left_record_id, right_record_id: the listed ids of their first records. Sorted."""
    firsts = records.sort("dump_no", "ordinal").unique("document_id", keep="first").select("document_id", LISTED)
    names = ({"document_id": f"{side}_document_id", LISTED: f"{side}_record_id"} for side in ("left", "right"))
    left, right = map(firsts.rename, names)
    named = derived.pairs.join(left, on="left_document_id").join(right, on="right_document_id")
    ends = ("left_record_id", "right_record_id")
    return named.select(*ends, pl.exclude(*ends, "left_document_id", "right_document_id")).sort(*ends)


def write_clusters(clusters: pl.DataFrame, path: Path) -> None:
    """Write Parquet, or CSV if the file name ends in `.csv`."""
    with written_aside(path) as aside:
        clusters.write_csv(aside) if path.suffix == ".csv" else clusters.write_parquet(aside)


def as_json(clusters: pl.DataFrame, pairs: pl.DataFrame) -> dict[str, Any]:
    """The result as one object: counts, papers with several records (lists of record ids), and all pairs that are not
    clear non-matches.
    """
    each = clusters.group_by("paper_id", maintain_order=True).agg("record_id")
    papers = each.filter(pl.col("record_id").list.len() > 1)
    told = pairs.filter(pl.col("judgement") != "non_match").to_dicts()
    counts = {"records": clusters.height, "papers": clusters["paper_id"].n_unique()}
    return {**counts, "repeated": papers["record_id"].to_list(), "pairs": told}
