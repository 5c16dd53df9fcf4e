"""When a measure becomes a warning, which dumps the gate holds back, and what to do about a failed check.

Remedies are in terms of commands. A check that has none fails only because of a fault in the software.
"""

from dataclasses import dataclass

import polars as pl

_READ = "inspect the files that they came from with `papersieve inspect FILE`"

REMEDIES = {
    "unreadable_dumps": "`papersieve status` lists these files and what is wrong with them. Repair or remove them, or rename them so that their names start with `_`, and run again.",
    "rejected_line_share": f"A dump may have a new layout. The table rejected_lines holds the lines; {_READ}.",
    "quarantined_share": f"The table quarantined_records gives the reasons in its column reason_codes; {_READ}.",
    "held_back_dumps": "The other dumps are published. `papersieve status` says what is wrong with these. Replace them with complete files, or accept them as they are with `papersieve run FILE --accept DUMP`.",
    "hot_buckets": "Look at the table hot_buckets. Many abstracts may share the same boilerplate. The setting bucket_cap sets how many documents are too many.",
    "duplicate_share": "Nearly all records repeat others. Check that this is the folder you meant.",
    "largest_paper_records": "Look at the records of this paper. Boilerplate in place of abstracts can merge many papers into one.",
    "records_drift": "Look at the latest dumps. One may have added or removed far more records than usual.",
    "every_abstract_is_said_once": "Compare two of the papers with `papersieve explain ID ID`. If they are one paper, say so in `papersieve review`.",
    "no_measure_is_a_warning": "Each of these measures is a check of its own, which says what to do.",
    "no_paper_has_two_arxiv_ids": "`papersieve explain ID` shows which matches connect the records. A person can decide that they are one paper.",
}

OF_SOFTWARE = "This is a fault of papersieve, not of your data. `papersieve rebuild` derives everything again. Please report the fault, with the rows above."


@dataclass(frozen=True)
class Threshold:
    """A measure above `warn_above` is a warning. It stops nothing; only a dump's own share can (`judge_dumps`)."""

    warn_above: float
    meaning: str


THRESHOLDS: dict[str, Threshold] = {
    "rejected_line_share": Threshold(0.02, "lines that are neither part of a record nor furniture"),
    "quarantined_share": Threshold(0.05, "records that are quarantined"),
    "held_back_dumps": Threshold(0, "dumps that are held back because too much of them can't be used"),
    "duplicate_share": Threshold(0.95, "records that repeat a paper"),
    "largest_paper_records": Threshold(500, "records of the largest paper"),
    "hot_buckets": Threshold(0, "buckets too full to propose pairs; repeats in them may be missed"),
    "unreadable_dumps": Threshold(0, "files that could not be read as dumps"),
}

#: Judged for each dump separately, because one bad dump among many good ones does not show in the shares above.
OF_EACH_DUMP = Threshold(0.2, "records of one dump that break their contract")

#: How much a measure may differ from that of the published version, as a share of the published one.
DRIFTS: dict[str, Threshold] = {
    "records": Threshold(0.5, "change in the number of records since the version that readers have"),
    "duplicate_share": Threshold(0.3, "change in the duplicate share since the version that readers have"),
}

#: Smaller shares count as this one when a change is measured, so that a second duplicate is not a doubling.
SMALLEST_SHARE = 0.05

#: A change is judged only if the published version has at least this many records.
MIN_RECORDS_FOR_DRIFT = 1_000

#: share that the gate judges -> the rows that it counts, and those of them that can't be used.
GATES = {"quarantined_share": ("entries", "quarantined"), "rejected_line_share": ("lines", "rejected_lines")}


def judge_measures(measures: pl.DataFrame) -> pl.DataFrame:
    """Add judgement (ok or warn) to measures (measure, value). A measure without a threshold is ok."""
    judgements = [
        "warn" if name in THRESHOLDS and value > THRESHOLDS[name].warn_above else "ok"
        for name, value in measures.select("measure", "value").iter_rows()
    ]
    return measures.with_columns(pl.Series("judgement", judgements, dtype=pl.String))


def judge_dumps(dumps: pl.DataFrame, limits: dict[str, float], min_rows: int) -> pl.DataFrame:
    """The dumps to hold back, each with the name of the share (`reason_code`), its `value` and its `limit`.

    dumps: one row per dump, with the columns that `GATES` names. limits: the limit of each share. min_rows: a share of
    fewer rows is not judged.
    """
    judged = []
    for share, (rows, bad) in GATES.items():
        told = {
            "reason_code": pl.lit(share),
            "value": pl.col(bad) / pl.col(rows),
            "limit": pl.lit(limits[share], pl.Float64),
        }
        shares = dumps.filter(pl.col(rows) >= min_rows).with_columns(**told)
        judged.append(shares.filter(pl.col("value") > pl.col("limit")))
    return pl.concat(judged).unique("dump_id", keep="first", maintain_order=True)


def drift(measure: str, value: float, published: float, published_records: float) -> float:
    """The change of a measure since the published version, as a share of the published one; 0 if that has too few
    records to judge.
    """
    if published_records < MIN_RECORDS_FOR_DRIFT:
        return 0.0
    floor = SMALLEST_SHARE if measure.endswith("_share") else 1.0
    return abs(value - published) / max(published, floor)


def remedy(name: str) -> str:
    """What to do if the check or the measure with this name fails."""
    return REMEDIES.get(name, OF_SOFTWARE)
