"""What tells a reference from a sentence: numbers of a journal, identifiers, names; and what is said beside a title."""

import re

from papersieve.pipeline.extract.shared.identifiers import find_doi, find_labelled_pmid, is_arxiv_text

YEAR = r"(?:1[5-9]|20)\d\d"
URL = re.compile(r"https?://\S+")
#: Numbers that nothing but a reference has behind a title: "vol. 4, no. 3", "4(3)", "2020;4:", "4, 112-9", ", 4, e12",
#: "pp. 112".
_NUMBERS = re.compile(
    rf"""\bvol(?:ume)?\.?\s?\d+,?\s(?:(?:no|iss|pp?)\b|n[°º])
    | \b\d{{1,4}}\s?\((?!{YEAR}\))(?:[A-Z]\w{{0,8}}\.?\s)?[A-Z]?\d[\w–/-]{{0,8}}\)(?:[,:]\s*(?:pp?\.\s?|S\.\s?|Article\s)?[A-Za-z]{{0,2}}\d|\.?$|\.\s)
    | \b{YEAR}[^.;:]{{0,10}};\s?\d+\s?[(:]
    | [\d)]\s?[,:]\s*(?!{YEAR})[A-Za-z]{{0,2}}\d{{1,6}}\s?[-–—]+\s?[A-Za-z]{{0,2}}\d{{1,6}}(?:\.e\d{{1,3}})?(?=[.,;\s]*(?:$|\(|{YEAR}|https?:|doi|PMID))
    | ,\s\d{{1,4}},\s(?:Article\s)?[A-Za-z]{{0,2}}\d{{1,8}}(?=[.,;\s]*(?:$|\({YEAR}|https?:|doi|PMID))
    | \b\d{{1,4}},\s(?:Article\s)?[A-Za-z]{{0,2}}\d{{1,8}}\s\({YEAR}\)
    | \b(?:pp\.|pages\s(?=\d+[-–])|S\.(?=\s?\d+[-–]\d))\s?[A-Za-z]{{0,2}}\d
    | \b\d{{1,4}},\sno\.\s?[\w-]{{1,9}}\s\((?:[A-Za-z]{{3,9}}\s)?{YEAR}\)
    | \bn[°º]\s?\d+,\sp\.\s?\d""",
    re.IGNORECASE | re.VERBOSE,
)
#: How the name of a journal or of proceedings begins.
_VENUE = re.compile(
    rf"(?:[Ii]n:?\s)?(?:the\s)?(?:{YEAR}\s)?(?:\d+(?:st|nd|rd|th)\s)?(?:(?:IEEE|ACM|International|European|Annual)\s)*(?:Proceedings|Proc\.|Findings of|Advances in|Journal of|Annals of|Transactions|Trans\.|Lecture Notes)"
    rf"|[Ii]n:?\s(?:the\s)?(?:{YEAR}\s)?(?:\d+(?:st|nd|rd|th)\s)?(?:(?:IEEE|ACM|International|European|Annual)\s)*(?:Conf\.|Symp\.|(?:Conference|Symposium|Workshop)\s(?:on|of|for)\b)"
    rf"|[Ii]n:?\s[A-Z]\w{{0,8}}[A-Z]{{2}}\w{{0,8}}(?:,\s|\s|\s?['’])(?:{YEAR}|\d\d|vol|pages)\b"
)
_PUBLISHER = re.compile(r"\b(?:Press|Springer|Elsevier|Wiley|Routledge|Verlag)\b")
_KIND = re.compile(r"thesis|dissertation|preprint|manuscript|report|paper|poster", re.IGNORECASE)
#: Words of a sentence, which no name of a journal has.
_PROSE = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ww]e|[Tt]here|I(?= [a-z])|was|were|is|are|had|has|my|his|her|their)\b")
#: What may stand behind a title in small letters, and small words between others.
_SAID = re.compile(r"(?:Paper|Poster) presented |Presented at |Unpublished |Retrieved |Available |arXiv ")
_SMALL = frozenset(
    "of the and for in on at de del della di da do dos das du des la le les y e et und der die das für".split()
)
_PARTICLES = frozenset(
    "van von der den de del della di da do dos das du la le les ter ten bin ibn al el y e zu".split()
)
#: A date; an arXiv id may begin as one does.
WHEN = re.compile(rf"(?:(?:\b\d{{1,2}} )?\b[A-Z][a-z]{{2,8}}\.? (?:\d{{1,2}}, )?)?\b{YEAR}\b(?!\.\d)")
#: What parts names, a word of one, and a name of AMA: "van der Berg JP".
_BETWEEN = re.compile(r",\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+")
_WORD, _WITH_OTHERS = re.compile(r"[^\W\d_][\w'’.-]*"), re.compile(r",?\s+et\.? al\.?$")
_OF_AMA = re.compile(r"(?:[^\W\d_][\w'’-]*\s){1,5}[^\W\d_a-z]{1,4}(?: (?:Jr|Sr|[23][rn]d))?")
#: First words of a text that is no name.
_NO_NAME = frozenset("The A An What Who How Why Copyright Today Yesterday".split())
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
EDITION = re.compile(
    r"^\d{1,2}(?:st|nd|rd|th)? (?:edn?|edition)\b[.,]?\s*|^\d{1,2}(?:\. Aufl(?:age)?|[eaª]r?a? [ée]d(?:ition|ición|ição)?)[.,]?\s*"
)
#: Links of publishers behind a reference: "[FREE Full text] [doi: 10.1000/1] [CrossRef]".
LINKED = re.compile(
    r"\s*\[(?:FREE|doi|Medline|CrossRef|PubMed|Google Scholar|PMC|Web of Science|Internet)[^\[\]]{0,100}\]",
    re.IGNORECASE,
)
#: The word for an issue at the end of a journal: its number stands behind it, and there is no volume.
ISSUE_ALONE = re.compile(r",? (?:no|n[°º]|nr|issue|heft|№)\.?$", re.IGNORECASE)
#: What APA says of a work behind its title: "[Doctoral dissertation, Lake University]".
_KIND_BEHIND = re.compile(r"\s*\[([^\[\],]{4,60})[^\[\]]*\]$")

