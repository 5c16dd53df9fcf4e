"""References that begin with names and their initials: "Gale, H., Holt, J. K.: Lamps", "GALE, H.; HOLT, J. Lamps"."""

import re

from papersieve.pipeline.extract.shared.cited_marks import PARTICLES, YEAR

_FAMILY = rf"{PARTICLES}[^\W\d_a-z][\w'’-]{{1,40}}(?:[ -][^\W\d_a-z][\w'’-]{{1,40}}){{0,2}}"
_INITIALS = r"(?:[^\W\d_a-z]\.(?:-[^\W\d_a-z]\.)?(?: ?(?:d[aeo]s?|[a-z])\b\.?)?[ ]?){1,4}+"
#: "Gale, H. J." and "Gale H. J.", or, behind the first name, "H. J. Gale".
_INVERTED, _FORWARD = rf"{_FAMILY},? {_INITIALS}", rf"{_INITIALS}{_FAMILY}"
_SEPARATOR = r"\s?(?:;\s?(?:and |& )?|,\s?(?:and |& )?|(?:and|&|e|y|und) )"
_OTHERS = r"(?:,? ?(?:et al\.?|and (?:Coauthors|others|Co-authors)))?+"
_NAMES = rf"{_INVERTED}(?:{_SEPARATOR}(?:{_INVERTED}|{_FORWARD}))*+{_OTHERS}(?:,? (?:\((?:[Ee]ds?\.|Hrsg\.)\)|eds?\.))?"
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


def spelled_out(text: str) -> str:
    """The text with the numbers of ABNT as others write them.

    >>> spelled_out("Towers, v. 44, n. 3, p. 11-19, 2020. [S.l.]: Hill")
    'Towers, vol. 44, no. 3, pp. 11-19, 2020. Hill'
    """
    for pattern, word in _NUMBERS:
        text = pattern.sub(word, text)
    return _UNKNOWN.sub("", text)
