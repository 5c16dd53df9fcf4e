"""Names of authors: without those that name nobody, and with those separated that an export ran together."""

import re
from collections.abc import Iterable
from html import unescape
from itertools import pairwise

from papersieve.pipeline.extract.shared.field_parts import is_missing
from papersieve.pipeline.text import repair

#: The item of a list of names that stands for others left out, however a dump writes it.
AND_OTHERS = "et al."
#: A name with that mark after it.
_AND_OTHERS_BEHIND = re.compile(
    r"(?:(.*[^\s,]),?\s+(?:et\.? ?al\.?|等)(?: \(\d+ authors\))?[.,]*|(.*[^\s,.…]),?\s*(?:…|\.{3}))", re.IGNORECASE
)
#: The mark before the last name, as in APA style: "Gale, H., ... & Holt, J.".
_AND_OTHERS_BEFORE = re.compile(r"(?:…|\.{3})\s*&\s*")
_ET_AL = re.compile(r"et\.? ?al\.?|等|…|\.{3}", re.IGNORECASE)
#: The most characters of a name that is searched for marks.
_LONGEST = 200
#: What databases write if nobody is named; this may also be the number of a trial.
_NOBODY = re.compile(
    r"\W*(?:anonymous|anon|no authors? (?:name )?(?:listed|available)|unknown(?: authors?)?|(?:nct|isrctn|actrn|euctr|chictr|jprn)[\w-]*\d)\W*",
    re.IGNORECASE,
)

#: A first test, three times as fast as the full ones: few names match, among them all of nobody or with that mark.
_MAY_BE_MARKED = re.compile(r"anon|author|unknown|\bet\.? ?al|等|…|\.\.\.|nct\d|ctr|isrctn|jprn", re.IGNORECASE)

#: Signs, in lower case, of names that need a closer look: those in `_MAY_BE_MARKED`, and other marks.
_SIGNS = tuple(
    "anon|author|unknown|et al|etal|et.|等|…|...|)|@|*|]| 00|others|nct0|ctr|isrctn|jprn|, nan|, null".split("|")
)

#: The star of the corresponding author, an ORCID and numbers of affiliations, after a name. Daggers are left out here,
#: because one may belong to a damaged letter: JukiÄ‡.
_MARKS = re.compile(r"\s*(?:\*+|\(ORCID[^()]*\)|\[orcid:[^\[\]]*\]|\[\d{1,2}(?:, ?\d{1,2})*\])$", re.IGNORECASE)

#: A given name that a program marked as missing; Nan is a name.
_NO_GIVEN = re.compile(r", (?:nan|null)$")
#: Signs of footnotes after a plain letter.
_DAGGER = re.compile(r"(?<=[A-Za-z.])[†‡§¶]+$")
#: The e-mail address of an author, after the name.
ADDRESS = re.compile(r",?\s*[(<]?[\w.+-]{1,64}@[\w.-]{3,100}[)>]?$")

#: Between two names of the form "Adeli K. L.": after the full stop of an initial, before a word of two or more letters.
_STOP = re.compile(r"(?<=[ .-][^\W\d_]\.)(?=[^\W\d_]['’]?[^\W\d_])")
_STOP_INSIDE = re.compile(r"\.[^\s.,-]")
_WITH_INITIALS = re.compile(r"[^\W\d_][\w'’-]+.* (?:[^\W\d_]\.[ -]?)*[^\W\d_]\.?")
#: A name as PubMed writes it: "Gale H Jr", not "Hero III".
_WITHOUT_STOPS = re.compile(r"[^,.]+ (?!I{2,3}$|IV$)[A-ZÀ-Þ]{1,3}(?: (?:Jr|Sr|2nd|3rd|I{2,3}|IV))?\.?")
#: A name with its initials first, as Google Scholar writes it: "RJ Stewart", "M González-Ruiz".
_INITIALS_FIRST = re.compile(r"[A-ZÀ-ÞА-Я]{1,4}(?: (?:[a-z]{1,3} )?[A-ZÀ-ÞА-Я][^\W\d_][\w'’-]*){1,3}")
#: A family name before initials with full stops, as Scopus writes it; and the comma before the last part of a name.
_STOPS_BEHIND = re.compile(
    r"[^\W\d_][\w'’-]+(?: [\w'’-]+){0,3} (?:[A-ZÀ-ÞЀ-Я]\.[ -]?){1,5}(?: ?(?:Jr|Sr|I{2,3}|IV)\.?)?"
)
_SUFFIX = re.compile(r",(?= (?:Jr|Sr|I{2,3}|IV)\.?(?:,|$))")
#: A name in Chinese, Japanese or Korean, without spaces.
HAN = re.compile("[\u3005-\u30ff\u4e00-\u9fff\uac00-\ud7a3·]{2,8}")
#: A full name: two or more words, the first and the last with a capital.
_WHOLE_NAME = re.compile(r"[A-ZÀ-Þ][^\W\d_]*[\w'’.-]*(?: [\w'’.-]+){0,3} [A-ZÀ-Þ][\w'’.-]+")
#: A name with its initials first, which no comma inverts: "R. J. Stewart".
_STOPS_FIRST = re.compile(r"(?:[A-ZÀ-Þ]\.[ -]?){1,4}[A-ZÀ-Þ][^\W\d_]")
#: Initials alone, without the rest of a name.
INITIALS = re.compile(r"(?:[A-ZÀ-Þ]\.?[ -]?){1,4}")
#: A comma without a space after it, as RefWorks writes names: "Gale,Hugh".
_TIGHT_COMMA = re.compile(r",(?=[^\s,])")
#: The last piece of a word: "De" of VanDe, "Mc" of Jean-Mc.
_LAST_PIECE = re.compile(r"[^\W\d_](?:(?![A-Z])[^\W\d_])*$")

