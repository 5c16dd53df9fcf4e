"""Where the campaigns of commands work: prepared places to be copied, what is found in one, and what is wrong there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from benchmarks import corpus
from benchmarks.orders import State, amiss
from papersieve.pipeline.sample import make_sample
from papersieve.warehouse.progress import silent
from papersieve.warehouse.published.audit import run_checks
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.store import Store
from tests.support.forked import papersieve

#: What may be beside a store and its warehouse; everything else was left by a killed command.
_KEPT = re.compile(
    r"store\.duckdb(\.lock|\.[0-9a-f]{32}\.keys|\.before-restore-\w+(\.wal)?)?|papers\.duckdb(\.lock|\.versions)?|papers\.report\.html"
)

#: A table's rows by the name of their dump.
_BY_DUMP = "SELECT l.name, (SELECT count(*) FROM {table} AS r WHERE r.dump_id = l.dump_id) FROM {dumps} AS l"

#: Documents that the rules make one paper, so that separating them changes what is published.
_PAIRS = """
SELECT DISTINCT least(l.document_id, r.document_id), greatest(l.document_id, r.document_id)
FROM duplicate_pairs AS p
JOIN records AS l ON l.record_id = p.left_record_id
JOIN records AS r ON r.record_id = p.right_record_id
WHERE judgement = 'match' AND l.document_id <> r.document_id
ORDER BY ALL LIMIT 12
"""


@dataclass(frozen=True)
class Template:
    """A place with several published versions, dumps to be read, a backup of an earlier day, and what is known about
    all of these.

    first: a dump that is never withdrawn, so that a run over it has nothing new.
    """

    folder: Path
    first: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    truth: dict[str, int] = field(hash=False)
    start: State
    saved: State
    pairs: tuple[tuple[str, str], ...]

    @property
    def backup(self) -> Path:
        """The store before its last dump was read."""
        return self.folder / "backup.duckdb"

    @property
    def compacting(self) -> Path:
        """Settings with which almost every run rewrites the store's file."""
        return self.folder / "compacting.toml"

    def dump(self, name: str) -> Path:
        """The file of that name, which the store may contain or not."""
        return self.folder / "dumps" / name


@dataclass(frozen=True)
class Place:
    """A copy of a template's place."""

    folder: Path

    @property
    def store(self) -> Path:
        """The working database."""
        return self.folder / "store.duckdb"

    @property
    def warehouse(self) -> Path:
        """What is published."""
        return self.folder / "papers.duckdb"

    @property
    def options(self) -> tuple[str, ...]:
        """Options of a command for this place."""
        return "--store", str(self.store), "--warehouse", str(self.warehouse)


def small(folder: Path) -> Template:
    """From the sample of small dumps, 375 records."""
    return prepare(folder, make_sample().dumps)


def large(folder: Path) -> Template:
    """Of 40,000 records in four tables."""
    rows = corpus.titled(39_600).select("title", "abstract")
    part = -(-rows.height // 4)
    return prepare(folder, {f"{n:03}.csv": rows.slice(n * part, part).write_csv() for n in range(4)})


def prepare(folder: Path, texts: dict[str, str]) -> Template:
    """A template of these dumps: all but two are published in one run, the others in one run each, and then two
    decisions.
    """
    old = sorted(texts)
    others = sorted(make_sample(seed=5, papers=40).dumps.items())[:5]
    new = {f"new_{n}.txt": text for n, (_, text) in enumerate(others)}
    (folder / "dumps").mkdir(parents=True)
    for name, text in (texts | new).items():
        (folder / "dumps" / name).write_text(text, encoding="utf-8")
    (folder / "compacting.toml").write_text("[operation]\ncompact_share = 0.01\n", encoding="utf-8")
    place = Place(folder / "place")
    dumps = [folder / "dumps" / name for name in old]
    _must("run", *dumps[:-2], *place.options)
    _must("run", dumps[-2], *place.options)
    _must("backup", folder / "backup.duckdb", *place.options)
    _must("run", dumps[-1], *place.options)
    with duckdb.connect(place.warehouse, read_only=True) as con:
        pairs = con.execute(_PAIRS).fetchall()
    for n, two in enumerate(zip(pairs[::2], pairs[1::2], strict=True)):
        rows = "".join(f"{left},{right},cannot_link,soak\n" for left, right in two)
        head = "left_document_id,right_document_id,decision,decided_by\n"
        (folder / f"decisions_{n}.csv").write_text(head + rows, encoding="utf-8")
    _must("decisions", "--import", folder / "decisions_0.csv", *place.options)
    _must("run", dumps[0], *place.options)
    start, saved = state_of(place.store), state_of(folder / "backup.duckdb")
    with Store(folder / "truth.duckdb") as store:
        ingest(store, [folder / "dumps"], silent)
    truth = records_in(folder / "truth.duckdb")
    return Template(folder, old[0], tuple(old[1:]), tuple(new), truth, start, saved, tuple(pairs))


def _must(*args: object) -> None:
    done = papersieve(*args)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, args))}: expected exit code 0, found {done.returncode}: {done.stderr}")


def state_of(store: Path) -> State:
    """Dumps and decisions of a store that nobody has open."""
    with duckdb.connect(store, read_only=True) as con:
        decisions = con.execute("SELECT left_document_id, right_document_id FROM decisions").fetchall()
    return State(frozenset(records_in(store)), frozenset(decisions))


def records_in(store: Path) -> dict[str, int]:
    """Records by the name of their dump, quarantined ones included, of a store that nobody has open."""
    with duckdb.connect(store, read_only=True) as con:
        return _by_dump(con, "dump_locations")


def _by_dump(con: duckdb.DuckDBPyConnection, dumps: str) -> dict[str, int]:
    """Counts by name of dump, in the store or in the published file."""
    good, refused = (
        dict(con.execute(_BY_DUMP.format(table=table, dumps=dumps)).fetchall())
        for table in ("records", "quarantined_records")
    )
    return {name: count + refused[name] for name, count in good.items()}


def torn_version(place: Place, truth: dict[str, int]) -> Iterator[str]:
    """What is wrong with the published file: it must open, pass its checks, and contain each of its dumps completely
    and once.
    """
    try:
        with duckdb.connect(place.warehouse, read_only=True) as con:
            failed = [r.check.name for r in run_checks(con) if r.check.severity == "error" and not r.is_passed]
            records = _by_dump(con, "dumps")
    except duckdb.Error as error:
        yield f"the published file can't be read: {str(error).splitlines()[0]}"
        return
    yield from (f"the published file breaks the check {name}" for name in failed)
    yield from (f"published, {told}" for told in amiss(records, truth))


def published_dumps(place: Place) -> tuple[int, frozenset[str]]:
    """The revision in place, and the names of its dumps."""
    with duckdb.connect(place.warehouse, read_only=True) as con:
        ((revision,),) = con.execute("SELECT revision FROM publication").fetchall()
        return revision, frozenset(_by_dump(con, "dumps"))


def left_over(place: Place) -> list[str]:
    """Files that no finished command leaves, and that no later one removed; a killed output is removed by the next one
    of its name.
    """
    return sorted(
        f.name for f in place.folder.iterdir() if not (_KEPT.fullmatch(f.name) or f.name.endswith(".writing"))
    )
