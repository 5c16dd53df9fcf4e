"""The page docs/house.md: a sentence per shipped file, and which parts import which. `make tree` prints it."""

import ast
import re
import sys
from collections import Counter
from itertools import groupby
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
ROOMS = ("checks", "pipeline", "warehouse", "assets")

#: Names that tools require, so that many folders may have them.
_OF_TOOLS = ("__init__.py", "conftest.py")
_HEAD = """# The house

Every file of the code with one sentence, and who imports whom, for people who change it. CONTRIBUTING.md says what each
room is for, and [measurements](measurements/house.md) what a change costs. `python -m tests.shown` writes this page
from the code; `make tree` prints it.
"""


def modules(*folders: str) -> list[Path]:
    """The Python files below these folders that are not empty."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if path.stat().st_size]


def equal_names() -> list[str]:
    """The names that several Python files of the repository have."""
    names = Counter(path.name for path in modules(*ROOMS, "tests", "benchmarks"))
    return [name for name, files in names.items() if files > 1 and name not in _OF_TOOLS]


def circles(graph: grimp.ImportGraph) -> list[set[str]]:
    """Sets of modules that import each other, directly or indirectly. Imports inside functions count."""
    reached = {m: graph.find_upstream_modules(m) for m in graph.modules}
    found = [frozenset({m} | {other for other in upstream if m in reached[other]}) for m, upstream in reached.items()]
    return [set(circle) for circle in sorted(set(found), key=sorted) if len(circle) > 1]


def imports() -> grimp.ImportGraph:
    """All imports between modules, without those for type checking only."""
    return grimp.build_graph("papersieve", exclude_type_checking_imports=True, cache_dir=None)


def page() -> str:
    """The page: counts, imports between the rooms and inside the warehouse, and the files of each room."""
    graph = imports()
    inside = ("cli", "decisions", "answers", "published", "store", "sources", "serve")
    pieces = [
        _HEAD,
        _found(graph),
        _drawn("Imports between the rooms", graph, [f"papersieve.{room}" for room in ROOMS]),
        _drawn("Imports inside the warehouse", graph, ["papersieve.warehouse.run", *(f"papersieve.warehouse.{part}" for part in inside)]),
        *(_tree(room) for room in ROOMS),
    ]  # fmt: skip
    return "\n".join(pieces)


def _found(graph: grimp.ImportGraph) -> str:
    rows = [f"| {room} | {len(modules(room))} | {len(list((ROOT / room).rglob('*.sql')))} |" for room in ROOMS]
    counted = f"Circles of imports: {len(circles(graph))}. Python files of equal name: {len(equal_names())}.\n"
    return "\n".join(["| room | modules | SQL files |", "|---|---|---|", *rows, "", counted])


def _drawn(title: str, graph: grimp.ImportGraph, parts: list[str]) -> str:
    """Arrows between parts, each with the number of imports."""
    ends = [
        (_part(importer, parts), _part(imported, parts))
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    ]
    counted = Counter((a, b) for a, b in ends if a and b and a != b)
    arrows = [f"    {a} -->|{count}| {b}" for (a, b), count in sorted(counted.items())]
    return "\n".join([f"## {title}\n", "```mermaid", "flowchart LR", *arrows, "```\n"])


def _part(module: str, parts: list[str]) -> str | None:
    found = (part for part in parts if module == part or module.startswith(f"{part}."))
    return next((part.rpartition(".")[2] for part in found), None)


def _tree(room: str) -> str:
    files = [path for path in (ROOT / room).rglob("*") if path.suffix in (".py", ".sql") and path.stat().st_size]
    lines: list[str] = []
    for folder, inside in groupby(
        sorted(files, key=lambda path: (path.parent, path.name)), key=lambda path: path.parent
    ):
        listed = [path for path in inside if path.name != "__init__.py"]
        width = max((len(path.name) for path in listed), default=0)
        lines += [f"{folder.relative_to(ROOT)}/", *(f"  {path.name:{width}}  {_sentence(path)}" for path in listed)]
    return "\n".join([f"## {room}/\n", "```text", *lines, "```\n"])


def _sentence(path: Path) -> str:
    """The first sentence of a file about itself; for named statements, the module that uses them."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return _first(ast.get_docstring(ast.parse(text)) or "")
    if text.startswith("-- name:"):
        names = re.findall(r"^-- name: (\w+)", text, re.M)
        whose = f" of {path.stem}.py" if path.with_suffix(".py").exists() else f": {', '.join(names)}"
        return f"{len(names)} {'statement' if len(names) == 1 else 'statements'}{whose}."
    comment = [line.removeprefix("-- ") for line in text.splitlines() if line.startswith("-- ")]
    return _first(" ".join(line for line in comment if not line.startswith("severity:")))


def _first(said: str) -> str:
    return re.split(r"(?<=[.?])\s+(?=[A-Z`])|\n\n", " ".join(said.split("\n\n")[0].split()))[0]


if __name__ == "__main__":
    sys.stdout.write(page())
