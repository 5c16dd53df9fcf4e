"""The cost of files with a single entry: CPU time and memory of a first run over many of them.

python -m benchmarks.bench_small_files [20000,60000,200000]

Each file is one RIS entry with an abstract of 60 words. Each size is a separate run into a new store, up to the
published warehouse. Memory is that of all processes together, with shared pages counted once, sampled twice a second.
"""

import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.measuring import arguments, cpu_seconds, machine, processes_below, say, write_result

_WORDS, _FILES_A_FOLDER, _LOOK_SECONDS = 60, 1_000, 0.5


def write_files(folder: Path, count: int) -> None:
    """Write files with one entry each, all different."""
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
    """CPU seconds of a run by the command line, and its peak memory in MB."""
    begun, peak = cpu_seconds(), 0
    told = [str(files), "--store", str(folder / "store.duckdb"), "--warehouse", str(folder / "papers.duckdb"), "--json"]
    program = [sys.executable, "-c", "from papersieve.warehouse.cli.main import main; main()", "run", *told]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, sum(_proportional_kb(pid) for pid, _ in processes_below({process.pid})))
            try:
                process.wait(_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                continue
    if process.returncode:
        raise RuntimeError("the run failed")
    return cpu_seconds() - begun, peak // 1_000


def _proportional_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:  # the process has ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    """Measure each size, and write the results after each."""
    parser = arguments(__doc__)
    parser.add_argument("sizes", nargs="?", default="20000,60000,200000")
    asked = parser.parse_args()
    found: dict[str, Any] = {"machine": machine(), "files": {}}
    for size in map(int, asked.sizes.split(",")):
        with tempfile.TemporaryDirectory() as made:
            write_files(Path(made, "files"), size)
            seconds, peak_mb = first_run(Path(made, "files"), Path(made))
        found["files"][str(size)] = {
            "cpu_seconds": round(seconds, 1),
            "ms_a_file": round(1_000 * seconds / size, 2),
            "peak_mb": peak_mb,
        }
        say(found["files"][str(size)])
        write_result("small_files", found)


if __name__ == "__main__":
    main()
