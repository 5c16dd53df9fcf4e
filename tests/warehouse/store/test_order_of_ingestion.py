"""The order of ingestion within a dump is that of its entries, not of its lines: a line can have several entries."""

import json

import pytest

from papersieve.pipeline.settings import Settings
from papersieve.warehouse.store.rebuild import rebuild
from papersieve.warehouse.store.store import Store


@pytest.mark.long
def test_a_paper_is_named_after_the_first_of_the_entries_in_one_line(place):
    words = " ".join(f"word{i}" for i in range(60))
    rows = [{"title": f"A Title of {n} Words Here", "abstract": f"{words} {n}."} for n in ("alpha", "beta", "gamma")]
    path = place.write("one_line.json", json.dumps(rows))
    place.run(path)
    with Store(place.store) as store:
        # Reorder the rows, as years of refreshes would.
        store._connection.execute("CREATE TEMP TABLE lying AS FROM records ORDER BY ordinal DESC")
        store._connection.execute("DELETE FROM records")
        store._connection.execute("INSERT INTO records FROM lying")
        [(first,)] = store._connection.sql("SELECT document_id FROM records WHERE ordinal = 1").fetchall()
        assert store._connection.sql("SELECT count(DISTINCT line_start) FROM records").fetchall() == [(1,)]
    assert place.ask("SELECT DISTINCT paper_id FROM records") == [(first,)]
    differences = rebuild(place.store, Settings(), keep=False)
    assert differences["only_stored"].sum() == differences["only_derived"].sum() == 0, differences
