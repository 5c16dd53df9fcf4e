"""Labels of dumps: they are read from a file next to the dumps, changes take effect, and they give sources priority."""

import pytest

from papersieve.pipeline.reading_settings import Merging
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.store.rebuild import rebuild
from tests.support.made_dumps import abstract
from tests.support.store_places import Place, what_is_said

PRIORITY = Settings(merging=Merging(priority={"title": ["PubMed", "Scopus"]}))
RIS = "TY  - JOUR\nTI  - {title}\nDO  - 10.1000/1\nAB  - {abstract}\nER  - \n"


def two_dumps(place: Place) -> None:
    place.write("a.ris", RIS.format(title="Bees that keep time by the bells of a tower", abstract=abstract(1)))
    place.write("b.ris", RIS.format(title="Bees that keep time by the bells of the tower", abstract=abstract(1)))


def label(place: Place, **sources: str) -> None:
    tables = (f'["{name}.ris"]\nsource = "{source}"\ndate = 2026-01-05\n' for name, source in sources.items())
    place.write("_dumps.toml", "".join(tables))


def title(place: Place) -> str:
    return place.ask("SELECT title FROM papers")[0][0].split()[-2]


@pytest.mark.long
def test_a_label_decides_which_title_wins_and_a_new_label_decides_anew(place):
    two_dumps(place)
    label(place, a="Scopus", b="PubMed")
    place.run(settings=PRIORITY)
    assert (title(place), place.ask("SELECT rule FROM paper_lineage WHERE column_name = 'title'")) == (
        "the",
        [
            (
                "PubMed before Scopus, then not upper-case, not decorated, in print, most often listed, with subtitle, longest",
            )
        ],
    )
    label(place, a="PubMed", b="Scopus")
    assert place.run(settings=PRIORITY).published
    assert title(place) == "a"
    assert place.ask("SELECT name, source, searched_on::VARCHAR FROM dumps ORDER BY name") == [
        ("a.ris", "PubMed", "2026-01-05"),
        ("b.ris", "Scopus", "2026-01-05"),
    ]
    assert not place.run(settings=PRIORITY).published, "nothing is new"
    assert rebuild(place.store, PRIORITY)["only_derived"].sum() == 0
    place.write("_dumps.toml", "")
    place.run(settings=PRIORITY)
    assert place.ask("SELECT DISTINCT source FROM dumps") == [(None,)]


@pytest.mark.long
def test_another_priority_merges_anew_as_a_store_from_nothing_would(place, tmp_path):
    two_dumps(place)
    label(place, a="Scopus", b="PubMed")
    place.run()
    before = place.ask("SELECT title FROM papers")
    assert place.run(settings=PRIORITY).published
    other = Place(tmp_path / "other")
    other.folder.mkdir()
    other.run(place.dumps, settings=PRIORITY)
    assert what_is_said(place.warehouse) == what_is_said(other.warehouse)
    place.run()
    assert place.ask("SELECT title FROM papers") == before


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('["*"]\nsources = "x"', "sources: expected a table"),
        ('["*"]\ndate = "soon"', "found 'soon'"),
        ('source = "x"', "source: expected a table"),
        ("[", "can't read the labels"),
    ],
)
def test_a_file_of_labels_that_cant_be_used_stops_only_itself(place, text, said):
    two_dumps(place)
    label(place, a="Scopus")
    place.run()
    place.write("_dumps.toml", text)
    place.write("c.ris", RIS.format(title="A third study of bells", abstract=abstract(2)))
    for _ in range(2):
        [fault] = place.run().unreadable
        assert (fault.name, fault.reason_code, said in fault.message) == ("_dumps.toml", "labels", True)
    labels = "SELECT name, source FROM dumps ORDER BY name"
    assert place.ask(labels) == [("a.ris", "Scopus"), ("b.ris", None), ("c.ris", None)], "as they were"
    assert place.ask("SELECT name FROM unreadable_dumps") == [("_dumps.toml",)]
    label(place, c="PubMed")
    assert not place.run().unreadable
    assert place.ask(labels) == [("a.ris", None), ("b.ris", None), ("c.ris", "PubMed")]
    assert place.ask("SELECT name FROM unreadable_dumps") == []


@pytest.mark.parametrize("column", ["urls", "date_precision", "colour"])
def test_a_priority_of_a_column_that_is_not_chosen_is_refused(column):
    with pytest.raises(ValueError, match=f"expected columns of which one value is chosen .*found {column}"):
        Merging(priority={column: ["PubMed"]})
