"""Names of authors: those of somebody, and those that an export wrote without anything between them."""

import re
from collections.abc import Iterable
from html import unescape
from itertools import pairwise

from papersieve.pipeline.text import repair

#: Among names, the mark that others are left out, however a dump writes it.
AND_OTHERS = "et al."
#: A name with that mark behind it.
_AND_OTHERS_BEHIND = re.compile(
    r"(?:(.*[^\s,]),?\s+(?:et\.? ?al\.?|等)(?: \(\d+ authors\))?[.,]*|(.*[^\s,.…]),?\s*(?:…|\.{3}))", re.IGNORECASE
)
_ET_AL = re.compile(r"et\.? ?al\.?|等", re.IGNORECASE)
#: Characters of the longest name that is looked at for marks.
_LONGEST = 200
#: What databases write where nobody is named; the number of a trial, too.
_NOBODY = re.compile(
    r"\W*(?:anonymous|anon|no authors? (?:name )?(?:listed|available)|unknown(?: authors?)?|(?:nct|isrctn|actrn|euctr|chictr|jprn)[\w-]*\d)\W*",
    re.IGNORECASE,
)

#: What any name of nobody, or with that mark, has in it: few do, and this is found in a third of the time.
_MAY_BE_MARKED = re.compile(r"anon|author|unknown|\bet\.? ?al|等|…|\.\.\.|nct\d|ctr|isrctn|jprn", re.IGNORECASE)

#: What names that need no look all lack, in small letters: `_MAY_BE_MARKED`, and the other signs that are looked for.
_SIGNS = (
    "anon",
    "author",
    "unknown",
    "et al",
    "etal",
    "et.",
    "等",
    "…",
    "...",
    ")",
    "@",
    "*",
    "]",
    " 00",
    "others",
    "nct0",
    "ctr",
    "isrctn",
    "jprn",
)

#: The star of the corresponding author, an ORCID and numbers of affiliations, behind a name. A dagger may belong to a
#: damaged letter: JukiÄ‡.
_MARKS = re.compile(r"\s*(?:\*+|\(ORCID[^()]*\)|\[orcid:[^\[\]]*\]|\[\d{1,2}(?:, ?\d{1,2})*\])$", re.IGNORECASE)

#: Signs of footnotes behind a plain letter.
_DAGGER = re.compile(r"(?<=[A-Za-z.])[†‡§¶]+$")
#: The e-mail address of an author, behind the name.
ADDRESS = re.compile(r",?\s*[(<]?[\w.+-]{1,64}@[\w.-]{3,100}[)>]?$")

#: Between two names of the form "Adeli K. L.": a full stop behind an initial, and a word of two letters or more.
_STOP = re.compile(r"(?<=[ .-][^\W\d_]\.)(?=[^\W\d_]['’]?[^\W\d_])")
_STOP_INSIDE = re.compile(r"\.[^\s.,-]")
_WITH_INITIALS = re.compile(r"[^\W\d_][\w'’-]+.* (?:[^\W\d_]\.[ -]?)*[^\W\d_]\.?")
#: A name as PubMed writes it: "Gale H Jr", not "Hero III".
_WITHOUT_STOPS = re.compile(r"[^,.]+ (?!I{2,3}$|IV$)[A-ZÀ-Þ]{1,3}(?: (?:Jr|Sr|2nd|3rd|I{2,3}|IV))?\.?")
#: Initials that stand alone, of which nothing else of a name is left.
INITIALS = re.compile(r"(?:[A-ZÀ-Þ]\.?[ -]?){1,4}")
#: A comma without a blank behind it, as RefWorks writes names: "Gale,Hugh".
_TIGHT_COMMA = re.compile(r",(?=[^\s,])")
#: The last piece of a word: "De" of VanDe, "Mc" of Jean-Mc.
_LAST_PIECE = re.compile(r"[^\W\d_](?:(?![A-Z])[^\W\d_])*$")

#: Beginnings, of three letters or more, of one word that is written with a capital inside: MacDonald, VanDyke,
#: AnnMarie.
_BEGINNINGS = {
    "mac", "fitz", "del", "dela", "della", "des", "dos", "las", "los", "van", "von", "vander", "ter", "ten", "bin",
    "ben", "ibn",
    "abu", "bar", "abd", "abdel", "abdul", "ann", "anna", "mary",
}  # fmt: skip
#: Letters of the shortest end of a name: Mc, De, La, Jo and their like are shorter.
_MIN_LETTERS = 3

#: What names of groups say, which may have capitals inside: "The OpenStreetMap Foundation".
_GROUP = re.compile(
    r"\b(?:the|of|for|and|on|association|center|centre|committee|consortium|collaboration|collaborators|foundation|group|initiative|"
    r"institute|investigators|labs?|laboratory|network|project|registry|research|society|study|team|trial|university|working)\b",
    re.IGNORECASE,
)


