"""Titles of parts of a work, and of what is filed alongside a paper: notices, replies, reviews, data."""

import re

from papersieve.pipeline.matching.title_words import CARDINALS, ORDINALS, worth

#: A numbered part in a title. Two titles that name different parts are of different papers.
PART = (
    r"\b(?:part|volume|vol|chapter|section|session|module|week|episode|paper|study|phase|report|lecture|topic|supplement|appendix) "
    rf"(\d{{1,3}}[a-h]?|[ivx]{{1,6}}|[a-h]|{'|'.join(CARDINALS)})\b"
    rf"|\b({'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th)) (?:part|report|edition|edn?|study|paper)\b|^({'|'.join(ORDINALS)}) "
)
LAST_NUMBER = r" ([ivx]{1,6}|\d{1,2})$"
#: What publishers and archives file under the title of a paper: reviews and letters about it, its figures, data and
#: code.
_FILED = (
    r"faculty (?:opinions recommendation of|of 1000 evaluation for)|decision letter|(?:editor s|elife) (?:evaluation|assessment)|"
    r"(?:peer )?review(?:er)?(?: s)? reports?|review for|peer review of|referee(?: s)? reports?|closure to|"
    r"supplement(?:ary|al) (?:data|materials?|information|files?|figures?|tables?|methods|videos?|movies?)|additional files? \d+|"
    r"(?:fig(?:ure)?s?|tables?|videos?|movies?|moesm) ?s?\d[\w ]{0,20}? (?:from|in|of|for)|"
    r"(?:(?:replication|supporting|source|raw|research|underlying) )?(?:data|data ?sets?|code|scripts|slides|data and code|code and data) (?:from|for|supporting|underlying)|"
    r"(?:data ?sheet|image|presentation|table|video) ?\d+ .+ (?:docx?|pdf|xlsx?|tiff?|jpe?g|png|csv|zip|mp4|pptx?)|"
    r"(?:supporting (?:information|materials?)|supplement|appendix) (?:from|for|to)"
)
#: What begins or ends the title of a notice about another paper, which often repeats that paper's title and abstract.
NOTICE = (
    r"\b(?:errat(?:um|a)|corrigend(?:um|a)|addend(?:um|a)|expression of concern|(?:author|publisher) correction|retraction not(?:e|ice)|"
    r"comment(?:ary)?|repl(?:y|ies)|in reply|authors? (?:s )?(?:reply|response)|rejoinder|discussion|supplementary (?:material|information|data)|"
    r"vol \d+ (?:pg|art no) \w+(?: \w+)? (?:19|20)\d\d)$|"
    r"^(?:(?:(?:author|publisher|editor)(?: s)? |editorial )?(?:errat(?:um|a)|corrigend(?:um|a)|corrections?|retraction|addend(?:um|a))|"
    r"(?:publisher s|editor s|editorial) note|removal notice|fe de (?:erratas?|errores)|(?:letter|response) by .+ regarding article|authors? (?:s )?(?:reply|response)|"
    r"withdrawn|withdrawal|expression of concern|comments? on|(?:editorial|invited) comment(?:ary)?|commentary on|repl(?:y|ies) (?:to|on)|"
    r"response to|letter to the editor on|berichtigung|reponse (?:a|aux?)|respuesta al?|commentaire (?:de|sur)|kommentar zu[mr]?|reply rc\d*|rc ?\d+|discussion of|rejoinder|in reply to|notice of|"
    rf"summar(?:y|ies) for patients|plain language summary (?:of|for)|{_FILED})\b"
)
#: The start of a title that tells which of these it is: Figure S1 from a paper, or its Table 2.
_WHAT_IS_FILED = re.compile(rf"(?:{_FILED})\b(?:(?: \w+){{0,5}}? from\b| s?\d\w*)?")
#: What some lists leave out of it: the "for" of "Decision letter for", the S of "Table S1".
_OF_NO_MATTER = re.compile(r" (?:from|for|of|to|in)\b|\bs(?=\d)")
#: What appears before or after the whole title of a paper if something else is filed under it; then what appears only
#: before it, or only after it. In other titles these words tell what a paper is about.
_LABEL = re.compile(
    r"re|in brief|news|journal club|press release|research highlights?|data ?sets?|data|(?:source )?code|software|video(?: abstract)?|infographic|podcast|slides"
)
_AHEAD = re.compile(
    r"(?:\w+ ){0,4}(?:repl(?:y|ies)|responses?|comments?|commentary|correspondence|critique|rebuttal|letters?|interview|summary|synopsis|review)"
    r"(?: \w+){0,5} (?:to|on|of|about|regarding|re|authors?|article)|"
    r"correccion|rectificatif(?: a)?|errata corrige|更 正|勘 误|订 正|訂 正"
)
_BEHIND = re.compile(
    r"(?:online |web |technical )?(?:appendix|supplement)|(?:an? )?(?:response|reply|rejoinder|rebuttal) to(?: \w+){1,4}"
)


def parts_differ(left: str, right: str) -> bool:
    """Whether two titles name different numbered parts, or only one is that of a notice or of something filed.

    Also if both are of things that are filed, but of different ones.

    >>> parts_differ("on graphs part i", "on graphs part 2"), parts_differ("on graphs", "on graphs part 2")
    (True, False)
    """
    if bool(_NOTICED.search(left)) != bool(_NOTICED.search(right)) or _is_labelled(left, right):
        return True
    filed = [_OF_NO_MATTER.sub("", found[0]) for title in (left, right) if (found := _WHAT_IS_FILED.match(title))]
    if len(set(filed)) == 2:
        return True
    numbers = ([_parts_of(title) for title in (left, right)], [_POSTER.findall(title) for title in (left, right)])
    return any(one and other and one != other for one, other in numbers)


def _is_labelled(left: str, right: str) -> bool:
    """Whether one title is the other one with a label before or after it."""
    bare, whole = sorted((left, right), key=len)
    ahead, behind = whole.removesuffix(f" {bare}"), whole.removeprefix(f"{bare} ")
    kinds = ((ahead, (_LABEL, _AHEAD)), (behind, (_LABEL, _BEHIND)))
    return any(label != whole and kind.fullmatch(label) for label, either in kinds for kind in either)


#: The number of a poster, before its title.
_POSTER = re.compile(r"^([a-z]{1,3})0*(\d{1,4})(?= )")
_NOTICED, _PARTED, _NUMBERED = re.compile(NOTICE), re.compile(PART), re.compile(LAST_NUMBER)


def _parts_of(title: str) -> list[str]:
    found = ["".join(found) for found in _PARTED.findall(title)] or _NUMBERED.findall(title)
    return [worth(part) for part in found]
