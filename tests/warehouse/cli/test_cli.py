"""The command line itself, as a process: words, numbers, exit codes."""

import errno
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from unittest.mock import Mock

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.checks.thresholds import DRIFTS, OF_SOFTWARE, REMEDIES, THRESHOLDS
from papersieve.pipeline.settings import SECTIONS, Settings
from papersieve.pipeline.settings_file import load_settings
from papersieve.warehouse import console
from papersieve.warehouse.cli.main import cli
from papersieve.warehouse.cli.options import GROUPS, wrapped
from papersieve.warehouse.published.check_files import checks
from tests.support.called import papersieve
from tests.support.made_dumps import page


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    (folder / "dumps").mkdir()
    (folder / "dumps" / "a.txt").write_text(page(1, 2, 3))
    (folder / "dumps" / "b.txt").write_text(page(3, 4))
    result = papersieve("run", folder / "dumps", "--warehouse", folder / "papers.duckdb", "--json")
    assert result.returncode == 0, result.stderr
    return folder, json.loads(result.stdout)


@pytest.mark.long
def test_references_that_go_to_stdout_are_alone_there(done):
    command = ["export", "--format", "ris", "--warehouse", str(done[0] / "papers.duckdb")]
    said = subprocess.run(
        [sys.executable, "-m", "papersieve.warehouse.cli.main", *command, "--out", "/dev/stdout"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == papersieve(*command).stdout != ""
    assert said.stderr == "4 references: /dev/stdout\n"


@pytest.mark.long
def test_a_process_of_its_own_says_the_same(done, tmp_path):
    folder, _ = done
    args = ["query", "SELECT title FROM papers ORDER BY title", "--warehouse", folder / "papers.duckdb"]
    for words in (args, ["query", "SELECT 1", "--warehouse", tmp_path / "none.duckdb"], ["query"]):
        alone = subprocess.run(
            [sys.executable, "-m", "papersieve.warehouse.cli.main", *map(str, words)],
            capture_output=True,
            text=True,
            check=False,
        )
        here = papersieve(*words)
        assert (here.returncode, here.stdout, here.stderr) == (alone.returncode, alone.stdout, alone.stderr)


@pytest.mark.long
@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_output_is_the_same_in_a_locale_without_utf8(done, form):
    words = ["query", "SELECT 'Zoë … 論文' AS title", "--format", form, "--warehouse", str(done[0] / "papers.duckdb")]
    said = subprocess.run(
        [sys.executable, "-m", "papersieve.warehouse.cli.main", *words],
        env=os.environ | {"PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=True,
    )
    assert said.stdout.decode() == papersieve(*words).stdout
    assert "論文" in said.stdout.decode()


def test_run_prints_one_json_object_with_the_funnel(done):
    folder, printed = done
    counts = {
        "dumps": 2,
        "lines": 44,
        "records": 5,
        "rejected_lines": 0,
        "quarantined": 0,
        "documents": 4,
        "candidate_pairs": 1,
        "matches": 1,
        "papers": 4,
        "published": True,
    }
    assert {key: printed[key] for key in counts} == counts
    assert printed["warehouse"] == str(folder / "papers.duckdb")
    assert printed["store"] == str(folder / "papers.store.duckdb")


def test_run_tells_people_the_funnel_and_where_the_warehouse_is(done):
    folder, _ = done
    result = papersieve("run", folder / "dumps", "--warehouse", folder / "papers.duckdb")
    assert "4  papers" in result.stdout
    assert f"unchanged: {folder / 'papers.duckdb'}" in result.stdout
    assert not result.stderr


def test_a_bad_dump_exits_with_1_and_the_good_ones_are_in_the_warehouse(tmp_path):
    good, empty = tmp_path / "good.txt", tmp_path / "empty.txt"
    good.write_text(page(1))
    empty.write_text("")
    result = papersieve("run", good, empty, tmp_path / "none.txt", "--warehouse", tmp_path / "w.duckdb", "--json")
    assert result.returncode == 1
    assert json.loads(result.stdout)["papers"] == 1
    assert "(empty)" in result.stderr
    assert "(missing)" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.long
def test_a_failed_check_exits_with_1_and_says_which_rows(tmp_path):
    for number, name in enumerate(("one.txt", "two.txt")):
        (tmp_path / name).write_text(page(number))
    places = ["--store", tmp_path / "s.duckdb", "--warehouse", tmp_path / "w.duckdb"]
    assert papersieve("run", tmp_path / "one.txt", *places).returncode == 0
    with duckdb.connect(tmp_path / "s.duckdb") as con:
        con.execute(
            "UPDATE line_spans SET line_end = line_end - 1; INSERT INTO changes SELECT 2, 'dump', dump_id FROM dumps"
        )
    result = papersieve("run", tmp_path / "two.txt", *places)
    assert result.returncode == 1
    assert "nothing was published" in result.stderr
    assert "every_line_has_one_fate" in result.stderr


def test_status_tells_what_is_held_and_what_is_pending(done):
    folder, _ = done
    found = json.loads(papersieve("status", "--warehouse", folder / "papers.duckdb", "--json").stdout)
    assert found["pending"] == []
    assert found["funnel"]["papers"] == 4
    (folder / "other.toml").write_text('unit = "publication"')
    other = papersieve("status", "--warehouse", folder / "papers.duckdb", "--settings", folder / "other.toml")
    assert "pending    pairs, papers, publish" in other.stdout


def test_status_tells_of_a_rollback(done, tmp_path):
    shutil.copytree(done[0], tmp_path / "place")
    (tmp_path / "place" / "dumps" / "c.txt").write_text(page(5))
    at = ("--warehouse", tmp_path / "place" / "papers.duckdb")
    assert papersieve("run", tmp_path / "place" / "dumps", *at).returncode == 0
    assert "held  " not in papersieve("status", *at).stdout
    assert papersieve("rollback", *at).returncode == 0
    assert "held       at revision 1; `papersieve rollback --release` lets the next" in papersieve("status", *at).stdout
    told = "released: the next run publishes again", "no version was held: runs publish"
    assert [papersieve("rollback", "--release", *at).stdout.splitlines()[-1] for _ in told] == list(told)


def test_the_funnel_ends_no_line_in_blanks_and_a_folder_that_is_looked_up_is_told(done):
    at = ("--warehouse", done[0] / "papers.duckdb")
    told = papersieve("run", done[0] / "dumps", *at).stdout.splitlines()
    assert told == [line.rstrip() for line in told]
    assert "this is a folder, so this is looked up as a text" in papersieve("lookup", done[0], *at).stderr


def test_a_text_is_looked_up_from_a_pipe_too(done):
    reader, writer = os.pipe()
    at = ("--warehouse", done[0] / "papers.duckdb", "--json")
    ((abstract,),) = duckdb.connect(at[1], read_only=True).sql("SELECT abstract FROM papers LIMIT 1").fetchall()
    os.write(writer, abstract.encode())
    os.close(writer)
    said = papersieve("lookup", f"/dev/fd/{reader}", *at)
    os.close(reader)
    assert (json.loads(said.stdout)["is_here"], said.stderr) == (True, "")


def test_a_remedy_that_several_files_share_is_told_once_and_inspect_does_not_name_itself(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Dear diary")
    for name in ("title", "kop"):
        (tmp_path / f"{name}.csv").write_text(f"{name},abstract,year\nA title,{'word ' * 20},2020\n")
    told = papersieve("run", ".", cwd=tmp_path).stderr
    assert "columns were guessed by their names in 1 dump (title.csv): " in told
    assert "kop.csv:1: columns (guessed by name; " in told
    assert (told.count("no format recognises it"), told.count("`papersieve formats` has")) == (2, 1)
    assert papersieve("status", cwd=tmp_path).stdout.count("`papersieve formats` has") == 1
    told = papersieve("inspect", "a.txt", cwd=tmp_path).stdout
    assert ("`papersieve formats` has" in told, "papersieve inspect" in told) == (True, False)


@pytest.mark.parametrize("command", ["query SELECT", "status"])
def test_where_nothing_is_yet_the_remedy_is_named(tmp_path, command):
    result = papersieve(*command.split(), cwd=tmp_path)
    assert result.returncode == 1
    assert "papersieve run" in result.stderr


def test_what_is_mistyped_is_asked_back(done):
    folder, _ = done
    at = ("--warehouse", folder / "papers.duckdb")
    for args, meant in (
        (["qurey"], "query"),
        (["withdraw", "b.tx", *at], "b.txt"),
        (["explain", "a.txtt:20", *at], "a.txt"),
        (["tables", "paperz", *at], "papers"),
        (["query", "FROM paperz", *at], "papers"),
        (["query", "SELECT titel FROM papers", *at], "title"),
        (["run", folder / "dumps" / "a.tx", *at], "a.txt"),
    ):
        said = papersieve(*args)
        assert said.returncode != 0
        assert re.search(rf"(Did you mean|Candidate bindings:).*{re.escape(meant)}\b", said.stderr), args


def test_tables_are_those_of_the_warehouse_and_every_column_is_told(done):
    folder, _ = done
    at = ("--warehouse", folder / "papers.duckdb")
    there = json.loads(papersieve("query", "SHOW TABLES", *at, "--format", "json").stdout)
    told = json.loads(papersieve("tables", *at, "--json").stdout)["tables"]
    assert {row["name"] for row in there} == {row["table_name"] for row in told}
    columns = json.loads(papersieve("tables", "papers", *at, "--json").stdout)["columns"]
    one = json.loads(papersieve("query", "FROM papers LIMIT 1", *at, "--format", "json").stdout)
    assert [column["column_name"] for column in columns] == list(one[0])
    said = papersieve("tables", *at).stdout
    assert all(row["table_name"] in said for row in told)
    assert all(len(line.rstrip()) <= 80 for line in said.splitlines())


def test_a_record_is_explained_by_the_place_it_stands_at(done):
    folder, _ = done
    at = ("--warehouse", folder / "papers.duckdb", "--json")
    rows = json.loads(papersieve("query", "FROM records", *at[:2], "--format", "json").stdout)
    dumps = json.loads(papersieve("query", "FROM dumps", *at[:2], "--format", "json").stdout)
    names = {dump["dump_id"]: dump["name"] for dump in dumps}
    for row in rows[::2]:
        for line in (row["line_start"], row["line_end"]):
            told = json.loads(papersieve("explain", f"{names[row['dump_id']]}:{line}", *at).stdout)
            assert told["asked"]["id"] == row["record_id"]
    missing = papersieve("explain", "a.txt:1", *at)
    assert (missing.returncode, "no record has this line" in missing.stderr) == (1, True)


def test_every_check_has_something_to_do_and_names_no_command_that_is_not():
    for name, text in {**REMEDIES, "": OF_SOFTWARE}.items():
        assert text.endswith((".", "?")), name
        assert set(re.findall(r"`papersieve (\w+)", text)) <= set(cli.commands)
    assert REMEDIES.keys() <= THRESHOLDS.keys() | {f"{name}_drift" for name in DRIFTS} | {c.name for c in checks()}


def test_a_run_tells_notes_up_to_a_limit_and_counts_the_files_of_which_columns_were_guessed(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.csv").write_text(f"title,abstract\nA Title of {number},{'word ' * 60}{number}\n")
    (tmp_path / "page.txt").write_text(page(1) + "".join(f"Stray line {n}\n\n" for n in range(3)))
    said = papersieve("run", tmp_path, "--warehouse", tmp_path / "w.duckdb").stderr
    assert said.count("columns") == 1
    assert "columns were guessed by their names in 3 dumps" in said


def test_a_run_names_some_files_that_are_no_dumps_and_counts_the_others(tmp_path):
    (tmp_path / "page.txt").write_text(page(1))
    for number in range(52):
        (tmp_path / f"{number}.md").write_text(f"No list of papers, but {number} words.\n")
    place = ("--warehouse", tmp_path / "w.duckdb")
    said = papersieve("run", tmp_path, *place).stderr.splitlines()
    assert sum(line.startswith("not read (") for line in said) == 50
    assert "not read and 2 more files: `papersieve status` lists them all" in said
    assert papersieve("status", *place).stdout.count("(unknown_format)") == 52


def test_the_shell_completes_commands(tmp_path):
    asked = {"_PAPERSIEVE_COMPLETE": "bash_complete", "COMP_WORDS": "papersieve re", "COMP_CWORD": "1"}
    said = subprocess.run(
        [Path(sys.executable).with_name("papersieve")],
        env=os.environ | asked,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.split(",")[1] for line in said.stdout.splitlines()} == {n for n in cli.commands if n.startswith("re")}


@pytest.mark.parametrize(
    "args",
    [
        ["run"],
        ["frobnicate"],
        ["query", "SELECT 1", "--format", "parquet"],
        ["run", "x", "--store", "s", "--warehouse", "s"],
        ["run", "--no-such"],
        ["backup", ""],
        ["verify", "--seed", "9" * 20],
        ["verify", "--sample", "9" * 20],
        ["estimate", "--seed", "9" * 20],
    ],
)
def test_wrong_usage_exits_with_2(tmp_path, args):
    result = papersieve(*args, cwd=tmp_path)
    assert result.returncode == 2
    assert "Usage" in result.stderr


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_has_help_with_an_example(name):
    result = papersieve(name, "--help")
    assert result.returncode == 0
    assert "Example:" in result.stdout
    assert f"papersieve {name}" in result.stdout.split("Example:")[1]


def test_settings_that_can_not_be_used_are_told_before_anything_is_written(tmp_path):
    (tmp_path / "s.toml").write_text("[signing]\nbands = 0")
    (tmp_path / "a.txt").write_text(page(1))
    result = papersieve("run", "a.txt", "--settings", "s.toml", cwd=tmp_path)
    assert result.returncode == 1
    assert "bands" in result.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.long
def test_the_demonstration_makes_its_dumps_where_there_are_none_and_leaves_other_folders_alone(tmp_path):
    result = papersieve("demo", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert sum(path.suffix == ".txt" for path in (tmp_path / "sample_dumps").iterdir()) == 8
    assert [p.name for p in (tmp_path / "data").iterdir()] == ["sample"]
    assert (tmp_path / "data" / "sample" / "papersieve.duckdb").is_file()
    (tmp_path / "mine").mkdir()
    assert papersieve("demo", "mine", cwd=tmp_path).returncode == 1
    assert not any((tmp_path / "mine").iterdir())


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    words = "of the graph network learning theory model data trial study"
    rows = [
        ("a", "1", f"Stroke and aphasia: overcoming {words}", "Kemp, R. and Stein, J.", "2004", "10.1/x"),
        ("b", "1", f"Stroke and Aphasia; Overcoming {words}", "R. Kemp, J. Stein", "2004", "https://doi.org/10.1/X"),
        ("c", "2", "Query languages for streams of events in sensors", "Lu, H.", "2011", None),
    ]
    path = tmp_path_factory.mktemp("labelled") / "truth.parquet"
    columns = ["record_id", "cluster_id", "title", "authors", "date", "doi"]
    pl.DataFrame(rows, schema=columns, orient="row").write_parquet(path)
    return path


def test_evaluate_scores_labelled_records_and_writes_their_papers(labelled, tmp_path):
    out = tmp_path / "found.parquet"
    result = papersieve("evaluate", labelled, "--clusters", out, "--use-identifiers", "--json")
    assert result.returncode == 0, result.stderr
    printed = json.loads(result.stdout)
    assert (printed["records"], printed["papers"], printed["pair_f1"], printed["removed_tp"]) == (3, 2, 1.0, 1)
    assert dict(pl.read_parquet(out).select("record_id", "paper_id").iter_rows()) == {"a": "a", "b": "a", "c": "c"}
    assert "removed records" in papersieve("evaluate", labelled).stdout


@pytest.mark.parametrize(("label", "fed"), [("entity {}", ["doi"]), ("entity", ["doi", "arxiv_id"])])
def test_an_identifier_that_is_the_label_is_withheld_and_the_result_says_so(labelled, tmp_path, label, fed):
    path = tmp_path / "arxiv.parquet"
    ids = pl.Series(["2101.00001", "2101.00001", "2101.00002"])
    labels = pl.Series([label.format(i) for i in ids])
    pl.read_parquet(labelled).with_columns(arxiv_id=ids, cluster_id=labels).write_parquet(path)
    result = json.loads(papersieve("evaluate", path, "--use-identifiers", "--json").stdout)
    assert result["identifiers_fed"] == fed
    assert sum(row["candidate_pairs"] for row in result["by_rule"]) == result["candidate_pairs"] == 1


def test_labels_have_no_part_in_the_matching(labelled, tmp_path):
    swapped = tmp_path / "swapped.parquet"
    pl.read_parquet(labelled).with_columns(cluster_id=pl.Series(["2", "1", "1"])).write_parquet(swapped)
    for name, path in (("one", labelled), ("other", swapped)):
        assert papersieve("evaluate", path, "--clusters", tmp_path / f"{name}.csv").returncode == 0
    assert (tmp_path / "one.csv").read_text() == (tmp_path / "other.csv").read_text()


def test_evaluate_says_what_a_file_lacks(tmp_path):
    (tmp_path / "junk.parquet").write_text("no parquet")
    pl.DataFrame({"title": ["a"]}).write_parquet(tmp_path / "bare.parquet")
    for name, says in (("junk", "can't read"), ("bare", "cluster_id")):
        result = papersieve("evaluate", tmp_path / f"{name}.parquet")
        assert result.returncode == 1
        assert says in result.stderr
        assert "Traceback" not in result.stderr


@pytest.fixture
def cited(tmp_path):
    rows = [
        ("Spiders that tune their webs by a piano", "Arden, Ruth", "2016"),
        ("Looms that forget their last pattern", "Brook, Lena", "2017"),
        ("SPIDERS THAT TUNE THEIR WEBS BY A PIANO.", "R. Arden", "2016"),
    ]
    pl.DataFrame(rows, schema=["title", "authors", "year"], orient="row").write_csv(tmp_path / "cited.csv")
    return tmp_path


def test_match_tells_the_papers_of_files_and_writes_what_it_is_asked_for_and_nothing_else(cited):
    told = papersieve("match", "cited.csv", cwd=cited)
    assert (told.returncode, told.stdout.splitlines()[0]) == (0, "3 records are 2 papers")
    assert re.search(r"^  cited\.csv:2\n  cited\.csv:4$", told.stdout, re.M)
    assert [p.name for p in cited.iterdir()] == ["cited.csv"]
    written = papersieve("match", "cited.csv", "--out", "c.csv", "--json", cwd=cited)
    printed = json.loads(written.stdout)
    assert printed["repeated"] == [["cited.csv:2", "cited.csv:4"]]
    assert [p["rule"] for p in printed["pairs"]] == ["model"]
    clusters = pl.read_csv(cited / "c.csv")
    assert clusters["paper_id"].to_list() == ["cited.csv:2", "cited.csv:3", "cited.csv:2"]
    refused = papersieve("match", "cited.csv", "--out", "cited.csv", cwd=cited)
    assert (refused.returncode, "Spiders" in (cited / "cited.csv").read_text()) == (1, True)


def test_match_says_what_it_can_not_read(cited):
    (cited / "diary.txt").write_text("Dear diary")
    for args in (["diary.txt"], ["none.csv"]):
        result = papersieve("match", *args, cwd=cited)
        assert (result.returncode in (1, 2), "Traceback" in result.stderr) == (True, False)
        assert args[0] in result.stderr
    assert papersieve("match", cwd=cited).returncode == 2


def test_inspect_says_what_a_run_would_make_of_a_file_and_writes_nothing(tmp_path):
    (tmp_path / "rows.csv").write_text(f"title,abstract,year\nA title,{'word ' * 20},2020\nShort,,2020\nbroken\n")
    found = papersieve("inspect", "rows.csv", "--json", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    [dump] = json.loads(found.stdout)["dumps"]
    assert (dump["format"], dump["lines"], dump["records"], dump["quarantined"]) == ("csv_table", 4, 2, 1)
    assert dump["fates"] == {"record": 2, "furniture": 1, "blank": 0, "rejected": 1}
    assert dump["reason_codes"] == {"row_of_other_width": 1, "abstract_missing": 1}
    assert dump["first_records"][0]["title_raw"] == "A title"
    told = papersieve("inspect", "rows.csv", cwd=tmp_path).stdout
    assert "csv_table: a line names the columns title, abstract, year" in told
    assert "  rejected 1 x row_of_other_width" in told
    assert [p.name for p in tmp_path.iterdir()] == ["rows.csv"]


def test_inspect_and_run_take_the_format_that_is_named_and_refuse_one_that_is_none(tmp_path):
    (tmp_path / "a.txt").write_text("Dear diary")
    assert papersieve("inspect", "a.txt", cwd=tmp_path).returncode == 1
    forced = papersieve("inspect", "a.txt", "--format", "author_page", "--json", cwd=tmp_path)
    assert json.loads(forced.stdout)["dumps"][0]["reason_codes"] == {"no_abstract_mark": 1}
    for command in ("inspect", "run"):
        refused = papersieve(command, "a.txt", "--format", "diary", cwd=tmp_path)
        assert refused.returncode == 1
        assert "Known formats: acl_xml" in refused.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_spark_that_is_not_there_is_named_with_its_remedy_and_options_that_do_not_fit_are_wrong_usage(tmp_path):
    (tmp_path / "a.txt").write_text(page(1))
    asked = ["run", tmp_path / "a.txt", "--warehouse", tmp_path / "papers.duckdb"]
    without = papersieve(*asked, "--engine", "spark", "--lake", tmp_path / "lake")
    if importlib.util.find_spec("pyspark") is None:
        assert without.returncode == 1
        assert "pip install 'papersieve[spark]'" in without.stderr
    for wrong, told in (
        (["--engine", "spark"], "--engine spark needs --lake"),
        (["--spark", "a=b"], "--spark needs --engine spark"),
        (["--engine", "spark", "--lake", "x", "--spark", "memory"], "expected NAME=VALUE, found memory"),
    ):
        result = papersieve(*asked, *wrong)
        assert result.returncode == 2
        assert told in result.stderr


#: command -> a command line that works on `done`, and one that fails.
ANSWERS = {
    "run": ["dumps"],
    "inspect": ["dumps/a.txt"],
    "formats": [],
    "fetch": None,  # asks servers: tests/warehouse/cli/test_fetching.py
    "status": [],
    "settings": [],
    "match": ["dumps/a.txt"],
    "evaluate": ["truth.parquet"],
    "lookup": ["no such text"],
    "search": ["title"],
    "tables": [],
    "explain": ["{paper}"],
    "changes": [],
    "report": ["--out", "report.html"],
    "prisma": [],
    "export": ["parquet"],
    "review": None,  # serves until it is stopped: tests/warehouse/decisions/test_review.py
    "serve": None,  # likewise: tests/warehouse/serve/test_answers_for_programs.py
    "decisions": [],
    "preview": ["--unit", "publication"],
    "estimate": None,  # needs many judged pairs: tests/warehouse/decisions/test_estimate.py
    "withdraw": ["b.txt"],
    "rebuild": [],
    "verify": [],
    "backup": ["other.duckdb"],
    "restore": ["backup.duckdb"],
    "rollback": ["--list"],
}
FAILURES = {
    "run": ["none.txt"],
    "fetch": ["nowhere"],
    "inspect": ["none.txt"],
    "formats": ["none"],
    "settings": ["--settings", "none.toml"],
    "match": ["empty.txt"],
    "evaluate": ["empty.txt"],
    "lookup": ["x"],
    "search": ["x"],
    "tables": ["papers"],
    "explain": ["abcdef"],
    "withdraw": ["b.txt"],
    "preview": ["--unit", "work"],
    "estimate": ["--sample", "8", "--out", "labels.csv"],
    "backup": ["backup.duckdb"],
    "restore": ["."],
    "export": ["parquet"],
    "demo": ["."],
    "query": ["SELECT 1"],
}
#: Commands without --json: they print a result already, or a demonstration.
WITHOUT_JSON = {"query", "demo"}


def test_every_command_that_answers_is_tried():
    assert ANSWERS.keys() | WITHOUT_JSON == set(cli.commands)


@pytest.fixture(scope="module")
def tried(done, labelled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tried") / "place"
    shutil.copytree(done[0], folder)
    shutil.copy(labelled, folder / "truth.parquet")
    paper = papersieve("query", "SELECT paper_id FROM papers LIMIT 1", "--format", "csv", *PLACE, cwd=folder)
    (folder / "empty.txt").write_text("")
    assert papersieve("backup", "backup.duckdb", *PLACE, cwd=folder).returncode == 0
    return folder, paper.stdout.split()[-1]


PLACE = ["--store", "papers.store.duckdb", "--warehouse", "papers.duckdb"]


def placed(name, args):
    """The arguments of a command, with the places if it takes them."""
    takes = {option for parameter in cli.commands[name].params for option in parameter.opts}
    return [name, *args, *(PLACE if "--store" in takes else [])]


@pytest.mark.parametrize("name", [name for name, args in ANSWERS.items() if args is not None])
def test_every_command_prints_one_json_object_on_stdout_or_words(tried, tmp_path, name):
    folder, paper = tried
    args = [arg.format(paper=paper) for arg in ANSWERS[name]]
    for more in (["--json"], []):
        result = papersieve(*placed(name, args), *more, cwd=shutil.copytree(folder, tmp_path / f"p{len(more)}"))
        assert result.returncode == 0, result.stderr
        assert "Traceback" not in result.stderr
        if more:
            assert isinstance(json.loads(result.stdout), dict)
        else:
            assert result.stdout.strip()
            assert not result.stdout.startswith("{")
            assert not re.search(
                r"\b1 (records|papers|dumps|pairs|rows|files|changes|documents)\b|\(s\)", result.stdout
            )


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_exits_with_2_on_wrong_usage_and_with_1_where_it_fails_and_then_prints_no_result(tmp_path, name):
    wrong = papersieve(name, "--no-such-option", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "No such option" in wrong.stderr
    (tmp_path / "empty.txt").write_text("")
    failed = papersieve(*placed(name, FAILURES.get(name, [])), cwd=tmp_path)
    assert failed.returncode == 1, (failed.stdout, failed.stderr)
    if name == "inspect":  # its answer is that the dump can't be read
        assert "not read" in failed.stdout
    else:
        assert failed.stderr.startswith("papersieve: ")
        assert not failed.stdout
    assert "Traceback" not in failed.stderr


def test_the_version_is_told():
    said = papersieve("--version")
    assert (said.returncode, said.stderr) == (0, "")
    assert re.fullmatch(r"papersieve, version \d+\.\d+\S*\n", said.stdout)


def test_the_help_shows_every_command_in_its_group():
    told = papersieve("--help").stdout
    groups = re.split(r"^(\w+):\n", told, flags=re.M)[1:]
    shown = dict(zip(groups[::2], groups[1::2], strict=True))
    assert list(shown) == ["Options", "Begin", *GROUPS]
    for name, command in cli.commands.items():
        assert re.search(rf"^  {name} ", shown[command.group], re.M)
    assert "..." not in "".join(shown.values())


def test_the_settings_that_are_printed_are_a_settings_file_that_gives_them_back(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text(papersieve("settings").stdout)
    assert load_settings(file) == Settings()
    assert papersieve("settings", "--settings", file).stdout == file.read_text()
    unset = re.sub(r"^# (\w+ = )", r"\1", file.read_text(), flags=re.M)  # with the examples of the unset settings
    file.write_text(
        unset.replace("shingle_words = 2", "shingle_words = 3").replace(
            "columns = {}", 'columns = {"title" = "A \\"b\\""}'
        )
    )
    chosen = load_settings(file)
    assert (chosen.signing.shingle_words, chosen.operation.memory_limit) == (3, "4GB")
    assert chosen.reading.columns == {"title": 'A "b"'}
    (tmp_path / "again.toml").write_text(papersieve("settings", "--settings", file).stdout)
    assert load_settings(tmp_path / "again.toml") == chosen
    rows = json.loads(papersieve("settings", "--settings", file, "--json").stdout)["settings"]
    other = {row["name"] for row in rows if row["value"] != row["default"]}
    assert {"shingle_words", "memory_limit", "columns"} <= other
    assert all(row["meaning"] and row["cost"] for row in rows)
    assert {(row["section"], row["name"]) for row in rows} == {
        *(("", name) for name in Settings.model_fields if name not in SECTIONS),
        *((section, name) for section, model in SECTIONS.items() for name in model.model_fields),
    }


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Zl", "Zp", "Cc"]) | st.just("\n")), st.integers(20, 90)
)
def test_what_is_wrapped_keeps_its_words_and_fits_the_terminal(text, columns):
    shown = wrapped(text, columns)
    assert shown.split() == text.split()
    for line in shown.splitlines():
        assert len(line) <= columns or len(line.split()) <= 1


def test_what_continues_a_labelled_line_stands_below_its_text():
    shown = StringIO()
    console.labelled(console.HarmlessConsole(file=shown, force_terminal=True, width=40), "match", "word " * 20)
    first, *more = shown.getvalue().splitlines()
    assert first.startswith("match      word")
    assert more
    assert all(line.startswith(" " * 11 + "word") for line in more)


@given(st.lists(st.text("ab", min_size=1, max_size=30), min_size=1, max_size=30), st.integers(40, 90))
def test_a_hanging_line_keeps_its_words_and_its_continued_lines_are_indented_and_fit(words, width):
    shown = StringIO()
    console.hanging(console.HarmlessConsole(file=shown, force_terminal=True, width=width), " ".join(words), 8)
    first, *more = shown.getvalue().splitlines()
    assert " ".join([first, *more]).split() == words
    assert not first.startswith(" ")
    assert all(re.match(r" {8}\w", line) for line in more)
    assert max(len(line.rstrip()) for line in [first, *more]) <= width
    assert not more or len(f"{first} {words[len(first.split())]}") > width


def test_an_empty_folder_makes_no_store_and_a_folder_is_matched_as_its_files_are(tmp_path, done):
    (tmp_path / "empty").mkdir()
    result = papersieve("run", tmp_path / "empty", "--store", tmp_path / "new.duckdb")
    assert (result.returncode, "this folder holds no dump" in result.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]
    found = papersieve("match", done[0] / "dumps")
    assert found.stdout == papersieve("match", done[0] / "dumps" / "a.txt", done[0] / "dumps" / "b.txt").stdout != ""


def test_one_record_named_twice_is_no_pair_and_no_picture_but_svg_is_drawn(done):
    at = ("--warehouse", done[0] / "papers.duckdb")
    place = "a.txt:13"
    result = papersieve("explain", place, place, *at)
    assert (result.returncode, "expected two records, found one" in result.stderr) == (1, True)
    refused = papersieve("prisma", "--out", done[0] / "flow.png", *at)
    assert (refused.returncode, "drawn as SVG" in refused.stderr) == (2, True)


def test_a_share_above_the_largest_is_told_by_preview(done):
    told = papersieve("preview", "--wrong-share", "0.01", "--warehouse", done[0] / "papers.duckdb").stdout
    assert "a wrong_share above 0.001 is taken as 0.001" in told


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (KeyboardInterrupt(), "Stopped.\n"),
        (RuntimeError("Query interrupted"), "Stopped.\n"),  # DuckDB's answer to Ctrl-C
        (OSError(errno.EROFS, "Read-only file system", "papers.duckdb"), "papersieve: papers.duckdb: can't be written"),
        (PermissionError(errno.EACCES, "Permission denied", "data"), "papersieve: data: can't be written"),
        (
            OSError(errno.ENOSPC, "No space left on device", "store.duckdb", None, "copy.duckdb"),
            "papersieve: copy.duckdb: No space left on device. What was stored and published before is kept. "
            "Fix the cause (free disk space) and give the command again.",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device", "b/.x.duckdb.12.34.copying"),
            "papersieve: b/x.duckdb: No space left on device. What",
        ),
        (OSError(errno.EIO, "Input/output error", "x.ris"), "papersieve: x.ris: Input/output error. What was"),
        (PermissionError(errno.EACCES, "Permission denied", "shut/a.ris"), "papersieve: shut/a.ris: can't be read"),
        (
            duckdb.IOException(
                'IO Error: Checkpoint failed for database "p". The database has been invalidated. Original error: Could '
                'not write file "/d/.p.duckdb.12.34.all.building": No space left on device'
            ),
            'papersieve: Could not write file "/d/p.duckdb": No space left on device. What',
        ),
        (
            duckdb.IOException(
                'IO Error: Async write failed: {"exception_type":"IO","exception_message":"Could not write file \\"a\\": '
                'Disk quota exceeded","errno":"122"}'
            ),
            'papersieve: Could not write file "a": Disk quota exceeded. What',
        ),
    ],
    ids=[
        "Ctrl-C",
        "Ctrl-C in DuckDB",
        "read-only disk",
        "no permission",
        "full disk while copying",
        "file that is written aside",
        "broken disk",
        "not readable",
        "full disk at a checkpoint",
        "full disk at an export",
    ],
)
def test_what_stops_a_command_is_told_in_a_sentence(done, monkeypatch, fault, told):
    monkeypatch.setattr("papersieve.warehouse.answers.status.status", Mock(side_effect=fault))
    result = papersieve("status", "--warehouse", done[0] / "papers.duckdb")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.lstrip("\n").startswith(told)
    assert len(result.stderr.splitlines()) <= 2


@pytest.mark.parametrize(
    ("shell", "code", "told"),
    [
        ("{command} status --store {store} >&-", 0, ""),
        ("{command} status --store {store} >/dev/full", 1, "the output can't be written (No space left on device)"),
        ("({command} status --store {store}; echo ended with $? >&2) | true", 0, "ended with 1"),
    ],
)
def test_output_that_nobody_takes_is_no_fault_of_the_store(done, shell, code, told):
    command = f"{sys.executable} -m papersieve.warehouse.cli.main"
    line = shell.format(command=command, store=done[0] / "papers.store.duckdb")
    result = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert (result.returncode, "Traceback" in result.stderr, told in result.stderr) == (code, False, True)
