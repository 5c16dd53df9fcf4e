"""Text with one label per line: Ovid's (`<1>` or `VN  - Ovid`, then `TI  - …`; or `Title` above its text), Cochrane's.

Also CNKI's (`Title-题名: …`), SinoMed's (`【标题】 …`), NoteExpress's (`{Title}: …`), EndNote's, RePEc's, ProQuest's,
and what people write by hand (`Title: …`, `标题：…`).
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.abstracts import joined_sections
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.dates import first_date
from papersieve.pipeline.extract.shared.identifiers import is_pubmed
from papersieve.pipeline.extract.shared.names import ADDRESS
from papersieve.pipeline.extract.shared.source_lines import (
    EBSCO,
    OVID,
    OVID_JOURNALS,
    PSYCINFO,
    PUBLISHED,
    plain_source,
)
from papersieve.pipeline.extract.shared.table_columns import entry_of
from papersieve.pipeline.extract.shared.table_header import header
from papersieve.pipeline.extract.shared.tagged_lines import Fields, TaggedEntries

#: Labels that people and ProQuest write; other words before a colon are headings of an abstract.
_LABELS = (
    r"Record|Title|Authors?(?:\(s\))?|Year|Date|Posted|Published|(?:Year|Date) of [Pp]ublication|Publication (?:[Tt]itle|[Dd]ate|[Yy]ear|[Ii]nfo|[Tt]ype)|Journal(?: [Tt]itle)?|Source(?: type)?|Venue|Conference"
    r"|Volume|Issue|Pages?|First page|DOI|PMID|arXiv|URL|Link|PDF|Abstract|Keywords?|Subject(?: terms)?|Document (?:type|URL)|ISSN|ISBN|Language(?: of publication)?"
    r"|Publisher|Affiliations?|Notes?|Database|Copyright|Accession [Nn]umber|Digital Object Identifier|(?:Place|Country) of publication|ProQuest document ID|Identifier / keyword|Last updated|Credit|Section|Citation|Comments?|Summary"
)
#: Headings of an abstract, which would otherwise be read as ProQuest labels.
_SECTIONS = "Background|Introduction|Context|Objectives?|Aims?|Purpose|Design|Setting|Participants|Patients|Interventions?|Methods?|Measurements?|Results?|Findings|Conclusions?|Discussion|Implications"
#: How an entry begins, and its lines as groups (label, value); the line that begins an entry has a label too.
_KINDS = tuple(
    (re.compile(rf"{start}"), re.compile(rf"{line}"))
    for start, line in (
        (r"\s*<\d{1,6}>\s*$", r"(?:\s+(?=<\d))?(<(?=\d{1,6}>\s*$)|[A-Z][A-Z0-9](?= {1,2}- ?)|[A-Z][A-Za-z /]{2,50}(?=\s*$))(?:\d+>| {1,2}- ?)?\s*(.*)$"),
        (r"Record #\d{1,6} of \d{1,6}\s*$", r"(Record(?= #\d)|[A-Z]{2,3}(?=: ))(?: #.*$|: )(.*)$"),
        (r" ?VN  ?- Ovid", r" ?([A-Z][A-Z0-9]) {1,2}- ?(.*)$"),
        (r"\{Reference Type\}:", r"\{([A-Za-z/ ]{2,40})\}:\s*(.*)$"),
        (r"(?:Reference Type|Template-Type): ", r"([A-Z][A-Za-z/ -]{2,40}):(?: +(.*))?$"),
        (r"Document \d{1,5} of \d{1,5}\s*$", rf"(Document(?= \d{{1,5}} of)|(?!(?:{_SECTIONS}):)[A-Z][a-z][A-Za-z/ ]{{1,40}}(?=(?: \([A-Z][a-z]+\))?:)|DOI(?=:)|IS[SB]N(?=:))(?:.*of \d{{1,5}}\s*$|(?: \([A-Z][a-z]+\))?:(?:\s+(.*))?$)"),
        (r"RECORD \d{1,6}\s*$", r"(RECORD(?= \d)|[A-Z][A-Z /()-]{2,40}(?=\s*$))(?: \d+)?()\s*$"),
        (r"<RECORD \d{1,6}>\s*$", r"<?((?<=<)RECORD(?= \d)|[A-Z][A-Za-z ]{2,50}(?=:)|DOI(?=:))(?: \d+>\s*$|:\s*)(.*)$"),
        (r"START_RECORD\s*$", r"(?:FIELD )?((?:START|END)_RECORD(?=\s*$)|(?<=FIELD )[A-Z][A-Za-z /-]{1,40}(?=:))(?::(.*)|\s*)$"),
        (r"TI- ", r"([A-Z]{2})- ?(.*)$"),
        (r"DataType: \d", r"(DataType(?=:)|[A-Za-z]{2,30}(?=-[\u4e00-\u9fffA-Z]))(?:-(?:[\u4e00-\u9fff]{1,10}|[A-Z]{3,4}))?[:：]\s*(.*)$"),
        (r"(?:Record|Title|Authors?(?:\(s\))?|Year|Journal|DOI|PMID):(?:[ \t]|$)", rf"({_LABELS}):(?:[ \t]+(.*))?$"),
        (r"【?[\u4e00-\u9fff]{1,8}[】:：]", r"【?((?<=【)[\w /()-]{1,20}|[\u4e00-\u9fff]{1,8})[】:：]\s*(.*)$"),
        (r"[A-Za-z]{2,30}-[\u4e00-\u9fff]{1,10}[:：]", r"([A-Za-z]{2,30})-(?:[\u4e00-\u9fff]{1,10}|[A-Z]{3,4})[:：]\s*(.*)$"),
    )
)  # fmt: skip
#: Lines with labels that people write by hand, and those of SinoMed and Embase, named like columns of tables.
_OWN, _NAMED = _KINDS[-3][1], (_KINDS[-2][1], next(line for start, line in _KINDS if start.match("RECORD 1")))
#: Lines above and between entries: Ovid's search history, ProQuest's report heading and rights, rules.
_FURNITURE = re.compile(
    r"(?:EMBASE\s*$|Database: |Report Information from |Contact ProQuest|(?:Database )?[Cc]opyright ©|(?:- )?Terms and Conditions|(?:\d{1,2} [A-Z][a-z]+|[A-Z][a-z]+ \d\d) \d{4} \d\d:\d\d\s*$|Table of contents\s*$|Search Strategy:|[-*_=]{5,}\s*$|<\d{1,6}\. ?>\s*$|\d{1,4}\s{2,}\S|\s+\S.*\(\d+\)\s*$)"
)
#: Lines above which no entry goes on: "Database: Embase <1974 to 2020>", with which Ovid's exports begin, "<2. >" above
#: an entry, and ProQuest's rules.
_OPENING = re.compile(r"Database: [^<]+<\d{4} to |_{20,}\s*$|\s*<\d{1,6}\. ?>\s*$")
_RULE = re.compile(r"\s*(?:[-=_*]{5,}|<\d{1,6}\. ?>|Indexing \(details\))\s*$")
_ONE_NAME = re.compile(r"[^,;|]{2,40}, [^,;|]{1,40}")
#: The full stop or semicolon at the end of a list of names; the full stop of initials stays.
_END = re.compile(r"(?<=\w\w)\.?;?$|;$")
#: Labels whose columns other tables call by these names.
_CALLED = {
    label: name
    for name, labels in {
        "Title": "TI", "abstract": "AB", "Source": "SO", "authors": "AU Author-Name", "journal": "JN JA",
        "volume": "VL VO", "issue": "NO IP Period", "pages": "PG", "page info": "PageCount",
        "date": "PubTime DP DC Posted Creation-Date", "year": "YR", "doi": "DO DI", "pmid": "PM", "publication type": "PT Template-Type", "language": "LG LA",
        "keywords": "KW MH", "url": "UR US DocumentURL", "issn": "IS ES SN IL", "isbn": "IB",
    }.items()
    for label in labels.split()
}  # fmt: skip
#: Labels of names, best first, and of the database, which tells whether its own number is a PubMed id.
_FULL_NAMES, _AUTHORS = ("FA", "Authors Full Name"), ("AU", "Authors", "Author", "Author(s)", "Author-Name")
_DATABASE, _OWN_NUMBER = ("DB", "Database", "ST", "Status"), ("UI", "Unique Identifier")
#: Labels that columns hold in another form.
_TAKEN = ("Authors Full Name", *"SO Source AU Authors Author FA PM PMID KW Keyword Keywords".split())
#: What Ovid's journals add after a title or a name: the kind of text, degrees, the number of an affiliation.
_KIND_BEHIND = re.compile(r"\.?\s?\[(?:Article|Review|Miscellaneous|Report|Case Report|Abstract|References)\]\.?$")
_ROLE = re.compile(r"\s*\[[^\[\]]{2,200}\]")
_BEHIND_NAME = re.compile(
    r"(?:[ ,]{1,3}(?:MD|PhD|RN|MSc|BSc|MPH|MBA|DDS|PharmD|FAAN|MBBS|FRCS|DVM|DrPH|ScD|EdD|\d{1,2}|[+*])){1,30}$"
)
#: The numbers of affiliations right behind a name.
_NUMBER_BEHIND = re.compile(r"(?<=[^\W\d_])\d{1,2}(?:,\d{1,2})*$|(?<=[A-Z]\.)\d{1,2}(?:,\d{1,2})*$")
_PMID = re.compile(r"(?:PUBMED )?(\d{1,8})\b")
#: Labels written by hand: how many must come with a title, and those that papers have but books and mails do not.
_TELLING = frozenset(("Author", "Authors", "Author(s)", "Abstract", "Journal", "Year", "DOI", "PMID", "Venue"))
_FEWEST = 2
_OF_PAPERS = frozenset(("Abstract", "Journal", "DOI", "PMID", "Venue", "Conference", "arXiv"))
#: Lines of arXiv's listings, which have similar labels.
_OF_ARXIV = re.compile(r"(?:\[\d+\]\s*)?(?:arXiv:|Paper: )\s*\S|\\\\")


def recognises(head: Head) -> str | None:
    """The first lines begin an entry of a known source, and there is a title among the labels.

    Cells of tables may hold such lines, as prompts and answers of language models do.
    """
    kind = None if _is_table(head) else _kind(head)
    labels = {m[1] for line in head.lines if kind and (m := kind[1].match(line))}
    has_title = "TI" in labels or "Title" in labels or _is_named(labels)
    is_told = len(labels & _TELLING) >= _FEWEST and bool(labels & _OF_PAPERS)
    if kind and kind[1] is _OWN and (not is_told or any(map(_OF_ARXIV.match, head.lines))):
        return None
    return f"its first entry begins with {kind[0]!r}, and lines are labelled" if kind and has_title else None


def _is_table(head: Head) -> bool:
    """Whether the first line names the columns of a table."""
    place, names, _ = header(head.lines[:6], head.columns)
    return place == 0 and bool(names)


def _kind(head: Head) -> tuple[str, re.Pattern[str]] | None:
    """(label that begins an entry, pattern of the lines); None if the dump is of no known kind."""
    for line in head.lines:
        for start, tag in _KINDS:
            if start.match(line) and (found := tag.match(line)):
                return found[1], tag
    return None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry from each line that has the label of the first one."""
    head = dump.head()
    start, tag = _kind(head) or ("Title", _KINDS[0][1])  # the settings may name this format for a dump of no kind
    above = next((line for line in head.lines[:5] if line.startswith("Database: ")), "")
    is_medline = is_pubmed(above) and above.count("<") < 2  # each of several has its years: "Embase <1974 to 2020>"
    make = partial(_entry, is_medline=is_medline, is_own=tag is _OWN)
    yield from TaggedEntries(dump, tag.match, start, None, make, furniture=_FURNITURE, opening=_OPENING)


