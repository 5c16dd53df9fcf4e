"""How far a measure may be from the version that readers have."""

import pytest

from papersieve.checks.thresholds import DRIFTS, MIN_RECORDS_FOR_DRIFT, drift, judge_share


@pytest.mark.parametrize(
    ("measure", "value", "published", "judgement"),
    [
        ("duplicate_share", 0.2, 0.2, "ok"),
        ("duplicate_share", 0.4, 0.2, "error"),  # doubled
        ("duplicate_share", 0.28, 0.2, "warn"),
        ("duplicate_share", 0.02, 0.01, "ok"),  # doubled, but from next to nothing
        ("records", 5_000, 4_000, "ok"),
        ("records", 9_000, 4_000, "warn"),
        ("records", 1_000, 4_000, "warn"),
    ],
)
def test_a_change_is_judged_as_a_share_of_what_was_published(measure, value, published, judgement):
    assert judge_share(drift(measure, value, published, 4_000), DRIFTS[measure]) == judgement


def test_a_small_version_says_nothing_yet():
    assert drift("duplicate_share", 0.9, 0.1, MIN_RECORDS_FOR_DRIFT - 1) == 0
    assert drift("duplicate_share", 0.9, 0.1, MIN_RECORDS_FOR_DRIFT) > 1