#: Beginnings, of two or more letters, of single words with a capital inside: MacDonald, VanDyke, AnnMarie.
_BEGINNINGS = {
    "mac", "fitz", "del", "dela", "della", "des", "dos", "las", "los", "van", "von", "vander", "ter", "ten", "bin",
    "ben", "ibn", "mc", "de", "di", "da", "la", "le", "lo", "el", "al", "ab", "jo", "st", "ph",
    "abu", "bar", "abd", "abdel", "abdul", "ann", "anna", "mary",
}  # fmt: skip
#: The fewest letters that end a name before a capital: Li, Xu.
_MIN_LETTERS = 2

#: Words of names of groups, which may have capitals inside: "The OpenStreetMap Foundation".
_GROUP = re.compile(
    r"\b(?:the|of|for|and|on|association|center|centre|committee|consortium|collaboration|collaborators|foundation|group|initiative|"
    r"institute|investigators|labs?|laboratory|network|project|registry|research|society|study|team|trial|university|working)\b",
    re.IGNORECASE,
)

#: Lines of names that need nothing done to them, as most are: "Gale, Hugh J."
_CAPITALISED = "[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+"
_GIVEN = rf"(?!Et\b)(?:{_CAPITALISED}|[A-ZÀ-ÖØ-Þ]\.?)"
_FINE = re.compile(rf"(?:{_CAPITALISED}(?:-{_CAPITALISED})?, {_GIVEN}(?:[ -]{_GIVEN})*(?:\n|\Z))+")


def people(names: Iterable[str | None]) -> list[str]:
    """The people whom an entry names: `of_somebody`, then `unglued`."""
    said = list(filter(None, names))
    return said if _FINE.fullmatch("\n".join(said)) else unglued(of_somebody(said))


def of_somebody(names: Iterable[str | None]) -> list[str]:
    """The names of somebody, without marks; "et al." is a separate item.

    The comma after a group's name is removed. A number is not a name: APIs list people by number.

    >>> of_somebody(["Gale, H. et al.", "[Anonymous]", "Tower Lamp Consortium,", "Holt, J.*", "144689159", "others"])
    ['Gale, H.', 'et al.', 'Tower Lamp Consortium', 'Holt, J.', 'et al.']
    >>> of_somebody(["nan", "Gale, null", "Holt, Jane.", "Lamp, Jr.", "... & Moss, O."])
    ['Gale', 'Holt, Jane', 'Lamp, Jr.', 'et al.', 'Moss, O.']
    """
    named = (name for name in names if name and not name.isdecimal() and not is_missing(name))
    found, texts = list[str](), [name.rstrip(" ,;") for name in named]
    together = "\n".join(texts).lower()
    if ".\n" in f"{together}\n":
        texts = [name[:-1] if _ends_with_stop(name) else name for name in texts]
    if not together.isascii():
        texts = [_DAGGER.sub("", name) for name in texts]
    if together.count(",") == together.count(", ") and not any(map(together.__contains__, _SIGNS)):
        return list(filter(None, texts))
    for name in texts:
        if name == "others":  # BibTeX's word for it
            name = AND_OTHERS
        if name[-5:-2] == " 00":  # dblp numbers people with the same name: "Xi Wu 0001"
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
            if before := _AND_OTHERS_BEFORE.match(name):
                found, name = [*found, AND_OTHERS], name[before.end() :]
            behind = _AND_OTHERS_BEHIND.fullmatch(name)
            found += (
                [behind[1] or behind[2], AND_OTHERS] if behind else [AND_OTHERS if _ET_AL.fullmatch(name) else name]
            )
    return found


def _ends_with_stop(name: str) -> bool:
    """Whether a name ends with a full stop that belongs to no initial: library catalogues write "Holt, Jane."."""
    last = name.rpartition(" ")[2]
    return ", " in name and last[-1:] == "." and len(last) > 4 and last[:-1].isalpha() and last.istitle()


def is_group(text: str) -> bool:
    """Whether a text has a word that names of groups have."""
    return bool(_GROUP.search(text))


