"""When the version of a step changes, a store derives the step's results again, and everything that depends on them."""

import pytest

from papersieve.pipeline import refresh
from papersieve.pipeline.settings import VERSIONS
from papersieve.warehouse.store import dump_batch, store_stages
from papersieve.warehouse.store.stage_states import KEEP_SETTINGS, rederivation
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_stages import _reset_pairs
from papersieve.warehouse.store.update import derive
from tests.support.history import History
from tests.support.store_places import Place

WATCHED = {
    "split_records": [dump_batch],
    "block_keys": [refresh],
    "gather_evidence": [refresh],
    "judge": [refresh, store_stages],
    "clusters_of": [refresh],
    "papers_of": [refresh],
}

#: The functions that run again, by the step whose version was raised.
AGAIN = {
    "records": set(WATCHED),
    "documents": set(WATCHED) - {"split_records"},
    "keys": set(WATCHED) - {"split_records"},
    "evidence": set(WATCHED) - {"split_records", "block_keys"},
    "judgement": {"judge", "clusters_of", "papers_of"},
    "clusters": {"clusters_of", "papers_of"},
    "papers": {"clusters_of", "papers_of"},
}


def fill(place: Place) -> None:
    history = History(place, publishes=False)
    history.add(1, [(1, 0), (1, 2), (2, 0), (5, 0)])
    history.add(4, [(1, 3), (2, 1), (10, 0)])


@pytest.mark.long
@pytest.mark.parametrize("step", VERSIONS)
def test_another_version_of_a_step_makes_its_results_anew_and_what_rests_on_them(history, step, monkeypatch):
    called = set()

    def noted(name, real):
        return lambda *args, **kwargs: called.add(name) or real(*args, **kwargs)

    for name, modules in WATCHED.items():
        for module in modules:
            monkeypatch.setattr(module, name, noted(name, getattr(module, name)))
    with Store(history.place.store) as store:
        derive(store, history.settings)
        assert called == set()
        monkeypatch.setitem(VERSIONS, step, VERSIONS[step] + 1)
        told = rederivation(store, history.settings)
        assert f"version of {step} {VERSIONS[step] - 1} -> {VERSIONS[step]}" in told
        assert KEEP_SETTINGS not in told
        derive(store, history.settings)
        assert called == AGAIN[step]
        called.clear()
        derive(store, history.settings)
        assert called == set()


def test_pairs_are_judged_anew_slice_by_slice_and_none_is_left_out(history):
    with Store(history.place.store) as store:
        judged = store.rows("pairs").sort("left_no", "right_no")
        assert judged["left_no"].n_unique() > 1
        for size in (1, 2, 100):
            store._connection.execute("UPDATE pairs SET rule = 'luck', judgement = 'non_match', score = 0")
            operation = history.settings.operation.model_copy(update={"batch_documents": size})
            settings = history.settings.model_copy(update={"operation": operation})
            _reset_pairs(store, settings, settings.pairs_depend_on())
            assert store.rows("pairs").sort("left_no", "right_no").equals(judged)
