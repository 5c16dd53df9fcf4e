"""How far a measure may be from the version that readers have."""

import pytest

from papersieve.checks.thresholds import DRIFTS, MIN_RECORDS_FOR_DRIFT, drift


@pytest.mark.parametrize(
    ("measure", "value", "published", "is_far"),
    [
        ("duplicate_share", 0.2, 0.2, False),
        ("duplicate_share", 0.4, 0.2, True),  # doubled
        ("duplicate_share", 0.28, 0.2, True),
        ("duplicate_share", 0.02, 0.01, False),  # doubled, but from next to nothing
        ("records", 5_000, 4_000, False),
        ("records", 9_000, 4_000, True),
        ("records", 1_000, 4_000, True),
    ],
)
def test_a_change_is_judged_as_a_share_of_what_was_published(measure, value, published, is_far):
    assert (drift(measure, value, published, 4_000) > DRIFTS[measure].warn_above) == is_far


def test_a_small_version_says_nothing_yet():
    assert drift("duplicate_share", 0.9, 0.1, MIN_RECORDS_FOR_DRIFT - 1) == 0
    assert drift("duplicate_share", 0.9, 0.1, MIN_RECORDS_FOR_DRIFT) > 1