def unglued(names: list[str]) -> list[str]:
    r"""The names of an entry, with those split that were run together or listed in one text.

    A capital inside a name splits it if it is the entry's only name, or if each part has a comma: among other names it
    is most often one person's ("Blake JianHang Chen").

    >>> unglued(["Moor EddaFenn LiMoss Xu"]), unglued(["Adeli K.Lewis G. F.", "McDonald J.R.R."])
    (['Moor Edda', 'Fenn Li', 'Moss Xu'], ['Adeli K.', 'Lewis G. F.', 'McDonald J.R.R.'])
    >>> unglued(["Talvik I.Ã\x95unap K."])
    ['Talvik I.', 'Õunap K.']
    """
    parts = [part for name in names for each in listed(name) for part in _by_stops(each)]
    is_alone = len(names) == 1
    return [each for part in parts for each in (_by_capitals(part) if is_alone or "," in part else [part])]


def listed(name: str) -> list[str]:
    """The names in a text, split at semicolons or at commas (`by_commas`).

    >>> listed("Gale, Hugh; Holt, Jo"), listed("Institute of AI, University of Towers")
    (['Gale, Hugh', 'Holt, Jo'], ['Institute of AI, University of Towers'])
    """
    if ";" in name:
        parts = unescape(unescape(name)).split(";")
        return [each for part in parts if part.strip() for each in listed(part.strip())] if len(parts) > 1 else [name]
    return by_commas(name) if "," in name else [name]


def by_commas(text: str) -> list[str]:
    """The names in a text if commas certainly separate them, else the whole text.

    They do if each name has initials as PubMed writes them, or is a group's; if four of five have them as Google
    Scholar or Scopus does; if there are three or more full names, or two of which the first begins with initials; or if
    every second piece is initials.

    >>> by_commas("Gale H, Holt JK, Lamp Trial"), by_commas("Berg,O.,Quill,P. R."), by_commas("Hero III, Alfred O.")
    (['Gale H', 'Holt JK', 'Lamp Trial'], ['Berg, O.', 'Quill, P. R.'], ['Hero III, Alfred O.'])
    >>> by_commas("RJ Gale, A de Holt"), by_commas("Gale H., Jr., de Holt J.K."), by_commas("R Core Team, Vienna")
    (['RJ Gale', 'A de Holt'], ['Gale H. Jr.', 'de Holt J.K.'], ['R Core Team, Vienna'])
    >>> by_commas("H. Gale, Jo B. Holt"), by_commas("J. Wiley, Hoboken")
    (['H. Gale', 'Jo B. Holt'], ['J. Wiley, Hoboken'])
    >>> by_commas("Hugh Gale, Jo B. Holt, Ann de Lamp"), by_commas("Tower Lab, University of Lamps, Old Town")
    (['Hugh Gale', 'Jo B. Holt', 'Ann de Lamp'], ['Tower Lab, University of Lamps, Old Town'])
    """
    first = text[: text.index(",")]
    if " " not in first and text.count(",") <= 2 and first.isascii():
        return [text]  # one name, as most are
    parts = [part.strip().removeprefix("and ") for part in _SUFFIX.sub("", text.strip(" ,")).split(",")]
    if len(parts) > 3 and all(bool(INITIALS.fullmatch(part)) == bool(at % 2) for at, part in enumerate(parts)):
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=False)]
    return parts if _are_names(parts) else [text]


def _are_names(parts: list[str]) -> bool:
    """Whether each part is certainly a name: with initials, or one of three or more full names."""
    shapes = (_INITIALS_FIRST, _STOPS_BEHIND)
    if any(5 * sum(bool(shape.fullmatch(part)) for part in parts) >= 4 * len(parts) for shape in shapes):
        return True
    if len(parts) > 2 and all(map(HAN.fullmatch, parts)):
        return True
    groups = [bool(_GROUP.search(part)) for part in parts]
    if _WITHOUT_STOPS.fullmatch(parts[0]) and not groups[0]:
        named = zip(parts, groups, strict=True)
        return all(_WITHOUT_STOPS.fullmatch(part) or (is_group and " " in part) for part, is_group in named)
    is_list = len(parts) > 2 or _STOPS_FIRST.match(parts[0])
    return bool(is_list) and not any(groups) and all(map(_WHOLE_NAME.fullmatch, parts))


def _by_stops(name: str) -> list[str]:
    """Split after initials if each part is a name with initials; damaged letters are repaired first, so they count."""
    parts = _STOP.split(repair(name)) if "." in name and _STOP_INSIDE.search(name) else [name]
    return parts if len(parts) > 1 and all(map(_WITH_INITIALS.fullmatch, parts)) else [name]


def _by_capitals(name: str) -> list[str]:
    """Split where a capital follows a lower-case letter, with two or more words before it and from it on."""
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
    """Whether there are two or more words, the last of which is not the beginning of one with a capital inside."""
    last = found[0] if (found := _LAST_PIECE.search(text)) else ""
    return " " in text.strip() and len(last) >= _MIN_LETTERS and last.lower() not in _BEGINNINGS
