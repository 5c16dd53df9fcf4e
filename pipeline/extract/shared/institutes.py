"""Institutes in brackets after names, as conference programmes list them; they are not part of the names."""

import re
from itertools import pairwise

_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]{2,150})[)\]](?:\s?\*)?\.?(?=\s*(?:[;,|]|and\b|&|$))")
#: Words in names of institutes, and in remarks on an author.
_INSTITUTE = re.compile(
    r"\b(?:univ|institut|instit|colleg|school|hospital|labor|labs?\b|cent(?:re|er)\b|academ|polytech|facult|depart|dept|ministr|inc\b|ltd\b|gmbh\b"
    r"|corp|research\b|clini[ck]|hochschule|ecole|école|corresponding|present(?:er|ing)|speaker)|大学|学院|研究|대학",
    re.IGNORECASE,
)
_WORDS, _SEPARATOR = re.compile(r"[^\W\d_][\w.'’&-]+(?:,? [\w.'’&-]+)+"), re.compile(r"[;|]|,| and ")
#: Roles and other notes that are not institutes.
_ROLE = re.compile(r"eds?\.?|editors?|trans\.?|director|jr\.?|sr\.?|deceased|orcid.*", re.IGNORECASE)
#: A name with two words of three letters or more; of people with initials, two of a paper may have the same name.
_FULL = re.compile(r"[^\W\d_]{3,},? (?:.* )?[^\W\d_]{3,}")


def once(names: list[str]) -> list[str]:
    """The names without repetitions of the name before: ProQuest lists an author once for each institute.

    >>> once(["Gale, Hugh", "Gale, Hugh", "Holt, Jane"]), once(["Li, Y.", "Li, Y."])
    (['Gale, Hugh', 'Holt, Jane'], ['Li, Y.', 'Li, Y.'])
    """
    if len(set(names)) == len(names):
        return names
    return [name for before, name in pairwise(["", *names]) if name != before or not _FULL.match(name)]


def without_institutes(names: str) -> str:
    """The names without the institutes after them.

    A single word counts as an institute if each of several names has one; otherwise it may be a group's short name.

    >>> without_institutes("Hugh Gale (Lake University, Hill); Jo Holt (TU Hill)*")
    'Hugh Gale; Jo Holt'
    >>> without_institutes("Hugh Gale (MIT), Jo Holt (Hill)"), without_institutes("Lamp Consortium (LC)")
    ('Hugh Gale;  Jo Holt', 'Lamp Consortium (LC)')
    """
    said = [found[1] for found in _BRACKETS.finditer(names)]
    plain = _BRACKETS.sub("", names)
    is_each = len(said) > 1 and len(said) == len(_SEPARATOR.findall(plain)) + 1
    if not said or not plain.strip() or any(map(_ROLE.fullmatch, said)):
        return names
    if is_each:  # a comma after an institute separates names, even if other commas don't
        return re.sub(rf"{_BRACKETS.pattern}(?:\s*,)?", lambda found: "; " if found[0].endswith(",") else "", names)
    return _BRACKETS.sub(lambda found: "" if is_institute(found[1]) else found[0], names)


def is_institute(text: str) -> bool:
    """Whether a text is the name of an institute or a remark on an author, not a nickname or a short name.

    >>> is_institute("Lake Univ."), is_institute("TU Hill"), is_institute("WHO"), is_institute("2019")
    (True, True, False, False)
    """
    return bool(_INSTITUTE.search(text) or _WORDS.fullmatch(text)) and not _ROLE.fullmatch(text)
