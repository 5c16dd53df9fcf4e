"""Decisions: what may enter the store, from a file and by the command, and how a store with invalid ones recovers."""

import csv
import getpass
import io
import json
import os
import re
import shutil
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import click
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.cli import people as cli_review
from papersieve.warehouse.decisions.decision_file import export_decisions, import_decisions
from papersieve.warehouse.decisions.decisions import (
    DECISION_SCHEMA,
    Decision,
    DecisionError,
    contradiction,
    decide_all,
    undo,
)
from papersieve.warehouse.local_server import open_socket
from papersieve.warehouse.store.rebuild import rebuild
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.update import derive
from tests.support.called import papersieve
from tests.support.decided import decide
from tests.support.examples import examples
from tests.support.history import HEAD
from tests.support.store_places import Place

ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32
NOW = datetime(2026, 1, 5, 6)
HEADER = "left_document_id,right_document_id,decision,decided_by"


@pytest.fixture(scope="module")
def listed(tmp_path_factory) -> Place:
    """A warehouse of four papers that nothing connects."""
    place = Place(tmp_path_factory.mktemp("decided"))
    texts = (" ".join(f"{title}{word}" for word in range(40)) for title in "abcd")
    place.write("a.txt", HEAD + "".join(f"The Paper {n} of Four\n\n{text}.\n\n" for n, text in enumerate(texts)))
    place.run()
    assert place.ask("SELECT count(*) FROM papers") == [(4,)]
    return place


@pytest.fixture
def place(listed, tmp_path) -> Place:
    """A copy of `listed`."""
    for file in (listed.store, listed.warehouse):
        shutil.copy(file, tmp_path)
    return Place(tmp_path)


@pytest.fixture
def documents(listed) -> list[str]:
    return [document for (document,) in listed.ask("SELECT document_id FROM records ORDER BY 1")]


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory):
    with Store(tmp_path_factory.mktemp("decisions") / "store.duckdb") as store:
        yield store


def rows_of(store: Store) -> list[tuple]:
    return store.query("decisions").rows()


def clear(store: Store) -> None:
    taken = store.query("decisions")
    store.execute("change_decisions", undone=taken.select(pl.nth(0, 1)), made=taken.clear())


# --- ids


def hyphenated(document: str) -> str:
    return "-".join((document[:8], document[8:12], document[12:16], document[16:20], document[20:]))


SPELLINGS = [str, str.upper, hyphenated, lambda document: f"  {hyphenated(document).upper()}\t"]
NO_IDS = ["0013c4a1", "nope", "", "g" * 32, "1" * 31, "1" * 33, "1" * 31 + "\0", "{" + "1" * 32 + "}", "1" * 31 + "１"]


@pytest.mark.parametrize("spell", SPELLINGS)
def test_each_spelling_of_an_id_is_the_same_document(empty_store, spell):
    clear(empty_store)
    document = "0123456789abcdef" * 2
    decide(empty_store, spell(document), TWO, "must_link", "me")
    assert rows_of(empty_store)[0][:2] == (document, TWO)
    assert undo(empty_store, TWO, spell(document))
    assert rows_of(empty_store) == []


@pytest.mark.parametrize("text", NO_IDS)
def test_what_is_no_id_is_neither_decided_nor_undone(empty_store, text):
    clear(empty_store)
    for act in (lambda: decide(empty_store, ONE, text, "must_link", "me"), lambda: undo(empty_store, text, ONE)):
        with pytest.raises(DecisionError, match="expected a document id of 32 hexadecimal digits, found '"):
            act()
    assert rows_of(empty_store) == []


@pytest.mark.long
def test_a_store_that_took_such_ids_in_publishes_and_lets_them_be_undone(place, documents):
    bad = [documents[0].upper(), hyphenated(documents[0]), documents[0][:8]]
    rows = [(*sorted((one, documents[1])), "must_link", "ann", NOW) for one in bad]
    made = pl.DataFrame(rows, schema=DECISION_SCHEMA, orient="row")
    with Store(place.store) as store, store.transaction():  # as an earlier version did it
        store.execute("change_decisions", undone=made.clear().select(pl.nth(0, 1)), made=made)
    assert place.run().published
    assert place.ask("SELECT count(*), count(*) FILTER (judgement = 'match') FROM duplicate_pairs") == [(0, 0)]
    rebuild(place.store, Settings())
    assert papersieve("decisions", "--store", place.store).stdout.count("(no document id: undo this decision)") == 3
    with Store(place.store) as store:
        assert all(undo(store, documents[1], one) for one in bad)
        assert rows_of(store) == []
    assert place.run().published