#: Editors that Chicago names between a book and the pages of a chapter.
_EDITED_BEHIND = re.compile(r", (?:edited by|ed\. by|hrsg\. von) .{3,200}?, (?=\d+[-–]\d+\b)")
#: A range of pages as LaTeX has it.
_RANGE = re.compile(r"(?<=\d)-{2,3}(?=\w)")
#: The role of who is named before the year, and editions, which stand between editors and pages.
_EDITOR = re.compile(rf", eds?\.(?= {YEAR}[a-z]?\. )")
#: Hyphens that Word writes, as one.
_HYPHENS = str.maketrans("‐‑−", "---")
#: What NLM puts beside a journal on the web.
_ON_WEB = re.compile(
    r" \[(?:Internet|serial online|[Ee]n ligne|[Ee]n línea)\](?=\.? )| \[(?:cited|cité|citado)[^\[\]]{4,24}\](?=[;:.])"
)


def tidied(text: str) -> str:
    """The text with its hyphens as one sign, without what NLM adds, and without editors before pages.

    >>> tidied("In Lamps, edited by Ada Fenn, 11–19. Hill: Hill Press.")
    'In Lamps, pp. 11–19. Hill: Hill Press.'
    """
    plain = _RANGE.sub("–", text.translate(_HYPHENS))
    plain = _EDITOR.sub(".", plain) if ", ed" in plain else plain
    return _EDITED_BEHIND.sub(", pp. ", _ON_WEB.sub("", plain) if "]" in plain else plain)


def is_marked(behind: str, kind: str | None) -> bool:
    """Whether a reference has what no sentence has: an identifier, numbers of a place, a venue or publisher.

    behind: what stands behind its title. kind: what kind of work it says that it is.

    >>> is_marked("Towers, 4(3), 1-9", None), is_marked("Hill Press", None), is_marked("Paid in cash", None)
    (True, True, False)
    """
    if find_doi(behind) or find_labelled_pmid(behind) or is_arxiv_text(behind):
        return True
    place = URL.sub("", behind).strip(" .,")
    if kind and _KIND.search(kind):
        return True
    if _PROSE.search(re.split(r"\d", place, maxsplit=1)[0]):
        return False
    is_published = _PUBLISHER.search(place) and is_place(place)
    return bool(_NUMBERS.search(place) or _VENUE.match(place) or is_published)


def is_place(behind: str) -> bool:
    """Whether a text may be where a work has appeared: in capitals, without numbers but a date; or an address.

    >>> is_place("Cambridge: Hill Press, 2020"), is_place("He was happy"), is_place("Hill Records, 44")
    (True, False, False)
    """
    if URL.search(behind) or _SAID.match(behind):
        return True
    words = re.findall(r"[\w'’-]+", WHEN.sub("", behind))
    return bool(words) and not any(
        any(map(str.isdecimal, word)) or (word.islower() and word not in _SMALL) for word in words
    )


def are_names(text: str) -> bool:
    """Whether a text is nothing but names, each of words in capitals.

    >>> are_names("Hugh Gale, Jo van der Holt, and Ada Fenn"), are_names("Gale, H., Holt, J."), are_names("It was good")
    (True, True, False)
    """
    parts = [part.split() for part in _BETWEEN.split(_WITH_OTHERS.sub("", text.strip(" ,")))]
    words = [word for part in parts for word in part]
    return (
        len(words) > 1
        and words[0] not in _NO_NAME
        and all(0 < len(part) <= 5 and not part[-1].islower() for part in parts)
        and all(_WORD.fullmatch(word) and (not word.islower() or word in _PARTICLES) for word in words)
    )


def are_names_of_ama(text: str) -> bool:
    """Whether a text is names, the first of them as the AMA writes it: "Gale HJ, Holt J"."""
    return are_names(text) and _OF_AMA.fullmatch(_BETWEEN.split(_WITH_OTHERS.sub("", text))[0]) is not None


def without_kind(title: str) -> tuple[str, str | None]:
    """The title alone, and what kind of work is said behind it."""
    found = _KIND_BEHIND.search(title)
    return (title[: found.start()], found[1]) if found else (title, None)
