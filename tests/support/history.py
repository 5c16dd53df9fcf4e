"""Random histories of a store: dumps are added, changed and withdrawn, people decide, runs break off.

At the end, the store is compared with a derivation of everything at once. A small world of papers that copy,
cut and continue each other, and buckets of three or four, make hot buckets, chains and ambiguous parts common.
"""

import contextlib
import json
import random
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from papersieve.pipeline.derive import derive, name_pairs
from papersieve.pipeline.matching.overruling import overrule
from papersieve.pipeline.progress import silent
from papersieve.pipeline.records import split_records
from papersieve.pipeline.settings import Gate, Matching, Operation, Settings, Signing
from papersieve.warehouse.answers.changes import changes_since
from papersieve.warehouse.decisions.decisions import DecisionError, undo
from papersieve.warehouse.published.publish import publish_if_new
from papersieve.warehouse.published.reader import open_warehouse, reading
from papersieve.warehouse.run import open_then_tidy
from papersieve.warehouse.store.gate import accept
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.rebuild import rebuild
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import hold_store
from papersieve.warehouse.store.update import derive as bring_up
from papersieve.warehouse.store.withdraw import withdraw
from tests.support.decided import decide
from tests.support.made_dumps import HEAD
from tests.support.store_places import Place, published_tables

#: Settings that a history switches between. They differ in the cap of buckets, unit, threshold, signing and gate.
SETTINGS = (
    Settings(matching=Matching(bucket_cap=3), operation=Operation(batch_documents=24)),
    Settings(matching=Matching(bucket_cap=4), operation=Operation(batch_documents=18), gate=Gate(quarantined_share=1)),
    Settings(
        unit="publication", wrong_share=0.05, matching=Matching(bucket_cap=3), operation=Operation(batch_documents=1000)
    ),
    Settings(
        matching=Matching(bucket_cap=3),
        signing=Signing(bands=20),
        operation=Operation(keep_versions=0),
        gate=Gate(quarantined_share=0.2, min_rows=2),
    ),
)


#: A variant that breaks the contract of records; only for tables.
BROKEN = 10

#: Names of the dumps that are tables, with identifiers; the others are listings.
TABLES = range(4, 8)


class BrokenOff(BaseException):
    """Simulates a kill of a run: nothing may catch it."""


def words(paper: int) -> list[str]:
    """The abstract of a paper. Some begin like that of the paper before; every fifth is boilerplate except one word."""
    rng = random.Random(paper)
    if paper % 5 == 0:
        return [*(f"boiler{i}" for i in range(60)), f"word{paper}"]
    begins_as = random.Random(paper - 1 if paper % 3 else paper)
    return [f"word{begins_as.randrange(3000)}" for _ in range(40)] + [f"word{rng.randrange(3000)}" for _ in range(40)]


def entry(paper: int, variant: int) -> str:
    """A paper's entry in a listing. variant: the same, retitled, reworded a little or much, cut, or a stock title."""
    title, text, rng = f"The Paper Number {paper} of Many", words(paper), random.Random(paper * 100 + variant)
    if variant == 1:
        title = f"Another Title for Number {paper} Here"
    if variant in (2, 3, 4, 5):
        text = [f"new{rng.randrange(900)}" if rng.random() < 0.04 * variant else word for word in text]
    if variant in (6, 7):
        text = text[: 6 * variant]
    if variant in (7, 8):
        title = "One Stock Title for All"
    return f"{title}\n\n{' '.join(text)}.\n\n"


def row(paper: int, variant: int) -> dict[str, object]:
    """A paper's row in a table. Most have an identifier, some that of another paper; some have no abstract."""
    if variant == BROKEN:
        return {"title": f"Nothing but the title of number {paper}"}
    title, text = entry(paper, variant).strip().split("\n\n")
    shown: dict[str, object] = {
        "title": title,
        "abstract": text,
        "doi": None,
        "arxiv_id": None,
        "year": 2000 + paper % 3,
    }
    if variant % 3 == 0:
        shown["arxiv_id"] = f"2401.0000{paper % 7}"
    if variant % 3 == 1:
        shown["doi"] = f"10.1000/{paper % 7}.{variant}"
    if variant in (4, 8, 9):
        shown |= {"abstract": None, "authors": [f"Name {'abc'[variant % 3]}a", "Last Ll"][: 1 + paper % 2]}
    if variant in (1, 5, 9):
        shown |= {"venue": f"Journal of {'ab'[paper % 2]}", "volume": str(variant), "issue": "2", "pages": f"{paper}-9"}
    return shown


