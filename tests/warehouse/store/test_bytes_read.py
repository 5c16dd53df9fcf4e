"""Progress of reading, in bytes of the files on disk: from dump to dump, and within a large dump."""

import gzip
import io
import tarfile
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from papersieve.pipeline.progress import how_far
from papersieve.pipeline.reading_settings import Reading
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.store import Store
from tests.support.made_dumps import json_lines

#: A few records with some megabytes.
_LARGE = json_lines(*range(800)).replace("{", "{" + " " * 5_000).encode()
#: More than is kept in memory to find sections.
_LARGER = json_lines(*range(800)).replace("{", "{" + " " * 45_000).encode()
_SMALL = [json_lines(n, n + 1).encode() for n in range(20_000, 20_100, 2)]


def _zip(path: Path, *members: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, data in enumerate(members):
            archive.writestr(f"{number}.jsonl", data)


def _tar(path: Path, *members: bytes) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for number, data in enumerate(members):
            info = tarfile.TarInfo(f"{number}.jsonl")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "processes", "write", "steps"),
    [
        ("plain.jsonl", 1, lambda path: path.write_bytes(_LARGER), 3),
        ("packed.jsonl.gz", 1, lambda path: path.write_bytes(gzip.compress(_LARGER)), 2),
        ("members.zip", 1, lambda path: _zip(path, *_SMALL, _LARGE), 50),
        ("members.tar.gz", 1, lambda path: _tar(path, *_SMALL, _LARGE), 2),
    ],
)
def test_it_goes_from_none_to_all_bytes_and_moves_within_a_file(tmp_path, name, processes, write, steps):
    dumps = tmp_path / "dumps"
    dumps.mkdir()
    write(dumps / name)
    (dumps / "zz.jsonl").write_bytes(_SMALL[0] + b"\n" * 10_000)
    size = sum(file.stat().st_size for file in dumps.iterdir())
    told: list[tuple[str, int, int]] = []
    reading = Reading(processes=processes, batch_entries=100)
    with Store(tmp_path / "store.duckdb") as store:
        ingest(store, [dumps], lambda *what: told.append(what), reading)
    assert {(stage, total) for stage, _, total in told} == {("ingest", size)}
    done = [done for _, done, _ in told]
    assert (done[0], done[-1]) == (0, size)
    assert all(before <= after for before, after in pairwise(done))
    in_the_first = {at for at in done if at < (dumps / name).stat().st_size}
    assert len(in_the_first) >= steps


def test_it_is_said_in_the_unit_of_its_stage():
    assert how_far("ingest", 1_250_000, 2_000_000_000) == "1.2 of 2,000.0 MB"
    assert how_far("pairs", 1_250, 20_000) == "1,250 of 20,000"
