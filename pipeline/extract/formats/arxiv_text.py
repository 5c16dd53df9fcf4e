r"""arXiv's listings as text: e-mails with `\\` between the parts of an entry, or pages with `Title:` and `Authors:`."""

import re
from collections.abc import Iterator
from itertools import dropwhile

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.page_lines import Lines

_ID = re.compile(r"(?:\[\d+\]\s*)?(?:arXiv:|Paper: )\s*(\S+)", re.IGNORECASE)
_FIELD = re.compile(
    r"(Title|Authors?|Categories|Subjects?|Subj-class|Comments|Journal-ref|DOI|Report-no|MSC-class|ACM-class|Date|License|Proxy|From|Abstract):\s*(.*)"
)
#: The first line of an entry on arXiv's listing pages, which do not wrap lines.
_OF_PAGE = re.compile(r"\[\d+\]\s*arXiv:[^\[]*\[[^\[\]]*(?:pdf|html|other)[^\[\]]*\]\s*$")
_BAR = re.compile(r"\\\\\s*(?:\(\s*(?P<url>https?://[^\s,]+).*)?$")
#: Horizontal rules and the headings of a page.
_RULE = re.compile(
    r"[-=%]{10,}.*|(?:New|Cross|Replacement) (?:submissions|lists?)\b.*\(showing.*|Showing .*listings.*|Total of \d.*"
)
_SPLIT = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")
#: The number of an affiliation after a name, and the list of affiliations after the names.
_PLACE = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)")

#: Lines of this many characters are abstracts: e-mails wrap at 79, and a page has the abstract on one line.
_LONG_LINE = 200


def recognises(head: Head) -> str | None:
    """Some lines start with an arXiv id, and others with labels of a title and of authors or subjects."""
    ids = next((line for line in head.lines if _ID.match(line)), None)
    names = {found[1] for line in head.lines if (found := _FIELD.match(line.lstrip()))}
    others = {"Author", "Authors"} & names or {"Subjects"} & names
    if "Title" in names and others and ids:
        return f"it has the line {ids.strip()[:60]!r}, and lines that start with Title: and {min(others)}:"
    return None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one paper per arXiv id; text before the first id and rules between papers are furniture."""
    yield Listing("arxiv")
    group: Lines = []
    for number, line in dump.page(furnished=True):
        if dump.ledger.fate(number) is Fate.BLANK:
            continue
        if _RULE.fullmatch(line.strip()) or _ID.match(line):
            yield from _close(dump, group)
            group = []
        if not _RULE.fullmatch(line.strip()):
            group.append((number, line))
    yield from _close(dump, group)


def _close(dump: OpenDump, group: Lines) -> Iterator[Entry]:
    """The entry in a run of lines; without one, the lines are rejected if the first has an id or a label."""
    group = list(dropwhile(lambda line: _BAR.fullmatch(line[1].strip()), group))  # the bar before the id
    if group and (entry := _entry(group)):
        yield entry
    elif group and (_ID.match(group[0][1]) or _FIELD.match(group[0][1])):
        for number, line in group:
            dump.ledger.reject(number, "no_entry", line)


def _entry(group: Lines) -> Entry | None:
    values: dict[str, list[str]] = {}
    last, bars, url, end = "", 0, None, group[0][0]
    on_page = _OF_PAGE.match(group[0][1])
    for number, line in group:
        is_apart = number > end + 1
        text = line.strip()
        bar, found = _BAR.fullmatch(text), _FIELD.match(text)
        if bar:
            bars += 1
            url = bar["url"] or url
            # The abstract is between the first bar and the second, without a label.
            last = "Abstract" if bars == 1 and "Title" in values else ""
        elif found and last != "Abstract":
            last = found[1]
            values.setdefault(last, []).append(found[2])
        elif last:
            # On pages the abstract follows the fields without a label, after a blank line or as one long line.
            is_text = is_apart or len(text) >= _LONG_LINE or (on_page and last not in ("Title", "Authors"))
            if not bars and "Title" in values and is_text:
                last = "Abstract"
            elif last == "Title" and on_page:  # on a page the authors have no label
                last = "Authors"
            values.setdefault(last, []).append(text)
        elif number != group[0][0]:
            continue
        end = number
    value = {name: " ".join(" ".join(parts).split()) for name, parts in values.items()}
    title = value.get("Title")
    if not title:
        return None
    identifier = _ID.match(group[0][1])
    date = value.get("Date")
    subjects = value.get("Categories") or value.get("Subjects") or value.get("Subject") or value.get("Subj-class") or ""
    names = _PLACE.sub("", value.get("Authors") or value.get("Author") or "")  # spaces are single by now
    return Entry(
        group[0][0], end,
        title=title, abstract=value.get("Abstract"),
        authors=[n for n in _SPLIT.split(names) if n] if ";" not in names else split_names(names),
        venue=value.get("Journal-ref"), doi=value.get("DOI"),
        published_raw=date, published=parse_date(re.sub(r"\s*\(.*", "", date)) if date else None,
        arxiv=identifier[1] if identifier else url,
        categories=[s.strip() for s in (subjects.split(";") if ";" in subjects or "(" in subjects else subjects.split()) if s.strip()],
        urls=[url] if url else [],
    )  # fmt: skip


FORMAT = Format("arxiv_text", "entries of arXiv's e-mails: 'arXiv:' ids, 'Title:', 'Authors:'", recognises, extract)
