"""Generated exports, read by us and by other readers: every field is equal, or the difference has a name.

PYTHONPATH=FOLDER python -m benchmarks.other_readers [--entries N] [--seed N]

Needs rispy, pybtex, nbib, wosfile and pubmed-parser, which papersieve does not depend on (`pip install --target
FOLDER` them), and pandas, openpyxl and lxml, which the tests have. Entries lack fields, and have entities, tags, other
scripts, the special characters of every format, long abstracts and words such as "none", as `made_entry` draws them. A
difference that is not in `NAMED` ends the run with 1.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.catalogue_exports import CATALOGUE_EXPORTS
from benchmarks.catalogue_readers import CATALOGUE_READERS
from benchmarks.exports import EXPORTS as FIRST_EXPORTS
from benchmarks.exports import Made, made_entry
from benchmarks.foreign_readers import READERS as FIRST_READERS
from benchmarks.measuring import arguments, machine, say, versions, write_result
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump

FIELDS = ("title", "abstract", "authors", "venue", "volume", "issue", "pages", "year", "doi", "pmid")
PACKAGES = ("rispy", "pybtex", "nbib", "wosfile", "pubmed-parser", "pandas", "openpyxl", "lxml")
EXPORTS, READERS = FIRST_EXPORTS | CATALOGUE_EXPORTS, FIRST_READERS | CATALOGUE_READERS

#: Accepted differences: (name, whether it is that, from field, ours and theirs).
NAMED: tuple[tuple[str, Callable[[str, Any, Any], bool]], ...] = (
    ("ours is right: a word for nothing, such as NA, is no value", lambda f, ours, theirs: ours is None and str(theirs).strip().lower() in ("na", "n/a", "-", "null", "none", "nan")),
    ("ours is right: a DOI has one form, without resolver and in lower case", lambda f, ours, theirs: f == "doi" and bool(ours) and str(theirs).lower().endswith(ours)),
    ("ours is right: pages have one dash between them", lambda f, ours, theirs: f == "pages" and ours == str(theirs).replace("--", "-")),
    ("ours is right: a second abstract is a note of copyright or a translation", lambda f, ours, theirs: f == "abstract" and bool(ours) and str(theirs).startswith(ours + " ")),
)  # fmt: skip


@dataclass
class Compared:
    """The result for one export: entries, values compared, differences by name, and the first one without a name."""

    entries: int
    values: int
    named: Counter[str]
    unnamed: list[str]


def compared(name: str, entries: list[Made]) -> Compared:
    """Write an export, read it twice, and compare each value."""
    data = EXPORTS[name](entries)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        path.write_bytes(data)
        ours = [_ours(row) for row in extract_dump(read_dump(path)).records.to_dicts()]
    theirs = READERS[name](data)
    found = Compared(len(theirs), 0, Counter(), [])
    if len(ours) != len(theirs) or len(theirs) != len(entries):
        found.unnamed.append(f"entries: {len(entries)} written, {len(ours)} read by us, {len(theirs)} by them")
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=False), start=1):
        for field in (f for f in FIELDS if f in other):
            found.values += 1
            one, two = mine[field], _plain(other[field])
            if one != two:
                why = next((said for said, is_it in NAMED if is_it(field, one, two)), None)
                found.named[why or "unnamed"] += 1
                if why is None:
                    found.unnamed.append(f"entry {number}, {field}: ours {one!r}, theirs {two!r}")
    return found


def _ours(row: dict[str, Any]) -> dict[str, Any]:
    plain = {field: _plain(row.get(f"{field}_raw") or row.get(field)) for field in FIELDS}
    return {**plain, "year": _plain(row["year"])}


def _plain(value: Any) -> Any:
    """A value as text with single blanks; None for an empty one."""
    if isinstance(value, list):
        return [text for each in value if (text := _plain(each))] or None
    text = " ".join(str(value).split()) if value is not None else ""
    return text or None


def main() -> None:
    """Run the campaign over every export, and write the results."""
    parser = arguments(__doc__)
    parser.add_argument("--entries", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    found = {name: compared(name, _made(args, name)) for name in EXPORTS}
    result = {
        "entries_each": args.entries,
        "seed": args.seed,
        "machine": machine(),
        "versions": versions(*PACKAGES),
        "exports": {
            name: {"entries": each.entries, "values": each.values, "differences": dict(sorted(each.named.items()))}
            for name, each in found.items()
        },
    }
    write_result("other_readers", result)
    for name, each in found.items():
        for line in each.unnamed[:3]:
            say(f"{name}: {line}")
    sys.exit(any(each.unnamed for each in found.values()))


def _made(args: argparse.Namespace, name: str) -> list[Made]:
    draw = random.Random(f"{args.seed} {name}")
    return [made_entry(draw, number) for number in range(1, args.entries + 1)]


if __name__ == "__main__":
    main()
