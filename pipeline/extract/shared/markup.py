"""Tags that are left in texts: those that typeset go without a trace, those that part lines become a blank."""

import re

#: Tags of HTML and JATS within a line: what they surround belongs to the word beside it, as in CO<sub>2</sub>.
_INLINE = "sub|sup|inf|it|i|bold|b|em|italic|strong|underline|u|tt|small|span|scp|sc|monospace|roman|sans-serif|styled-content"
#: Tags that begin or end a line, a paragraph, a heading, an item.
_BLOCK = "p|br|div|li|ul|ol|list-item|list|h[1-6]|title|sec|abstract"
#: Nothing else between < and > is a tag: "p < 0.05 and n > 3" has none. So attributes have to look like attributes.
_TAG = re.compile(
    rf"</?(?:jats:)?(?:(?:{_INLINE})|(?P<block>{_BLOCK}))"
    r"(?:\s+[a-z_][\w:.-]*\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*\s*/?>",
    re.IGNORECASE,
)


def without_tags(text: str) -> str:
    """The text without its known tags; any other between < and > stays.

    >>> without_tags("<p>CO<sub>2</sub> in <i>Apis</i>,<br/>p<0.05</p>")
    ' CO2 in Apis, p<0.05 '
    """
    return _TAG.sub(lambda found: " " if found["block"] else "", text) if "<" in text else text
