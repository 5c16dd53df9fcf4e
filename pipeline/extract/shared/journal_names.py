"""Names of journals that NASA ADS writes as commands of LaTeX: `\\apj`."""

import re

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
