"""Where a measure becomes a warning or an error."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Threshold:
    """A measure above `warn_above` is a warning, above `error_above` an error that keeps a run from publishing."""

    warn_above: float
    error_above: float
    meaning: str


THRESHOLDS: dict[str, Threshold] = {
    "rejected_line_share": Threshold(0.02, 0.5, "lines that are part of no record and no furniture"),
    "quarantined_share": Threshold(0.05, 0.5, "records that break their contract"),
    "duplicate_share": Threshold(0.95, 1.0, "records that repeat a paper"),
    "largest_paper_records": Threshold(500, float("inf"), "records of the largest paper"),
    "hot_buckets": Threshold(0, float("inf"), "buckets too full to propose pairs: repeats in them may be missed"),
    "unreadable_dumps": Threshold(0, float("inf"), "files that could not be read as dumps"),
}

#: Judged for each dump alone: among many good ones, a bad dump would not be seen in the shares above.
OF_EACH_DUMP = Threshold(0.2, 0.5, "records of one dump that break their contract")

#: How far a measure may be from that of the version that readers have, as a share of that one.
DRIFTS: dict[str, Threshold] = {
    "records": Threshold(0.5, float("inf"), "records that came or went since the version that readers have"),
    "duplicate_share": Threshold(0.3, 0.9, "change of the duplicate share since the version that readers have"),
}

#: A share below this one is taken for it when a change is measured: from one duplicate to two is no doubling.
SMALLEST_SHARE = 0.05

#: Records of a published version from which on a change of it says something.
MIN_RECORDS_FOR_DRIFT = 1_000

#: Shares of fewer rows than this say too little for an error.
MIN_ROWS_FOR_ERROR = 20


def judge_measures(measures: pl.DataFrame) -> pl.DataFrame:
    """Add judgement (ok, warn or error) to measures (measure, value); a measure without a threshold is ok."""
    values = dict(measures.select("measure", "value").iter_rows())
    enough = values.get("records", 0) >= MIN_ROWS_FOR_ERROR
    judgements = [_judge(name, value, enough) for name, value in values.items()]
    return measures.with_columns(pl.Series("judgement", judgements, dtype=pl.String))


def _judge(name: str, value: float, enough: bool) -> str:
    threshold = THRESHOLDS.get(name)
    if threshold is None or value <= threshold.warn_above:
        return "ok"
    return "error" if enough and value > threshold.error_above else "warn"


def judge_share(value: float, threshold: Threshold) -> str:
    """Judgement (ok, warn or error) of one value against one threshold."""
    return "ok" if value <= threshold.warn_above else "error" if value > threshold.error_above else "warn"


def drift(measure: str, value: float, published: float, published_records: float) -> float:
    """Change of a measure against that of the published version, as a share of it; 0 where that says nothing yet."""
    if published_records < MIN_RECORDS_FOR_DRIFT:
        return 0.0
    floor = SMALLEST_SHARE if measure.endswith("_share") else 1.0
    return abs(value - published) / max(published, floor)
