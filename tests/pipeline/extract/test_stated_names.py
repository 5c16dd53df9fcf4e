"""Names as sources write them, and which of them are nobody's."""

import pytest

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.entry_columns import entries_frame
from papersieve.pipeline.extract.shared.author_lists import split_names


@pytest.mark.parametrize(
    ("listed", "names", "count"),
    [
        (["Gale, H. et al."], ["Gale, H.", "et al."], None),
        (["Ada Fenn 等"], ["Ada Fenn", "et al."], None),
        (["Hugh Gale", "Jane Holt, et al. (12 authors)"], ["Hugh Gale", "Jane Holt", "et al."], None),
        (["[Anonymous]"], None, None),
        (["[No authors listed]", "Gale, H."], ["Gale, H."], 1),
        (["Tower Lamp Consortium,"], ["Tower Lamp Consortium"], 1),
        (["Anonymous Coward"], ["Anonymous Coward"], 1),
    ],
)
def test_a_name_is_somebody(listed, names, count):
    row = entries_frame([Entry(1, 1, title="Lamps", authors=listed)]).row(0, named=True)
    assert (row["authors"], row["author_count"]) == (names, count)


def test_a_cell_may_hold_the_objects_of_pandas():
    assert split_names("[{'authorId': '1', 'name': 'K. Größe'}, {'authorId': '2', 'name': 'Ada Fenn'}]") == [
        "K. Größe",
        "Ada Fenn",
    ]
    assert split_names("[{'name': broken") == ["[{'name': broken"]
