"""A version made of changes that fails its audit is made anew from everything in the store."""

import duckdb
import pytest

from papersieve.pipeline.progress import silent
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.published.audit import AuditError
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.update import derive
from tests.support.made_dumps import page
from tests.support.store_places import Place


@pytest.fixture
def unlisted(tmp_path) -> Place:
    """A place with one version, and a store whose new revision does not list the documents that it changed."""
    place = Place(tmp_path)
    place.write("a.txt", page(*range(1, 30)))
    place.run()
    with Store(place.store) as store:
        ingest(store, [place.write("b.txt", page(3, 40))], silent)
        derive(store, Settings())
    with duckdb.connect(place.store) as con:
        con.execute("DELETE FROM changes WHERE kind = 'document'")
    return place


def test_everything_is_published_anew_and_the_run_says_so(unlisted):
    done = unlisted.run()
    assert done.published
    assert all(check.is_passed for check in done.checks if check.check.severity == "error")
    (told,) = (message for message in done.messages if "everything was published anew" in message)
    assert "paper_counts_are_right" in told
    scopes = "SELECT DISTINCT scope, checked_at FROM check_results ORDER BY checked_at"
    assert [scope for scope, _ in unlisted.ask(scopes)] == ["all", "changed", "all"]
    assert unlisted.ask("SELECT count(*) FROM records WHERE paper_id NOT IN (SELECT paper_id FROM papers)") == [(0,)]
    assert not unlisted.run().published


def test_where_everything_fails_too_nothing_is_published(unlisted):
    before = unlisted.warehouse.read_bytes()
    with duckdb.connect(unlisted.store) as con:
        con.execute("UPDATE papers SET record_count = 99")
    with pytest.raises(AuditError, match="paper_counts_are_right"):
        unlisted.run()
    assert unlisted.warehouse.read_bytes() == before
