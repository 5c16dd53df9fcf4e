"""The causes that `make profile` reports are existing functions."""

from importlib import import_module
from itertools import chain
from operator import attrgetter

import pytest

from benchmarks.profile_run import CAUSES


@pytest.mark.parametrize("place", list(chain.from_iterable(CAUSES.values())))
def test_each_cause_is_charged_to_a_function(place: str) -> None:
    module, _, name = place.partition(":")
    assert callable(attrgetter(name)(import_module(f"papersieve.{module}")))
