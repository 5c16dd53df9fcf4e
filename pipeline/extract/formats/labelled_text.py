"""Text with one label per line: Ovid's (`<1>` or `VN  - Ovid`, then `TI  - …`; or `Title` above its text), Cochrane's.

Also CNKI's (`Title-题名: …`), SinoMed's (`【标题】 …`), NoteExpress's (`{Title}: …`), EndNote's, RePEc's, ProQuest's,
and what people write by hand (`Title: …`, `标题：…`).
"""

import re
from collections.abc import Iterator
from functools import partial

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.abstracts import joined_sections
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.dates import first_date
from papersieve.pipeline.extract.shared.identifiers import is_pubmed
from papersieve.pipeline.extract.shared.names import ADDRESS
from papersieve.pipeline.extract.shared.source_lines import EBSCO, OVID, OVID_JOURNALS, PSYCINFO, PUBLISHED
from papersieve.pipeline.extract.shared.table_columns import entry_of
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
    (re.compile(rf"\ufeff?{start}"), re.compile(rf"\ufeff?{line}"))
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
        (r"(?:Record|Title|Authors?(?:\(s\))?|Year|Journal|DOI|PMID):(?: |$)", rf"({_LABELS}):(?: +(.*))?$"),
        (r"【?[\u4e00-\u9fff]{1,8}[】:：]", r"【?((?<=【)[\w /()-]{1,20}|[\u4e00-\u9fff]{1,8})[】:：]\s*(.*)$"),
        (r"[A-Za-z]{2,30}-[\u4e00-\u9fff]{1,10}[:：]", r"([A-Za-z]{2,30})-(?:[\u4e00-\u9fff]{1,10}|[A-Z]{3,4})[:：]\s*(.*)$"),
    )
)  # fmt: skip
#: Lines with labels that people write by hand, and those of SinoMed and Embase, named like columns of tables.
_OWN, _NAMED = _KINDS[-3][1], (_KINDS[-2][1], next(line for start, line in _KINDS if start.match("RECORD 1")))
#: Lines above and between entries: Ovid's search history, ProQuest's report heading, rules.
_FURNITURE = re.compile(
    r"\ufeff?(?:EMBASE\s*$|Database: |Report Information from |Contact ProQuest|(?:\d{1,2} [A-Z][a-z]+|[A-Z][a-z]+ \d\d) \d{4} \d\d:\d\d\s*$|Table of contents\s*$|Search Strategy:|[-*_=]{5,}\s*$|<\d{1,6}\. ?>\s*$|\d{1,4}\s{2,}\S|\s+\S.*\(\d+\)\s*$)"
)
_RULE = re.compile(r"\s*(?:[-=_*]{5,}|<\d{1,6}\. ?>|Indexing \(details\))\s*$")
_ONE_NAME = re.compile(r"[^,;|]{2,40}, [^,;|]{1,40}")
#: The full stop or semicolon at the end of a list of names; the full stop of initials stays.
_END = re.compile(r"(?<=\w\w)\.?;?$|;$")
#: Parts of an entry and the labels that hold them, best first.
_TAGS = {
    "title": ("TI", "Title"), "abstract": ("AB", "Abstract"), "source": ("SO", "Source"),
    "full_names": ("FA", "Authors Full Name"), "names": ("AU", "Authors", "Author", "Author(s)", "Author-Name"),
    "venue": ("JN", "JA", "Journal", "Journal title", "Journal Title", "Source title", "Secondary Title", "Book Title", "Venue", "Conference", "Conference Name"),
    "volume": ("VL", "VO", "Volume"), "issue": ("NO", "IP", "Period", "Issue"), "pages": ("PG", "Page", "PageCount", "Pages"),
    "date": (
        "PubTime", "DP", "Publication date", "Publication Date", "Date", "Published", "Posted", "DC", "Date of Publication",
        "Creation-Date",
    ),
    "year": ("YR", "Year", "PY", "Publication Year", "Year of Publication", "Year of publication", "Publication year"),
    "doi": ("DO", "DOI", "DI", "DOI Number", "Digital Object Identifier"), "pmid": ("PM", "PMID"), "own_number": ("UI", "Unique Identifier"),
    "types": ("PT", "Publication Type", "Reference Type", "Template-Type"), "language": ("LG", "LA", "Language"),
    "keywords": ("KW", "Keyword", "Keywords", "MH"), "urls": ("UR", "US", "Link", "URL", "PDF", "Document URL"),
    "numbers": ("IS", "ES", "SN", "IL", "IB", "ISBN"),  # of serials and books, in addition to all labels with ISSN
    "database": ("DB", "Database", "ST", "Status"),  # tells whether own_number is a PubMed id
}  # fmt: skip
#: Labels that columns hold in another form.
_TAKEN = (
    *_TAGS["source"],
    "AU",
    "Authors",
    "Author",
    *_TAGS["full_names"],
    *_TAGS["pmid"],
    "KW",
    "Keyword",
    "Keywords",
)
#: What Ovid's journals add after a title or a name: the kind of text, degrees, the number of an affiliation.
_KIND_BEHIND = re.compile(r"\.?\s?\[(?:Article|Review|Miscellaneous|Report|Case Report|Abstract|References)\]\.?$")
_ROLE = re.compile(r"\s*\[[^\[\]]{2,200}\]")
_BEHIND_NAME = re.compile(
    r"(?:[ ,]{1,3}(?:MD|PhD|RN|MSc|BSc|MPH|MBA|DDS|PharmD|FAAN|MBBS|FRCS|DVM|DrPH|ScD|EdD|\d{1,2}|[+*])){1,30}$"
)
_PMID = re.compile(r"(?:PUBMED )?(\d{1,8})\b")
#: Labels written by hand: how many must come with a title, and those that papers have but books and mails do not.
_TELLING = frozenset(("Author", "Authors", "Author(s)", "Abstract", "Journal", "Year", "DOI", "PMID", "Venue"))
_FEWEST = 2
_OF_PAPERS = frozenset(("Abstract", "Journal", "DOI", "PMID", "Venue", "Conference", "arXiv", "Publication title"))
#: Lines of arXiv's listings, which have similar labels.
_OF_ARXIV = re.compile(r"(?:\[\d+\]\s*)?(?:arXiv:|Paper: )\s*\S|\\\\")


