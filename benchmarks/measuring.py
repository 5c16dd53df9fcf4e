"""Shared by the benchmarks: options, the machine, CPU time and processes, and results as files."""

import argparse
import json
import os
import platform
import resource
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def arguments(doc: str | None) -> argparse.ArgumentParser:
    """A parser with a benchmark's docstring as its help."""
    return argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)


def say(*what: object) -> None:
    """Print progress."""
    sys.stderr.write(" ".join(map(str, what)) + "\n")


def read_result(name: str) -> Any:
    """The summary with this name; empty if there is none."""
    path = HERE / "results" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write_result(name: str, result: object) -> None:
    """Replace the summary with this name."""
    (HERE / "results" / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """The facts of the machine that ratios may depend on, without its name."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return {
        "cpu": models[0].split(":")[1].strip() if models else platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def versions(*packages: str) -> dict[str, str]:
    """The installed version of each package."""
    return {name: metadata.version(name) for name in packages}


def cpu_seconds() -> float:
    """CPU time of this process and of the children that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def processes_below(roots: set[int]) -> Iterator[tuple[int, str]]:
    """These processes and all their descendants, with their command lines."""
    parents, commands = {}, {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                parents[int(place.name)] = int((place / "stat").read_text().rsplit(")", 1)[1].split()[1])
                commands[int(place.name)] = command
            except OSError:
                continue
    for pid in parents:
        above = pid
        while above in parents and above not in roots:
            above = parents[above]
        if above in roots:
            yield pid, commands[pid]
