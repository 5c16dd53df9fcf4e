"""Author names from one text, or from the lists and objects of JSON."""

import ast
import re
from contextlib import suppress
from html import unescape
from typing import Any

from papersieve.pipeline.extract.shared.author_commas import with_commas
from papersieve.pipeline.extract.shared.field_parts import inverted
from papersieve.pipeline.extract.shared.institutes import without_institutes
from papersieve.pipeline.extract.shared.json_values import text_of, texts_of
from papersieve.pipeline.extract.shared.names import HAN, INITIALS, is_group
from papersieve.pipeline.extract.shared.names import by_commas as names_by_commas

#: Keys that JSON uses for the parts of a person's name.
_FAMILY = "family lastName last_name familyName keyname surname lastname ce:surname last Last family-names".split()
_GIVEN = (
    "given firstName first_name givenName forenames firstname given-name ce:given-name first First given-names "
    "initials".split()
)
_WRAPPERS = ("author", "Author", "authors", "edges")
_PARTICLES = ["non-dropping-particle", "name-particle", "prefix"]  # of CSL, CITATION.cff and Hayagriva
_WHOLE = (
    "name literal fullname full_name fullName display_name author_name authorName creatorName "
    "collectiveName collective_name collective raw_name Corporate authname displayName creator author text value $"
).split()
_ROLES = ("creatorType", "role", "inspire_roles")
#: Roles of people who did not write the work.
_OTHER_ROLES = re.compile(r"editor|translator|reviewer|contributor|advisor|supervisor|illustrator", re.IGNORECASE)
#: Scopus puts its number for an author after the full name: "Gale, Hugh (57201234567)".
_SCOPUS_ID = re.compile(r"\s*\(\d{1,12}\)$")
#: Chinese and Japanese separators of names, and the Latin ones that replace them.
_NARROW = str.maketrans({"，": ", ", "、": ", ", "；": "; "})
#: Initials before or after a name.
_INITIALS = re.compile(r"^[A-ZÀ-Þ]\.? |[ .][A-ZÀ-Þ]{1,3}\.?$")
#: A list as Python prints it; NumPy prints no commas.
_PYTHON_LIST = re.compile(r"\s*\[\s*[\[{'\"].*\]\s*", re.DOTALL)
_NO_COMMA = re.compile(r"(?<=['\"])\s+(?=['\"])")
#: An object as Python prints it: arxiv.Result.Author('Jo Holt').
_CALL = re.compile(r"\b[A-Za-z_][\w.]*\((['\"].*?['\"])\)")
#: The sign before the last of several names with initials, in APA style: "Gale, H., & Holt, J."
_AMPERSAND = re.compile(r"(?<=[A-Z]\.),? (?:&|y|e|et|und) (?=[^,&]+, [A-Z]\.)")
#: An ampersand also separates full names: "Hugh Gale, Ada Fenn & Jo Holt". Firms have one inside their name.
_FIRM = re.compile(r"\b(?:Sons|Brothers|Ltd|Inc|Co|Corp|GmbH|LLC|Company|Partners)\b")
_BETWEEN, _WHOLE_NAME = re.compile(r",\s*(?:& )?| & "), re.compile(r"[^\W\d_a-z][\w.'’-]*(?: [\w.'’-]+){1,4}")
#: A name of one word, which some people have: "Girish", "Xu-Wen".
_ONE_NAME = re.compile(r"(?!(?:Jr|Sr|PhD|MD)$)[A-ZÀ-Þ][^\W\d_]*[a-zß-ÿ](?:-?[^\W\d_])*")
#: A user's name, which Hugging Face shows for authors who have an account: "zk95", "blaz-r", "hughgale", "WangAI".
_USER = re.compile(
    r"(?=\S*[\d_]|[a-z]+-|\S*[a-z][A-Z]{2,}$)\w[\w-]{2,38}|(?!(?:editors|others|hrsg|deceased)$)[a-z]{4,39}"
)


