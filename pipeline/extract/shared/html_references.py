"""References on HTML pages: items in which people and reference managers cite papers."""

import re

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.cited_reference import cited
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_url
from papersieve.pipeline.extract.shared.list_item import LINK
from papersieve.pipeline.extract.shared.page_lines import Lines

#: Links in brackets after a reference: "[pdf] [bib]".
_LINKS = re.compile(
    r"(?:\s*(?:\[{1,2}[A-Za-z][\w .:-]{1,19}\]{1,2}|\((?:pdf|link|code|doi|arxiv)\))[.,|]?)+\s*$", re.IGNORECASE
)
#: Characters at the end that may hold such links; the fewest references of a list, and their smallest share of a page.
_TAIL, _FEWEST, _SHARE = 200, 2, 0.5


def cited_items(lines: Lines) -> list[Entry]:
    """Papers that lines of a page cite; none if they are less than half of its text, as those of an article are."""
    found, told = list[Entry](), 0
    for number, line in lines:
        text, links = LINK.sub(r"\1", line.removeprefix("- ")), [url for _, url in LINK.findall(line)]
        known = next((link for link in links if find_doi(link) or is_arxiv_url(link)), "")
        plain = text[:-_TAIL] + _LINKS.sub("", text[-_TAIL:])
        if entry := cited(f"{plain} {known}".strip(), marked=True):
            entry.line_start = entry.line_end = number
            entry.urls += links
            found.append(entry)
            told += len(text)
    whole = sum(len(text) for _, text in lines)
    return found if len(found) >= _FEWEST and told >= _SHARE * whole else []
