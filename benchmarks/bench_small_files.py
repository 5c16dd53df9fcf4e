"""What a file costs that holds a single entry: CPU time of a first run over many of them, and memory.

    python -m benchmarks.bench_small_files [20000,60000,200000] [--work FOLDER] [--output FILE]

Each file is one entry of RIS with an abstract of 60 words. Each size is a run of its own into a new store, up to the
published warehouse; memory is that of all its processes together, what they share counted once, looked at twice a second.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.bench_engine import HERE, machine, say

_WORDS, _FILES_A_FOLDER, _LOOK_SECONDS = 60, 1_000, 0.5


def write_files(folder: Path, count: int) -> None:
    """Write files of one entry each, all of them different."""
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 11))) for _ in range(8_000)]
    for number in range(count):
        title, abstract = (" ".join(chance.choices(words, k=size)).capitalize() for size in (9, _WORDS))
        name, given, venue = (chance.choice(words).capitalize() for _ in range(3))
        path = folder / f"{number // _FILES_A_FOLDER:03}" / f"{number:06}.ris"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"TY  - JOUR\nAU  - {name}, {given}\nTI  - {title}\nT2  - Journal of {venue}\nPY  - {1990 + number % 35}\n"
            f"VL  - {number % 80 + 1}\nDO  - 10.1234/x{number}\nAB  - {abstract}.\nER  - \n",
            encoding="utf-8",
        )


def first_run(files: Path, folder: Path) -> tuple[float, int]:
    """CPU seconds of a run by the command line, and the most memory that it had, in MB."""
    begun, peak = _children(), 0
    told = [str(files), "--store", str(folder / "store.duckdb"), "--warehouse", str(folder / "papers.duckdb"), "--json"]
    program = [sys.executable, "-c", "from papersieve.warehouse.cli.main import main; main()", "run", *told]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_proportional_kb, _family(process.pid))))
            try:
                process.wait(_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                continue
    if process.returncode:
        raise RuntimeError("the run failed")
    return _children() - begun, peak // 1_000


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(pid: int) -> Iterator[int]:
    yield pid
    for told in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read(told).split():
            yield from _family(int(child))


def _proportional_kb(pid: int) -> int:
    lines = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:  # of a process that has ended
        return ""


def main() -> None:
    """Measure each size, and write the results as they come."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="?", default="20000,60000,200000")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--output", type=Path, default=HERE / "results" / "small_files.json")
    asked = parser.parse_args()
    found: dict[str, Any] = {"machine": machine(), "files": {}}
    for size in map(int, asked.sizes.split(",")):
        with tempfile.TemporaryDirectory(dir=asked.work) as made:
            write_files(Path(made, "files"), size)
            seconds, peak_mb = first_run(Path(made, "files"), Path(made))
        found["files"][str(size)] = {
            "cpu_seconds": round(seconds, 1),
            "ms_a_file": round(1_000 * seconds / size, 2),
            "peak_mb": peak_mb,
        }
        say(json.dumps(found["files"][str(size)]))
        asked.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