def split_names(value: Any, *, by_commas: bool = True) -> list[str]:
    """Names in a list, or in a text: split at semicolons or `and`, else at commas if that gives full names.

    by_commas: whether a comma between two names without initials separates them. It doesn't if other rows of the table
    use semicolons: "García Márquez, Bo Erik" is then one name.

    >>> split_names("Doe, Jane; Roe, Richard"), split_names("Jane Doe, Richard Roe"), split_names("Doe, Jane")
    (['Doe, Jane', 'Roe, Richard'], ['Jane Doe', 'Richard Roe'], ['Doe, Jane'])
    >>> split_names("['Gale, H.', 'Holt, J.']"), split_names("Gale H, Holt JK.")
    (['Gale, H.', 'Holt, J.'], ['Gale H', 'Holt JK'])
    >>> split_names("Gale, Hugh, Jane Holt, and Ada Fenn"), split_names("Hugh Gale, Girish, Jane Holt")
    (['Gale, Hugh', 'Jane Holt', 'Ada Fenn'], ['Hugh Gale', 'Girish', 'Jane Holt'])
    >>> split_names("Gale, Hugh, Holt, Jane"), split_names("张三，李四")
    (['Gale, Hugh', 'Holt, Jane'], ['张三', '李四'])
    >>> split_names("Hugh Gale, Girish, zk95, joholt")
    ['Hugh Gale', 'Girish', 'zk95', 'joholt']
    >>> split_names("G&#225;le, Hugh; O&#39;Holt, Jane")
    ['Gále, Hugh', "O'Holt, Jane"]
    """
    if not isinstance(value, str):
        return names_of(value)
    value = f"[{value[2:-1]}]" if value.startswith('c("') else _CALL.sub(r"\1", value) if value[:1] == "[" else value
    if _PYTHON_LIST.fullmatch(value):
        with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
            return names_of(ast.literal_eval(_NO_COMMA.sub(", ", value.strip())))
        return [name for _, name in re.findall(r"(['\"])(.*?)\1\s*(?:,|\])", value) if name.strip()]
    text = " ".join((unescape(value) if "&" in value else value).translate(_NARROW).split())
    if "//" in text and "://" not in text:  # EndNote's tables
        text = text.replace("//", "; ")
    text = without_institutes(text) if ")" in text or "]" in text else text
    text = _with_and(text) if " & " in text else _AMPERSAND.sub(" and ", text) if "., " in f"{text}, " else text
    for separator in (";", "|", " and "):
        if separator in text:
            return _by_signs(text, separator)
    if len(names := _by_commas(text, by_commas=by_commas)) > 1:
        return [*names[:-1], _without_stop(names[-1], names[0])]
    return [_SCOPUS_ID.sub("", text)] if text else []


def _with_and(text: str) -> str:
    """The text with "and" or semicolons instead of ampersands between names; those inside a name stay.

    >>> _with_and("Hugh Gale & Jo Holt"), _with_and("Barrow & Sons"), _with_and("Gale, H., & Holt, J.")
    ('Hugh Gale and Jo Holt', 'Barrow & Sons', 'Gale, H. and Holt, J.')
    >>> _with_and("Fenn, Ada; Gale, Hugh & Holt, Jo"), _with_and("Barrow & Sons, Ltd.")
    ('Fenn, Ada; Gale, Hugh; Holt, Jo', 'Barrow & Sons, Ltd.')
    """
    if _FIRM.search(text):
        return text
    if all(part.count(",") == 1 for part in re.split(" & |;", text)):
        return text.replace(" & ", "; ")  # as in JabRef's tables
    parts = _BETWEEN.split(text)
    if all(map(_WHOLE_NAME.fullmatch, parts)) and not is_group(text):
        return text.replace(" & ", " and ")
    return _AMPERSAND.sub(" and ", text)


def _by_commas(text: str, *, by_commas: bool, is_cited: bool = False) -> list[str]:
    """The names in a text with commas: one per part, or one per two parts if names are inverted; else the whole text.

    is_cited: the text is part of a citation; MLA style inverts the first name only.
    """
    parts = [p.strip() for p in text.split(",") if p.strip()]
    if len(parts) < 2:
        return parts
    are_whole = all(" " in p for p in parts) and not INITIALS.fullmatch(parts[1])
    if (by_commas or len(parts) > 2) and (are_whole or _has_users(parts) or all(map(HAN.fullmatch, parts))):
        return parts
    if len(names := names_by_commas(text)) > 1:
        return names
    alone = [at for at, part in enumerate(parts) if " " not in part]
    is_first_inverted = alone in ([0], [0, 1]) if is_cited else alone == [0] and _INITIALS.search(parts[1])
    if len(parts) > 2 and is_first_inverted:
        return [", ".join(parts[:2]), *parts[2:]]
    are_few = 3 * len(alone) <= len(parts) or (len(parts) % 2 and 2 * len(alone) < len(parts))
    if len(parts) > 2 and are_few and all(_ONE_NAME.fullmatch(parts[at]) for at in alone):
        return parts
    if len(parts) % 2 == 0 and all(p.istitle() and " " not in p for p in parts):
        return [", ".join(pair) for pair in zip(parts[::2], parts[1::2], strict=True)]
    return [text]


def _has_users(parts: list[str]) -> bool:
    """Whether the parts are full names, single names and user names, with at least one that is no family name."""
    users = [part for part in parts if _USER.fullmatch(part)]
    is_certain = any(map(_WHOLE_NAME.fullmatch, parts)) or not all(map(str.isalpha, users))
    others = (part for part in parts if part not in users)
    return bool(users) and is_certain and all(_WHOLE_NAME.fullmatch(p) or _ONE_NAME.fullmatch(p) for p in others)


