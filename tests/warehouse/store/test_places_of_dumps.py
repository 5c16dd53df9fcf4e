"""Places of dumps over several runs: the last content of each place counts, however its name is written."""

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from papersieve.pipeline.errors import StoreError
from papersieve.pipeline.progress import silent
from papersieve.warehouse.store.ingest import foresee, ingest
from papersieve.warehouse.store.outcomes import messages_of
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.withdraw import named_dumps, withdraw
from tests.support.called import papersieve
from tests.support.examples import examples
from tests.support.made_dumps import json_lines, page
from tests.support.store_places import Place, Snapshot, settle

CONTENTS = [page(*papers).encode() for papers in ((1,), (2, 3), (4,), (1, 5))]
RECORDS = {
    hashlib.blake2b(data + end, digest_size=16).hexdigest(): n
    for data, n in zip(CONTENTS, (1, 2, 1, 2), strict=True)
    for end in (b"", b"\n")
}

contents = st.sampled_from(CONTENTS)
file_names = st.sampled_from([b"x.zip", b"x.zip!m", b"x.zip!m#2", b"x.csv", b"x.csv.gz", b"\xe9", b"\\xe9", b"a\nb"])
member_names = st.sampled_from(
    ["m", "m#2", "a/m", "./a/m", "a//m", "A/M", "n!o", "new\nline", "b\\xe9", "b\udce9", "c\\d"]
)
archives = st.tuples(
    st.sampled_from(["zip", "tar"]), st.lists(st.tuples(member_names, contents), min_size=1, max_size=4)
)
folders = st.dictionaries(
    file_names, st.one_of(contents, contents.map(lambda data: gzip.compress(data + b"\n")), archives), max_size=4
)


