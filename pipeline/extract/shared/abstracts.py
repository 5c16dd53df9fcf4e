"""An abstract of several parts, as sections or an index of its words; of
translations and notes of copyright the first text is the abstract.
"""

import re
from typing import Any

#: Words of the longest abstract that is put together from its index: places beyond are a fault.
_MAX_WORDS = 50_000

_SECTION = re.compile(
    r"\W{0,3}(?:(?:the )?(?:background|introduction|context|objectives?|aims?|purpose|rationale|hypothes[ie]s|importance|question|setting|design|"
    r"participants|patients|subjects|population|interventions?|exposures?|main outcomes?|outcomes?|measurements?|materials?|methods?|methodology|"
    r"data(?: sources?)?|approach|procedures?|results?|findings|observations|evaluation|conclusions?|concluding|discussion|interpretation|"
    r"implications|significance|limitations?|originality|practical|research|value|trial registration|funding|summary|keywords?)\b[^.:]{0,40}[:.\-–—]"
    r"|[A-Z][A-Z /&-]{3,40}:)",
    re.IGNORECASE,
)
#: How feeds of new papers on arXiv begin an abstract.
ANNOUNCED = re.compile(r"^arXiv:\S+\s+(?:Announce Type: \S+\s+)?Abstract: ")
_COPYRIGHT = re.compile(r"\W*(?:copyright|©|\(c\)|all rights reserved|this abstract may be abridged)", re.IGNORECASE)


def joined_sections(parts: list[str]) -> str | None:
    """The parts as one abstract where each behind the first is headed as a section, else the first; None of none.

    >>> joined_sections(["Aim: to see.", "Results: seen."]), joined_sections(["To see.", "Voir."])
    ('Aim: to see. Results: seen.', 'To see.')
    """
    said = [part for part in parts if part and not _COPYRIGHT.match(part)] or parts[:1]
    if len(said) > 1 and all(_SECTION.match(part) for part in said[1:]):
        return " ".join(said)
    return said[0] if said else None


def of_index(index: Any) -> str | None:
    """Put an abstract together from `{word: [places]}`.

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