def test_a_decision_comes_before_its_document_and_the_command_says_so(place, documents, tmp_path):
    file = tmp_path / "d.csv"
    lines = [HEADER, f"{documents[0]},{ONE},must_link,ann", f"{documents[0].upper()},{documents[1]},cannot_link,ann"]
    file.write_text("\n".join(lines))
    told = papersieve("decisions", "--import", file, "--store", place.store)
    assert told.stdout == f"2 new decisions imported from {file}, of which 1 is about a document that is not here\n"
    told = papersieve("decisions", "--import", file, "--store", place.store, "--json")
    assert {k: v for k, v in json.loads(told.stdout).items() if k != "decisions"} == {
        "imported": 0,
        "not_here": 0,
        "undecided": 0,
        "file": str(file),
    }
    assert place.run().published


# --- other values


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"decided_by": " \t"}, "expected the name of who decided, found none"),
        ({"decided_by": "x" * 101}, "at most 100 characters, found 101"),
        ({"decided_by": "a\nb"}, r"without control characters, found 'a\\nb'"),
        ({"decided_by": "\x1b[31mann"}, "without control characters"),
        ({"decided_by": "a\0"}, "without control characters"),
        ({"decided_by": "a\ud800"}, "without control characters"),
        ({"decided_by": "a\u2028b"}, "without control characters"),
        ({"decision": "perhaps"}, "must_link or cannot_link, found 'perhaps'"),
        ({"decision": "must_link\0"}, "must_link or cannot_link, found"),
        ({"decided_at": datetime.min.replace(tzinfo=timezone(timedelta(hours=5)))}, "the years 1 to 9999"),
        ({"decided_at": datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))}, "the years 1 to 9999"),
        ({"right_document_id": ONE.replace("-", "")}, "expected two documents, found one"),
    ],
)
def test_an_invalid_value_is_refused(values, says):
    good = dict(zip(DECISION_SCHEMA, (ONE, TWO, "must_link", "me", NOW), strict=True))
    assert Decision(**good)
    with pytest.raises(DecisionError, match=says):
        Decision(**good | values)


@examples(20)
@given(
    st.datetimes(timezones=st.builds(timezone, st.timedeltas(-timedelta(hours=23), timedelta(hours=23))) | st.none())
)
def test_a_time_is_kept_in_utc_and_comes_back_from_the_store(empty_store, at):
    clear(empty_store)
    try:
        made = Decision(ONE, TWO, " Must_Link ", " me ", at)
    except DecisionError:
        assert at.year in (1, 9999)
        return
    assert made.decided_at.replace(tzinfo=UTC) == at.replace(tzinfo=at.tzinfo or UTC)
    decide_all(empty_store, [made])
    assert rows_of(empty_store) == [(ONE, TWO, "must_link", "me", made.decided_at)]


# --- contradictions

links = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), max_size=12)


@given(links)
def test_a_contradiction_is_found_where_there_is_one_and_told_by_a_chain_of_links(taken):
    said = {(f"{min(a, b)}", f"{max(a, b)}"): "must_link" if same else "cannot_link" for a, b, same in taken if a != b}
    groups = {f"{n}": {f"{n}"} for n in range(8)}
    for (left, right), what in said.items():
        if what == "must_link":
            groups[left] |= groups[right]
            for member in groups[left]:
                groups[member] = groups[left]
    is_wrong = any(what == "cannot_link" and right in groups[left] for (left, right), what in said.items())
    columns = ["left_document_id", "right_document_id", "decision"]
    frame = pl.DataFrame(
        [(*ends, what) for ends, what in said.items()], schema=dict.fromkeys(columns, pl.String), orient="row"
    )
    chain = contradiction(frame)
    assert bool(chain) == is_wrong
    if chain:
        assert said[min(chain[0], chain[-1]), max(chain[0], chain[-1])] == "cannot_link"
        assert all(said[min(a, b), max(a, b)] == "must_link" for a, b in pairwise(chain))


