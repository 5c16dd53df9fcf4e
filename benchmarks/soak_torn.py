"""Damaged copies: files cut off, zeroed, overwritten, with flipped bits, swapped or spliced; never a silent wrong
answer.

python -m benchmarks.soak_torn [--times 100] [--seed 1]

A store, a warehouse and a key file are damaged so many times each. Then a run over one more dump, and reads. Each
command must end with exit code 1 and its reason in a line or two, or with the same output as on the undamaged copy. A
spliced copy is the head of an older file with the tail of the newer. DuckDB has a checksum for each block of 256 KB,
not for the whole file, so a splice of intact blocks that fit together can't be told from a file that DuckDB wrote: its
answers are compared with both copies.
"""

import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from subprocess import CompletedProcess
from typing import Any

import duckdb

from benchmarks.measuring import arguments, machine, say, write_result
from benchmarks.soak_places import Place, Template, prepare
from papersieve.pipeline.sample import make_sample
from tests.support.forked import papersieve

#: DuckDB's blocks begin after three headers.
_HEADERS, _BLOCK = 3 * 4096, 262_144

#: Settings with which a store of hundreds of documents has a key file.
_SETTINGS = "[operation]\nbatch_documents = 50\nkeep_versions = 1\n"

Damage = Callable[[Random, bytes, bytes], bytes]


def _put(data: bytes, at: int, piece: bytes) -> bytes:
    return data[:at] + piece + data[at + len(piece) :]


def truncated(random: Random, data: bytes, _: bytes) -> bytes:
    """Cut off after some byte."""
    return data[: random.randrange(len(data))]


def zeroed(random: Random, data: bytes, _: bytes) -> bytes:
    """A range of zeros, as a lost write leaves it."""
    at = random.randrange(len(data))
    return _put(data, at, bytes(min(random.randint(1, 50_000), len(data) - at)))


def overwritten(random: Random, data: bytes, _: bytes) -> bytes:
    """A range of random bytes."""
    at = random.randrange(len(data))
    return _put(data, at, random.randbytes(min(random.randint(1, 50_000), len(data) - at)))


def flipped(random: Random, data: bytes, _: bytes) -> bytes:
    """A single bit; in one case of four, in the headers."""
    at = random.randrange(_HEADERS if random.random() < 0.25 else len(data))
    return _put(data, at, bytes([data[at] ^ 1 << random.randrange(8)]))


