"""The published file must open in the DuckDB that other tools still bundle, as its storage version promises."""

import duckdb

from tests.support.made_dumps import page


def test_the_published_file_is_written_in_the_format_of_duckdb_1_5(place):
    place.write("a.txt", page(1, 2))
    place.run()
    with duckdb.connect(place.warehouse, read_only=True) as con:
        tags = con.execute("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchone()[0]
    assert tags["storage_version"].startswith("v1.5.0")