def test_a_long_contradiction_is_told_in_one_short_line(empty_store):
    clear(empty_store)
    ids = [f"{n:032x}" for n in range(1000)]
    chain = [Decision(a, b, "must_link", "me", NOW) for a, b in pairwise(ids)]
    with pytest.raises(DecisionError) as refused:
        decide_all(empty_store, [*chain, Decision(ids[0], ids[-1], "cannot_link", "me", NOW)])
    assert len(refused.value.chain) == 1000
    assert len(str(refused.value)) < 500
    assert rows_of(empty_store) == []


# --- a file

names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=8).map(str.strip)
rows = st.dictionaries(
    st.tuples(st.integers(0, 9), st.integers(10, 19)),
    st.tuples(st.sampled_from(["=1+1", "'quoted", "-ann", "@x"]) | names.filter(bool), st.datetimes()),
    min_size=1,
)


@examples(12)
@given(rows)
def test_what_is_exported_comes_in_again_and_no_cell_is_a_formula(empty_store, tmp_path_factory, taken):
    made = [Decision(f"{left:032}", f"{right:032}", "must_link", who, at) for (left, right), (who, at) in taken.items()]
    file = tmp_path_factory.getbasetemp() / "decisions.csv"
    clear(empty_store)
    decide_all(empty_store, made)
    before = rows_of(empty_store)
    assert export_decisions(empty_store, file) == len(made)
    with file.open(encoding="utf-8", newline="") as lines:
        assert not any(cell[:1] in set("=+-@\t\r") for row in csv.reader(lines) for cell in row if cell)
    assert import_decisions(empty_store, file) == (0, 0, 0)
    clear(empty_store)
    assert import_decisions(empty_store, file) == (len(made), len(made), 0)
    assert rows_of(empty_store) == before


@st.composite
def files(draw, documents: list[str]) -> tuple[str, list[tuple] | None]:
    """A CSV file, and the decisions in it; None if a cell is invalid."""
    held: list[tuple] | None = []
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow(["note", "decided_by", "right_document_id", "decision", "left_document_id"])
    for _ in range(draw(st.integers(0, 6))):
        left, right = draw(st.lists(st.sampled_from(documents), min_size=2, max_size=2))
        what, who = draw(st.sampled_from(["must_link", "cannot_link"])), draw(st.sampled_from(["ann", "Bo C"]))
        cells = [
            draw(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3)),
            draw(st.sampled_from([f" {who}", who, f"'{who}"])),
            draw(st.sampled_from(SPELLINGS))(right),
            draw(st.sampled_from([what, f" {what.upper()}"])),
            draw(st.sampled_from(SPELLINGS))(left),
        ]
        is_bad = draw(st.integers(0, 9)) == 9
        if is_bad:
            cells[draw(st.integers(1, 4))] = draw(st.sampled_from(["", "x\0", "\ufffd" * 101, "\x7f"]))
        write.writerow(cells)
        if held is not None:
            held = None if is_bad or left == right else [*held, (left, right, what, who)]
    return text.getvalue(), held


def holds(taken: list[tuple]) -> set[tuple] | None:
    """The content of a store after these decisions; None if they contradict each other."""
    said = {}
    for left, right, what, who in taken:
        ends = min(left, right), max(left, right)
        if said.setdefault(ends, (what, who))[0] != what:
            return None
    columns = ["left_document_id", "right_document_id", "decision"]
    frame = pl.DataFrame(
        [(*ends, what) for ends, (what, _) in said.items()], schema=dict.fromkeys(columns, pl.String), orient="row"
    )
    return None if contradiction(frame) else {(*ends, *word) for ends, word in said.items()}


def take_in(store: Store, file: Path) -> str | None:
    """Import a file; returns the reason if it was refused."""
    try:
        imported = import_decisions(store, file).imported
    except DecisionError as error:
        return str(error)
    assert imported == len(rows_of(store))
    return None


