"""Fixtures for the store's tests: a module fills a place once, and each test starts from that state."""

import pytest

from tests.support.history import SETTINGS, History
from tests.support.store_places import Snapshot


@pytest.fixture(scope="module")
def snapshot(request, tmp_path_factory) -> Snapshot:
    """The place that the module's `fill` made from an empty one."""
    return Snapshot(tmp_path_factory.mktemp("history"), request.module.fill)


@pytest.fixture
def history(request, snapshot) -> History:
    """A history that continues from the snapshot, with the module's SETTINGS if it has any."""
    return History(snapshot.put_back(), getattr(request.module, "SETTINGS", SETTINGS[0]))