def swapped(random: Random, data: bytes, _: bytes) -> bytes:
    """Two blocks exchanged; if there is only one, its halves."""
    size = min(_BLOCK, (len(data) - _HEADERS) // 2)
    one, other = random.sample(range((len(data) - _HEADERS) // size), 2)
    first, second = (_HEADERS + size * n for n in (one, other))
    return _put(_put(data, first, data[second : second + size]), second, data[first : first + size])


def spliced(random: Random, data: bytes, older: bytes) -> bytes:
    """The head of an older copy and the tail of the newer."""
    at = random.randrange(1, min(len(data), len(older)))
    return older[:at] + data[at:]


DAMAGES: dict[str, Damage] = {f.__name__: f for f in (truncated, zeroed, overwritten, flipped, swapped, spliced)}


@dataclass(frozen=True)
class Sound:
    """A place, the same one dump earlier, what its commands print, and what they print about the earlier one."""

    template: Template
    place: Place
    older: Place
    answers: dict[str, str]
    older_answers: dict[str, str]

    @property
    def settings(self) -> Path:
        """A settings file with which even this small store has a key file."""
        return self.template.folder / "torn.toml"


def make_sound(folder: Path) -> Sound:
    """A place of eight dumps with a key file, now and one dump before."""
    template = prepare(folder / "template", make_sample(papers=60).dumps)
    place, older = Place(folder / "newer"), Place(folder / "older")
    (template.folder / "torn.toml").write_text(_SETTINGS, encoding="utf-8")
    sound = Sound(template, place, older, {}, {})
    shutil.copytree(template.folder / "place", place.folder)
    for which, name in ((older, "new_0.txt"), (place, "new_1.txt")):
        _run(sound, place, name)
        if which is older:
            shutil.copytree(place.folder, older.folder)
    for which, answers in ((place, sound.answers), (older, sound.older_answers)):
        copy = Place(folder / "copy")
        shutil.copytree(which.folder, copy.folder)
        answers.update({name: _words(done) for name, done in ask(sound, copy).items()})
        shutil.rmtree(copy.folder)
    return sound


def _run(sound: Sound, place: Place, name: str) -> CompletedProcess[str]:
    return papersieve("run", sound.template.dump(name), *place.options, "--settings", sound.settings, "--json")


_SAID = "SELECT paper_id, title, abstract, record_count, dump_count FROM papers ORDER BY ALL"
_LINES = "SELECT record_id, paper_id, line_start, title, abstract FROM records ORDER BY ALL"


def ask(sound: Sound, place: Place) -> dict[str, CompletedProcess[str]]:
    """Read, run over one more dump, read again: the output of each command."""
    text = sound.template.dump(sound.template.first).read_text(encoding="utf-8")
    abstract = max(text.splitlines(), key=len)

    def reads(when: str) -> dict[str, CompletedProcess[str]]:
        return {
            f"papers {when}": papersieve("query", _SAID, *place.options, "--format", "csv"),
            f"records {when}": papersieve("query", _LINES, *place.options, "--format", "csv"),
            f"lookup {when}": papersieve("lookup", abstract, *place.options, "--json"),
        }

    before = reads("before")
    return {**before, "run": _run(sound, place, "new_2.txt"), **reads("after")}


def _words(done: CompletedProcess[str]) -> str:
    """The output, without what differs from place to place."""
    try:
        said = json.loads(done.stdout)
    except ValueError:
        return done.stdout
    return json.dumps({k: v for k, v in said.items() if k not in ("store", "warehouse", "outcomes", "published")})


def files_of(place: Place) -> dict[str, Path]:
    """The three files, by kind."""
    [keys] = place.folder.glob("store.duckdb.*.keys")
    return {"store": place.store, "warehouse": place.warehouse, "keys": keys}


def judge(sound: Sound, place: Place, damage: str) -> Counter[str]:
    """The outcomes of the commands on a damaged copy, by command and outcome."""
    counts: Counter[str] = Counter()
    asked = ask(sound, place)
    for name, done in asked.items():
        # A run that reported the damage has changed nothing for readers.
        expected = name.replace("after", "before") if asked["run"].returncode else name
        counts[f"{name.split()[0]}: {_outcome(sound, expected, done, damage)}"] += 1
    return counts


def _outcome(sound: Sound, name: str, done: CompletedProcess[str], damage: str) -> str:
    """told, equal to the undamaged copy's output, older (as before the splice), or what is not allowed."""
    if "Traceback (most recent call last)" in done.stderr:
        return "traceback"
    if done.returncode:
        told = done.stderr.rpartition("papersieve: ")  # a slow run prints its progress before it
        is_told = done.returncode == 1 and bool(told[1]) and len(told[2].splitlines()) <= 3
        return "told" if is_told else "ended otherwise"
    if _words(done) == sound.answers[name]:
        return "equal"
    is_older = damage == "spliced" and _words(done) == sound.older_answers[name]
    return "older" if is_older else "wrong"


def campaign(sound: Sound, times: int, seed: int, write: Callable[[dict[str, Any]], None]) -> None:
    """Damage each of the three files so many times, in each way in turn; write the results after each."""
    began, counts = time.monotonic(), {file: Counter[str]() for file in files_of(sound.place)}
    wrong: list[str] = []
    for number in range(times):
        damage = list(DAMAGES)[number % len(DAMAGES)]
        for file in counts:
            random = Random(f"{seed} {number} {file}")
            with tempfile.TemporaryDirectory() as folder:
                place = Place(Path(folder) / "place")
                shutil.copytree(sound.place.folder, place.folder)
                newer, older = (files_of(p)[file].read_bytes() for p in (sound.place, sound.older))
                files_of(place)[file].write_bytes(DAMAGES[damage](random, newer, older))
                found = judge(sound, place, damage)
            counts[file].update({f"{damage}, {told}": count for told, count in found.items()})
            if bad := [told for told in found if told.rpartition(": ")[2] not in ("told", "equal", "older")]:
                wrong.append(f"{file}, {damage}, seed {seed}, number {number}: {', '.join(bad)}")
                say(wrong[-1])
        if number % 10 == 9 or number == times - 1:
            say(f"{number + 1} of each: {len(wrong)} wrong")
            results = {file: dict(sorted(found.items())) for file, found in counts.items()}
            seconds = round(time.monotonic() - began)
            write({"copies_of_each": number + 1, "seed": seed, "wrong": len(wrong), "first_wrong": wrong[:20], "seconds": seconds, **results})  # fmt: skip


def main() -> None:
    """Parse arguments, make an undamaged place, damage copies of it, write."""
    parser = arguments(__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()

    def write(done: dict[str, Any]) -> None:
        write_result("soak_torn", {"machine": machine(), "duckdb": duckdb.__version__, **done})

    with tempfile.TemporaryDirectory() as folder:
        campaign(make_sound(Path(folder)), given.times, given.seed, write)


if __name__ == "__main__":
    main()