@pytest.mark.long
def test_a_file_is_kept_whole_as_it_is_normalised_or_not_at_all_and_the_next_run_succeeds(place, documents):
    file = place.folder / "d.csv"

    @examples(15)
    @given(files([*documents[:3], ONE]))
    def keep(made):
        text, held = made
        expected = None if held is None else holds(held)
        file.write_text(text, encoding="utf-8", newline="")
        clear(store)
        refused = take_in(store, file)
        assert {row[:4] for row in rows_of(store)} == (expected or set())
        assert bool(refused) == (expected is None)
        if refused:
            assert re.fullmatch(rf"{re.escape(str(file))}(, line \d+)?: .* Nothing was imported\.", refused)
        derive(store, Settings())

    with Store(place.store) as store:
        keep()
    place.run()


@examples(30)
@given(st.data())
def test_a_file_that_was_damaged_is_read_or_refused_in_one_line(empty_store, tmp_path_factory, data):
    file = tmp_path_factory.getbasetemp() / "damaged.csv"
    good = "\ufeff" + "\r\n".join(
        [HEADER + ",decided_at", f"{ONE},{TWO},must_link,ann,2026-01-05", f'{ONE},{THREE},cannot_link,"b,o",']
    )
    raw = good.encode()
    at = data.draw(st.integers(0, len(raw)))
    cut = data.draw(st.integers(0, 3))
    file.write_bytes(raw[:at] + data.draw(st.binary(max_size=4)) + raw[at + cut :])
    clear(empty_store)
    if refused := take_in(empty_store, file):
        assert re.fullmatch(rf"{re.escape(str(file))}(, line \d+)?: .* Nothing was imported\.", refused)
        assert rows_of(empty_store) == []
    assert all(re.fullmatch("[0-9a-f]{32}", end) for row in rows_of(empty_store) for end in row[:2])


ROW = f"{ONE},{TWO},must_link,ann"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "found an empty file"),
        ("\n\n", "found an empty file"),
        (HEADER.replace(",", ";"), "line 1: .*separated by commas; missing: left_document_id.*; found 'left_document_id;"),
        (HEADER + ",decision", "line 1: expected each column once, found decision more than once"),
        ("left_document_id,decision,decided_by", "line 1: .*missing: right_document_id; found 'left"),
        (f"{HEADER}\n{ROW}\n\n{ONE},{TWO},must_link", "line 4: expected 4 cells as in the first line, found 3"),
        (f"{HEADER}\n{ROW},more", "line 2: expected 4 cells as in the first line, found 5"),
        (f"{HEADER}\n{ROW},".replace("ann", ""), "line 2: expected 4 cells"),
        (f"{HEADER}\n{ONE},{TWO},must_link,", "line 2: expected a value of decided_by, found none"),
        (f"{HEADER}\n{ONE},nope,must_link,me", "line 2: expected a document id of 32 hexadecimal digits, found 'nope'"),
        (f"{HEADER}\n{ONE},{TWO},perhaps,me", "line 2: .*found 'perhaps'"),
        (f"{HEADER}\n{ONE},{ONE},must_link,me", f"line 2: {ONE}: expected two documents, found one"),
        (f"{HEADER}\n{ONE},{TWO},must_link,J\xf6rg".encode("latin-1"), "line 2: expected text in UTF-8"),
        (f"{HEADER}\n{ROW}".encode("utf-16"), "line 1: expected text in UTF-8"),
        (f"{HEADER},note\n{ROW},\0", "line 2: expected text in UTF-8 without NUL"),
        (f'{HEADER}\n{ROW}\n"{ONE},{TWO}', "line 3: expected CSV, but it can't be read: unexpected end of data"),
        (f'{HEADER}\n{ONE},"{TWO}"x,must_link,me', "line 2: expected CSV, but it can't be read"),
        (f"{HEADER},note\n{ROW},{'x' * 200_000}", "line 2: expected at most 100,000 characters in a line"),
        (f"{HEADER},note\n{ROW},{'x' * 10_000_000}", "line 2: expected at most 100,000 characters in a line"),
        (f"{HEADER},decided_at\n{ROW},yesterday", "line 2: expected a time as decided_at.*found 'yesterday'"),
        (f"{HEADER},decided_at\n{ROW},10000-01-01", "line 2: expected a time as decided_at"),
        (f"{HEADER},decided_at\n{ROW},9999-12-31T23:00:00-05:00", "line 2: expected a time in the years 1 to 9999"),
        (f"{HEADER}\n{ROW}\n{TWO},{ONE},cannot_link,you", "line 3: .*contradicts the must_link of ann"),
        (f"{HEADER}\n{ONE},{'9' * 32},must_link,me", "line 2: .*contradicts the cannot_link of bo"),
        (f"{HEADER}\n{ROW}\n{TWO},{THREE},must_link,me\n{THREE},{ONE},cannot_link,me", f"{ONE} = {TWO} = {THREE} by"),
    ],
)  # fmt: skip
def test_an_invalid_file_is_refused_whole_with_its_line(empty_store, tmp_path, content, says):
    clear(empty_store)
    decide(empty_store, ONE, "9" * 32, "cannot_link", "bo")
    before = rows_of(empty_store)
    file = tmp_path / "d.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DecisionError, match=says) as refused:
        import_decisions(empty_store, file)
    assert "Nothing was imported." in str(refused.value)
    assert len(str(refused.value)) < 700
    assert rows_of(empty_store) == before


