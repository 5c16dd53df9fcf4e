"""Abstracts that come in parts: sections, translations, copyright notices, or an index of their words."""

import re
from typing import Any

#: The most words of an abstract that is rebuilt from its index: places beyond are faults, and are ignored.
_MAX_WORDS = 50_000

_SECTION = re.compile(
    r"\W{0,3}(?:(?:the )?(?:background|introduction|context|objectives?|aims?|purpose|rationale|hypothes[ie]s|importance|question|setting|design|"
    r"participants|patients|subjects|population|interventions?|exposures?|main outcomes?|outcomes?|measurements?|materials?|methods?|methodology|"
    r"data(?: sources?)?|approach|procedures?|results?|findings|observations|evaluation|conclusions?|concluding|discussion|interpretation|"
    r"implications|significance|limitations?|originality|practical|research|value|trial registration|funding|summary|keywords?)\b[^.:]{0,40}[:.\-–—]"
    r"|[A-Z][A-Z /&-]{3,40}:)",
    re.IGNORECASE,
)
#: How abstracts begin in arXiv's feeds of new papers, and in what is made from these.
ANNOUNCED = re.compile(r"^arXiv:\S+\s+(?:Announce Type: \S+\s+)?Abstract:\s*")
_COPYRIGHT = re.compile(r"\W*(?:copyright|©|\(c\)|all rights reserved|this abstract may be abridged)", re.IGNORECASE)


def joined_sections(parts: list[str]) -> str | None:
    """The parts joined, if all after the first begin with a section heading, else the first part; None without parts.

    Copyright notices are left out, unless there is nothing else.

    >>> joined_sections(["Aim: to see.", "Results: seen."]), joined_sections(["To see.", "Voir."])
    ('Aim: to see. Results: seen.', 'To see.')
    """
    said = [part for part in parts if part and not _COPYRIGHT.match(part)] or parts[:1]
    if len(said) > 1 and all(_SECTION.match(part) for part in said[1:]):
        return " ".join(said)
    return said[0] if said else None


def of_index(index: Any) -> str | None:
    """Rebuild an abstract from `{word: [places]}`; None if there are no words.

    >>> of_index({"lamps": [1, 3], "We": [0], "count": [2]})
    'We lamps count lamps'
    """
    at = {
        place: word
        for word, places in (index.items() if isinstance(index, dict) else ())
        for place in (places if isinstance(places, list) else ())
        if isinstance(place, int) and not isinstance(place, bool) and 0 <= place < _MAX_WORDS
    }
    return " ".join(at[place] for place in sorted(at)) or None
