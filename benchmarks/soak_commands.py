"""Long campaigns of commands at the same time: what a command reported is in the store at the end, whatever else was
killed.

python -m benchmarks.soak_commands [schedules kills race_rebuild race_compact] [--times N] [--seed 1] [--workers 2]

Without a name all campaigns are run, 200 to 2,000 times each. The seed and the schedule of each failure are printed.
Results are written all the time, so that stopping loses none.
"""

import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.measuring import arguments, machine, read_result, say, write_result
from benchmarks.soak_kinds import Planned, draw
from benchmarks.soak_places import Place, Template, large, small
from benchmarks.soak_play import Schedule, Tally, judge
from tests.support.forked import PRELOADED, SERVER

#: One schedule in so many uses the large template; one in so many is verified completely.
LARGE_EVERY, VERIFIED_EVERY = 50, 10

#: Commands that are killed at a point, and commands that follow them.
KILLED = ("run", "compact", "rebuild", "restore", "backup", "rollback", "release", "withdraw", "import", "undo", "review", "export", "report")  # fmt: skip

#: The kinds of fault that are always reported, found or not.
FAULTS = "lost doubled torn wedged traceback failed next_run left_over differs failed_reads".split()


def side_by_side(random: Random, template: Template, place: Place) -> Schedule:
    """Two to six commands of any kind, within 0.3 s; three in ten are killed."""
    stage = [draw(random, template, place) for _ in range(random.randint(2, 6))]
    return [[replace(one, delay=random.uniform(0, 0.3), kill_after=_some_time(random)) for one in stage]]


def _some_time(random: Random) -> float | None:
    return random.uniform(0, 1.5) if random.random() < 0.3 else None


def race_rebuild(random: Random, template: Template, place: Place) -> Schedule:
    """A rebuild, three runs and an import of decisions: all wait, none is killed."""
    return [_race(random, template, place, ["rebuild", "run", "run", "run", "import"])]


def race_compact(random: Random, template: Template, place: Place) -> Schedule:
    """Three runs, each of which rewrites the store's file at its end."""
    return [_race(random, template, place, ["compact"] * 3)]


def _race(random: Random, template: Template, place: Place, kinds: list[str]) -> list[Planned]:
    drawn: list[Planned] = []
    while len(drawn) < len(kinds):  # each run has another dump, otherwise a lost one would be there all the same
        one = draw(random, template, place, kinds[len(drawn)], wait=True)
        if one.effect != "add" or (one.what <= {*template.new} and one.what not in [other.what for other in drawn]):
            drawn.append(replace(one, delay=random.uniform(0, 0.3)))
    return drawn


def killed(random: Random, template: Template, place: Place) -> Schedule:
    """One command that is killed at a point, then another one."""
    first, second = (draw(random, template, place, random.choice(KILLED)) for _ in range(2))
    return [[replace(first, kill_at=random.randint(1, _points(template, first.kind)))], [second]]


@cache
def _points(template: Template, kind: str) -> int:
    """How many points a command reaches if it is not killed."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder) / "place")
        planned = replace(draw(Random(kind), template, place, kind), kill_at=sys.maxsize)
        [outcome] = judge(template, place, [[planned]], is_verified=False)[1]
    return max(1, len(outcome.points))


#: The campaigns, and how often each is played without --times.
CAMPAIGNS = {
    "schedules": (side_by_side, 2000), "kills": (killed, 500), "race_rebuild": (race_rebuild, 200), "race_compact": (race_compact, 200),
}  # fmt: skip


def one(campaign: str, templates: dict[str, Template], seed: int) -> Tally:
    """Play the schedule of a seed; a failure is printed at once."""
    SERVER.set_forkserver_preload([*PRELOADED, "benchmarks.soak_play", "benchmarks.measuring"])
    is_large = "large" in templates and seed % LARGE_EVERY == 0
    template = templates["large" if is_large else "small"]
    random = Random(f"{campaign} {seed}")
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder) / "place")
        schedule = CAMPAIGNS[campaign][0](random, template, place)
        tally, outcomes = judge(template, place, schedule, is_verified=random.randrange(VERIFIED_EVERY) == 0)
    if tally.faults:
        told = [f"{kind}: {words}" for kind, words in tally.faults]
        say(f"{campaign}, seed {seed}:", *(f"\n  {line}" for line in [*map(str, outcomes), *told]))
    return tally


def campaign(name: str, templates: dict[str, Template], seeds: range, workers: int, write: Any) -> None:
    """Play the schedules of the seeds, and write the results after each."""
    began, whole, failing = time.monotonic(), Tally(), []
    faults = Counter(dict.fromkeys(FAULTS, 0))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for seed, tally in zip(seeds, pool.map(partial(one, name, templates), seeds), strict=True):
            whole.commands += tally.commands
            whole.reads += tally.reads
            whole.killed_at += tally.killed_at
            whole.slowest_read = max(whole.slowest_read, tally.slowest_read)
            faults.update(kind for kind, _ in tally.faults)
            failing += [seed] if tally.faults else []
            done = seed - seeds.start + 1
            write(
                {
                    "schedules": done,
                    "first_seed": seeds.start,
                    "failing": len(failing),
                    "first_failing_seeds": failing[:20],
                    **faults,
                    **{name: whole.reads[name] for name in ("reads", "failed_reads")},
                    "slowest_read_seconds": round(whole.slowest_read, 3),
                    "killed": sum(count for told, count in whole.commands.items() if told.endswith("killed")),
                    "points_killed_at": len(whole.killed_at),
                    "commands": dict(sorted(whole.commands.items())),
                    "seconds": round(time.monotonic() - began),
                }
            )
            if done % 20 == 0 or done == len(seeds):
                say(f"{name}: {done} schedules, {len(failing)} failing")


def main() -> None:
    """Parse arguments, make the templates, run the campaigns, write."""
    parser = arguments(__doc__)
    parser.add_argument("campaigns", nargs="*", default=list(CAMPAIGNS))
    parser.add_argument("--times", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    result = {**read_result("soak_commands"), "machine": machine()}

    def write(name: str, done: dict[str, Any]) -> None:
        result[name] = done
        write_result("soak_commands", result)

    with tempfile.TemporaryDirectory() as folder:
        templates = {"small": small(Path(folder) / "small")}
        for name in given.campaigns:
            count = given.times or CAMPAIGNS[name][1]
            if name == "schedules" and count >= LARGE_EVERY:
                templates["large"] = large(Path(folder) / "large")
            chosen = templates if name == "schedules" else {"small": templates["small"]}
            seeds = range(given.seed, given.seed + count)
            campaign(name, chosen, seeds, given.workers, partial(write, name))


if __name__ == "__main__":
    main()
