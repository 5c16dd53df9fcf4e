"""Commands of LaTeX that a decoder doesn't know, said with those that it knows, so that what they show is not lost."""

import re

#: Commands that the decoder drops with what they show; without them it stays.
_FONT = re.compile(r"\\(?:texttt|textsf|textmd|textup|mbox|hbox|fbox)(?=\s*\{)")
_VERBATIM = re.compile(r"\\verb\*?([^\sa-zA-Z0-9*])(.{1,200}?)\1")
_LINKED = re.compile(r"\\href\s*\{[^{}]*\}(?=\s*\{)|\\url(?=\s*\{)")
#: A tilde of a link, in the ways that people write it in LaTeX, where it is an accent or a space.
_TILDE_OF_LINK = re.compile(r"(https?://[^\s{}$]*?)(?:\\textasciitilde ?|\\~|~|\$\\sim\$)(?:\{\})?")
#: Commands and their signs, as Mendeley and others write them.
_SIGNS = {
    "textless": "<", "textgreater": ">", "textbar": "|", "textunderscore": "_", "textquotedbl": '"', "textminus": "-",
    "slash": "/", "degree": "°", "celsius": "°C", "micro": "μ",
}  # fmt: skip
_SIGN = re.compile(rf"\\({'|'.join(_SIGNS)})(?![a-zA-Z])")
_UPRIGHT_GREEK = re.compile(
    r"\\text(?=(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|xi|pi|rho|sigma|tau|phi|chi|psi|omega)(?![a-zA-Z]))"
)


def readable(text: str) -> str:
    r"""The text with what those commands show.

    >>> readable(r"\texttt{SPECS}, p {\textless} 0.05, {\textalpha}")
    '{SPECS}, p {<} 0.05, {\\alpha}'
    """
    text = _VERBATIM.sub(r"\2", _LINKED.sub("", _FONT.sub("", text)))
    text = _SIGN.sub(lambda found: _SIGNS[found[1]], _UPRIGHT_GREEK.sub(r"\\", text))
    return _TILDE_OF_LINK.sub(r"\1\\textasciitilde{}", text)