def _by_signs(text: str, separator: str) -> list[str]:
    if separator == " and ":
        parts = re.split(r",?\s+and\s+", text)
    else:
        pieces = re.split(r"\s*[;|]\s*(?:and\s+)?", text)
        parts = with_commas(pieces) or [name for piece in pieces for name in _two(piece)]
        parts[-1] = _without_stop(parts[-1], parts[0].partition(",")[0])
    if separator == " and " and len(parts) == 2 and "," in parts[0]:
        parts = [*_by_commas(parts[0], by_commas=True, is_cited=True), parts[1]]
    return [name for p in parts if (name := _SCOPUS_ID.sub("", p.strip()))]


def _two(part: str) -> list[str]:
    """The names that `and` joins in a piece of a list, if all or none are inverted: "Barrow and Sons, Ltd." is one."""
    names = re.split(r",?\s+and\s+", part)
    return names if len({"," in name for name in names}) == 1 else [part]


def _without_stop(last: str, first: str) -> str:
    """The last name without the full stop that ends PubMed's lists, if the first name's initials have none."""
    return (
        last[:-1] if last.endswith(".") and "," not in last and re.search(r" [A-ZÀ-Þ]{1,3}(?: Jr)?$", first) else last
    )


def with_others(text: str) -> list[str]:
    """Names in a text; the mark that others were left out is a separate item.

    >>> with_others("Hugh Gale et al."), with_others("Ada Fenn · Xi Wu, et al. (12 authors)"), with_others("null")
    (['Hugh Gale', 'et al.'], ['Ada Fenn', 'Xi Wu', 'et al.'], [])
    """
    listed = text.replace(" · ", "; ").replace(" & ", " and ")
    plain = re.sub(
        r"(?<=al\.)\s*\([^()]{2,60}\)$|(?<=等) ?\d+ ?[位名人](?:作者)?$|\s*\(\d+ authors\)$",
        "",
        " ".join(listed.split()).strip(" ,*"),
    )
    first, *others = re.split(r",?\s+(?=(?:et\.? ?al\.?,?|[等他])$)|[,，](?=等$)|(?=他$)", plain, maxsplit=1)
    return [*split_names(first), *others] if first.lower() != "null" else []


def names_of(value: Any) -> list[str]:
    """Names in a list of texts or objects, or in one of them, without people in roles other than author.

    >>> crane = {"firstName": "Cy", "lastName": "Crane", "creatorType": "author"}
    >>> names_of([crane, {"name": "Ed", "creatorType": "editor"}])
    ['Crane, Cy']
    """
    value = _unwrapped(value)
    if isinstance(value, dict) and all(map(str.isdecimal, value)):  # a list as PHP and pandas write it
        value = list(value.values())
    people = value if isinstance(value, list) else [value]
    return [name for each in people if (name := _name_of(each))]


def _unwrapped(value: Any) -> Any:
    """The value inside objects that hold nothing else, or authors: Europe PMC, dblp, IEEE and Word wrap their lists."""
    while isinstance(value, dict):
        known = next((value[key] for key in _WRAPPERS if key in value), None)
        inside = next(iter(value.values())) if known is None and len(value) == 1 else known
        if not isinstance(inside, dict | list):
            break
        value = inside
    return value


def _name_of(person: Any) -> str | None:
    if isinstance(person, list):  # arXiv's snapshot: family, given, suffix
        return ", ".join(t for part in person[:2] if (t := text_of(part))) or None
    if not isinstance(person, dict):
        return text_of(person)
    role = text_of(next((person[key] for key in _ROLES if person.get(key)), None)) or ""
    if _OTHER_ROLES.search(role):
        return None
    alone = next(iter(person.values())) if len(person) == 1 else None
    if isinstance(inside := person.get("author") or person.get("node") or alone, dict):
        return _name_of(inside)
    family, given = _first(person, _FAMILY), _first(person, _GIVEN)
    if given and not family and " " not in (alone := text_of(person.get("name")) or " "):  # Hayagriva
        family = alone
    if family and (particle := _first(person, _PARTICLES)):
        family = f"{particle} {family}"
    if family and given:
        parts = [
            given,
            *texts_of([person.get(key) for key in ("middle", "Middle", "dropping-particle", "suffix", "name-suffix")]),
        ]
        return inverted(family, " ".join(parts))
    return next(iter(texts_of(person, *_WHOLE)), None) or family


def _first(person: dict[str, Any], keys: list[str]) -> str | None:
    for key in keys:
        if value := person.get(key):
            return text_of(value)
    return None
