"""What references say beside the title and the place: editors, editions, theses, and when a page was seen."""

import re

#: What BibTeX puts before the title of a book: "In A. Fenn and J. Holt, editors, Lamps".
BY_EDITORS = re.compile(r"^In .{2,300}?, editors?, ")
#: What IEEE and Chicago say of a thesis behind its title.
THESIS = re.compile(
    r"((?:Ph\. ?D\.?|M\. ?Sc?\.|B\. ?Sc?\.|Master['’]?s|Doctoral|PhD|MSc) (?:thesis|diss(?:ertation|\.)))[.,]?\s*(?:Dept\.[^,]{2,60},\s*)?",
    re.IGNORECASE,
)
#: When somebody looked at a page, which is no date of a paper; and an edition, before a publisher.
ACCESS = re.compile(
    r"[\[(]?\b(?:(?:Accessed|Retrieved|Viewed)(?::| ?$| (?=(?:on|from|at|via)\b|\d|[A-Z][a-z]{2,8}\.? \d))|Available (?:at|from|online)|Abgerufen|Zugriff|Consult[ée]|Acesso em|Dispon[ií]ble en|Disponível em|doi: ?10)\b.*$",
    re.DOTALL,
)
EDITION = re.compile(r"^\d{1,2}(?:st|nd|rd|th)? (?:edn?|edition)\b[.,]?\s*|^\d{1,2}\. Aufl(?:age|\.)[.,]?\s*")
#: Links of publishers behind a reference: "[FREE Full text] [doi: 10.1000/1] [CrossRef]".
LINKED = re.compile(
    r"\s*\[(?:FREE|doi|Medline|CrossRef|PubMed|Google Scholar|PMC|Web of Science|Internet)[^\[\]]{0,100}\]",
    re.IGNORECASE,
)
#: The word for an issue at the end of a journal: its number stands behind it, and there is no volume.
ISSUE_ALONE = re.compile(r",? (?:no|n[°º]|nr|issue|heft|№)\.?$", re.IGNORECASE)
#: What APA says of a work behind its title: "[Doctoral dissertation, Lake University]".
_KIND = re.compile(r"\s*\[([^\[\],]{4,60})[^\[\]]*\]$")


def without_kind(title: str) -> tuple[str, str | None]:
    """The title alone, and what kind of work is said behind it."""
    found = _KIND.search(title)
    return (title[: found.start()], found[1]) if found else (title, None)
