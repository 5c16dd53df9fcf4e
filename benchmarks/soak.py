"""Thousands of damaged dumps of every format: none may cause a crash, a hang or a lost line.

python -m benchmarks.soak [--inputs N] [--seed N] [--workers N] [--formats NAME,…] [--output FILE]

Each input is made from tests/fixtures by a few random edits, and is read like a file; with --formats, it is made from
the fixtures and tests/cases that are read as one of these formats. The result must be an extraction whose spans cover
all lines, or a DumpError; anything else ends the run and reports the seed of the input. Writes counts by format and by
outcome, the slowest input and the peak memory.
"""

import argparse
import faulthandler
import json
import multiprocessing
import platform
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.support.damaged_dumps import LIMITS, fixtures, inputs_of, judge, mutate

#: The limits of a process: its memory, and how many inputs of 20 kB it reads. No process reads all inputs, because
#: pyarrow never frees 4 kB of every damaged zstd stream.
MEMORY_LIMIT_MB, SLICE = 512, 50_000


@dataclass
class Slice:
    """The result for some inputs: counts by format and outcome, the slowest (seconds, seed), the peak memory."""

    counts: Counter[tuple[str, str]]
    slowest: tuple[float, int]
    peak_mb: float


def read_slice(seeds: range, formats: frozenset[str]) -> Slice:
    """Make and read the inputs of these seeds, in a separate process; raises at the first one that is not read as
    required.
    """
    faulthandler.enable()
    whole, counts, slowest = inputs_of(formats) if formats else fixtures(), Counter[tuple[str, str]](), (0.0, 0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump"
        for seed in seeds:
            data = mutate(random.Random(seed), whole)
            faulthandler.dump_traceback_later(60, exit=True)  # if it hangs, the run ends and shows where
            started = time.monotonic()
            try:
                path.write_bytes(data)
                counts.update(judge(path, LIMITS))
            except BaseException:
                sys.stderr.write(f"the input of seed {seed} is not read as it has to be\n")
                raise
            # Resident memory, because allocators reserve addresses by the gigabyte, and a limit on those is useless.
            peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            assert peak_mb < MEMORY_LIMIT_MB, f"the input of seed {seed} takes {peak_mb:,.0f} MB"
            slowest = max(slowest, (time.monotonic() - started, seed))
    faulthandler.cancel_dump_traceback_later()
    return Slice(counts, slowest, peak_mb)


def main() -> None:
    """Run the campaign; results are written continuously, so that stopping it loses none."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--formats", default="", help="formats of the inputs, separated by commas; all of them if not given"
    )
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "results" / "soak.json")
    args = parser.parse_args()
    first, begun, done = args.seed * 10**9, time.monotonic(), 0
    counts, slowest, peak_mb = Counter[tuple[str, str]](), (0.0, 0), 0.0
    formats = frozenset(filter(None, args.formats.split(",")))
    slices = [range(first + n, first + min(n + SLICE, args.inputs)) for n in range(0, args.inputs, SLICE)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(args.workers, mp_context=context, max_tasks_per_child=1) as pool:
        for seeds, part in zip(slices, pool.map(partial(read_slice, formats=formats), slices), strict=True):
            done += len(seeds)
            counts += part.counts
            slowest, peak_mb = max(slowest, part.slowest), max(peak_mb, part.peak_mb)
            seconds = time.monotonic() - begun
            sys.stderr.write(f"{done:,} inputs in {seconds:.0f} s\n")
            result = {
                "inputs": done,
                "first_seed": first,
                "seconds": round(seconds, 1),
                "workers": args.workers,
                "formats": sorted(formats) or "all",
                "slowest_seconds": round(slowest[0], 3),
                "slowest_seed": slowest[1],
                "peak_mb": round(peak_mb, 1),
                "memory_limit_mb": MEMORY_LIMIT_MB,
                "python": platform.python_version(),
                "outcomes": {f"{name}: {outcome}": n for (name, outcome), n in sorted(counts.items())},
            }
            args.output.parent.mkdir(exist_ok=True)
            args.output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
