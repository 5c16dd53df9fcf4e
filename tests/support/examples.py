"""How many examples a property is tried on where the profile's number is too few or too many."""

from hypothesis import settings


def examples(number: int) -> settings:
    """So many whenever the tests run, the same each time; four times as many, and others, in `make soak`."""
    return settings(max_examples=number if settings.default.derandomize else 4 * number)