def packed(kind: str, members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    if kind == "zip":
        with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
            warnings.simplefilter("ignore")  # about repeated names
            for name, data in members:
                archive.writestr(name.replace("\udce9", "é"), data)
        return out.getvalue()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def deliver(folder: Path, files: dict) -> dict[tuple, bytes]:
    """Make these the only files in the folder. Returns their contents by place.

    A place is (file,) or (file, member, its number among the members of this name).
    """
    for path in folder.iterdir():
        path.unlink()
    says = {}
    for name, held in files.items():
        path = folder / os.fsdecode(name)
        if isinstance(held, bytes):
            path.write_bytes(held)
            settle(path)
            says[name,] = gzip.decompress(held) if held.startswith(b"\x1f\x8b") else held
            continue
        kind, members = held
        path.write_bytes(packed(kind, members))
        settle(path)
        counts = Counter()
        for member, data in members:
            stored = member.replace("\udce9", "é") if kind == "zip" else member
            counts[stored] += 1
            says[name, stored, counts[stored]] = data
    return says


# A failing example is not shrunk, because that takes minutes.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(examples(6), phases=[Phase.explicit, Phase.generate])
@given(st.lists(folders, min_size=1, max_size=4))
@example([{b"\xe9": CONTENTS[0]}, {b"\\xe9": CONTENTS[0]}])
def test_after_any_runs_the_dumps_are_what_each_place_said_last(tmp_path_factory, runs):
    folder = tmp_path_factory.mktemp("places")
    (folder / "dumps").mkdir()
    said = {}
    with Store(folder / "s.duckdb") as store:
        for files in runs:
            says = deliver(folder / "dumps", files)
            said |= says
            outcomes = ingest(store, [folder / "dumps"], silent)
            assert all(o.reason_code in (None, "not_a_file") for o in outcomes), outcomes
            removed = [o.location for o in outcomes if o.outcome == "removed"]
            assert len(removed) == len(said) - len(says)
            assert sum("not there any more" in message for message in messages_of(outcomes)) == bool(removed)

            held = store.query("known_dumps")["dump_id"].to_list()
            ids = [hashlib.blake2b(data, digest_size=16).hexdigest() for data in said.values()]
            assert sorted(held) == sorted(ids)
            [(count,)] = store._connection.execute("SELECT count(*) FROM records").fetchall()
            version = store.query("store_version").item()
            assert count == sum(RECORDS[dump_id] for dump_id in set(ids))

            again = ingest(store, [folder / "dumps"], silent)
            assert {o.outcome for o in again} <= {"unchanged", "unreadable", "removed"}
            assert store.query("store_version").item() == version


def test_an_archive_with_two_members_of_one_name_beside_a_file_named_like_its_member_is_published_and_stays(place):
    (place.dumps / "x.zip").write_bytes(packed("zip", [("m.csv", CONTENTS[0]), ("m.csv", CONTENTS[1])]))
    (place.dumps / "x.zip!m.csv").write_bytes(CONTENTS[2])
    assert place.run().published
    assert place.ask("SELECT count(*), count(DISTINCT record_id) FROM records") == [(4, 4)]
    again = place.run()
    assert not again.published
    assert {o.outcome for o in again.outcomes} == {"unchanged"}


def numbers(place: Place) -> list[int]:
    """Which of the made papers are published."""
    told = {json.loads(json_lines(number))["title"]: number for number in range(4)}
    return sorted(told[title] for (title,) in place.ask("SELECT title FROM records"))


@pytest.mark.long
@pytest.mark.parametrize("store", ["store.duckdb", "data/store.duckdb"])
@pytest.mark.parametrize("is_read_between", [True, False])
def test_in_a_project_that_was_moved_the_places_are_the_same(tmp_path, store, is_read_between):
    @dataclass
    class Deeper(Place):
        @property
        def store(self) -> Path:
            return self.folder / store

    before, now = Deeper(tmp_path / "ad"), Deeper(tmp_path / "moved" / "ad2")
    before.folder.mkdir()
    for name, text in (("feed.jsonl", json_lines(1)), ("gone.jsonl", json_lines(2)), ("broken.pdf", "%PDF-1.4")):
        before.write(name, text)
    before.run()
    (before.dumps / "gone.jsonl").unlink()
    now.folder.parent.mkdir()
    before.folder.rename(now.folder)
    if is_read_between:
        assert not now.run(now.dumps / "feed.jsonl").messages
    now.write("feed.jsonl", json_lines(3))
    with Store(now.store) as opened:
        assert {o.outcome for o in foresee(opened, [now.dumps])} == {"replaced", "unreadable", "removed"}
    result = now.run()
    assert {o.outcome for o in result.outcomes} == {"replaced", "unreadable", "removed"}
    assert numbers(now) == [2, 3]
    assert now.ask("SELECT location FROM unreadable_dumps") == [(str(now.dumps / "broken.pdf"),)]
    assert not now.run().published


@pytest.mark.long
def test_in_a_copy_of_a_project_the_dumps_of_the_first_one_stay(tmp_path):
    first, copy = Place(tmp_path / "ad"), Place(tmp_path / "ad2")
    first.folder.mkdir()
    first.write("feed.jsonl", json_lines(1))
    first.run()
    shutil.copytree(first.folder, copy.folder)
    copy.run()
    copy.write("feed.jsonl", json_lines(2))
    copy.run()
    assert numbers(copy) == [1, 2]


@pytest.mark.long
def test_a_file_that_was_moved_elsewhere_is_told_with_how_to_take_the_old_place_back(place):
    old = place.write("feed.jsonl", json_lines(1))
    place.run()
    new = place.folder / "new.jsonl"
    old.rename(new)
    [told] = place.run(new).messages
    assert told.endswith(
        f"That file no longer exists. If it was moved, withdraw its old place: papersieve withdraw {old}"
    )
    place.run(new)
    with Store(place.store) as store:
        withdraw(store, [str(old)])
    new.write_text(json_lines(2))
    place.run(new)
    assert numbers(place) == [2]


@pytest.mark.long
@pytest.mark.parametrize(("named", "left"), [("whole", 1), ("name", 0)])
def test_what_could_not_be_read_is_dismissed_by_withdrawing_it(place, named, left):
    place.write("feed.jsonl", json_lines(1))
    place.run(place.dumps)
    for folder in ("one", "two"):
        other = place.folder / folder / "other.bin"
        other.parent.mkdir()
        other.write_bytes(bytes(range(256)))
        place.run(other)
    assert place.ask("SELECT name FROM unreadable_dumps") == [("other.bin",)] * 2
    done = papersieve(
        "withdraw", other if named == "whole" else other.name, "--store", place.store, "--warehouse", place.warehouse
    )
    assert (done.returncode, f"no longer listed as unreadable: {other}" in done.stdout) == (0, True), done.stderr
    assert place.ask("SELECT name FROM unreadable_dumps") == [("other.bin",)] * left
    assert numbers(place) == [1]


def test_links_to_nothing_and_data_behind_a_gzip_stream_are_told(place):
    place.write("feed.jsonl", json_lines(1))
    (place.dumps / "broken").symlink_to("nowhere")
    (place.dumps / "loop").symlink_to("loop")
    (place.dumps / "more.gz").write_bytes(gzip.compress(json_lines(2).encode()) + b"more")
    messages = "\n".join(place.run().messages)
    assert f"{place.dumps / 'broken'}: a link to a file that does not exist" in messages
    assert f"{place.dumps / 'loop'}: a link that leads back to itself" in messages
    assert "there is other data after the end of the gzip stream" in messages


@pytest.mark.long
def test_many_files_that_are_gone_are_told_in_one_line_with_how_to_take_one_back(place):
    for number in range(7):
        place.write(f"{number} it's.txt", page(number))
    place.write("stays.txt", page(9))
    place.run()
    for number in range(7):
        (place.dumps / f"{number} it's.txt").unlink()
    result = place.run()
    [told] = result.messages
    assert "0 it's.txt" in told
    assert "and 4 more. What was read there stays; to remove what it said: papersieve withdraw " in told
    assert result.funnel["papers"] == 8
    assert [o.outcome for o in result.outcomes].count("removed") == 7
    # A run of one file, or of another folder, does not look for the others.
    (place.folder / "other").mkdir()
    (place.folder / "other" / "a.txt").write_text(page(10))
    assert not place.run(place.dumps / "stays.txt", place.folder / "other").messages


def test_a_folder_that_can_not_be_looked_into_has_lost_nothing(place, monkeypatch):
    (place.dumps / "shut").mkdir()
    (place.dumps / "shut" / "a.txt").write_text(page(1))
    place.write("b.txt", page(2))
    place.run()
    scandir, look = os.scandir, Path.stat

    def refuse(path):
        if "shut" in str(path):
            raise PermissionError(13, "Permission denied", str(path))

    # Permissions don't stop root, and tests may run as root.
    monkeypatch.setattr(os, "scandir", lambda path: refuse(path) or scandir(path))
    monkeypatch.setattr(Path, "stat", lambda self, **more: refuse(self.parent) or look(self, **more))
    result = place.run()
    assert [(o.outcome, o.reason_code) for o in result.outcomes] == [("unchanged", None), ("unreadable", "unreadable")]


# --- withdrawing dumps


def fill(place: Place) -> None:
    """Make a store from two files with the same name, and two files with the same bytes."""
    for folder in ("one", "two"):
        (place.dumps / folder).mkdir()
    (place.dumps / "one" / "a.txt").write_text(page(1))
    (place.dumps / "two" / "a.txt").write_text(page(2, 3))
    place.write("b.txt", page(4))
    place.write("copy_of_b.txt", page(4))
    place.run()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory) -> Snapshot:
    return Snapshot(tmp_path_factory.mktemp("filled"), fill)


