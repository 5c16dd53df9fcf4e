"""Output files: none of papersieve's own files is overwritten, and printed words can't control a terminal."""

import ctypes
import json
import os
import re
from pathlib import Path

import duckdb
import polars as pl
import pytest

from papersieve.pipeline.processes import kept_from_others
from papersieve.warehouse.outputs import OutputError, refuse_output, written_aside
from papersieve.warehouse.published.versions import kept_versions
from tests.support.called import papersieve
from tests.support.forked import SERVER
from tests.support.made_dumps import page
from tests.support.store_places import Place

WAREHOUSE = Path(__file__).parents[3] / "warehouse"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = Place(tmp_path_factory.mktemp("outputs"))
    for name, text in (("a.txt", page(1, 2)), ("b.txt", page(2, 3))):
        place.write(name, text)
        place.run()
    return place


def names_of_what_matters(place: Place, elsewhere: Path) -> list[Path]:
    """The store, the warehouse, files that belong to them, and other names of the same files."""
    (elsewhere / "link").symlink_to(place.warehouse)
    (elsewhere / "hard").hardlink_to(place.store)
    (elsewhere / "folder").symlink_to(place.folder)
    (version,) = kept_versions(place.warehouse)
    with duckdb.connect(elsewhere / "other.duckdb") as con:
        con.execute("CREATE TABLE t AS SELECT 1")
    own = [
        place.folder / f"{name}{end}"
        for name in ("store.duckdb", "papers.duckdb")
        for end in ("", ".wal", ".lock", ".0a1b.keys")
    ]
    other = [elsewhere / "link", elsewhere / "hard", elsewhere / "folder" / "papers.duckdb", elsewhere / "other.duckdb"]
    spelled = place.folder / ".." / place.folder.name / "store.duckdb"
    return [*own, *other, spelled, version, version.with_name("000000077.duckdb")]


@pytest.mark.long
def test_what_matters_is_refused_as_an_output_by_whatever_name(made, tmp_path):
    for path in names_of_what_matters(made, tmp_path):
        with pytest.raises(OutputError, match="expected a file to write to"):
            refuse_output(path, made.store, made.warehouse)
    for path in (tmp_path / "new.csv", made.folder / "papers.report.html", made.folder / "store.duckdb.csv"):
        refuse_output(path, made.store, made.warehouse)


@pytest.mark.parametrize(
    "command", ["query 'FROM papers' --output", "report --output", "export", "decisions --export", "backup"]
)
def test_no_command_writes_over_the_store_or_the_warehouse(made, command):
    words = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", command)]
    before = {f: f.read_bytes() for f in made.folder.glob("*.duckdb")}
    for target in (made.store, made.warehouse, made.folder / "store.duckdb.wal"):
        result = papersieve(*words, target, "--store", made.store, "--warehouse", made.warehouse)
        assert result.returncode in (1, 2)
        assert "Traceback" not in result.stderr
    assert {f: f.read_bytes() for f in made.folder.glob("*.duckdb")} == before
    assert not (made.folder / "store.duckdb.wal").exists()


def test_evaluate_does_not_write_over_what_it_reads(tmp_path):
    truth = tmp_path / "truth.parquet"
    pl.DataFrame({"record_id": ["a"], "cluster_id": ["1"], "title": ["A title"]}).write_parquet(truth)
    before = truth.read_bytes()
    result = papersieve("evaluate", truth, "--clusters", truth)
    assert result.returncode == 1
    assert "found what this command reads" in result.stderr
    assert truth.read_bytes() == before


def write_and_fail(path: Path) -> None:
    with written_aside(path) as aside:
        aside.write_text("ha")
        assert path.read_text() == "old"
        raise ZeroDivisionError


def test_a_file_is_there_whole_or_as_it_was(tmp_path):
    out, link = tmp_path / "out.csv", tmp_path / "link.csv"
    out.write_text("old")
    out.chmod(0o640)
    link.symlink_to(out)
    with pytest.raises(ZeroDivisionError):
        write_and_fail(link)
    assert out.read_text() == "old"
    killed = tmp_path / ".out.csv.999999999.writing"
    killed.mkdir()
    with written_aside(link) as aside:
        aside.write_text("new")
    assert out.read_text() == "new"
    assert out.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["link.csv", "out.csv"]


def test_two_processes_with_one_number_write_one_file_each_whole(tmp_path):
    """As in two containers: here one process writes the file twice at once."""
    out = tmp_path / "out.csv"
    with written_aside(out) as one:
        one.write_text("one")
        with written_aside(out) as other:
            other.write_text("other")
        assert out.read_text() == "other"
    assert out.read_text() == "one"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_what_is_written_in_another_container_stays_and_what_was_left_there_does_not(tmp_path):
    """The number of a process in another container may be one of ours, or none."""
    written, left = (tmp_path / f".out.csv.{pid}.7.writing" for pid in (999999999, os.getppid()))
    written.mkdir()
    left.mkdir()
    with kept_from_others(written), written_aside(tmp_path / "out.csv") as aside:
        aside.write_text("new")
    assert sorted(os.listdir(tmp_path)) == [written.name, "out.csv"]


