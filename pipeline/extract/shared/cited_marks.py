"""Marks that distinguish a reference from a sentence: journal numbers, identifiers, names; and notes after a title."""

import re

from papersieve.pipeline.extract.shared.identifiers import find_doi, find_labelled_pmid, is_arxiv_text

YEAR = r"(?:1[5-9]|20)\d\d"
URL = re.compile(r"https?://\S+")
#: Numbers that only a reference has after a title: "vol. 4, no. 3", "4(3)", "2020;4:", "4, 112-9", ", 4, e12",
#: "pp. 112".
_NUMBERS = re.compile(
    rf"""\bvol(?:ume)?\.?\s?\d+,?\s(?:(?:no|iss|pp?)\b|n[°º])
    | \b\d{{1,4}}\s?\((?!{YEAR}\))(?:[A-Z]\w{{0,8}}\.?\s)?[A-Z]?\d[\w–/-]{{0,8}}\)(?:[,:]\s*(?:pp?\.\s?|S\.\s?|Article\s)?[A-Za-z]{{0,2}}\d|\.?$|\.\s)
    | \b{YEAR}[^.;:]{{0,10}};\s?\d+\s?[(:]
    | [\d)]\s?[,:]\s*(?!{YEAR}(?!\s?[-–—]+\s?\d{{4}}\b))[A-Za-z]{{0,2}}\d{{1,6}}\s?[-–—]+\s?[A-Za-z]{{0,2}}\d{{1,6}}(?:\.e\d{{1,3}})?(?=[.,;\s]*(?:$|\(|{YEAR}|https?:|doi|PMID))
    | ,\s\d{{1,4}}[,:]\s(?:Article\s)?[A-Za-z]{{0,2}}\d{{1,8}}(?=[.,;\s]*(?:$|\({YEAR}|https?:|doi|PMID))
    | ,\s\d{{1,5}}\s?[-–—]+\s?\d{{1,6}}$
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
#: A number in a series, as RePEc cites it: "NBER Working Papers 31001, National Bureau of Economic Research, Inc."
_SERIES = re.compile(
    r"[A-Z][^.,\d]{1,80}\b(?:Papers?|Reports?|Memos?|Notes)\b(?: Series)?,? (?:[Nn]o\.? ?)?(?=\S*\d)[\w/.-]{1,20}(?:,|$)"
)
_PUBLISHER = re.compile(r"\b(?:Press|Springer|Elsevier|Wiley|Routledge|Verlag)\b")
_KIND = re.compile(r"thesis|dissertation|preprint|manuscript|report|paper|poster", re.IGNORECASE)
#: Words of sentences that names of journals don't have.
_PROSE = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ww]e|[Tt]here|I(?= [a-z])|was|were|is|are|had|has|my|his|her|their)\b")
#: Notes after a title that need no capitals, and words that are in lower case within names and places.
_SAID = re.compile(r"(?:Paper|Poster) presented |Presented at |Unpublished |Retrieved |Available |arXiv ")
_SMALL = frozenset(
    "of the and for in on at de del della di da do dos das du des la le les y e et und der die das für".split()
)
_PARTICLES = frozenset(
    "van von der den de del della di da do dos das du la le les ter ten bin ibn al el y e zu".split()
)
#: Up to three such words before a family name, as a pattern.
PARTICLES = r"(?:(?:[Vv]an|[Vv]on|[Dd]e|der|den|del|della|[Dd]i|da|do|dos|[Ll]a|[Ll]e|el|al|ten|ter|zu)\s){0,3}"
#: The name of a month, and a date with a year. An arXiv id may begin like one, and so may a range of pages.
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
WHEN = re.compile(
    rf"\b(?:(?:\d{{1,2}} )?{MONTH}\.? (?:\d{{1,2}},? )?{YEAR}|{YEAR}(?:-\d\d(?:-\d\d)?|/\d\d/\d\d)|\d{{1,2}}[./]\d{{1,2}}[./]{YEAR}|(?<!\d[-–]){YEAR}(?![-–]\d{{3}}))\b(?!\.\d)"
)
#: A season or a verb before a year, which is no place: "Bought 2020".
_BEFORE_YEAR = re.compile(rf"\b[A-Z][a-z]{{2,8}} (?={YEAR}\b)")
#: Separators of names, a word of a name, and a name in AMA style: "van der Berg JP".
_BETWEEN = re.compile(r",\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+")
_WORD, _WITH_OTHERS = re.compile(r"[^\W\d_][\w'’.-]*"), re.compile(r",?\s+et\.? al\.?(?:; [\w '’-]{4,80})?$")
_OF_AMA = re.compile(r"(?:[^\W\d_][\w'’-]*\s){1,5}[^\W\d_a-z]{1,4}(?: (?:Jr|Sr|[23][rn]d))?")
#: First words of texts that are not names.
_NO_NAME = frozenset("The A An What Who How Why Copyright Today Yesterday".split())
#: What BibTeX puts before the title of a book: "In A. Fenn and J. Holt, editors, Lamps".
BY_EDITORS = re.compile(r"^In .{2,300}?, editors?, ")
#: How IEEE and Chicago style mark a thesis after its title.
THESIS = re.compile(
    r"((?:Ph\. ?D\.?|M\. ?Sc?\.|B\. ?Sc?\.|Master['’]?s|Doctoral|PhD|MSc) (?:thesis|diss(?:ertation|\.)))[.,]?\s*(?:Dept\.[^,]{2,60},\s*)?",
    re.IGNORECASE,
)
#: When a page was accessed, which is not the paper's date; and an edition, before a publisher.
ACCESS = re.compile(
    r"[\[(]?\b(?:(?:Accessed|Retrieved|Viewed)(?::| ?$| (?=(?:on|from|at|via)\b|\d|[A-Z][a-z]{2,8}\.? \d))|Available (?:at|from|online)|Abgerufen|Zugriff|Consult[ée]|Acesso em|Dispon[ií]ble en|Disponível em|doi: ?10)\b.*$",
    re.DOTALL,
)
EDITION = re.compile(
    r"^\d{1,2}(?:st|nd|rd|th)? (?:edn?|edition)\b[.,]?\s*|^\d{1,2}(?:\. Aufl(?:age)?|[eaª]r?a? [ée]d(?:ition|ición|ição)?)[.,]?\s*"
)
#: Publishers' links after a reference: "[FREE Full text] [doi: 10.1000/1] [CrossRef]".
LINKED = re.compile(
    r"\s*\[(?:FREE|doi|Medline|CrossRef|PubMed|Google Scholar|PMC|Web of Science|Internet)[^\[\]]{0,100}\]",
    re.IGNORECASE,
)
#: The word for an issue at the end of a journal's name: the number after it is the issue, and there is no volume.
ISSUE_ALONE = re.compile(r",? (?:no|n[°º]|nr|issue|heft|№)\.?$", re.IGNORECASE)
#: The kind of work that APA style states after a title: "[Doctoral dissertation, Lake University]".
_KIND_BEHIND = re.compile(r"\s*\[([^\[\],]{4,60})[^\[\]]*\]$")

#: Editors, whom Chicago style names between a book and the pages of a chapter.
_EDITED_BEHIND = re.compile(r", (?:edited by|ed\. by|hrsg\. von) .{3,200}?, (?=\d+[-–]\d+\b)")
#: A page range as LaTeX writes it.
_RANGE = re.compile(r"(?<=\d)-{2,3}(?=\w)")
#: Between Japanese names, and between a Japanese title and its journal.
_DOT_OF_NAMES = re.compile("(?<=[\u4e00-\u9fff])・(?=[\u4e00-\u9fff])")
_GAP = re.compile("(?<=[\u3040-\u30ff\u4e00-\u9fff]) (?=[\u3040-\u30ff\u4e00-\u9fff]{2,30}, ?\\d)")
#: The role of editors who are named before the year.
_EDITOR = re.compile(rf", eds?\.(?= {YEAR}[a-z]?\. )")
#: No blank behind punctuation, in a list of names and elsewhere: "Gale H,Holt JK.Lamps in towers.J Towers.2020;44:1".
_IS_TIGHT = re.compile(r"[A-Z][^\W\d_]+ [A-Z]{1,3}(?:[,.][A-Z][^\W\d_]+ [A-Z]{1,3})*[,.](?:et al\.)?[A-Z][^\W\d_]+ ")
_TIGHT = re.compile(r"(?<=[^\W\d_])[.,:](?=[^\W\d_]|(?:19|20)\d\d;)(?!\S{0,30}/)")
#: A blank before punctuation, as converters of formats leave it; and others that are then meaningless.
_IS_LOOSE = re.compile(r"\w [.,;](?:\s|$)")
_LOOSE = re.compile(
    r"(?<=[^\s.]) +(?=[.,;:](?:\s|$)|[)\]])|(?<=[(\[]) +|(?<=\d) +(?=\()|(?<=\d) (?=[-–] \d)|(?<=\d[-–]) (?=\d)"
)
#: The hyphens that Word writes, as one sign, and marks behind names, without a sign.
_SIGNS = str.maketrans("‐‑−", "---", "†‡")
#: What NLM style adds to a journal on the web.
_ON_WEB = re.compile(
    r" \[(?:Internet|serial online|[Ee]n ligne|[Ee]n línea)\](?=\.? )| \[(?:cited|cité|citado)[^\[\]]{4,24}\](?=[;:.])"
)


def tidied(text: str) -> str:
    """The text with one sign for all hyphens, without marks behind names, what NLM style adds and editors before pages.

    >>> tidied("In Lamps, edited by Ada Fenn, 11–19. Hill: Hill Press.")
    'In Lamps, pp. 11–19. Hill: Hill Press.'
    """
    plain = _RANGE.sub("–", text.translate(_SIGNS))
    plain = _LOOSE.sub("", plain) if _IS_LOOSE.search(plain) else plain
    plain = _TIGHT.sub(lambda sign: f"{sign[0]} ", plain) if _IS_TIGHT.match(plain) else plain
    plain = plain if plain.isascii() else _GAP.sub(". ", _DOT_OF_NAMES.sub(", ", plain))
    plain = _EDITOR.sub(".", plain) if ", ed" in plain else plain
    return _EDITED_BEHIND.sub(", pp. ", _ON_WEB.sub("", plain) if "]" in plain else plain)


def is_marked(behind: str, kind: str | None) -> bool:
    """Whether a reference has what no sentence has: an identifier, journal numbers, a venue or a publisher.

    behind: the text after its title. kind: the kind of work that it states.

    >>> is_marked("Towers, 4(3), 1-9", None), is_marked("Hill Press", None), is_marked("Paid in cash", None)
    (True, True, False)
    >>> is_marked("NBER Working Papers 31001, NBER", None), is_marked("Papers were lost in 1999", None)
    (True, False)
    """
    if find_doi(behind) or find_labelled_pmid(behind) or is_arxiv_text(behind):
        return True
    place = URL.sub("", behind).strip(" .,")
    if kind and _KIND.search(kind):
        return True
    if _PROSE.search(re.split(r"\d", place, maxsplit=1)[0]):
        return False
    is_published = _PUBLISHER.search(place) and is_place(place)
    return bool(_NUMBERS.search(place) or _VENUE.match(place) or _SERIES.match(place) or is_published)


def is_place(behind: str) -> bool:
    """Whether a text may say where a work appeared: capitalised, with no number but a date; or an address.

    >>> is_place("Cambridge: Hill Press, 2020"), is_place("He was happy"), is_place("Hill Records, 44")
    (True, False, False)
    """
    if URL.search(behind) or _SAID.match(behind):
        return True
    words = re.findall(r"[\w'’-]+", WHEN.sub("", _BEFORE_YEAR.sub("", behind)))
    return bool(words) and not any(
        any(map(str.isdecimal, word)) or (word.islower() and word not in _SMALL) for word in words
    )


def are_names(text: str) -> bool:
    """Whether a text consists of names only, with capitalised words.

    >>> are_names("Hugh Gale, Jo van der Holt, and Ada Fenn"), are_names("Gale, H., Holt, J."), are_names("It was good")
    (True, True, False)
    >>> are_names("A Fenn, H Gale"), are_names("A Lamp, Kettles")
    (True, False)
    """
    parts = [part.split() for part in _BETWEEN.split(_WITH_OTHERS.sub("", text.strip(" ,")))]
    words = [word for part in parts for word in part]
    return (
        len(words) > 1
        and (
            words[0] not in _NO_NAME or (len(parts) > 1 and all(map(str.isupper, (part[0] for part in parts if part))))
        )
        and all(0 < len(part) <= 5 and not part[-1].islower() for part in parts)
        and all(_WORD.fullmatch(word) and (not word.islower() or word in _PARTICLES) for word in words)
    )


def are_names_of_ama(text: str) -> bool:
    """Whether a text consists of names, the first of them in AMA style: "Gale HJ, Holt J"."""
    return are_names(text) and _OF_AMA.fullmatch(_BETWEEN.split(_WITH_OTHERS.sub("", text))[0]) is not None


def without_kind(title: str) -> tuple[str, str | None]:
    """The title alone, and the kind of work stated after it."""
    found = _KIND_BEHIND.search(title)
    return (title[: found.start()], found[1]) if found else (title, None)
