"""Reading large generated dumps: records per CPU second, peak memory, and whether memory grows with the file.

python -m benchmarks.bench_formats [--mb 100 1000] [--formats NAME ...]

Each measurement runs in a separate process, on a file that it generates in the temporary folder and removes.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measuring import arguments, machine, say, write_result
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_parts
from papersieve.pipeline.reading_settings import Reading

_WORDS = "We measure lamps and kettles in forty rooms and report what differs between them with some care".split()


def _abstract(number: int) -> str:
    return " ".join(_WORDS[(number * (place + 3)) % len(_WORDS)] for place in range(180)) + f" {number}."


def _json_lines(number: int) -> str:
    row = {"id": f"2401.{number % 100_000:05d}", "title": f"Lamps and kettles {number}", "abstract": _abstract(number)}
    return (
        json.dumps({**row, "authors_parsed": [["Lind", "Bo", ""]], "categories": "cs.LG", "doi": f"10.1/{number}"})
        + "\n"
    )


def _ris(number: int) -> str:
    return f"TY  - JOUR\nTI  - Lamps and kettles {number}\nAU  - Lind, Bo\nPY  - 2020\nDO  - 10.1000/{number}\nAB  - {_abstract(number)}\nER  - \n\n"


def _csv(number: int) -> str:
    return f'Lamps and kettles {number},"{_abstract(number)}","Lind, Bo",2020\n'


def _xml(number: int) -> str:
    return f"<entry>\n<id>http://arxiv.org/abs/2401.{number % 100_000:05d}v1</id>\n<title>Lamps and kettles {number}</title>\n<published>2024-01-01T00:00:00Z</published>\n<author><name>Bo Lind</name></author>\n<summary>{_abstract(number)}</summary>\n</entry>\n"


#: Format -> the text before its entries, an entry, and the text after its entries.
GENERATED: dict[str, tuple[str, Callable[[int], str], str]] = {
    "arxiv_snapshot": ("", _json_lines, ""),
    "ris": ("", _ris, ""),
    "arxiv_atom": ("<feed>\n", _xml, "</feed>\n"),
    "csv_table": ("title,abstract,authors,year\n", _csv, ""),
}


def _chunks(name: str, size: int) -> Iterator[str]:
    head, entry, tail = GENERATED[name]
    yield head
    # The same thousand entries are repeated, because their generation is not what is measured.
    block = "".join(entry(number) for number in range(1_000))
    for _ in range(max(1, size // len(block))):
        yield block
    yield tail


def _measure(name: str, size: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(_chunks(name, size))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started, worked = time.perf_counter(), time.process_time()
        raw = read_dump(path)
        records = lines = 0
        for part in extract_parts(raw, Reading()):
            records += part.records.height
            lines += int(part.dump["lines"].sum())
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - worked
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {
            "format": name, "mb": round(raw.size_bytes / 1e6), "records": records, "lines": lines,
            "seconds": round(seconds, 1), "cpu_seconds": round(cpu_seconds, 1),
            "records_per_cpu_second": round(records / cpu_seconds), "peak_mb": round(peak / 1024),
            "peak_mb_before": round(before / 1024),
        }  # fmt: skip


def main() -> None:
    """Measure each format at each size."""
    parser = arguments(__doc__)
    parser.add_argument("--mb", type=int, nargs="+", default=[100, 1_000])
    parser.add_argument("--formats", nargs="+", choices=GENERATED, default=list(GENERATED))
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        sys.stdout.write(json.dumps(_measure(args.formats[0], args.mb[0] * 1_000_000)))
        return
    rows = []
    for name in args.formats:
        for mb in args.mb:
            command = [sys.executable, "-m", "benchmarks.bench_formats", "--one", "--formats", name, "--mb", str(mb)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            rows.append(json.loads(done.stdout))
            say(rows[-1])
            write_result("formats", {"machine": machine(), "measurements": rows})


if __name__ == "__main__":
    main()
