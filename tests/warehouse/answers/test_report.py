"""The report: its content agrees with the warehouse, and it is one document that anybody can read."""

import itertools
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.reasons import JUDGEMENT_NAMES, RULE_NAMES, RULES
from papersieve.warehouse.answers.report import report_html, tell_trend, trend_points
from papersieve.warehouse.answers.status import status
from papersieve.warehouse.funnel import FUNNEL
from tests.support.browser import browser
from tests.support.called import papersieve
from tests.support.history import HEAD, entry
from tests.support.made_dumps import EVIL, family
from tests.support.store_places import Place

PAGES = Path(__file__).parents[3] / "warehouse" / "pages"
VOID = {"meta", "link", "input", "br", "img"}


class Document(HTMLParser):
    """The elements of a document, each with its attributes and its text; fails if a tag is not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict, list[str]]] = []
        self._open: list[tuple[str, dict, list[str]]] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attributes):
        element = (tag, dict(attributes), [])
        self.found.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes), []))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag
        if tag in ("td", "th"):
            self.handle_data(" ")  # the cells of a row are separate words

    def handle_data(self, data):
        if "svg" not in [tag for tag, _, _ in self._open]:
            for _, _, text in self._open:
                text.append(data)

    def texts(self, tag: str) -> list[str]:
        return [" ".join("".join(text).split()) for name, _, text in self.found if name == tag]


@pytest.fixture(scope="module")
def reported(tmp_path_factory) -> Place:
    place = Place(tmp_path_factory.mktemp("report"))
    place.write("1.txt", HEAD + entry(1, 0) + entry(2, 0) + entry(1, 2) + "A Title without its abstract\n\n")
    place.write("<b onclick=x>2.txt", HEAD + entry(2, 0))
    place.write("4.jsonl", family(1, ["Alpha", f"Beta {EVIL}"]))
    place.run()
    place.run(place.write("3.txt", HEAD + entry(1, 3) + entry(6, 0)))
    return place


@pytest.fixture(scope="module")
def document(reported) -> Document:
    return Document(report_html(reported.warehouse))


@pytest.mark.long
def test_the_numbers_are_those_of_the_warehouse(reported, document):
    rows = document.texts("tr")
    for measure, value in reported.ask(
        "SELECT measure, value FROM latest_measures WHERE measure IN ('dumps', 'lines', 'papers')"
    ):
        assert any(re.match(rf"{measure} {FUNNEL[measure]} {value:,.0f}\b", row) for row in rows)
    for rule, judgement, pairs in reported.ask("SELECT rule, judgement, count(*) FROM duplicate_pairs GROUP BY ALL"):
        assert f"{JUDGEMENT_NAMES[judgement]} {RULE_NAMES[rule]} {pairs}" in rows
    for name, lines in reported.ask("SELECT name, lines FROM dumps"):
        assert any(row.startswith(f"{name} {lines} ") for row in rows)
    for check, is_passed in reported.ask("SELECT check_name, bool_and(is_passed) FROM check_results GROUP BY ALL"):
        assert any(row.startswith(check.replace("_", " ")) and ("passed" in row) == is_passed for row in rows)
    shared = reported.ask("SELECT shared_papers FROM dump_overlap WHERE left_dump = '1.txt' AND right_dump = '3.txt'")[
        0
    ][0]
    assert any(re.match(rf"1 1\.txt (\d+ ){{3}}{shared}$", row) for row in rows)


def test_a_match_against_the_chance_says_what_made_it(reported, document, tmp_path):
    lifted = shutil.copy(reported.warehouse, tmp_path / "lifted.duckdb")
    with duckdb.connect(lifted) as con:
        con.execute("UPDATE duplicate_pairs SET rule = 'same_abstract', score = -2.3 WHERE rule = 'model'")
    said = f"Matched by {RULE_NAMES['same_abstract']}, regardless of the probability: {RULES['same_abstract'].sentence}"
    assert said in Document(report_html(lifted)).texts("p")
    assert said not in document.texts("p")


def test_what_changed_is_the_feed_since_the_version_before_or_the_one_named(reported, document):
    def counted(events: list[tuple]) -> set[str]:
        return {f"{times} {event}" for event, times in events}

    since = "SELECT event, count(*) FROM paper_changes WHERE revision > {} GROUP BY ALL"
    assert counted(reported.ask(since.format(1))) <= set(document.texts("h3"))
    everything = Document(report_html(reported.warehouse, since=0))
    assert counted(reported.ask(since.format(0))) <= set(everything.texts("h3"))
    assert "What changed since revision 0" in everything.texts("h2")
    assert "Nothing." in Document(report_html(reported.warehouse, since=2)).texts("p")
    for later in (3, 2**63, 10**30):
        with pytest.raises(PapersieveError, match=f"up to 2\\), found {later}"):
            report_html(reported.warehouse, since=later)


def test_it_begins_with_what_came_out_and_what_is_to_do(reported, document):
    told = "SELECT (SELECT count(*) FROM records), (SELECT count(*) FROM dumps), count(*), count(*) FILTER (record_count > 1) FROM papers"
    records, dumps, papers, repeated = reported.ask(told)[0]
    headline = f"{records} records in {dumps} dumps are {papers} papers; {repeated} are listed more than once."
    assert headline in document.texts("p")
    [(waiting,)] = reported.ask("SELECT count(*) FROM review_pairs")
    assert f"{waiting} pair waits for review: papersieve review." in document.texts("li")


def test_one_dump_of_one_paper_has_no_empty_table_and_no_trend(tmp_path):
    place = Place(tmp_path)
    place.write("1.txt", HEAD + entry(1, 0))
    place.run()
    alone = Document(report_html(place.warehouse))
    assert "1 record in 1 dump is 1 paper; 0 are listed more than once." in alone.texts("p")
    assert "Nothing: every check passed, and no pair waits for review." in alone.texts("p")
    assert not alone.texts("polyline")
    assert status(place.store, place.warehouse, Settings())["settings_fingerprint"] in alone.texts("code")
    assert "trend" not in alone.texts("th")
    assert not {"Overlap of dumps", "Pairs by rule", "Papers to inspect", "Pairs for review"} & {*alone.texts("h2")}
    assert all(len(table.split("<tr")) > 2 for table in report_html(place.warehouse).split("<table")[1:])


def test_a_failed_check_says_what_to_do(tmp_path):
    place = Place(tmp_path)
    place.write("1.txt", HEAD + entry(1, 0))
    place.write("2.pdf", "%PDF-1.7")
    place.run()
    found = [text for text in Document(report_html(place.warehouse)).texts("li") if "unreadable_dumps is 1" in text]
    assert ["papersieve status lists these files" in text for text in found] == [True]


def test_it_is_whole_and_hostile_text_is_only_text(document):
    tags = {tag for tag, _, _ in document.found}
    assert not tags & {"script", "img", "iframe", "object", "link", "b", "form"}
    attributes = [(name, value or "") for _, found, _ in document.found for name, value in found.items()]
    assert not [name for name, _ in attributes if name.startswith("on") or name == "src"]
    assert all(value.startswith("#") for name, value in attributes if name == "href")
    assert any("<b onclick=x>2.txt" in text for text in document.texts("bdi"))
    assert any("<script>" in text for text in document.texts("bdi"))


def test_who_can_not_see_it_is_told_the_same(document):
    levels = [int(tag[1]) for tag, _, _ in document.found if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(next_ - level <= 1 for level, next_ in itertools.pairwise(levels))
    for tag, attributes, _ in document.found:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or (attributes["role"] == "img" and attributes["aria-label"])
        if tag == "html":
            assert attributes["lang"] == "en"
        if tag == "th":
            assert attributes["scope"] in ("row", "col")
    tables = [tag for tag, _, _ in document.found if tag in ("table", "caption")]
    assert tables == ["table", "caption"] * (len(tables) // 2)


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2 between two colours, as #rrggbb."""

    def luminance(colour: str) -> float:
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_stands_out_from_what_is_behind_it():
    for page, pairs in PALETTES.items():
        style = (PAGES / "static" / f"{page}.css").read_text(encoding="utf-8")
        light, dark = (dict(re.findall(r"--(\w+): (#\w+)", line)) for line in style.splitlines()[:2])
        for palette in (light, light | dark):
            full = {n: c if len(c) == 7 else "#" + "".join(2 * digit for digit in c[1:]) for n, c in palette.items()}
            for colour, behind, least in pairs:
                assert _contrast(full[colour], full[behind]) >= least, (page, colour, behind)