def test_only_a_file_is_read_or_written(empty_store, tmp_path):
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    for place in (pipe, folder, tmp_path / "none"):
        with pytest.raises(DecisionError, match="expected a CSV file of decisions, found"):
            import_decisions(empty_store, place)
    for place in (pipe, folder, folder / "none" / "d.csv"):
        with pytest.raises(PapersieveError, match=r"expected a file to write to|can't be written"):
            export_decisions(empty_store, place)
    assert list(folder.iterdir()) == []


def test_who_reads_an_exported_file_while_it_is_written_anew_has_the_whole_old_one(empty_store, tmp_path):
    clear(empty_store)
    file, link = tmp_path / "d.csv", tmp_path / "link.csv"
    link.symlink_to(file)
    export_decisions(empty_store, file)
    decide(empty_store, ONE, TWO, "must_link", "me")
    with file.open() as old:
        export_decisions(empty_store, link)
        assert old.read().count("\n") == 1
    assert file.read_text().count("\n") == 2
    assert link.is_symlink()
    assert sorted(tmp_path.iterdir()) == [file, link]


# --- the command


def test_the_command_imports_lists_and_undoes(place, documents, tmp_path):
    left, right, *_ = documents
    file, where = tmp_path / "d.csv", ("--store", place.store)
    file.write_text(f"{HEADER}\n{right},{left},cannot_link,\u202eann\n")
    assert json.loads(papersieve("decisions", "--import", file, "--json", *where).stdout)["imported"] == 1
    shown = papersieve("decisions", *where).stdout
    assert "cannot_link" in shown
    assert "of Four" in shown
    assert "\u202e" not in shown
    assert shown.endswith("\n1 decision\n")
    assert papersieve("decisions", "--export", file, *where).stdout == f"1 decision exported to {file}\n"
    assert "undone" in papersieve("decisions", "--undo", right, left, *where).stdout
    gone = papersieve("decisions", "--undo", right, left, *where)
    assert (gone.returncode, "found no decision" in gone.stderr) == (1, True)
    for id in ("nope", ""):
        refused = papersieve("decisions", "--undo", id, left, *where)
        assert refused.returncode == 1
        assert refused.stderr == f"papersieve: expected a document id of 32 hexadecimal digits, found {id!r}\n"
    assert papersieve("decisions", "--export", file, "--import", file, *where).returncode == 2


@pytest.mark.parametrize("name", ["", "x" * 101, "a\nb"])
def test_an_invalid_name_is_wrong_usage_before_the_page_is_served(place, name):
    refused = papersieve("review", "--as", name, "--store", place.store, "--warehouse", place.warehouse)
    assert refused.returncode == 2
    assert "Say who decides with --as NAME" in refused.stderr


@pytest.mark.parametrize("error", [OSError("No username set in the environment"), KeyError("uid not found: 7")])
def test_an_account_without_a_name_is_told_to_give_one(monkeypatch, error):
    def nobody() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", nobody)
    with pytest.raises(click.UsageError, match=r"has no name.* Say who decides with --as NAME"):
        cli_review.who_decides(None)


def test_a_port_that_is_taken_is_told():
    with open_socket(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PapersieveError, match=f"port {port}: Address already in use. Give another one with --port"):
            open_socket(port)
