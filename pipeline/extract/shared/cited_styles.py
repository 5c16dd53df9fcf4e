"""Patterns of the styles in which people write references: names, the year if it comes first, and the rest."""

import re

from papersieve.pipeline.extract.shared.cited_initials import BEFORE_COLON
from papersieve.pipeline.extract.shared.cited_marks import PARTICLES, YEAR
from papersieve.pipeline.extract.shared.cited_shapes import CAPITAL, NAMES_OF_BIBTEX

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
#: "Hugh Gale and Jo Holt. 2020. Lamps in towers. Towers 44, 3, 112-119."
OF_ACM = re.compile(rf"(?P<authors>[^\W\d_][^()\"“]{{3,2000}}?)\. (?P<date>{YEAR})[a-z]?\. (?P<rest>.{{10,}})")
#: "Gale, H., Fenn, A. & Holt, J. Lamps in towers. J. Towers 44, 112-119 (2020)."
_INVERTED = r"[^\W\d_][\w'’ -]{0,40}, (?:[^\W\d_a-z]\.(?:[ -](?=[^\W\d_a-z]\.))?){1,4}"
#: "Gale, H., Fenn, A. and Holt, J., 2020. Lamps in towers. Towers, 44(3), pp.112-119.", Google Scholar's Harvard.
OF_SCHOLAR = re.compile(
    rf"(?P<authors>{NAMES}[^()\"“:‘]{{0,2000}}?),? (?P<date>{YEAR})[a-z]?(?:\.|,(?= [‘'“\"])) (?P<rest>.{{10,}})"
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
    BEFORE_COLON, MEDICAL, QUOTED, DATED, OF_ACM, OF_SCHOLAR, OF_NATURE, OF_BIBTEX, OF_MLA, OF_DBLP,
)  # fmt: skip
