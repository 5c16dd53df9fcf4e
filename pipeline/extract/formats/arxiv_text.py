r"""arXiv's listings as text: e-mails with `\\` between the parts of an entry, or pages with `Title:` and `Authors:`.

Also pages of single papers, as text or Markdown: `Submitted on`, `Title:`, `Abstract:`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, dropwhile, pairwise

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.identifiers import find_arxiv_id
from papersieve.pipeline.extract.shared.list_links import LINK
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
    r"|[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4}(?: \(.*)?"  # the days of a week's page
)
_SPLIT = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")
#: The number of an affiliation after a name, and the list of affiliations after the names.
_PLACE = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)")

#: The parts of a paper's own page.
_SUBMITTED = re.compile(r"^[^\w\n]*Submitted on (\d{1,2} [A-Z][a-z]{2} \d{4})", re.MULTILINE)
_TITLE = re.compile(r"^[# \t*]*Title:[ \t]*(\S.*)", re.MULTILINE)
_AUTHORS = re.compile(r"^[^\w\n]*Authors?:[ \t]*(\S.*)", re.MULTILINE)
_SUBJECTS = re.compile(r"^[^\w\n]*Subjects:[ \t|]*([^|\n]+)", re.MULTILINE)
_ABSTRACT = re.compile(
    r"Abstract:\s*(\S.*?)(?=\n[ \t]*\n|\n[^\w\n]*(?:References & Citations|Submission history|Comments:|Subjects:|Cite as:)|\Z)",
    re.DOTALL,
)

#: Lines of this many characters are abstracts: e-mails wrap at 79, and a page has the abstract on one line.
_LONG_LINE = 200


def recognises(head: Head) -> str | None:
    """Some lines start with an arXiv id, and others with labels of a title and of authors; or it is a paper's page."""
    if (day := _SUBMITTED.search(head.text)) and _TITLE.search(head.text) and _ABSTRACT.search(head.text):
        return f"it has {day[0].strip()!r}, Title: and Abstract:, as arXiv's page of a paper"
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
    lines = list(dump.page(furnished=True))
    if papers := list(_papers(lines)):
        yield from papers
        return
    for number, line in lines:
        if dump.ledger.fate(number) is Fate.BLANK:
            continue
        if _RULE.fullmatch(line.strip()) or _ID.match(line):
            yield from _close(dump, group)
            group = []
        if not _RULE.fullmatch(line.strip()):
            group.append((number, line))
    yield from _close(dump, group)


def _papers(lines: Lines) -> Iterator[Entry]:
    """The papers whose own pages these lines are."""
    text = "\n".join(line for _, line in lines)
    starts = [0, *accumulate(len(line) + 1 for _, line in lines)]
    days = list(_SUBMITTED.finditer(text))
    for place, (day, after) in enumerate(pairwise([*days, None])):
        assert day
        page = text[day.start() : after.start() if after else len(text)]
        title, abstract, authors, subjects = (p.search(page) for p in (_TITLE, _ABSTRACT, _AUTHORS, _SUBJECTS))
        if title and abstract:
            first, last = (bisect_right(starts, day.start() + at) - 1 for at in (0, abstract.end(1) - 1))
            names = LINK.sub(r"\1", authors[1]) if authors else ""
            known = find_arxiv_id(text[days[place - 1].end() if place else 0 : day.start()]) or find_arxiv_id(page)
            yield Entry(
                lines[first][0], lines[last][0],
                title=title[1].strip(" *#"), abstract=" ".join(abstract[1].split()),
                authors=[name for name in _SPLIT.split(names.strip()) if name],
                published_raw=day[1], arxiv=known[0] if known else None,
                categories=[each.strip() for each in subjects[1].split(";")] if subjects else [],
            )  # fmt: skip


def _close(dump: OpenDump, group: Lines) -> Iterator[Entry]:
    """The entry in a run of lines; without one, the lines are rejected if the first has an id or a label."""
    group = list(dropwhile(lambda line: _BAR.fullmatch(line[1].strip()), group))  # the bar before the id
    if group and (entry := _entry(group)):
        yield entry
    elif group and (_ID.match(group[0][1]) or _FIELD.match(group[0][1])):
        for number, line in group:
            dump.ledger.reject(number, "no_entry", line)


def _entry(group: Lines) -> Entry | None:
    value, url, end = _values(group)
    title = value.get("Title")
    if not title:
        return None
    identifier, date = _ID.match(group[0][1]), value.get("Date")
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


def _values(group: Lines) -> tuple[dict[str, str], str | None, int]:
    """(the texts by their labels, the link in a bar, the last line that belongs to them) of an entry's lines."""
    said: dict[str, list[str]] = {}
    last, bars, url, end = "", 0, None, group[0][0]
    on_page = _OF_PAGE.match(group[0][1])
    for number, line in group:
        text = line.strip()
        if bar := _BAR.fullmatch(text):
            bars, url = bars + 1, bar["url"] or url
            # The abstract is between the first bar and the second, without a label.
            last = "Abstract" if bars == 1 and "Title" in said else ""
        elif (found := _FIELD.match(text)) and last != "Abstract":
            last = found[1]
            said.setdefault(last, []).append(found[2])
        elif last:
            # On pages the abstract follows the fields without a label, after a blank line or as one long line.
            is_text = number > end + 1 or len(text) >= _LONG_LINE or (on_page and last not in ("Title", "Authors"))
            if not bars and "Title" in said and is_text:
                last = "Abstract"
            elif last == "Title" and on_page:  # on a page the authors have no label
                last = "Authors"
            said.setdefault(last, []).append(text)
        elif number != group[0][0]:
            continue
        end = number
    return {name: " ".join(" ".join(parts).split()) for name, parts in said.items()}, url, end


FORMAT = Format("arxiv_text", "entries of arXiv's e-mails: 'arXiv:' ids, 'Title:', 'Authors:'", recognises, extract)