#: Page -> colour, its background, and the contrast that WCAG requires.
PALETTES = {
    "review": [
        *(("ink", behind, 4.5) for behind in ("paper", "soft", "mark")),
        ("link", "paper", 4.5),
        ("line", "paper", 3),
    ],
    "report": [
        *((colour, "paper", 4.5) for colour in ("ink", "soft", "link", "bad")),
        ("ink", "cell", 4.5),
        ("bar", "paper", 3),
    ],
}


@given(st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=1, max_size=40))
def test_a_trend_stays_in_its_frame_goes_up_where_the_value_does_and_is_told(values):
    points = [tuple(map(float, point.split(","))) for point in trend_points(values).split()]
    known = [value for value in values if value is not None]
    assert len(points) == (2 if len(known) == 1 else len(known))
    assert all(0 <= x <= 120 and 0 <= y <= 24 for x, y in points)
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    if len(known) > 1:
        for (_, y), (_, next_y), value, next_value in zip(points, points[1:], known, known[1:], strict=False):
            assert (next_y <= y) if next_value >= value else (next_y >= y)
        assert f"{len(known)} versions" in tell_trend(values)


def test_the_command_writes_it_beside_the_warehouse_or_where_it_is_told(reported, tmp_path):
    told = json.loads(papersieve("report", "--json", "--warehouse", reported.warehouse).stdout)
    assert told["report"] == str(reported.folder / "papers.report.html")
    assert Path(told["report"]).stat().st_size == told["size_bytes"]
    missing = papersieve("report", "--warehouse", tmp_path / "none.duckdb")
    assert (missing.returncode, "papersieve run" in missing.stderr) == (1, True)


def test_on_a_phone_nothing_scrolls_aside(reported, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(report_html(reported.warehouse), encoding="utf-8")
    with browser(tmp_path / "profile") as tab:
        for width in (390, 320):
            tab.resize(width, 800)
            tab.open(file.as_uri())
            assert tab.read("document.title").startswith("papersieve report")
            assert tab.read(f"document.documentElement.scrollWidth <= {width}")