def _is_named(labels: set[str]) -> bool:
    named = guess_columns(sorted(labels)).keys()
    return named >= {"title", "authors"} and bool(named & {"abstract", "venue", "doi"})


def _entry(fields: Fields, *, is_medline: bool, is_own: bool) -> Entry | None:
    if is_own and len(set(fields.all("Title"))) > 1:  # two papers, the second without the line that begins the first
        return None
    values = dict[str, Any]()
    for label, texts in fields.values.items():
        values.setdefault(_CALLED.get(label.replace(" ", ""), label), []).extend(filter(None, texts))
    source = plain_source(" ".join(values.pop("Source", ())))
    columns = guess_columns(list(values))
    for name in columns.get("categories", ()):
        values[name] = "; ".join(values[name])
    for name in columns.get("authors", ()):
        values[name] = "; ".join(fields.lines(name) or values[name])
    for name in columns.get("abstract", ()):
        values[name] = _RULE.sub("", joined_sections(values[name]) or "")
    for name in values.keys() & {"Publication title", "Publication Title"}:  # ProQuest puts the town after it
        values[name] = values[name][0].partition(";")[0].strip()
    entry = entry_of(values, columns)
    if not entry:
        return None
    entry.title = _KIND_BEHIND.sub("", entry.title or "") or None
    entry.authors = _authors(fields) or entry.authors
    entry.pmid = _pmid(fields, entry.pmid, is_medline=is_medline)
    entry.said, entry.taken = fields.values, [*entry.taken, *_TAKEN]
    _add_source(entry, source)
    return entry


