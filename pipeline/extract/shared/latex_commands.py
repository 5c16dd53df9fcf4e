"""Commands of LaTeX that a decoder doesn't know, said with those that it knows; and those that name journals."""

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


_COMMAND = re.compile(r"\\([a-zA-Z]{2,12})\s*")
#: Those that most papers are in.
_JOURNALS = {
    "aap": "Astronomy and Astrophysics", "aj": "The Astronomical Journal", "apj": "The Astrophysical Journal",
    "apjl": "The Astrophysical Journal Letters", "apjs": "The Astrophysical Journal Supplement Series",
    "araa": "Annual Review of Astronomy and Astrophysics", "icarus": "Icarus", "nat": "Nature",
    "jcap": "Journal of Cosmology and Astroparticle Physics", "mnras": "Monthly Notices of the Royal Astronomical Society",
    "pasa": "Publications of the Astronomical Society of Australia", "pasj": "Publications of the Astronomical Society of Japan",
    "pasp": "Publications of the Astronomical Society of the Pacific", "physrep": "Physics Reports",
    "pra": "Physical Review A", "prb": "Physical Review B", "prc": "Physical Review C", "prd": "Physical Review D",
    "pre": "Physical Review E", "prl": "Physical Review Letters", "solphys": "Solar Physics", "ssr": "Space Science Reviews",
}  # fmt: skip


def journal_name(venue: str | None) -> str | None:
    """The venue; a journal that NASA ADS names by a command of LaTeX by its name, or by the command's.

    >>> journal_name("\\\\apj"), journal_name("\\\\newj"), journal_name("Towers")
    ('The Astrophysical Journal', 'newj', 'Towers')
    """
    command = _COMMAND.fullmatch(venue or "")
    return _JOURNALS.get(command[1], command[1]) if command else venue
