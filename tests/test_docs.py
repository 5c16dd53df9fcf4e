"""What the docs say is so: commands, queries, targets, words, and the dictionary of what is published."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

import papersieve
from papersieve.pipeline.extract.detect import own_formats
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.open_dump import OpenDump, head_of
from papersieve.pipeline.extract.shared.column_names import NAMES
from papersieve.pipeline.reading_settings import Reading
from papersieve.warehouse.cli.main import cli
from papersieve.warehouse.published.check_files import checks
from tests.shown import (
    ASKING,
    BLOCK,
    COMMANDS,
    DEMO,
    FIRST_RUN,
    GUARDS_TABLE,
    MATCHING,
    SETTINGS,
    commands_page,
    demonstration,
    dictionary_page,
    empty_places,
    formats_page,
    guards_table,
    settings_page,
    shown,
)  # fmt: skip
from tests.shown import (
    FORMATS as FORMATS_PAGE,
)

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: Pages that a program writes.
WRITTEN = {"checks.md", "commands.md", "data-dictionary.md", "format-list.md", "house.md", "settings.md"}
DOCS = sorted(path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))


@pytest.mark.parametrize("query", re.findall(r"```sql\n(.*?)```", README, re.S)[0].strip().split("\n\n"))
def test_every_query_of_the_readme_has_an_answer(sample_warehouse, query):
    with duckdb.connect(sample_warehouse, read_only=True) as con:
        assert con.execute(query).fetchall()


def found_in_docs(pattern: str, without: str = "$^") -> list[tuple[Path, Any]]:
    """Each page and what a pattern finds on it, of what another pattern leaves; at least one of all."""
    texts = [(path, re.sub(without, "", path.read_text(encoding="utf-8"), flags=re.S)) for path in DOCS]
    found = [(path, hit) for path, text in texts for hit in re.findall(pattern, text, re.S)]
    assert found, pattern
    return found


def test_every_query_of_the_docs_runs(sample_warehouse):
    with duckdb.connect(sample_warehouse, read_only=True) as con:
        for _, query in found_in_docs(r"```sql\n(.*?)```"):
            con.execute(query)


#: Pages whose commands or Python are run by tests here, in test_asking_page.py and in test_surface.py.
RUN = {"console": {"README.md", "asking.md", "first-run.md"}, "python": {"README.md", "cookbook.md", "formats.md"}}


def test_every_command_of_the_docs_is_run_or_says_why_not():
    for path, (language, block, after) in found_in_docs(r"```(sh|console|python)\n(.*?)```\n\s*(.{0,12})"):
        assert path.name in RUN.get(language, ()) or after == "<!-- not run", block


def test_the_data_dictionary_is_that_of_what_is_published(sample_warehouse):
    written = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert dictionary_page(sample_warehouse) == written, "write it anew: python -m tests.shown"


def test_every_published_table_is_commented_and_every_column_has_a_meaning(sample_warehouse):
    text = dictionary_page(sample_warehouse)
    assert not re.findall(r"## (\w+)\n\nNone", text)
    assert not re.findall(r"\n\| (\w+) \| [^|]+ \|  \|", text)


def test_the_page_about_asking_names_every_published_table_and_view(sample_warehouse):
    with duckdb.connect(sample_warehouse, read_only=True) as con:
        names = {name for (name,) in con.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    assert names <= set(re.findall(r"`(\w+)`", ASKING.read_text(encoding="utf-8")))


def test_every_command_and_make_target_of_the_docs_exists_and_is_told():
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCS)
    named = "|".join(cli.commands)
    assert set(re.findall(rf"papersieve ({named})\b", text)) == set(cli.commands)
    assert set(re.findall(r"`papersieve ([a-z]+)", text)) <= set(cli.commands)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"(?:`|\$ )make ([a-z]+)", text)) <= targets
    assert {"run", "test", "dev", "setup", "lint"} <= targets


def test_every_link_between_the_docs_leads_somewhere():
    # Examples have links of their own.
    for path, target in found_in_docs(r"\]\((?!https?://)([^)#]+)", without=r"```.*?```"):
        assert (path.parent / target).exists(), f"{path.name}: {target}"


@pytest.mark.long
def test_the_first_run_shows_what_the_demonstration_prints(tmp_path):
    page = FIRST_RUN.read_text(encoding="utf-8")
    assert DEMO.search(page)[0] == demonstration(tmp_path), "write it anew: python -m tests.shown"


@pytest.mark.long
def test_the_readme_shows_what_its_commands_print(tmp_path):
    places = empty_places(tmp_path)
    blocks = BLOCK.findall(README)
    assert blocks
    for command, on_page in blocks:
        assert shown(command, places, on_page) == on_page.rstrip("\n"), "write it anew: python -m tests.shown"


def test_the_readme_is_short_and_its_pictures_are_small():
    assert len(README.split()) <= 900
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).stat().st_size < 150_000 for picture in pictures)


def test_the_readme_counts_the_formats():
    assert f"[{len(list(own_formats()))} formats]" in README


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    if not hasattr(papersieve, "run"):
        pytest.skip("the public face is not there yet")
    shutil.copytree(ROOT / "sample_dumps", tmp_path / "dumps")
    monkeypatch.chdir(tmp_path)
    exec(re.search(r"```python\n(.*?)```", README, re.S)[1], {})
    assert capsys.readouterr().out == "True\n"


@pytest.mark.parametrize(
    ("page", "written"), [(COMMANDS, commands_page), (SETTINGS, settings_page), (FORMATS_PAGE, formats_page)]
)
def test_the_pages_of_commands_settings_and_formats_are_those_of_the_code(page, written):
    assert page.read_text(encoding="utf-8") == written(), "write it anew: python -m tests.shown"


def test_the_table_of_the_guards_is_that_of_the_code():
    found = GUARDS_TABLE.findall(MATCHING.read_text(encoding="utf-8"))
    assert found == [guards_table()], "write it anew: python -m tests.shown"


def test_ci_calls_the_readmes_commands():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make run" in README
    assert "make test" in README
    assert re.search(r"^make run$", script, re.M)
    assert re.search(r"^make test$", script, re.M)


def test_the_lock_names_no_index_and_pins_every_hash():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert lock.count("==") <= lock.count("--hash=sha256:")


def test_check_names_are_sentences():
    assert all(check.name.count("_") >= 2 and check.description.endswith(".") for check in checks())


def test_the_format_of_the_page_about_formats_works_as_it_is_written(tmp_path):
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    module: dict[str, object] = {}
    exec(re.search(r"```python\n(.*?)```", page, re.S)[1], module)
    dump = tmp_path / "week.txt"
    dump.write_text(re.search(r"```text\n(.*?)```", page, re.S)[1], encoding="utf-8")
    raw = read_dump(dump)
    assert module["FORMAT"].recognises(head_of(raw.head, {})) == "its first line starts with 'papers of the week'"
    opened = OpenDump(raw.location, raw.open, raw.size_bytes, Reading())
    entries = [found for found in module["FORMAT"].extract(opened) if isinstance(found, Entry)]
    for entry in entries:
        opened.ledger.claim(entry.line_start, entry.line_end)
    assert [entry.title for entry in entries] == ["Lamps That Count Sheep", "Watched Kettles"]
    drained = opened.ledger.drain()
    assert [fate for *_, fate in drained.spans] == ["furniture", "record", "rejected"]
    assert [text for _, _, text, _ in drained.rejected] == ["advertisement"]


def test_the_page_about_formats_names_every_format_column_and_limit():
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", page))
    assert {known.name for known in own_formats()} <= words
    assert set(NAMES) <= words
    assert {name for name in Reading.model_fields if name.startswith("max_")} <= words


def _rows(page: str, head: str) -> dict[str, list[str]]:
    """Rows of the table below a line of headings, by their first cell."""
    table = page[page.index(head) :].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
    return {first: rest for first, *rest in cells}


def _result(name: str):
    return json.loads((ROOT / "benchmarks" / "results" / name).read_text(encoding="utf-8"))


def _scored(found: dict, digits: str = "{pair_f1:.4f}, {removed_fp}/{removed_fn}") -> str:
    return digits.format(**found)


def test_the_published_accuracy_is_what_was_measured():
    page = (ROOT / "docs" / "measurements" / "matching.md").read_text(encoding="utf-8")
    sets = _result("accuracy.json")["sets"]
    assert _rows(page, "| set | unit | in | out |") == {
        name: [found["unit"], _scored(found["in"]), _scored(found["out"])] for name, found in sets.items()
    }
    promised = ("0.0005", "0.001", "0.02")
    assert _rows(page, "| set | 0.0005 | 0.001 | 0.02 |") == {
        name: ["{came_true:.5f}, {recall:.4f}".format(**found["promised"][share]) for share in promised]
        for name, found in sets.items()
    }
    runs = _result("through_run.json")["sets"]
    shown_runs = _rows(page, "| set | before | now, RIS | now, CSV | bib-dedupe |")
    assert {name: row[1:3] for name, row in shown_runs.items()} == {
        name: [_scored(found[form], "{removed_fp}/{removed_fn}, F1 {pair_f1:.4f}") for form in ("ris", "csv")]
        for name, found in runs.items()
    }
    planted = _result("planted_accuracy.json")
    assert f"recall {planted['recall']}, precision {planted['precision']}" in page


def test_the_readme_promises_what_was_measured():
    sets = _result("accuracy.json")["sets"]
    exports = [sets[name]["out"] for name in ("diabetes", "neuroimaging", "cytology_screening", "stroke")]
    wrong, missed = (sum(found[key] for found in exports) for key in ("removed_fp", "removed_fn"))
    small, large = (found["refresh"]["cpu_seconds"]["median"] for found in _result("refresh.json")["results"])
    words = " ".join(README.split())
    assert f"removes {wrong} records wrongly and misses {missed}" in words
    assert f"take {small:.1f} CPU seconds in a store of 100,000 and {large:.1f} in one of a million" in words


def test_every_file_that_the_docs_name_is_there():
    rooms = "assets|benchmarks|checks|docs|pipeline|sample_dumps|tests|warehouse"
    for path in DOCS:
        for named in re.findall(rf"`((?:{rooms})/[\w./-]*)", path.read_text(encoding="utf-8")):
            assert (ROOT / named).exists() or "NAME" in named, f"{path.name}: {named}"


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_prose_stays_below_120_columns_and_numbers_have_their_zero(path):
    if path.name in WRITTEN:
        return
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    for line in text.splitlines():
        assert len(line) <= 120 or line.startswith(("|", "![")), line
        assert not re.search(r"(?<![\w.\d/`*')])\.\d", line), line
