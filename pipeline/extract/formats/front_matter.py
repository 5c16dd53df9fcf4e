"""YAML and TOML: Markdown notes with a paper's fields as front matter or in the text, and lists of papers."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.mappings import Mappings
from papersieve.pipeline.extract.shared.page_lines import Lines
from papersieve.pipeline.extract.shared.toml_objects import is_toml_list, toml_objects
from papersieve.pipeline.extract.shared.yaml_objects import KEYED, yaml_objects

#: The front matter of a note, and the start of a list of objects. What begins with the same key is another document.
_FRONT = re.compile(
    r"\s*(?P<mark>---|\+\+\+)[ \t]*\n(?P<front>(?P<key>[\w-]++)?+.*?)^(?:(?P=mark)|\.\.\.)[ \t]*$(?!\n(?:---\n)?(?P=key)\b)",
    re.DOTALL | re.MULTILINE,
)
_LIST = re.compile(r"(?:(?:#.*|---|[a-z]+:)?[ \t]*\n)*[ \t]*-[ \t]+(?:\{[ \t]*)?[\"']?[A-Za-z][\w -]*[\"']?:(?:\s|$)")
#: One paper, as Papis writes it.
_PLAIN = re.compile(r"\s*(?:#.*\n|---[ \t]*\n)*[a-z][a-z_-]*:[ \t]+\S")
#: The first key of CITATION.cff, which describes a program and the papers on it.
_CFF = re.compile(r"^cff-version:", re.MULTILINE)
_KEY = re.compile(r"^[ \t]*(?:-[ \t]+)?[\"']?([A-Za-z][\w -]{0,40}?)[\"']?(?::(?=\s|$)|[ \t]?=(?!=))", re.MULTILINE)
#: Keys of objects that stand on one line each: "- {title: Lamps, year: 2020}".
_FLOW, _FLOW_KEY = re.compile(r"^[ \t]*- \{.*", re.MULTILINE), re.compile(r"[{,][ \t]*[\"']?([A-Za-z]\w{0,30})[\"']?: ")
#: Columns that distinguish a note on a paper from other pages with a title and an author, as does a link to a paper.
_TELLING = ("abstract", "venue", "doi", "arxiv", "pmid", "volume")
_OF_PERSON = {"bio", "superuser"}
_LINK = re.compile(r"arxiv\.org/(?:abs|pdf)/|\b10\.\d{4,9}/")
#: A link to another note, the abstract under its heading in a note, and the note's own heading.
_WIKI = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]]*)\]\]")
_ABSTRACT = re.compile(r"^#{1,6} \W*abstract\W*\n(?P<text>.*?)(?=^#|\Z)", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^# +(\S.*)$", re.MULTILINE)
#: Fields in the text of Obsidian and Logseq notes, "**Title**:: Lamps", and the abstract in a box of its own.
_INLINE = re.compile(r"^[ \t>*+-]*([A-Za-z][\w ()-]{1,30}?)\**::\**[ \t]+(\S.*)$", re.MULTILINE)
_BOX = re.compile(r"^> ?\[!abstract\].*\n(?P<text>(?:>.*\n?)+)", re.IGNORECASE | re.MULTILINE)


def recognises(head: Head) -> str | None:
    """A note has a paper's fields as front matter or in its text, or the objects of a list have them."""
    found, inline = _FRONT.match(head.text), dict(_INLINE.findall(head.text))
    is_plain = _PLAIN.match(head.text) is not None
    has_members = bool(_LIST.match(head.text)) or is_toml_list(head.text)
    is_list = is_plain or has_members or KEYED.match(head.text)
    if not found and not inline and not is_list:
        return None
    said = found["front"] if found else "" if inline else head.text
    flows = "\n".join(_FLOW.findall(said))
    names = list(dict.fromkeys([*_KEY.findall(said), *_FLOW_KEY.findall(flows), *inline]))
    mapped = guess_columns(names)
    has_title = "title" in mapped or bool(found and _HEADING.search(head.text, found.end()))
    told = {name.lower() for name in names}
    is_accepted = has_members and "authors" in told  # as workshops list papers
    is_accepted |= _CFF.search(head.text) is not None
    is_paper = any(mapped.get(ours) for ours in _TELLING) or "year" in told or is_accepted or _LINK.search(said)
    is_bare = is_plain and not found and not is_accepted and not {"doi", "volume", "arxiv"} & mapped.keys()
    if is_bare or _OF_PERSON.intersection(names):
        return None
    return f"it has the fields {', '.join(names[:12])}" if has_title and "authors" in mapped and is_paper else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read the paper of a note, to which all its lines belong, or one paper per object of a list."""
    lines = dump.page(furnished=True)
    text = "\n".join(line for _, line in lines)
    found = _FRONT.match(text)
    is_toml = found["mark"] == "+++" if found else is_toml_list(text)
    inline, objects = _inline(text), list[tuple[dict[str, Any], int]]()
    if found or not inline:
        said = found["front"] if found else text
        objects = toml_objects(said) if is_toml else yaml_objects(_WIKI.sub(r"\1", said))
    if inline:
        objects = [(objects[0][0] | inline[0][0], 1)] if objects else inline
    entries, rows = list[Entry](), Mappings(dump)
    for place, (value, line) in enumerate(objects):
        if (found or inline) and not place:
            value = value | _of_note(value, text[found.end() :] if found else text)
        if entry := rows.entry(value):
            entry.venue = entry.venue.strip("*_") if entry.venue else None  # Hugo's notes have it in italics
            above = text.count("\n", 0, found.start("front")) if found else 0
            entry.line_start = above + (line if entries or place or not found else 0)
            entries.append(entry)
            if found and not place:
                break
    broken = [] if found or inline else [line for value, line in objects if not value]
    malformed = f"{'toml' if is_toml else 'yaml'}_malformed"
    yield from _settled(dump, lines, entries, broken, "no_entry" if objects and not broken else malformed)


def _inline(text: str) -> list[tuple[dict[str, Any], int]]:
    """The papers given by fields in a note's text, each with its first line; only those with a title and authors."""
    found = list[tuple[dict[str, list[str]], int]]()
    for field in _INLINE.finditer(text):
        name = field[1].lower()
        if not found or (name == next(iter(found[0][0])) and "title" in found[-1][0]):
            found.append(({}, text.count("\n", 0, field.start(1)) + 1))
        value = _WIKI.sub(r"\1", field[2]).strip(' *_"').removeprefix("@")
        found[-1][0].setdefault(name, []).append(value)
    said = [({name: "; ".join(texts) for name, texts in values.items()}, line) for values, line in found]
    for values, _ in said:
        if names := values.get("firstauthor"):  # the other authors have a field of their own
            values["authors"] = "; ".join(filter(None, [names, values.get("author")]))
    return [each for each in said if guess_columns(list(each[0])).keys() >= {"title", "authors"}]