def dump_records(dump_id: str, entries: list[tuple[int, int]]) -> pl.DataFrame:
    """Records of a dump of these entries, as ingestion would make them."""
    rows = []
    for ordinal, (paper, variant) in enumerate(entries, start=1):
        shown = row(paper, variant)
        rows.append(
            {
                "record_id": f"{dump_id[:16]}{ordinal:016x}",
                "dump_id": dump_id,
                "ordinal": ordinal,
                "line_start": ordinal,
                "line_end": ordinal,
                "title_raw": shown["title"],
                "abstract_raw": shown["abstract"],
                "doi": shown["doi"],
                "arxiv_id": shown["arxiv_id"],
                "year": shown["year"],
                **{name: shown.get(name) for name in ("authors", "venue", "volume", "issue", "pages")},
                "urls": [],
                "code_urls": [],
            }
        )
    return split_records(pl.DataFrame(rows, infer_schema_length=None))[0]


CAME, WENT = {"created", "split", "revived"}, {"merged", "withdrawn"}


def papers_of(warehouse) -> dict[str, dict]:
    with reading(warehouse) as con:
        return {row["paper_id"]: row for row in con.sql("FROM papers").pl().to_dicts()}


class Follower:
    """An index that follows the reported changes: it believes each event, and updates only the columns it names."""

    def __init__(self, warehouse):
        self.warehouse, self.since, self.index = warehouse, 0, {}

    def follow(self) -> None:
        if not self.warehouse.exists():
            return
        with open_warehouse(self.warehouse) as con:
            told, papers = changes_since(con, self.since), papers_of(self.warehouse)
        for change in told["changes"]:
            paper, event = change["paper_id"], change["event"]
            now = papers.get(paper, {})
            if event in CAME:
                assert paper not in self.index
                self.index[paper] = dict(now)
            elif event in WENT:
                del self.index[paper]
            else:
                assert change["changed_columns"]
                self.index[paper] |= {column: now.get(column) for column in change["changed_columns"]}
            assert change["leads_to"] is None or change["leads_to"] in papers
        self.since = told["revision_id"]
        assert self.index == papers, told["changes"]


