"""Are exports read as Zotero reads them? Its translators have tests: an input, and the items in it.

python -m benchmarks.translator_tests FOLDER

FOLDER is a checkout of github.com/zotero/translators. papersieve reads each input of its import tests, and the items
with a title are looked up among the records by the first 30 letters of the title. For each item that is found, the
fields that Zotero has are compared by letters and digits only: year, family names of authors, venue, volume, issue,
first page, DOI and abstract. Attachments and notes are left out. Results go to
benchmarks/results/translator_tests.json: the numbers of items and of those found, and per field how many of how many
values agree.
"""

import json
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measuring import arguments, say, write_result
from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.dump_files import find_dumps
from papersieve.pipeline.extract.raw_dump import BrokenDump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.records import normalise_records

_TESTS = re.compile(
    r"/\*\* BEGIN TEST CASES \*\*/\s*var testCases\s*=\s*(\[.*\])\s*;?\s*/\*\* END TEST CASES", re.DOTALL
)
_LAST_COMMA = re.compile(r",(\s*[\]}])")
_VENUES = ("publicationTitle", "proceedingsTitle", "bookTitle")
#: The number of letters of a title that identify an item.
_LETTERS = 30


def imports(file: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The input and the items of each import test of a translator."""
    found = _TESTS.search(file.read_text(encoding="utf-8", errors="replace"))
    for test in json.loads(_LAST_COMMA.sub(r"\1", found[1])) if found else []:
        if test.get("type") == "import":
            items = [i for i in test["items"] if i.get("itemType") not in ("attachment", "note") and i.get("title")]
            yield test["input"], items


def records_of(text: str) -> list[dict[str, Any]]:
    """The records that papersieve reads from an input, without the dumps that it can't read."""
    with tempfile.TemporaryDirectory() as made:
        file = Path(made, "input")
        file.write_text(text, encoding="utf-8")
        records = list[dict[str, Any]]()
        for found in find_dumps(file, Reading()):
            try:
                records += (
                    [] if isinstance(found, BrokenDump) else normalise_records(extract_dump(found).records).to_dicts()
                )
            except DumpError:
                continue
        return records


def letters(said: object) -> str:
    """The letters and digits of a text, without tags and combining accents."""
    return "".join(filter(str.isalnum, re.sub(r"<[^<>]+>", "", str(said or "")).lower()))


def compare(item: dict[str, Any], record: dict[str, Any]) -> dict[str, bool]:
    """For each field of the item, whether the record has the same value."""
    year = re.search(r"(?:1[5-9]|20)\d\d", str(item.get("date") or ""))
    names = [c.get("lastName") or c.get("name") for c in item.get("creators", []) if c.get("creatorType") == "author"]
    written = [letters(name) for name in record["authors"] or []]
    venue = next((item[name] for name in _VENUES if item.get(name)), None)
    ours = {"venue": "venue", "volume": "volume", "issue": "issue", "DOI": "doi"}
    said = {"venue": venue, **{name: item.get(name) for name in ("volume", "issue", "DOI")}}
    same = {name: letters(said[name]) == letters(record[column]) for name, column in ours.items() if said[name]}
    if year:
        same["year"] = year[0] == str(record["year"])
    if names:
        same["authors"] = len(names) == len(written) and all(
            letters(n) in w for n, w in zip(names, written, strict=True)
        )
    if item.get("pages"):
        same["first page"] = _first(item["pages"]) == _first(record["pages"])
    if item.get("abstractNote"):
        same["abstract"] = letters(item["abstractNote"])[:60] == letters(record["abstract"])[:60]
    return same


def _first(pages: object) -> str:
    return letters(re.split(r"[-–—,+]", str(pages or ""))[0])


def scored(file: Path) -> dict[str, Any] | None:
    """How well one translator's import tests are read; None if it has none."""
    items, found, agree, told = 0, 0, Counter[str](), Counter[str]()
    for text, expected in imports(file):
        records = defaultdict[str, list[dict[str, Any]]](list)
        for record in records_of(text):
            records[letters(record["title"])[:_LETTERS]].append(record)
        items += len(expected)
        for item in expected:
            if alike := records[letters(item["title"])[:_LETTERS]]:
                same = compare(item, alike.pop(0))
                found += 1
                told.update(same.keys())
                agree.update(name for name, is_same in same.items() if is_same)
    fields = {name: [agree[name], count] for name, count in sorted(told.items())}
    return {"items": items, "found": found, "fields": fields} if items else None


def main() -> None:
    """Score each translator, and write the results."""
    parser = arguments(__doc__)
    parser.add_argument("folder", type=Path)
    results = {file.stem: found for file in sorted(parser.parse_args().folder.glob("*.js")) if (found := scored(file))}
    for name, found in results.items():
        say(name, found)
    write_result("translator_tests", results)


if __name__ == "__main__":
    main()
