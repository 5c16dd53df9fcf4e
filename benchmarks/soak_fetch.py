"""Thirty days of fetching with failures and kills: each day is fetched once, no complete answer is asked for twice.

python -m benchmarks.soak_fetch [--failures 4]

First, each page fails this often before it is complete, two times in five because the process is killed; the machine is
off on three mornings, and some mornings have two runs. Then a fetch of one day is killed at each of its file
operations. Local servers answer in the way that arXiv, Hugging Face and OpenAlex document.
"""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measuring import arguments, machine, say, write_result
from tests.support.fetch_campaign import FIRST, Month, dumps_of, each_page_fails, in_process, killed_at, what_is_wrong
from tests.support.paper_servers import SOURCES, paper_servers


def month(folder: Path, failures: int) -> dict[str, Any]:
    """The requests of thirty days, and what is wrong afterwards."""
    played = Month(30, off=(9, 10, 11))
    with paper_servers() as server:
        server.plan = each_page_fails(failures)
        played.play(server, folder, in_process)
        wrong = what_is_wrong(server, folder, played.expected())
        return {
            "days": played.days,
            "sources": len(SOURCES),
            "dumps": sum(len(dumps_of(folder, name)) for name in SOURCES),
            "pages": len(server.given),
            "failures_of_each_page": failures,
            "requests": len(server.order),
            "kills": played.kills,
            "wrong": wrong,
        }


def operations(folder: Path, name: str) -> dict[str, Any]:
    """Kills at each file operation of a day's fetch, and those after which the next fetch made another dump."""
    with paper_servers() as server:
        late = 9 if name.startswith("openalex") else 2  # Sunday has no papers, but Monday has
        server.now = lambda: datetime(FIRST.year, FIRST.month, FIRST.day + late, 12, tzinfo=UTC)
        folder.mkdir()
        code, points = killed_at(0, server, folder / "whole", name)
        assert code == 0
        whole, wrong = dumps_of(folder / "whole", name), []
        assert whole
        for number, point in enumerate(points, start=1):
            place = folder / f"{number}"
            code, _ = killed_at(number, server, place, name)
            is_whole = dumps_of(place, name).items() <= whole.items()
            end, _ = killed_at(0, server, place, name)
            if (code, is_whole, end, dumps_of(place, name)) != (-9, True, 0, whole):
                wrong.append(f"{name}, {number}: {point}")
        return {"source": name, "operations": len(points), "wrong": wrong}


def main() -> None:
    """Parse arguments, play, write."""
    parser = arguments(__doc__)
    parser.add_argument("--failures", type=int, default=4)
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        done = {"machine": machine(), "month": month(Path(folder) / "month", given.failures)}
        say(f"{done['month']}")
        killed = [operations(Path(folder) / str(n), name) for n, name in enumerate(SOURCES) if "rss" not in name]
    seconds = round(time.monotonic() - began)
    write_result("soak_fetch", {**done, "killed_operations": killed, "seconds": seconds})
    say(f"{sum(len(part['wrong']) for part in (done['month'], *killed))} wrong")


if __name__ == "__main__":
    main()
