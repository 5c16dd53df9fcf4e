"""Author names in BibTeX, with `and`, braces or name parts; and repair of entries that a parser refuses."""

import re
from typing import Any

from papersieve.pipeline.extract.shared.field_parts import inverted

#: Taylor & Francis also writes one after the last name, and people write it twice or with a comma. IDEAS writes "&".
_AND = re.compile(r"(?:\s+and,?)+(?:\s+|$)|\s+&\s+(?!(?:Sons|Bros|Brothers|Co|Company|Partners)\b)", re.IGNORECASE)
#: A non-breaking space. Before a number a tilde means "about" or "to", and in addresses it marks a home folder.
_TIE = re.compile(r"(?<=[\w.,;:)}])(?<!\\\w)(?<!\d)~(?=[\w{$\\(])|(?<=\d)~(?=[^\W\d]|[{$\\(])|(?<=[\w.,])\\ ")
#: A part of a name, as biblatex writes it.
_PART = re.compile(r"([a-z-]+)\s*=\s*\"?([^,\"]*)")


def split_authors(text: str) -> list[str]:
    """Names separated by `and` outside braces: {Barrow and Sons, Ltd.} is one.

    >>> split_authors("M.~Quist and {Tower~Group and Sons}")
    ['M. Quist', 'Tower Group and Sons']
    """
    text = _TIE.sub(" ", text)
    if "{" not in text:
        return [_person(name) for part in _AND.split(text) if (name := part.strip())]
    names, start, depth = list[str](), 0, 0
    for found in re.finditer(rf"\\.|[{{}}]|{_AND.pattern}", text, re.DOTALL | re.IGNORECASE):
        depth += (found[0] == "{") - (found[0] == "}")
        if depth == 0 and _AND.fullmatch(found[0]):
            names.append(text[start : found.start()])
            start = found.end()
    return [_person(name) for part in (*names, text[start:]) if (name := (unbraced(part) or "").strip())]


def _person(name: str) -> str:
    """A name, in catalogue order if biblatex wrote it in parts.

    >>> _person("family=Berg, given=Olaf, prefix=van den, useprefix=true")
    'van den Berg, Olaf'
    """
    if "family=" not in name.replace(" ", ""):
        return name
    part = {key: value.strip() for key, value in _PART.findall(name)}
    family, given = (
        " ".join(filter(None, map(part.get, keys))) for keys in (("prefix", "family"), ("given", "suffix"))
    )
    return inverted(family, given) or name


def unbraced(text: str | None) -> str | None:
    """The text without the braces that protect capitals, and with ties as spaces; with LaTeX commands, braces stay."""
    text = _TIE.sub(" ", text) if text else text
    if not text or "\\" in text:
        return text
    return text.replace("{", "").replace("}", "")


#: The key in the first line, up to the comma that ends it.
_KEY = re.compile(r"(@[a-zA-Z]+\s*\{)([^=\n]*),[ \t]*(?=\n)")
#: A field where the key should be.
_NO_KEY = re.compile(r"(@[a-zA-Z]+\s*\{)(?=\s*[a-zA-Z][\w-]*\s*=)")
#: A word on a line of its own between fields: SAGE writes `doi:10.1/1,` before its fields.
_STRAY = re.compile(r"(?<=,)[ \t]*\n[ \t]*[^\s={}@,\"]+,[ \t]*(?=\n)")
#: Commas with nothing between them, at the end of a line.
_COMMAS = re.compile(r",(?:[ \t]*,)+(?=[ \t]*\n)")
#: A backslash that Web of Science's line break parted from the brace that it escapes, which would then close the value.
_PARTED = re.compile(r"(?<=\\)\n\s*(?=[{}])")
#: Two quotes in place of one around a value, as ScienceDirect writes them if it begins with a quote.
_DOUBLED = re.compile(r'(?<== ")"(?=[^",\s])|(?<=[^\s="])"(?=",?[ \t]*$)', re.MULTILINE)
#: A field inside a value: a brace is missing before it, so the end of the value is unknown.
_FIELD = re.compile(r"\b[a-zA-Z]+\s*=\s*[{\"]")


def mended(raw: str) -> Any:
    """The entry in a block after its key, last brace and stray lines are repaired; None if it still can't be parsed."""
    from bibtexparser.entrypoint import parse_string  # imported here: it loads a LaTeX decoder

    keyed = _NO_KEY.sub(r"\1,", _PARTED.sub("", _DOUBLED.sub("", raw)), count=1)
    text = _KEY.sub(lambda found: found[1] + re.sub("[,{}]", "", found[2]) + ",", keyed, count=1)
    text = _COMMAS.sub(",", _STRAY.sub("", text))
    text = text.rstrip() + "}" * (text.count("{") - text.count("}"))
    entries = parse_string(text, parse_stack=[]).entries
    fields = entries[0].fields if len(entries) == 1 else []
    return entries[0] if fields and not any(_FIELD.search(str(field.value)) for field in fields) else None
