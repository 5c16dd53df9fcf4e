"""Patterns of the styles in which people write references: names, the year if it comes first, and the rest."""

import re

from papersieve.pipeline.extract.shared.cited_marks import PARTICLES, YEAR
from papersieve.pipeline.extract.shared.cited_shapes import CAPITAL, NAMES_OF_BIBTEX

_FAMILY = rf"{PARTICLES}[^\W\d_a-z][\w'’-]{{1,40}}(?:[ -][^\W\d_a-z][\w'’-]{{1,40}}){{0,2}}"
_INITIALS = r"(?:[^\W\d_a-z]\.(?:-[^\W\d_a-z]\.)?(?: ?(?:d[aeo]s?|[a-z])\b\.?)?[ ]?){1,4}+"
#: "Gale, H. J." and "Gale H. J.", or, behind the first name, "H. J. Gale".
_FIRST, _FORWARD = rf"{_FAMILY},? {_INITIALS}", rf"{_INITIALS}{_FAMILY}"
_SEPARATOR = r"\s?(?:;\s?(?:and |& )?|,\s?(?:and |& )?|(?:and|&|e|y|und) )"
_OTHERS = r"(?:,? ?(?:et al\.?|and (?:Coauthors|others|Co-authors)))?+"
_NAMES = rf"{_FIRST}(?:{_SEPARATOR}(?:{_FIRST}|{_FORWARD}))*+{_OTHERS}(?:,? (?:\((?:[Ee]ds?\.|Hrsg\.)\)|eds?\.))?"
_FORWARD_NAMES = rf"{_FORWARD}(?:{_SEPARATOR}{_FORWARD})*+{_OTHERS}"

