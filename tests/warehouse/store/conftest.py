"""Fixtures of the store's tests: a history that a module fills once, and each test has as it was then."""

import pytest

from tests.support.history import SETTINGS, History
from tests.support.store_places import Snapshot


@pytest.fixture(scope="module")
def snapshot(request, tmp_path_factory) -> Snapshot:
    """What the module's `fill` makes of an empty place."""
    return Snapshot(tmp_path_factory.mktemp("history"), request.module.fill)


@pytest.fixture
def history(request, snapshot) -> History:
    """It again, with the module's SETTINGS where it has any."""
    return History(snapshot.put_back(), getattr(request.module, "SETTINGS", SETTINGS[0]))