@pytest.fixture
def filled(snapshot) -> Place:
    return snapshot.put_back()


def ids(store: Store) -> dict[str, str]:
    return {
        Path(location).relative_to(Path(store.path).parent / "dumps").as_posix(): dump_id
        for location, dump_id in store.query("known_dumps").iter_rows()
    }


def test_a_name_that_fits_two_dumps_is_refused_and_both_are_listed(filled):
    with Store(filled.store) as store:
        held = ids(store)
        with pytest.raises(StoreError, match=r"'a\.txt' means 2 dumps: .*Give a whole id or a location") as error:
            withdraw(store, ["b.txt", "a.txt"])
        for name in ("one/a.txt", "two/a.txt"):
            assert f"{held[name]} {filled.dumps}/{name}" in str(error.value)
        assert ids(store) == held


def test_digits_that_fit_two_dumps_are_refused_and_a_whole_id_means_one(filled):
    with Store(filled.store) as store:
        # Finding two files whose ids begin with the same digits would take too long.
        store._connection.execute("UPDATE dump_locations SET dump_id = 'abcdef' || substr(dump_id, 7)")
        with pytest.raises(StoreError, match="'abcdef' means 3 dumps"):
            withdraw(store, ["abcdef"])
        one = ids(store)["one/a.txt"]
        assert withdraw(store, [one])["dump_id"].to_list() == [one]


def test_a_whole_id_a_location_or_a_path_takes_one_dump_and_tells_it(filled, monkeypatch):
    monkeypatch.chdir(filled.folder)
    with Store(filled.store) as store:
        dump_id = ids(store)["one/a.txt"]
        named = (f"{filled.dumps}/one/a.txt", "dumps/one/a.txt", "dumps/two/../one/a.txt", dump_id, dump_id[:6])
        for name in named:
            assert named_dumps(store, [name], "withdrawn")["dump_id"].to_list() == [dump_id]
    done = papersieve(
        "withdraw", named[2], "--store", filled.store, "--warehouse", filled.warehouse, "--json", cwd=filled.folder
    )
    assert json.loads(done.stdout)["withdrawn"] == [
        {"dump_id": dump_id, "location": f"{filled.dumps}/one/a.txt", "name": "a.txt", "records": 1, "other_places": 0}
    ]
    assert filled.ask("SELECT count(*) FROM dumps") == [(2,)]


