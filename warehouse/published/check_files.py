"""The checks of a published warehouse, from files: SQL for the rows that break a rule, a severity and a sentence."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

#: The folder of the checks' SQL files.
INVARIANTS = files("papersieve.checks") / "invariants"


@dataclass(frozen=True)
class Check:
    """A check file: every row that its SQL returns is a violation. An error keeps a version from being published."""

    name: str
    severity: str
    description: str
    sql: str


@cache
def checks() -> tuple[Check, ...]:
    """Every file of `checks/invariants/`, by name. Raises ValueError if one has no severity or description."""
    found = []
    for file in sorted((f for f in INVARIANTS.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name):
        sql = file.read_text(encoding="utf-8").removesuffix(";\n")
        head = re.match(r"-- severity: (error|warn)\n-- (.+)\n", sql)
        if not head:
            raise ValueError(f"{file.name}: expected '-- severity: error' (or warn) and a line of description")
        found.append(Check(file.name.removesuffix(".sql"), head[1], head[2], sql))
    return tuple(found)