def recognises(head: Head) -> str | None:
    """The first lines begin an entry of a known source, and there is a title among the labels."""
    kind = _kind(head)
    labels = {m[1] for line in head.lines if kind and (m := kind[1].match(line))}
    has_title = "TI" in labels or "Title" in labels or _is_named(labels)
    is_told = len(labels & _TELLING) >= _FEWEST and bool(labels & _OF_PAPERS)
    if kind and kind[1] is _OWN and (not is_told or any(map(_OF_ARXIV.match, head.lines))):
        return None
    return f"its first entry begins with {kind[0]!r}, and lines are labelled" if kind and has_title else None


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
    make = _named if tag in _NAMED else partial(_entry, is_medline=is_medline, is_own=tag is _OWN)
    yield from TaggedEntries(dump, tag.match, start, None, make, furniture=_FURNITURE)


def _is_named(labels: set[str]) -> bool:
    named = guess_columns(sorted(labels)).keys()
    return named >= {"title", "authors"} and bool(named & {"abstract", "venue", "doi"})


def _named(fields: Fields) -> Entry | None:
    """The entry of labels that are named like columns of tables."""
    values = {name: "; ".join(filter(None, texts)) for name, texts in fields.values.items()}
    columns = guess_columns(list(values))
    return entry_of(values | {name: "; ".join(fields.lines(name)) for name in columns.get("authors", ())}, columns)


def _entry(fields: Fields, *, is_medline: bool, is_own: bool) -> Entry | None:
    title = _KIND_BEHIND.sub("", fields.first(*_TAGS["title"]) or "") or None
    if is_own and len(set(fields.all("Title"))) > 1:  # two papers, the second without the line that begins the first
        return None
    abstract = _RULE.sub("", joined_sections(fields.all(*_TAGS["abstract"]) or fields.all("Summary")) or "") or None
    said = " ".join(fields.all(*_TAGS["source"]))
    source = (
        found.groupdict()
        if (found := EBSCO.match(said) or PSYCINFO.match(said) or OVID_JOURNALS.match(said) or OVID.match(said))
        else {}
    )
    dates = [*fields.all(*_TAGS["date"]), *PUBLISHED.findall(said), source.get("date") or ""]
    raw, published = first_date([*filter(None, dates), *fields.all(*_TAGS["year"])])
    return Entry(
        title=title, abstract=abstract,
        authors=_authors(fields),
        venue=fields.first(*_TAGS["venue"]) or _of_proquest(fields) or source.get("venue") or said.rstrip(".") or None,
        volume=fields.first(*_TAGS["volume"]) or source.get("volume"),
        issue=fields.first(*_TAGS["issue"]) or source.get("issue"),
        pages=fields.first(*_TAGS["pages"]) or source.get("pages") or source.get("pp"),
        published_raw=raw, published=published,
        doi=fields.first(*_TAGS["doi"]), pmid=_pmid(fields, is_medline=is_medline),
        serials=[text for tag, texts in fields.values.items() if "ISSN" in tag or tag in _TAGS["numbers"] for text in texts],
        types=fields.all(*_TAGS["types"]), language=fields.first(*_TAGS["language"]),
        said=fields.values, taken=_TAKEN,
        categories=[word for each in fields.all(*_TAGS["keywords"]) for part in each.split(";") if (word := part.strip(" *"))],
        urls=fields.all(*_TAGS["urls"]),
    )  # fmt: skip


def _authors(fields: Fields) -> list[str]:
    """The names, each once, given one per line, as EBSCO writes them, or as lists."""
    lines = [ADDRESS.sub("", line) for line in fields.lines("Authors", "Author")]
    if len(lines) > 1 and all(map(_ONE_NAME.fullmatch, lines)):
        return list(dict.fromkeys(_END.sub("", line) for line in lines))
    said = fields.all(*_TAGS["full_names"]) or fields.all(*_TAGS["names"]) or fields.all("ED")
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


def _of_proquest(fields: Fields) -> str | None:
    """The journal, without the town after it."""
    said = fields.first("Publication title", "Publication Title")
    return said.partition(";")[0].strip() if said else None


def _pmid(fields: Fields, *, is_medline: bool) -> str | None:
    """The number labelled PMID, else the database's own number if the entry or the dump says that it is PubMed."""
    is_own = is_medline or any(map(is_pubmed, fields.all(*_TAGS["database"])))
    own = fields.first(*_TAGS["own_number"]) if is_own else None
    found = _PMID.match(fields.first(*_TAGS["pmid"]) or own or "")
    return found[1] if found else None


FORMAT = Format(
    "labelled_text",
    "entries under '<1>' or 'VN  - Ovid' (Ovid), 'Record #1 of 9' (Cochrane), 'Title-题名: …' (CNKI), '【标题】 …' (SinoMed), '{Reference Type}: …' (NoteExpress) or 'Reference Type: …' (EndNote), 'Document 1 of 9' (ProQuest), or 'Title: …' and the like",
    recognises,
    extract,
)