def test_a_dump_is_taken_from_wherever_it_lies_and_each_place_is_told(filled):
    done = papersieve("withdraw", "b.txt", "--store", filled.store, "--warehouse", filled.warehouse)
    told = re.findall(r"^withdrawn: [0-9a-f]{32} (.*) \(1 record\)$", done.stdout, re.MULTILINE)
    assert told == [f"{filled.dumps}/b.txt", f"{filled.dumps}/copy_of_b.txt"]
    assert filled.ask("SELECT count(*) FROM dumps") == [(2,)]
    assert [o.outcome for o in filled.run().outcomes] == ["withdrawn", "withdrawn", "unchanged", "unchanged"]


def test_a_location_means_that_place_alone_and_the_bytes_stay_where_another_place_has_them(filled):
    """This is the way to handle a moved file, whose old place is reported as missing."""
    (filled.dumps / "b.txt").unlink()
    assert f"papersieve withdraw {filled.dumps}/b.txt" in filled.run().messages[-1]
    done = papersieve("withdraw", filled.dumps / "b.txt", "--store", filled.store, "--warehouse", filled.warehouse)
    assert "b.txt (1 record; the dump stays, as the same bytes lie elsewhere too)" in done.stdout
    assert {o.outcome for o in filled.run().outcomes} == {"unchanged"}
    assert filled.ask("SELECT count(*) FROM dumps") == [(3,)]


# --- private files


def test_nothing_of_a_private_file_that_a_link_leads_to_is_stored_or_published(place):
    secret = place.folder / "id_key"
    secret.write_text("the secret key, password\n1,2\n")
    (place.dumps / "key.txt").symlink_to(secret)
    place.write("a.txt", page(1))
    done = papersieve("run", place.dumps, "--store", place.store, "--warehouse", place.warehouse, "--json")
    assert json.loads(done.stdout)["outcomes"][1]["reason_code"] == "unknown_format"
    for said in (done.stdout, done.stderr, str(place.ask("FROM unreadable_dumps")), str(foresee_of(place))):
        assert "secret" not in said
    shown = papersieve("inspect", place.dumps / "key.txt")
    assert "begins   'the secret key, password" in shown.stdout


def foresee_of(place) -> list:
    with Store(place.store) as store:
        return foresee(store, [place.dumps])


# --- other tests


@pytest.mark.parametrize("threads", ["abc", "0", "-1", "1e9", "1000000000", "2 "])
def test_a_number_of_threads_that_is_none_is_told_in_a_line(place, monkeypatch, threads):
    place.write("a.txt", page(1))
    monkeypatch.setenv("PAPERSIEVE_THREADS", threads)
    done = papersieve("run", place.dumps, "--store", place.store, "--warehouse", place.warehouse)
    assert done.returncode == 1
    assert done.stderr == (
        f"papersieve: PAPERSIEVE_THREADS: expected a whole number from 1 to 1024, found {threads!r}. Correct it, or unset it.\n"
    )


@pytest.mark.parametrize("empty", ["<html><body><h1>Please log in</h1></body></html>", "Title,Abstract,Year\n"])
def test_a_page_without_papers_replaces_no_papers(tmp_path, empty):
    file = tmp_path / "feed.txt"
    with Store(tmp_path / "store") as store:
        file.write_text(empty)
        assert [o.outcome for o in ingest(store, [file], silent)] == ["added"]
        file.write_text(f"{empty}\n")
        assert [o.outcome for o in ingest(store, [file], silent)] == ["replaced"]
        file.write_text(page(1, 2))
        assert [o.outcome for o in ingest(store, [file], silent)] == ["replaced"]
        file.write_text(empty)
        (refused,) = ingest(store, [file], silent)
        assert (refused.outcome, refused.reason_code) == ("unreadable", "no_entry")
        assert "withdraw feed.txt" in (refused.message or "")
        assert store.count("records") == 2
        file.write_text(page(3))
        assert [o.outcome for o in ingest(store, [file], silent)] == ["replaced"]
        assert store.count("records") == 1


def test_a_file_that_was_unreadable_for_a_day_and_is_back_is_published(place):
    whole = json_lines(1) + json.dumps({"title": "A title without anything else"}) + "\n"
    place.write("feed.jsonl", whole)
    place.run()
    assert place.ask("SELECT records, quarantined FROM dumps") == [(2, 1)]
    place.write("feed.jsonl", "<html><body><h1>Please log in</h1></body></html>")
    place.run()
    place.write("feed.jsonl", whole)
    assert place.run().published
    assert place.ask("FROM unreadable_dumps") == []
