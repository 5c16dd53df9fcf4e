"""docs/asking.md shows what the commands print, on the sample that is in the repository."""

import pytest

from tests.shown import ASKING, BLOCK, answer, places_in

BLOCKS = BLOCK.findall(ASKING.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> list[str]:
    return places_in(tmp_path_factory.mktemp("asking"))


@pytest.mark.long
@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[c for c, _ in BLOCKS])
def test_the_page_shows_what_the_command_prints(places, command, shown):
    assert answer(command, places) == shown.rstrip("\n"), "write it anew: python -m tests.shown"