def of_somebody(names: Iterable[str | None]) -> list[str]:
    """Names that say somebody, "et al." as one of its own; a comma behind one says that it is a group's. A number is
    none: APIs have people by their numbers.

    >>> of_somebody(["Gale, H. et al.", "[Anonymous]", "Tower Lamp Consortium,", "Holt, J.*", "144689159", "others"])
    ['Gale, H.', 'et al.', 'Tower Lamp Consortium', 'Holt, J.', 'et al.']
    """
    found, texts = list[str](), [name.rstrip(" ,;") for name in names if name and not name.isdecimal()]
    together = "\n".join(texts).lower()
    if not together.isascii():
        texts = [_DAGGER.sub("", name) for name in texts]
    if together.count(",") == together.count(", ") and not any(map(together.__contains__, _SIGNS)):
        return list(filter(None, texts))
    for name in texts:
        if name == "others":  # BibTeX's word for it
            name = AND_OTHERS
        if name[-5:-2] == " 00":  # dblp numbers people of one name: "Xi Wu 0001"
            name = name[:-5]
        if "@" in name:
            name = ADDRESS.sub("", name)
        if name[-1:] in (")", "*", "]") and len(name) < _LONGEST:
            name = _MARKS.sub("", name)
        if "," in name and ", " not in name:
            name = _TIGHT_COMMA.sub(", ", name)
        if not _MAY_BE_MARKED.search(name):
            found += [name] if name else []
        elif not _NOBODY.fullmatch(name):
            behind = _AND_OTHERS_BEHIND.fullmatch(name)
            found += (
                [behind[1] or behind[2], AND_OTHERS] if behind else [AND_OTHERS if _ET_AL.fullmatch(name) else name]
            )
    return found


def is_group(text: str) -> bool:
    """Whether a text has a word that names of groups have."""
    return bool(_GROUP.search(text))


def unglued(names: list[str]) -> list[str]:
    r"""The names of an entry, each that is made of several as these, or listed in one text.

    A capital inside parts a name where it is the only one, or where each part has its comma: among other names it is
    most often one person's ("Blake JianHang Chen").

    >>> unglued(["Moor EddaFenn Paul"]), unglued(["Adeli K.Lewis G. F.", "McDonald J.R.R."])
    (['Moor Edda', 'Fenn Paul'], ['Adeli K.', 'Lewis G. F.', 'McDonald J.R.R.'])
    >>> unglued(["Talvik I.Ã\x95unap K."])
    ['Talvik I.', 'Õunap K.']
    """
    parts = [part for name in names for each in listed(name) for part in _by_stops(each)]
    is_alone = len(names) == 1
    return [each for part in parts for each in (_by_capitals(part) if is_alone or "," in part else [part])]


def listed(name: str) -> list[str]:
    """The names of a text that semicolons part, or commas (`by_commas`).

    >>> listed("Gale, Hugh; Holt, Jo"), listed("Institute of AI, University of Towers")
    (['Gale, Hugh', 'Holt, Jo'], ['Institute of AI, University of Towers'])
    """
    if ";" in name:
        parts = unescape(unescape(name)).split(";")
        return [each for part in parts if part.strip() for each in listed(part.strip())] if len(parts) > 1 else [name]
    return by_commas(name) if "," in name else [name]


def by_commas(text: str) -> list[str]:
    """The names that commas part beyond doubt: each has initials as PubMed writes them, or is a group's; or each second
    piece is initials.

    >>> by_commas("Gale H, Holt JK, Lamp Trial"), by_commas("Berg,O.,Quill,P. R."), by_commas("Hero III, Alfred O.")
    (['Gale H', 'Holt JK', 'Lamp Trial'], ['Berg, O.', 'Quill, P. R.'], ['Hero III, Alfred O.'])
    """
    first = text[: text.index(",")]
    is_inverted = text.count(",") > 2
    if not is_inverted and (" " not in first or not _WITHOUT_STOPS.fullmatch(first) or _GROUP.search(first)):
        return [text]
    parts = [part.strip().removeprefix("and ") for part in text.strip(" ,").split(",")]
    if len(parts) > 3 and all(bool(INITIALS.fullmatch(part)) == bool(at % 2) for at, part in enumerate(parts)):
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=False)]
    is_list = _WITHOUT_STOPS.fullmatch(first) and not _GROUP.search(first)
    return (
        parts
        if is_list and all(_WITHOUT_STOPS.fullmatch(p) or (" " in p and _GROUP.search(p)) for p in parts)
        else [text]
    )


def _by_stops(name: str) -> list[str]:
    """Cut behind initials where each part is a name with initials; a damaged letter is none before it is repaired."""
    parts = _STOP.split(repair(name)) if "." in name and _STOP_INSIDE.search(name) else [name]
    return parts if len(parts) > 1 and all(map(_WITH_INITIALS.fullmatch, parts)) else [name]


def _by_capitals(name: str) -> list[str]:
    """Cut where a capital follows a small letter, and there are two words or more before it and from it on."""
    if name.istitle() or " " not in name or _GROUP.search(name):
        return [name]
    names, start = [], 0
    for at in [at for at, (a, b) in enumerate(pairwise(name), start=1) if a.islower() and b.isupper()]:
        before, rest = name[start:at], name[at:]
        if _is_whole(before) and " " in rest and ("," in before) == ("," in rest):
            names.append(before)
            start = at
    return [*names, name[start:]]


def _is_whole(text: str) -> bool:
    """Whether there are two words, of which the last is not the beginning of one with a capital inside."""
    last = found[0] if (found := _LAST_PIECE.search(text)) else ""
    return " " in text.strip() and len(last) >= _MIN_LETTERS and last.lower() not in _BEGINNINGS
