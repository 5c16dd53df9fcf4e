"""Names of authors: those of somebody, and those that an export wrote without anything between them."""

import re
from collections.abc import Iterable
from html import unescape
from itertools import pairwise

from papersieve.pipeline.extract.shared.field_parts import is_missing
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
    ", nan",
    ", null",
)

#: The star of the corresponding author, an ORCID and numbers of affiliations, behind a name. A dagger may belong to a
#: damaged letter: JukiÄ‡.
_MARKS = re.compile(r"\s*(?:\*+|\(ORCID[^()]*\)|\[orcid:[^\[\]]*\]|\[\d{1,2}(?:, ?\d{1,2})*\])$", re.IGNORECASE)

#: A given name that a program found missing; Nan is a name.
_NO_GIVEN = re.compile(r", (?:nan|null)$")
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
#: A name with its initials first, as Google Scholar writes it: "RJ Stewart", "M González-Ruiz".
_INITIALS_FIRST = re.compile(r"[A-ZÀ-ÞА-Я]{1,4}(?: (?:[a-z]{1,3} )?[A-ZÀ-ÞА-Я][^\W\d_][\w'’-]*){1,3}")
#: A whole name: two words or more, the first and the last with a capital.
_WHOLE_NAME = re.compile(r"[A-ZÀ-Þ][^\W\d_]*[\w'’.-]*(?: [\w'’.-]+){0,3} [A-ZÀ-Þ][\w'’.-]+")
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
    >>> of_somebody(["nan", "Gale, null"])
    ['Gale']
    """
    named = (name for name in names if name and not name.isdecimal() and not is_missing(name))
    found, texts = list[str](), [name.rstrip(" ,;") for name in named]
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
        name = _NO_GIVEN.sub("", name)
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
    """The names in a text that certainly separates them by commas: each has initials as PubMed or Google Scholar writes
    them, or is the name of a group; or three or more are written in full; or every second piece is initials.

    >>> by_commas("Gale H, Holt JK, Lamp Trial"), by_commas("Berg,O.,Quill,P. R."), by_commas("Hero III, Alfred O.")
    (['Gale H', 'Holt JK', 'Lamp Trial'], ['Berg, O.', 'Quill, P. R.'], ['Hero III, Alfred O.'])
    >>> by_commas("RJ Gale, A de Holt"), by_commas("R Core Team, Vienna")
    (['RJ Gale', 'A de Holt'], ['R Core Team, Vienna'])
    >>> by_commas("Hugh Gale, Jo B. Holt, Ann de Lamp"), by_commas("Tower Lab, University of Lamps, Old Town")
    (['Hugh Gale', 'Jo B. Holt', 'Ann de Lamp'], ['Tower Lab, University of Lamps, Old Town'])
    """
    first = text[: text.index(",")]
    if " " not in first and text.count(",") <= 2:
        return [text]  # one name, as most are
    parts = [part.strip().removeprefix("and ") for part in text.strip(" ,").split(",")]
    if len(parts) > 3 and all(bool(INITIALS.fullmatch(part)) == bool(at % 2) for at, part in enumerate(parts)):
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=False)]
    return parts if _are_names(parts) else [text]


def _are_names(parts: list[str]) -> bool:
    """Whether each part is a name for certain: with initials, or of three or more names that are written in full."""
    if all(map(_INITIALS_FIRST.fullmatch, parts)):
        return True
    groups = [bool(_GROUP.search(part)) for part in parts]
    if _WITHOUT_STOPS.fullmatch(parts[0]) and not groups[0]:
        named = zip(parts, groups, strict=True)
        return all(_WITHOUT_STOPS.fullmatch(part) or (is_group and " " in part) for part, is_group in named)
    return len(parts) > 2 and not any(groups) and all(map(_WHOLE_NAME.fullmatch, parts))


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