def _add_source(entry: Entry, source: str) -> None:
    """Take from a source line what no other label states."""
    found = EBSCO.match(source) or PSYCINFO.match(source) or OVID_JOURNALS.match(source) or OVID.match(source)
    place = found.groupdict() if found else {}
    entry.venue = entry.venue or place.get("venue") or source.rstrip(".") or None
    entry.volume, entry.issue = entry.volume or place.get("volume"), entry.issue or place.get("issue")
    entry.pages = entry.pages or place.get("pages") or place.get("pp")
    if not entry.published or not entry.published.month:
        dates = [*PUBLISHED.findall(source), place.get("date"), entry.published_raw]
        entry.published_raw, entry.published = first_date(filter(None, dates))


def _authors(fields: Fields) -> list[str]:
    """The names, each once, given one per line, as EBSCO writes them, or as lists."""
    lines = [_NUMBER_BEHIND.sub("", ADDRESS.sub("", line).strip()) for line in fields.lines("Authors", "Author")]
    if len(lines) > 1 and all(map(_ONE_NAME.fullmatch, lines)):
        return list(dict.fromkeys(_END.sub("", line) for line in lines))
    said = fields.all(*_FULL_NAMES) or fields.all(*_AUTHORS) or fields.all("ED")
    if is_proquests := "ProQuest document ID" in fields.values:
        said = said[-1:]  # the ones before it include affiliations
    is_ovids = is_proquests or "VN" in fields.values or "Accession Number" in fields.values
    if is_ovids:
        said = [_ROLE.sub("", _without_degrees(each)) for each in said]
    names = [name for each in said for name in split_names(_END.sub("", each))]
    if is_ovids:
        names = [_without_degrees(name) for name in names]
    return list(dict.fromkeys(filter(None, names)))


def _without_degrees(name: str) -> str:
    """A name without degrees and marks after it; in "Gale MD" they are initials. Degrees alone give an empty name."""
    bare = _BEHIND_NAME.sub("", f" {name}").strip()
    is_whole = ", " in name or not name[-1:].isalpha() or " " not in name
    return bare if is_whole and (not bare or " " in bare) else name


def _pmid(fields: Fields, stated: str | None, *, is_medline: bool) -> str | None:
    """The number stated, else the database's own number if the entry or the dump says that it is PubMed."""
    is_own = is_medline or any(map(is_pubmed, fields.all(*_DATABASE)))
    found = _PMID.match(stated or (is_own and fields.first(*_OWN_NUMBER)) or "")
    return found[1] if found else None


FORMAT = Format(
    "labelled_text",
    "entries under '<1>' or 'VN  - Ovid' (Ovid), 'Record #1 of 9' (Cochrane), 'Title-题名: …' (CNKI), '【标题】 …' (SinoMed), '{Reference Type}: …' (NoteExpress) or 'Reference Type: …' (EndNote), 'Document 1 of 9' (ProQuest), or 'Title: …' and the like",
    recognises,
    extract,
)
