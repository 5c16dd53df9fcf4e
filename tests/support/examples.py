"""The number of examples for a property, if the profile's number is too small or too large."""

from hypothesis import settings


def examples(number: int) -> settings:
    """This number in the tests, the same examples each time; in `make soak`, four times as many random ones."""
    return settings(max_examples=number if settings.default.derandomize else 4 * number)