#: Names, a colon and a title, as Springer and German styles have it: "Gale, H., Holt, J.: Lamps. Towers 44 (2020)".
BEFORE_COLON = re.compile(
    rf"(?P<authors>{_NAMES})(?:,? (?P<date>{YEAR})[a-z]?)?\s?:\s+(?P<rest>(?:(?=.*\b{YEAR}\b)|(?<=\d: )).{{10,}})"
)
#: Names and a title, with the year between them or at the end, as AAAI, ABNT and, of books, IEEE have it.
BEFORE_TITLE = re.compile(
    rf"(?:(?P<authors>{_NAMES})(?:[.,]? ?\(?(?P<date>{YEAR})[a-z]?\)?[.,:]|[.,]|(?<=\.)|(?<=\. )) ?|(?P<forward>{_FORWARD_NAMES}), )"
    rf"(?P<rest>(?=[^\W\d_]|\d+[A-Z]|[“\"]).{{10,}})"
)
#: Volume, issue and pages of ABNT, and a place or publisher that is not known there.
_NUMBERS = ((re.compile(r"(^|, )v\. ?(?=\d)"), r"\1vol. "), (re.compile(r"(^|, )n\. ?(?=\d)"), r"\1no. "), (re.compile(r"\bp\. (?=\d+[-–]\d)"), "pp. "))  # fmt: skip
_UNKNOWN = re.compile(r"\[[Ss]\.\s?[ln]\.(?:[:;,]? ?[Ss]\.\s?n\.)?\]\s?[:,]?\s?")
#: A volume or an edition behind the title of a book.
VOLUME_BEHIND = re.compile(r", (?:vol(?:ume|\.) \w{1,6}|\d{1,2}(?:st|nd|rd|th) ed(?:n|ition)?\.?)$")
#: How a list of names begins, unlike a sentence: "Gale, H.", "Gale, Hugh", "H. Gale", "GALE H.", "김철수".
NAMES = r"(?:[^\W\d_a-z][\w'’-]{1,40} [A-Z]{1,3}(?=,| and | & | \()|[^\W\d_a-z][\w'’-]{1,40}(?:(?:, [^\W\d_a-z][\w'’-]{1,40})*,? (?:&|and) [^\W\d_a-z][\w'’-]{1,40}| et al\.|)(?= \((?:19|20)\d\d\)\.? [^\W\d_a-z])|[^\W\d_][\w'’ -]{0,40}, [^\W\d_a-z]|(?:[^\W\d_a-z]\. ?-?){1,3}[^\W\d_]|[^\W\d_a-z]{2,20} [^\W\d_a-z](?:(?=\.)|[^\W\d_A-Z]{1,20}(?=,))|[^\W\d_a-z][\w'’-]{1,40} (?:[^\W\d_a-z]\.-?){1,3}(?=[:,])|[\u4e00-\u9fff\uac00-\ud7a3]{2,5}(?=[,，、·・]|\s?\())"
#: What replaces the year if there is none, or none yet.
_UNDATED = r"(?:[Nn]\. ?d\.|s\. ?f\.|o\. ?J\.|[Ii]n press|[Ff]orthcoming|[Uu]nder review|[Ss]ubmitted|[Ii]n prep(?:aration|\.)?)(?:-?[a-z])?"
#: "Gale, H., & Holt, J. (2020, May 4). Lamps. Towers, 44(3), 112-119." An organisation ends with a full stop.
DATED = re.compile(
    rf"(?P<authors>{NAMES}[^()\"“]{{0,2000}}?|[^(),\"“.]{{4,120}}\.)\s*\((?:(?P<date>{YEAR})[a-z]?(?:,? (?P<day>[^()]{{3,30}}))?|{_UNDATED})\)[.,:]?\s+(?P<rest>.{{10,}})"
)
#: 'Gale, Hugh, and Jo Holt. 2020. "Lamps." Towers 44 (3): 112.' IEEE and MLA put the year after the place.
QUOTED = re.compile(
    rf"(?P<authors>{NAMES}[^\"“”]{{0,2000}}?[.,]|{NAMES_OF_BIBTEX},)\s+(?:\(?(?P<date>{YEAR})[a-z]?\)?[.,]?\s+)?[\"“](?P<title>[^\"“”]{{8,600}})[\"”],?\s+(?P<rest>.{{5,}})"
)
#: "Gale, H., Fenn, A. & Holt, J. Lamps in towers. J. Towers 44, 112-119 (2020)."
_INVERTED = r"[^\W\d_][\w'’ -]{0,40}, (?:[^\W\d_a-z]\.(?:[ -](?=[^\W\d_a-z]\.))?){1,4}"
#: "Gale, H. and Holt, J., 2020. Lamps in towers. Towers, 44(3), pp.112-119.", also with a full stop before the year.
OF_ACM = re.compile(
    rf"(?P<authors>[^\W\d_][^()\"“:‘]{{3,2000}}?)[.,]? (?P<date>{YEAR})[a-z]?(?:\.|,(?= [‘'“\"])) (?P<rest>.{{10,}})"
)
OF_NATURE = re.compile(
    rf"(?P<authors>{_INVERTED}(?:,? (?:(?:&|and) )?{_INVERTED})*+(?:,? ?et al\.)?)\s?(?P<rest>[^\s:,.;&(].{{9,2000}}\((?P<date>{YEAR})\)[^()]{{0,300}})$"
)
#: "Hugh Gale and J. K. Holt. Lamps in towers. J. Towers, 44(3):112-119, 2020.", BibTeX's own style.
OF_BIBTEX = re.compile(rf"(?P<authors>{NAMES_OF_BIBTEX})\. (?P<rest>(?=.*\b{YEAR}\b).{{10,}})")
#: "Gale H, Holt JK. Lamps in towers. J Towers. 2020;44(3):112-119."
MEDICAL = re.compile(
    r"(?P<authors>[^\W\d_][\w'’ -]{0,40} [A-Z]{1,4}(?: (?:Jr|Sr|[23][rn]d))?(?:, [^.]{2,2000}?)?(?: al)?)\. (?P<rest>(?!(?:1[5-9]|20)\d\d[a-z]?\.).{20,})"
)
#: "Gale, Hugh, and Jo Holt. Lamps in towers. Hill: Hill Press, 2020.", a book in the styles of MLA and Chicago.
OF_MLA = re.compile(
    rf"(?P<authors>{PARTICLES}{CAPITAL}(?: {CAPITAL})?, {CAPITAL}(?: (?:{CAPITAL}|[A-Z]\.))*(?:,? (?:and )?{NAMES_OF_BIBTEX})?(?:, et al)?)\. (?P<rest>(?=[^\W\d_a-z]).{{10,}}\b{YEAR}\b.*)"
)
#: References that only a numbered list tells from sentences: a title in quotes without authors, names without a year,
#: or an organisation.
NUMBERED = (
    re.compile(r"(?P<authors>)[\"“](?P<title>[^\"“”]{8,600})[\"”],?\s+(?P<rest>.{5,})"),
    re.compile(rf"(?P<authors>{NAMES_OF_BIBTEX})\. (?P<rest>.{{10,}})"),
    re.compile(
        r"(?P<authors>[A-Z][^\W\d_]*(?: (?:[A-Z][\w'’-]*|of|the|for|and|on|&)){1,9})\. (?P<rest>.{10,}(?:Accessed|https?:).*)"
    ),
)
#: "Hugh Gale, Jo Holt: Lamps in towers. J. Towers 44(3): 112-119 (2020)", as dblp has it.
OF_DBLP = re.compile(rf"(?P<authors>{NAMES_OF_BIBTEX}):\s+(?P<rest>.{{10,2000}})$")
STYLES = (
    BEFORE_COLON, MEDICAL, QUOTED, DATED, OF_ACM, OF_NATURE, OF_BIBTEX, OF_MLA, OF_DBLP,
)  # fmt: skip


def spelled_out(text: str) -> str:
    """The text with the numbers of ABNT as others write them.

    >>> spelled_out("Towers, v. 44, n. 3, p. 11-19, 2020. [S.l.]: Hill")
    'Towers, vol. 44, no. 3, pp. 11-19, 2020. Hill'
    """
    for pattern, word in _NUMBERS:
        text = pattern.sub(word, text)
    return _UNKNOWN.sub("", text)