@dataclass
class History:
    """A place, and all the steps that can happen to it.

    Each step leaves the store refreshed and published, or broken off. publishes: whether steps publish, which takes
    half of their time; `compare` always publishes.
    """

    place: Place
    settings: Settings = SETTINGS[0]
    publishes: bool = True
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.follower = Follower(self.place.warehouse)

    def write(self, name: int, entries: list[tuple[int, int]]) -> Path:
        if name in TABLES:
            rows = "".join(json.dumps(row(p, v)) + "\n" for p, v in entries)
            return self.place.write(f"{name}.jsonl", rows)
        return self.place.write(f"{name}.txt", HEAD + "".join(entry(p, v) for p, v in entries))

    def add(self, name: int, entries: list[tuple[int, int]]) -> None:
        """Add a dump, or replace the one with this name. It is named by its path, so it returns if it was withdrawn."""
        self.told.append(f"add {name} {entries}")
        path = self.write(name, entries)
        if self.publishes:
            self.place.run(path, settings=self.settings)
            return
        with hold_store(self.place.store) as held, open_then_tidy(held, self.settings) as store:
            ingest(store, [path], silent)
            self.bring_up_to_date(store)

    def add_many(self, entries: list[tuple[int, int]]) -> None:
        """Add several dumps in one call, with everything else in the folder that is not withdrawn."""
        self.told.append(f"add_many {entries}")
        for name, one in enumerate(entries):
            self.write(100 + name, [one])
        self.place.run(settings=self.settings)

    def add_broken(self, name: int, entries: list[tuple[int, int]], broken: int) -> None:
        """Add a table in which this many entries break their contract: the gate may hold it back."""
        self.add(name, [*entries, *((paper, BROKEN) for paper in range(broken))])

    def accept(self, which: int) -> None:
        """Accept a dump as it is: one that is held back, or any other if there is none."""
        with Store(self.place.store) as store:
            held = sorted(store.query("held_back_dumps")["dump_id"]) or sorted(store.query("known_dumps")["dump_id"])
            if not held:
                return
            self.told.append(f"accept {held[which % len(held)]}")
            accept(store, [held[which % len(held)]])
            self.bring_up_to_date(store)

    def withdraw(self, which: int) -> None:
        with Store(self.place.store) as store:
            held = sorted(store.query("known_dumps")["location"])
            if not held:
                return
            self.told.append(f"withdraw {Path(held[which % len(held)]).name}")
            withdraw(store, [held[which % len(held)]])
            self.bring_up_to_date(store)

    def change_settings(self, which: int) -> None:
        self.told.append(f"settings {which}")
        self.settings = SETTINGS[which % len(SETTINGS)]
        self.refresh()

    def decide(self, left: int, right: int, decision: str) -> None:
        with Store(self.place.store) as store:
            documents = sorted(set(store._connection.sql("SELECT document_id FROM records").pl()["document_id"]))
            if not documents:
                return
            ends = documents[left % len(documents)], documents[right % len(documents)]
            self.told.append(f"{decision} {ends}")
            try:
                decide(store, *ends, decision, "a test")
            except DecisionError:
                return
            self.bring_up_to_date(store)

    def undo(self, which: int) -> None:
        with Store(self.place.store) as store:
            taken = store.query("decisions")
            if taken.is_empty():
                return
            self.told.append("undo")
            row = taken.row(which % taken.height, named=True)
            assert undo(store, row["left_document_id"], row["right_document_id"])
            self.bring_up_to_date(store)

    def break_off(self, name: int, entries: list[tuple[int, int]], at: int) -> None:
        """Break off a run at one of its progress reports."""
        self.told.append(f"break_off {at} in add {name} {entries}")
        seen = 0

        def observe(stage: str, done: int, total: int) -> None:
            nonlocal seen
            seen += 1
            if seen == at:
                raise BrokenOff

        with contextlib.suppress(BrokenOff):
            self.place.run(self.write(name, entries), settings=self.settings, progress=observe)

    def refresh(self) -> None:
        with Store(self.place.store) as store:
            self.bring_up_to_date(store)

    def bring_up_to_date(self, store: Store) -> None:
        if store.query("store_version").item() > 0:
            is_changed = "papers" in bring_up(store, self.settings)
            if self.publishes:
                publish_if_new(store, self.place.warehouse, self.settings, is_newer=is_changed)

    def random_step(self, rng: random.Random) -> None:
        entries = [(rng.randrange(12), rng.randrange(10)) for _ in range(rng.choice([2, 4, 8, 40]))]
        steps = [
            (30, lambda: self.add(rng.randrange(8), entries)),
            (10, lambda: self.add_many(entries)),
            (14, lambda: self.withdraw(rng.randrange(100))),
            (14, lambda: self.add_broken(rng.choice(TABLES), entries, rng.choice([2, 20, 40]))),
            (8, lambda: self.accept(rng.randrange(100))),
            (4, lambda: self.change_settings(rng.randrange(4))),
            (12, lambda: self.decide(rng.randrange(100), rng.randrange(100), rng.choice(["must_link", "cannot_link"]))),
            (6, lambda: self.undo(rng.randrange(100))),
            (16, lambda: self.break_off(rng.randrange(8), entries, rng.randint(1, 14))),
        ]
        rng.choices([step for _, step in steps], [weight for weight, _ in steps])[0]()
        self.follower.follow()

    def compare(self, *, is_rebuilt: bool = False) -> None:
        """Compare store, warehouse and follower with a derivation of everything in memory.

        is_rebuilt: compare the store with its rebuild too, including ids, which takes a second.
        """
        self.publishes = True
        self.refresh()
        if not self.place.warehouse.exists():
            return
        self.follower.follow()
        Follower(self.place.warehouse).follow()
        if is_rebuilt:
            differences = rebuild(self.place.store, self.settings, keep=False)
            differs = differences.filter((pl.col("only_stored") > 0) | (pl.col("only_derived") > 0))
            assert differs.is_empty(), differences
        anew = self.place.folder / "anew.duckdb"
        with Store(self.place.store) as store:
            publish_if_new(store, anew, self.settings, is_newer=True)
            expected, found = all_at_once(store, self.settings), what_is_stored(store)
            held, expected_held = held_back(store), dumps_that_fail(store, self.settings.gate)
        assert published_tables(self.place.warehouse) == published_tables(anew)
        assert told_history(self.place.warehouse) == told_history(anew)
        anew.unlink()
        assert held == expected_held
        for name, rows in expected.items():
            assert rows == found[name], name


