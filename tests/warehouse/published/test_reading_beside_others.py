"""Readers beside commands that publish: a reader takes no lock, and its name for the file may be removed."""

import os
from pathlib import Path

import pytest

from papersieve.warehouse.published.reader import open_warehouse, reading
from tests.support.made_dumps import page
from tests.support.store_places import Place


@pytest.mark.parametrize("opening", [open_warehouse, reading])
def test_a_reader_whose_name_is_removed_before_it_is_opened_makes_another(tmp_path, monkeypatch, opening):
    place = Place(tmp_path)
    place.write("a.txt", page(1))
    place.run()
    link, removed = os.link, []

    def link_then_sweep(file: Path, name: Path) -> None:
        link(file, name)
        if len(removed) < 3:
            name.unlink()
            removed.append(name)

    monkeypatch.setattr(os, "link", link_then_sweep)
    with opening(place.warehouse) as con:
        assert con.sql("SELECT count(*) FROM papers").fetchall() == [(1,)]
    assert len(set(removed)) == 3
    assert not list(tmp_path.glob(".*"))