def test_a_pipe_gets_the_result_and_stays_a_pipe(made, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    result = papersieve("query", "SELECT 1 AS n", "--format", "csv", "--output", pipe, "--warehouse", made.warehouse)
    assert result.returncode == 0, result.stderr
    assert os.read(reader, 100) == b"n\n1\n"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_pipe_without_a_name_gets_the_result_too():
    reader, writer = os.pipe()
    with written_aside(Path(f"/dev/fd/{writer}")) as aside:
        aside.write_text("new")
    os.close(writer)
    with os.fdopen(reader) as pipe:
        assert pipe.read() == "new"


def test_an_output_that_can_not_be_written_says_so(made, tmp_path):
    (tmp_path / "file").touch()
    result = papersieve("query", "FROM papers", "--output", tmp_path / "file" / "out", "--warehouse", made.warehouse)
    assert result.returncode == 1
    assert "can't be written" in result.stderr
    assert "Traceback" not in result.stderr


def ask_read_only(folder: Path, commands: list[list[str]], answers) -> None:
    """Run commands in a process for which the folder is mounted read-only, even for root."""
    libc = ctypes.CDLL(None, use_errno=True)
    namespace, private, bind, read_only = 0x00020000, 0x40000 | 0x4000, 0x1000, 0x1000 | 0x20 | 1
    place = str(folder).encode()
    failed = (
        libc.unshare(namespace)
        or libc.mount(b"none", b"/", None, private, None)
        or libc.mount(place, place, None, bind, None)
        or libc.mount(place, place, None, read_only, None)
    )
    if failed:
        answers.put("no leave to mount")
        return
    from click.testing import CliRunner

    from papersieve.warehouse.cli.main import cli

    found = []
    for words in commands:
        result = CliRunner().invoke(cli, words)
        found.append((words[0], result.exit_code, repr(result.exception)))
    answers.put(found)


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="mounts are Linux's")
def test_whoever_only_reads_can_read_from_a_read_only_mount(made, tmp_path):
    paper_id = made.ask("SELECT paper_id FROM papers LIMIT 1")[0][0]
    commands = [
        ["changes"],
        ["rollback", "--list"],
        ["report", "--output", str(tmp_path / "report.html")],
        ["explain", paper_id],
        ["lookup", "The Paper Number 3 of Many"],
        ["search", "paper"],
        ["query", "FROM papers"],
        ["query", "FROM papers", "--format", "parquet", "--output", str(tmp_path / "p.parquet")],
        ["export", str(tmp_path / "parquet")],
    ]
    where = ["--store", str(made.store), "--warehouse", str(made.warehouse)]
    answers = SERVER.Queue()
    process = SERVER.Process(target=ask_read_only, args=(made.folder, [words + where for words in commands], answers))
    process.start()
    found = answers.get(timeout=100)
    process.join()
    if found == "no leave to mount":
        pytest.skip("mounting needs root, or a kernel that lets others have a namespace of their own")
    assert found == [(words[0], 0, "None") for words in commands]


def test_no_message_drives_the_terminal(made, tmp_path):
    escape = "\x1b[2J\x9b"
    (tmp_path / f"{escape}.txt").write_text("no dump")
    for words in (
        ["query", "FROM papers", "--warehouse", f"{escape}.duckdb"],
        ["query", f'SELECT "{escape}" FROM papers', "--warehouse", made.warehouse],
        ["query", "SELECT 1", "--format", escape],
        [escape],
        ["inspect", tmp_path / f"{escape}.txt"],
        ["run", tmp_path / f"{escape}.txt", "--warehouse", tmp_path / "w.duckdb"],
        ["decisions", "--import", tmp_path / f"{escape}.csv", "--store", made.store],
    ):
        result = papersieve(*words, cwd=tmp_path)
        assert result.returncode in (1, 2)
        assert "[2J" in result.stderr + result.stdout
        assert not set(result.stderr + result.stdout) & {"\x1b", "\x9b"}, words


def test_words_leave_by_the_doors_alone():
    """Only these print: `say` and `print_result` of the options, the harmless console, two scripts for our pages."""
    doors = {
        "cli_options.py": "click.echo(",
        "console.py": "rich.console",
        "dictionary.py": "print(",
        "terminal.py": "print(",
    }
    for path in WAREHOUSE.glob("*.py"):
        for way in ("click.echo(", "from rich.console", " print("):
            own = doors.get(path.name, "-") in way and path.name in doors
            is_type_only = path.name == "terminal_ask.py" and way == "from rich.console"
            assert own or is_type_only or way not in path.read_text(encoding="utf-8"), f"{path.name}: {way}"


@pytest.mark.parametrize("kind", ["pipe", "empty", "text", "cut short", "another database", "circle"])
def test_what_is_no_warehouse_is_told_in_a_line(made, tmp_path, kind):
    odd = tmp_path / "odd.duckdb"
    if kind == "pipe":
        os.mkfifo(odd)
    elif kind == "circle":
        odd.symlink_to(odd)
    elif kind == "another database":
        with duckdb.connect(odd) as con:
            con.execute("CREATE TABLE t AS SELECT 1")
    else:
        odd.write_bytes({"empty": b"", "text": b"text", "cut short": made.warehouse.read_bytes()[:300_000]}[kind])
    for words in (["query", "FROM papers"], ["changes", "--json"], ["lookup", "x"], ["export", tmp_path / "parquet"]):
        result = papersieve(*words, "--warehouse", odd)
        assert result.returncode in (1, 2)
        assert "odd.duckdb" in result.stderr
        assert "Traceback" not in result.stderr
        assert ".building" not in result.stderr


def test_half_a_character_is_no_traceback(made):
    for words in (
        ["query", "SELECT '\udcff' AS v", "--format", "json"],
        ["search", "\udcff"],
        ["lookup", "\udcff"],
        ["explain", "\udcff"],
    ):
        result = papersieve(*words, "--warehouse", made.warehouse)
        assert "Traceback" not in result.stderr
    assert json.loads(
        papersieve("query", "SELECT '\udcff' AS v", "--format", "json", "--warehouse", made.warehouse).stdout
    )