def _settled(dump: OpenDump, lines: Lines, entries: list[Entry], broken: list[int], reason: str) -> Iterator[Entry]:
    """The entries, each with the lines up to the next one, or up to an object that is broken, whose lines are rejected.

    If there are no entries, all lines are rejected.
    """
    said = [number for number, line in lines if line.strip()]
    starts = sorted([*(entry.line_start for entry in entries), *broken, said[-1] + 1])
    for entry in entries:
        following = starts[bisect_right(starts, entry.line_start)]
        entry.line_end = max(entry.line_start, said[bisect_left(said, following) - 1])
    for number, line in lines:
        own = starts[max(bisect_right(starts, number) - 1, 0)]
        if line.strip() and (not entries or own in broken):
            dump.ledger.reject(number, reason, line)
    yield from entries


def _of_note(value: dict[str, Any], body: str) -> dict[str, Any]:
    """Fields that only a note's text gives: the title as its heading, the abstract below its own or in a box."""
    known, heading, abstract = guess_columns(list(value)), _HEADING.search(body), _ABSTRACT.search(body)
    abstract = abstract or _BOX.search(body)
    title = {"title": heading[1]} if heading and "title" not in known and "authors" in known else {}
    if not abstract or "abstract" in known:
        return title
    return title | {"abstract": re.sub(r"^>", "", abstract["text"], flags=re.MULTILINE).strip()}


FORMAT = Format(
    "front_matter",
    "a paper's fields in YAML or TOML before Markdown, or as `title::` in it, or a list of papers in YAML or TOML",
    recognises,
    extract,
)
