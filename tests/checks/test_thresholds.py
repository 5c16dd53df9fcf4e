"""How far a measure may be from that of the published version, and which dumps are held back."""

import polars as pl
import pytest

from papersieve.checks.thresholds import DRIFTS, MIN_RECORDS_FOR_DRIFT, drift, judge_dumps


@pytest.mark.parametrize(
    ("measure", "value", "published", "is_told"),
    [
        ("duplicate_share", 0.2, 0.2, False),
        ("duplicate_share", 0.4, 0.2, True),  # doubled
        ("duplicate_share", 0.28, 0.2, True),
        ("duplicate_share", 0.02, 0.01, False),  # doubled, but from almost nothing
        ("records", 5_000, 4_000, False),
        ("records", 9_000, 4_000, True),
        ("records", 1_000, 4_000, True),
    ],
)
def test_a_change_is_judged_as_a_share_of_what_was_published(measure, value, published, is_told):
    assert (drift(measure, value, published, 4_000) > DRIFTS[measure].warn_above) == is_told


def test_a_small_version_says_nothing_yet():
    assert drift("duplicate_share", 0.9, 0.1, MIN_RECORDS_FOR_DRIFT - 1) == 0
    assert drift("duplicate_share", 0.9, 0.1, MIN_RECORDS_FOR_DRIFT) > 1


@pytest.mark.parametrize(
    ("entries", "quarantined", "lines", "rejected_lines", "held_for"),
    [
        (20, 10, 100, 0, []),  # half is the limit, but not above it
        (20, 11, 100, 0, ["quarantined_share"]),
        (19, 19, 100, 0, []),  # too few to judge
        (20, 0, 100, 51, ["rejected_line_share"]),
        (20, 20, 100, 100, ["quarantined_share"]),  # reported for the first reason
        (0, 0, 0, 0, []),
    ],
)
def test_a_dump_is_held_back_for_its_own_share(entries, quarantined, lines, rejected_lines, held_for):
    counts = {"entries": entries, "quarantined": quarantined, "lines": lines, "rejected_lines": rejected_lines}
    sound = {"entries": 900, "quarantined": 0, "lines": 900, "rejected_lines": 0}
    dumps = pl.DataFrame([{"dump_id": "a", **counts}, {"dump_id": "b", **sound}])
    held = judge_dumps(dumps, {"quarantined_share": 0.5, "rejected_line_share": 0.5}, min_rows=20)
    assert held.select("dump_id", "reason_code").rows() == [("a", why) for why in held_for]
