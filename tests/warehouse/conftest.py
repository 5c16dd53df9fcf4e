"""Fixtures of the warehouse's tests."""

import pytest

from tests.support.store_places import Place


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)
