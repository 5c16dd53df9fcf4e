"""LaTeX commands that a decoder doesn't know, rewritten with those that it knows; and commands that name journals."""

import re

#: Commands that the decoder drops together with their text; the text stays if they are removed first.
_FONT = re.compile(r"\\(?:texttt|textsf|textmd|textup|mbox|hbox|fbox)(?=\s*\{)")
_VERBATIM = re.compile(r"\\verb\*?([^\sa-zA-Z0-9*])(.{1,200}?)\1")
_LINKED = re.compile(r"\\href\s*\{[^{}]*\}(?=\s*\{)|\\url(?=\s*\{)")
#: A tilde in a link, in the ways that people write it in LaTeX, where a plain one is an accent or a space.
_TILDE_OF_LINK = re.compile(r"(https?://[^\s{}$]*?)(?:\\textasciitilde ?|\\~|~|\$\\sim\$)(?:\{\})?")
#: Commands that Mendeley and others write, and their signs.
_SIGNS = {
    "textless": "<", "textgreater": ">", "textbar": "|", "textunderscore": "_", "textquotedbl": '"', "textminus": "-",
    "slash": "/", "degree": "°", "celsius": "°C", "micro": "μ",
}  # fmt: skip
_SIGN = re.compile(rf"\\({'|'.join(_SIGNS)})(?![a-zA-Z])")
#: Letters and accents before a space, which TeX leaves out: `S\o ren`, `\c c`; one accent on another: `\~\^e`.
_LETTER = re.compile(r"\\(ss|aa|AA|ae|AE|oe|OE|[oOlLij])[ \t]+(?=[^\W\d_])")
_ACCENT = re.compile(r"\\([Hcdkruv])[ \t]+([^\W\d_])")
_STACKED = re.compile(r"\\(['`^\"~=.])(\\(?:[Hcdkruv]\{[^\W\d_]\}|['`^\"~=.]\{?[^\W\d_]\}?))")
_QUOTED = re.compile(r"\\enquote\*?\s*\{([^{}]{1,300})\}")
_UPRIGHT_GREEK = re.compile(
    r"\\text(?=(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|xi|pi|rho|sigma|tau|phi|chi|psi|omega)(?![a-zA-Z]))"
)


def readable(text: str) -> str:
    r"""The text with these commands replaced by what they show.

    >>> readable(r"\texttt{SPECS}, p {\textless} 0.05, {\textalpha}")
    '{SPECS}, p {<} 0.05, {\\alpha}'
    >>> readable(r"S\o ren Nguy{\~\^e}n")
    'S\\o{}ren Nguy{\\~{\\^e}}n'
    """
    text = _STACKED.sub(r"\\\1{\2}", _ACCENT.sub(r"\\\1{\2}", _LETTER.sub(r"\\\1{}", text)))
    text = _QUOTED.sub(r"“\1”", text)
    text = _VERBATIM.sub(r"\2", _LINKED.sub("", _FONT.sub("", text)))
    text = _SIGN.sub(lambda found: _SIGNS[found[1]], _UPRIGHT_GREEK.sub(r"\\", text))
    return _TILDE_OF_LINK.sub(r"\1\\textasciitilde{}", text)


_COMMAND = re.compile(r"\\([a-zA-Z]{2,12})\s*")
#: The journals with the most papers, by their commands.
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
    """The venue; a LaTeX command, with which NASA ADS names journals, becomes the journal's name or the command's.

    >>> journal_name("\\\\apj"), journal_name("\\\\newj"), journal_name("Towers")
    ('The Astrophysical Journal', 'newj', 'Towers')
    """
    command = _COMMAND.fullmatch(venue or "")
    return _JOURNALS.get(command[1], command[1]) if command else venue
