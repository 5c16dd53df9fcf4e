"""How many look-ups per second `papersieve serve` answers on one core.

python -m benchmarks.bench_serve WAREHOUSE [--seconds 10] [--clients 1,8,32]

Clients are threads, each with one open connection. They ask for abstracts of the warehouse's own records, in random
order. The server runs on one core; its CPU seconds are printed too, because the clients share the machine with it.
Writes benchmarks/results/serve.json.
"""

import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path
from typing import Any

from benchmarks.measuring import arguments, machine, say, write_result
from papersieve.warehouse.published.reader import open_warehouse


def main() -> None:
    """Measure with each number of clients, and write the results."""
    parser = arguments(__doc__)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clients", default="1,8,32")
    given = parser.parse_args()
    with open_warehouse(given.warehouse) as con:
        ((records,),) = con.execute("SELECT count(*) FROM records").fetchall()
        rows = con.execute("SELECT abstract FROM records WHERE abstract IS NOT NULL USING SAMPLE 2000 (reservoir, 1)")
        paths = ["/lookup?" + urllib.parse.urlencode({"text": text}) for (text,) in rows.fetchall()]
    command = [sys.executable, "-m", "papersieve.warehouse.cli.main", "serve", "--port", "0", "--json"]
    core = min(os.sched_getaffinity(0))
    server = subprocess.Popen(
        ["taskset", "-c", str(core), *command, "--warehouse", str(given.warehouse)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout
        url = json.loads("".join(iter(server.stdout.readline, "}\n")) + "}")["url"]
        measured: dict[str, Any] = {}
        for clients in map(int, given.clients.split(",")):
            _ask(url, paths, clients, 2.0)  # to warm up
            measured[f"{clients}_clients"] = _measured(server.pid, url, paths, clients, given.seconds)
            say(f"{clients}: {measured[f'{clients}_clients']}")
    finally:
        server.terminate()
        server.wait()
    write_result("serve", {"machine": machine(), "records": records, **measured})


def _measured(server: int, url: str, paths: list[str], clients: int, seconds: float) -> dict[str, float]:
    before = _cpu_seconds(server)
    took = _ask(url, paths, clients, seconds)
    return {
        "a_second": round(len(took) / seconds, 1),
        "median_ms": round(1000 * statistics.median(took), 1),
        "p99_ms": round(1000 * sorted(took)[int(0.99 * len(took))], 1),
        "server_cpu_ms": round(1000 * (_cpu_seconds(server) - before) / len(took), 2),
    }


def _ask(url: str, paths: list[str], clients: int, seconds: float) -> list[float]:
    """The seconds that each answer took, of those that came in time."""
    took: list[float] = []
    ends = time.perf_counter() + seconds

    def ask(seed: int) -> None:
        rng = random.Random(seed)
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)
        while (start := time.perf_counter()) < ends:
            connection.request("GET", rng.choice(paths))
            answer = connection.getresponse()
            assert "is_here" in json.loads(answer.read())
            assert answer.status == 200
            took.append(time.perf_counter() - start)
        connection.close()

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def _cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
