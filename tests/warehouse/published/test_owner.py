"""The owner of a published warehouse: a file that can't be read is never replaced."""

import duckdb
import pytest

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.published.owner import is_of_another
from papersieve.warehouse.store.store import Store


def test_a_file_that_cannot_be_read_is_refused_and_not_taken_for_ours(tmp_path):
    (tmp_path / "torn.duckdb").write_bytes(b"no database")
    duckdb.connect(tmp_path / "silent.duckdb").close()
    with Store(tmp_path / "store.duckdb") as store:
        assert not is_of_another(store, tmp_path / "missing.duckdb")
        assert not is_of_another(store, tmp_path / "silent.duckdb")
        with pytest.raises(PapersieveError, match="expected a published papersieve warehouse, found another file"):
            is_of_another(store, tmp_path / "torn.duckdb")
