"""Tags left in texts: those that typeset are removed without a trace, those that separate lines become a space."""

import re
from unicodedata import lookup

#: Inline tags of HTML and JATS: the text inside belongs to the word next to it, as in CO<sub>2</sub>.
_INLINE = "sub|sup|inf|it|i|bold|b|em|italic|strong|underline|u|tt|small|span|scp|sc|monospace|roman|sans-serif|styled-content|inline-formula|disp-formula|tex-math|mml:[a-z]+"
#: Tags that begin or end a line, a paragraph, a heading, an item.
_BLOCK = "p|br|div|li|ul|ol|list-?item|list|h[1-6]|title|sec|abstract"
#: Other text between < and > is not a tag: "p < 0.05 and n > 3" has none. So attributes have to look like attributes.
_TAG = re.compile(
    rf"</?(?:jats:)?(?:(?:{_INLINE})|(?P<block>{_BLOCK}))"
    r"(?:\s+[a-z_][\w:.-]*\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*\s*/?>",
    re.IGNORECASE,
)

#: A power: a superscript number must not merge with the number before it, as in 10<sup>3</sup>.
_POWER = re.compile(r"(?<=\d)<(?:jats:)?sup>\s*([-−–]?\d{1,4})\s*</(?:jats:)?sup>", re.IGNORECASE)

#: A formula in other notations, behind that in TeX.
_OTHER = re.compile(r"(?<=</tex-math>)\s*<alternatives>.{0,20000}?</alternatives>", re.DOTALL | re.IGNORECASE)
#: The name of a character, as Web of Science writes those that it lacks: "kg<middle dot>m-2".
_NAMED = re.compile(r"<([a-z]{3,12}(?: [a-z]{3,12}){1,3})>", re.IGNORECASE)
#: The heading of the whole abstract, which publishers put into it.
_HEADING = re.compile(r"<jats:title>\s*(?:abstract|summary)\s*\.?\s*</jats:title>", re.IGNORECASE)
#: One formula in two notations: TeX is kept, or MathML if there is nothing else.
_BOTH = re.compile(r"<jats:alternatives>(.{0,20000}?)</jats:alternatives>", re.DOTALL | re.IGNORECASE)
_TEX = re.compile(r"<jats:tex-math[^<>]{0,200}>(.{0,20000}?)</jats:tex-math>", re.DOTALL | re.IGNORECASE)
_TEX_MATHS = re.compile(r"\s*\$\$?(.*?)\$\$?\s*", re.DOTALL)
_ANY_TAG = re.compile(r"</?[a-zA-Z][\w:.-]{0,40}(?:\s[^<>]{0,400})?/?>")


#: How JSON begins; Markdown may also begin with a bracket, that of a link or a picture.
_JSON = re.compile(r'\s*(?:\{|\[\s*(?:[{"\]]|\[\s*[\[{"\d]|[\d-]+\s*,))')
#: The column names of a table whose cells may hold Markdown.
_TABLE = re.compile(r'(?:"?[\w -]{1,40}"?,){4}(?=\S)')
_PAGE = re.compile(r"\s*<(?:\?xml|!doctype|html)", re.IGNORECASE)


def is_markdown(text: str) -> bool:
    """Whether a text may be Markdown: it begins neither as JSON or a CSV table nor as an HTML page or XML."""
    return not _JSON.match(text) and not _TABLE.match(text) and not _PAGE.match(text)


def without_tags(text: str) -> str:
    """The text without known tags; other text between < and > stays.

    >>> without_tags("<p>CO<sub>2</sub> in <i>Apis</i>,<br/>p<0.05</p>")
    ' CO2 in Apis, p<0.05 '
    """
    if "<" not in text:
        return text
    text = _NAMED.sub(_character, _OTHER.sub("", text))
    return _TAG.sub(lambda found: " " if found["block"] else "", _POWER.sub(r"^\1", text) if "sup>" in text else text)


def _character(name: re.Match[str]) -> str:
    """The character with a name; the whole text if there is none: "<Go to ISI>"."""
    try:
        return lookup(name[1].upper().replace("SPACING ", ""))
    except KeyError:
        return name[0]


def without_jats(text: str) -> str:
    """A JATS abstract without its tags, its own heading and second notations of formulas; entities stay.

    >>> without_jats("<jats:title>Abstract</jats:title><jats:p>CO<jats:sub>2</jats:sub>, 10<jats:sup>3</jats:sup>")
    'CO2, 10^3'
    """
    if "<" not in text:
        return text
    if "alternatives" in text:
        text = _BOTH.sub(lambda found: _one_notation(found[1]), text)
    text = _HEADING.sub("", text)
    return " ".join(_ANY_TAG.sub("", without_tags(text)).split())


def _one_notation(formula: str) -> str:
    tex = _TEX.search(formula)
    return _TEX_MATHS.sub(r" $\1$ ", tex[1]) if tex else formula
