"""The commands of the campaigns: how each is drawn, what it guarantees when it ends, and readers that
read in a loop.
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from benchmarks.orders import ANY, Done
from benchmarks.soak_places import Place, Template, state_of
from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.settings import Settings
from tests.support.forked import command, papersieve

#: How often each kind is drawn.
WEIGHTS = {
    "run": 6, "compact": 3, "rebuild": 2, "withdraw": 2, "restore": 2, "import": 2, "review": 2, "undo": 1,
    "rollback": 1, "release": 1,
    "backup": 1, "query": 1, "lookup": 1, "report": 1, "export": 1, "status": 1, "verify": 1, "decisions": 1,
}  # fmt: skip

#: How long a waiting command waits: on a busy machine a rebuild of the large template and two runs take two minutes.
WAIT_SECONDS = 500

#: Reasons why a command may be refused, apart from a store that is in use.
_REFUSED = re.compile(
    r"holds no dump of the name|is pending, so|found no decision|expected one of the versions that are kept|contradicts the"
)

#: What readers ask: in a complete version, both counts are equal.
_COUNTS = "SELECT (SELECT revision FROM publication) AS revision, (SELECT sum(record_count)::BIGINT FROM papers) AS in_papers, (SELECT count(*) FROM records) AS records, (SELECT sum(records) FROM dumps)::BIGINT AS told, (SELECT count(*) FROM quarantined_records) AS refused"  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """A command to be started: when, when it is killed (after seconds, or at the n-th point), and what it does
    (orders.EFFECTS).
    """

    kind: str
    call: Callable[..., None]
    args: tuple
    effect: str = "nothing"
    what: Any = None
    delay: float = 0.0
    kill_after: float | None = None
    kill_at: int = 0

    @property
    def waits(self) -> bool:
        """Whether it waits long enough for the command that has the store."""
        return "--wait" in self.args

    def __str__(self) -> str:
        killed = f", killed after {self.kill_after:.3f} s" if self.kill_after is not None else ""
        killed += f", killed at point {self.kill_at}" if self.kill_at else ""
        words = " ".join(Path(str(a)).name for a in self.args if not str(a).startswith(("--store", "--warehouse")))
        return f"{self.delay:.3f} s: {self.kind}: {words}{killed}"


@dataclass(frozen=True)
class Outcome:
    """How a planned command ended: done, refused (nothing was done), killed, wedged, traceback or failed.

    points: those that it reached, if it was to be killed at one.
    """

    planned: Planned
    began: float
    ended: float
    how: str
    out: str
    err: str
    points: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        said = f": {self.err.strip()[-300:]}" if self.how not in ("done", "killed") else ""
        return f"{self.planned} -> {self.how} ({self.began:.2f} to {self.ended:.2f} s){said}"


def ended_as(planned: Planned, code: int | None, err: str) -> str:
    """How a command ended, from its exit code (None: it was given up) and its output."""
    if code is None:
        return "wedged"
    if "Traceback (most recent call last)" in err:
        return "traceback"
    if code == 0:
        return "done"
    if code == -9 and (planned.kill_after is not None or planned.kill_at):
        return "killed"
    is_refused = code == 1 and (_REFUSED.search(err) or ("in use" in err and not planned.waits))
    return "refused" if is_refused else "failed"


def draw(
    random: Random, template: Template, place: Place, kind: str | None = None, *, wait: bool | None = None
) -> Planned:
    """A command of a kind (None: of any), on a copy of the template; wait: if the options allow it (None: in half the
    cases).
    """
    kind = kind or random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    planned = _DRAWN[kind](random, template, place)
    if planned.call is not command:
        return planned
    words = [*planned.args, *place.options]
    if _has(words[0], "--json"):
        words.append("--json")
    if _has(words[0], "--wait") and (random.random() < 0.5 if wait is None else wait):
        words += ["--wait", str(WAIT_SECONDS)]
    return replace(planned, args=tuple(words))


@cache
def _has(name: str, option: str) -> bool:
    return option in papersieve(name, "--help").stdout


def _run(kind: str) -> Callable[[Random, Template, Place], Planned]:
    def drawn(random: Random, template: Template, _: Place) -> Planned:
        name = random.choice([*template.new, template.first])
        more = ("--settings", str(template.compacting)) if kind == "compact" else ()
        return _command(kind, "run", template.dump(name), *more, effect="add", what=frozenset([name]))

    return drawn


def _command(kind: str, *words: object, effect: str = "nothing", what: Any = None) -> Planned:
    return Planned(kind, command, tuple(map(str, words)), effect, what)


def _withdraw(random: Random, template: Template, _: Place) -> Planned:
    name = random.choice([*template.old, *template.new[:2]])
    return _command("withdraw", "withdraw", name, effect="withdraw", what=frozenset([name]))


def _import(random: Random, template: Template, _: Place) -> Planned:
    which = random.randrange(3)
    made = frozenset(template.pairs[2 * which : 2 * which + 2])
    file = template.folder / f"decisions_{which}.csv"
    return _command("import", "decisions", "--import", file, effect="decide", what=made)


def _undo(random: Random, template: Template, _: Place) -> Planned:
    pair = random.choice(template.pairs[:4])
    return _command("undo", "decisions", "--undo", *pair, effect="undo", what=frozenset([pair]))


def _review(random: Random, template: Template, place: Place) -> Planned:
    pair = random.choice(template.pairs[6:])
    return Planned("review", decide_on_page, (place.store, place.warehouse, *pair), "decide", frozenset([pair]))


def _backup(random: Random, _: Template, place: Place) -> Planned:
    target = place.folder.parent / f"backup_{random.randrange(10**9)}.duckdb"
    return _command("backup", "backup", target, what=target)


def _reads(kind: str) -> Callable[[Random, Template, Place], Planned]:
    def drawn(_: Random, __: Template, place: Place) -> Planned:
        return Planned(kind, read_on, (kind, place.warehouse, place.folder.parent / "ends" / "stop"))

    return drawn


_DRAWN: dict[str, Callable[[Random, Template, Place], Planned]] = {
    "run": _run("run"), "compact": _run("compact"), "withdraw": _withdraw, "import": _import, "undo": _undo,
    "review": _review,
    "backup": _backup, "query": _reads("query"), "lookup": _reads("lookup"),
    "restore": lambda _, template, __: _command("restore", "restore", template.backup, effect="restore", what=template.saved),
    "rollback": lambda *_: _command("rollback", "rollback", effect="hold", what=ANY),
    "release": lambda *_: _command("release", "rollback", "--release", effect="release"),
    "export": lambda _, __, place: _command("export", "export", place.folder.parent / "parquet"),
    **{name: lambda *_, name=name: _command(name, name) for name in ("rebuild", "report", "status", "verify", "decisions")},
}  # fmt: skip


def decide_on_page(store: Path, warehouse: Path, left: str, right: str) -> None:
    """Decide about two documents as the review page does, and print all decisions."""
    from papersieve.warehouse.decisions.review_desk import ReviewDesk

    try:
        desk = ReviewDesk(store, warehouse, Settings(), "soak")
        desk.decide(left, right, "cannot_link", replace=True)
    except PapersieveError as error:
        raise SystemExit(f"papersieve: {error}") from error
    ends = ("left_document_id", "right_document_id")
    print(json.dumps({"decisions": desk.decisions.select(ends).to_dicts()}))  # noqa: T201


def read_on(kind: str, warehouse: Path, stop: Path) -> None:
    """Read the published file as `papersieve query` or `lookup` does, until a file says to stop; print the results."""
    reads, slowest, failed = 0, 0.0, []
    is_over = False
    while not is_over:
        is_over, began = stop.exists() or not stop.parent.exists(), time.monotonic()
        try:
            failed += _query(warehouse) if kind == "query" else _lookup(warehouse)
        except (PapersieveError, duckdb.Error, OSError) as error:
            failed.append(f"{type(error).__name__}: {error}")
        reads += 1
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.02)
    print(json.dumps({"reads": reads, "failed_reads": len(failed), "first": failed[:3], "slowest": slowest}))  # noqa: T201


def _query(warehouse: Path) -> list[str]:
    from papersieve.warehouse.answers.query import run_query

    [row] = json.loads(run_query(warehouse, _COUNTS, form="json", output=None))
    is_whole = row["in_papers"] == row["records"] == row["told"] - row["refused"]
    return [] if is_whole else [f"half a version: {row}"]


def _lookup(warehouse: Path) -> list[str]:
    from papersieve.warehouse.answers.lookup import lookup
    from papersieve.warehouse.published.reader import open_warehouse

    with open_warehouse(warehouse) as con:
        ((text,),) = con.execute(
            "SELECT abstract FROM papers WHERE abstract IS NOT NULL ORDER BY ALL LIMIT 1"
        ).fetchall()
        return [] if lookup(con, text)["is_here"] else ["a paper that is here was not found"]


def promised(outcome: Outcome) -> Done | None:
    """What a command that ended so may have left, and what it reported about the store; None: nothing in both cases."""
    planned, name = outcome.planned, str(outcome.planned)
    times = {"name": name, "began": outcome.began, "ended": outcome.ended}
    if outcome.how == "refused":
        lacking = {"withdraw": "lacks", "undo": "undecided"}.get(planned.kind)
        is_absent = lacking and _REFUSED.search(outcome.err)
        return Done(**times, told={str(lacking): next(iter(planned.what))}) if is_absent else None
    if outcome.how != "done":
        return Done(**times, effect=planned.effect, what=planned.what, is_certain=False)
    what, told = planned.what, _told(outcome)
    if planned.effect == "hold":
        what = told.pop("revision")
    return Done(**times, effect=planned.effect, what=None if planned.kind == "backup" else what, told=told)


def _told(outcome: Outcome) -> dict[str, Any]:
    """What the JSON of a successful command says about the store, and what a backup contains."""
    kind = outcome.planned.kind
    if kind == "backup":
        saved = state_of(outcome.planned.what)
        return {"dumps": saved.dumps, "decisions": saved.decisions}
    if kind not in ("run", "compact", "withdraw", "status", "import", "undo", "review", "decisions", "rollback"):
        return {}
    said = json.loads(outcome.out)
    if kind == "rollback":
        return {"revision": said["revision"]}
    if "decisions" in said:
        return {"decisions": frozenset((d["left_document_id"], d["right_document_id"]) for d in said["decisions"])}
    return {"dump_count": said["funnel"]["dumps"] if kind == "status" else said["dumps"]}