def held_back(store: Store) -> set[str]:
    """The dumps that are held back. Checks that all their records are quarantined, and no good records of others."""
    ask = store._connection.sql
    apart = ask(
        "SELECT DISTINCT dump_id FROM quarantined_records WHERE list_contains(reason_codes, 'dump_held_back')"
    ).pl()
    held = set(store.query("held_back_dumps")["dump_id"])
    assert set(apart["dump_id"]) <= held
    assert not held & set(ask("SELECT dump_id FROM records").pl()["dump_id"])
    return held


def dumps_that_fail(store: Store, gate: Gate) -> set[str]:
    """The dumps that the gate should hold back, found one by one from their entries; accepted ones never fail."""
    entries = store._connection.sql(
        "SELECT dump_id, NULL AS reason FROM records UNION ALL SELECT dump_id, reason_codes[1] FROM quarantined_records"
    ).pl()
    bad: dict[str, list[bool]] = {}
    for dump_id, reason in entries.iter_rows():
        bad.setdefault(dump_id, []).append(reason not in (None, "dump_held_back"))
    accepted = set(store.query("accepted_dumps")["dump_id"])
    return {
        dump_id
        for dump_id, broken in bad.items()
        if len(broken) >= gate.min_rows and sum(broken) / len(broken) > gate.quarantined_share
    } - accepted


def told_history(warehouse: Path) -> list[tuple]:
    """The history of all paper ids in a published file."""
    with reading(warehouse) as con:
        return con.sql("SELECT * EXCLUDE (changed_at) FROM paper_history ORDER BY ALL").fetchall()


def all_at_once(store: Store, settings: Settings) -> dict[str, set[tuple]]:
    """Pairs, clusters and golden records, derived from all records by the pipeline's functions: no state, no SQL."""
    records = store._connection.sql("SELECT r.*, dump_no FROM records AS r JOIN dumps USING (dump_id)").pl()
    found = derive(records.drop("document_uuid"), settings, store.query("decisions"))
    return {
        "pairs": _rows(found.pairs),
        "clusters": _members(found.clusters, "paper_id"),
        "components": _members(found.clusters, "component_id"),
        "papers": _rows(found.papers.drop("paper_id")),
        "lineage": _rows(found.lineage.drop("paper_id")),
        "hot_buckets": _rows(found.hot_buckets),
    }


def what_is_stored(store: Store) -> dict[str, set[tuple]]:
    """The same tables as the store has them."""
    ask = store._connection.sql
    pairs, overruled = (ask(f"FROM {table}").pl() for table in ("pairs", "overruled"))
    clusters = ask("FROM paper_documents").pl()
    return {
        "pairs": _rows(name_pairs(overrule(pairs, overruled), ask("FROM documents").pl())),
        "clusters": _members(clusters, "paper_id"),
        "components": _members(clusters, "component_no"),
        "papers": _rows(ask("SELECT * EXCLUDE (paper_id, paper_uuid, revision) FROM papers").pl()),
        "lineage": _rows(ask("SELECT * EXCLUDE (paper_id, paper_uuid, revision) FROM paper_lineage").pl()),
        "hot_buckets": _rows(ask("FROM hot_buckets").pl()),
    }


def _members(clusters: pl.DataFrame, by: str) -> set[str]:
    return {repr(sorted(m)) for m in clusters.group_by(by).agg("document_id")["document_id"]}


def _rows(frame: pl.DataFrame) -> set[str]:
    return {repr(row) for row in frame.select(sorted(frame.columns)).iter_rows()}
