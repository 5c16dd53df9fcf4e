"""What feeds and catalogues write around a title: an arXiv id, a file type, a language, brackets of a translation."""

import re

from papersieve.pipeline.extract.shared.identifiers import find_arxiv_id

#: File types that listings put before a title, in brackets.
FILES = "pdf|html|ps|book|citation|doc|[bc]"
_LANGUAGES = (
    "afrikaans|arabic|bulgarian|catalan|chinese|croatian|czech|danish|dutch|english|finnish|french|georgian|german|greek|"
    "hebrew|hungarian|icelandic|italian|japanese|korean|lithuanian|norwegian|persian|polish|portuguese|romanian|russian|"
    "serbian|slovak|slovenian|slovene|spanish|swedish|thai|turkish|ukrainian|vietnamese"
)
_BARE_ID = r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d{1,3})?"
_ID = rf"arxiv:\s?{_BARE_ID}"
_BEFORE = re.compile(
    rf"(?:\[(?:{FILES})\]\s*)+|title\s*:\s*|(?P<arxiv>{_ID})(?:\s*\[[\w.-]+\]\s*[-–—:|]?|\s*[-–—:|])\s+"
    rf"|\[(?P<page>(?:arxiv:\s?)?{_BARE_ID})\]\s+",
    re.IGNORECASE,
)
#: An id in round brackets is the paper's own if the feed adds its subject; "Comment on Bells (arXiv:2101.00001)" means
#: another paper.
_BEHIND = re.compile(
    rf"(?:[(\[]\d[\d.,]{{0,7}}k?\s(?:upvotes?|votes?|likes?|stars?)[)\]]|\((?P<arxiv>{_ID})\s*\[[\w.-]+\][^()]*\)|\[v(?P<version>[1-9]\d?)\]"
    rf"|\[(?:{_LANGUAGES})(?:(?:,|,? and| &|/) ?(?:{_LANGUAGES}))*\]|[(\[]abstract[)\]]"
    r"|\[(?:published )?erratum (?:appears )?in\b[^\[\]]*\]|\[see comments?\]|\[\d{1,4} refs?\.?\])\s*\.?\s*$",
    re.IGNORECASE,
)
#: Matches every title that `undecorated` changes, also in regular expression engines that know no more than RE2.
MAY_BE_DECORATED = r"(?i)^(?:\[|t.tle|arx)|[)\].*]$"
#: The sign of a footnote.
_STAR = re.compile(r"(?<=[a-z]{3})\s*\*{1,3}$")
#: The most pieces that are taken off at either end.
_MAX_PIECES = 4
#: Characters at the end of a title that are searched for an id.
_TAIL_CHARS = 300
_WORD = re.compile(r"[^\W_]")
#: What Scopus writes if it knows no title.
NO_TITLE = "[No title available]"


def with_subtitle(title: str | None, subtitle: str | None) -> str | None:
    """The title followed by the subtitle, unless it already contains it.

    >>> with_subtitle("Bees", "A study"), with_subtitle("Bees?", "A study"), with_subtitle("Bees: a study", "A study")
    ('Bees: A study', 'Bees? A study', 'Bees: a study')
    """
    if not title or not subtitle or subtitle.lower() in title.lower():
        return title
    return f"{title}{' ' if title[-1:] in tuple('?!:') else ': '}{subtitle}"


def of_book(title: str | None, venue: str | None, *, is_in_print: bool) -> tuple[str | None, str | None]:
    """The title and the venue. Scopus gives the title of a cited book as its venue, without a volume and pages.

    >>> of_book("[No title available]", "Bells", is_in_print=False), of_book("Bees", "Bells", is_in_print=False)
    (('Bells', None), ('Bees', 'Bells'))
    """
    return (venue, None) if title == NO_TITLE and venue and not is_in_print else (title, venue)


def undecorated(title: str) -> str:
    """The title without what was written around it, unless nothing would be left.

    >>> undecorated("[PDF] Bees in towers. (arXiv:2101.00001v2 [q-bio.PE] UPDATED)")
    'Bees in towers.'
    >>> undecorated("[Bees in towers]. [German]")
    'Bees in towers'
    """
    for _ in range(_MAX_PIECES):
        shorter = _less(title)
        if shorter == title:
            break
        title = shorter
    return title


def _less(title: str) -> str:
    """The title without one piece at the start, and without one at the end or the brackets around all of it."""
    rest = title[found.end() :] if (found := _BEFORE.match(title)) else title
    if rest.endswith(("?.", "!.")):  # catalogues add a full stop to any title
        return rest[:-1]
    if rest.endswith("*"):
        rest = _STAR.sub("", rest)
    if rest[-1:] in (")", "]", "."):
        rest = rest[: found.start()].rstrip() if (found := _BEHIND.search(rest)) else _unwrapped(rest)
    return rest if _WORD.search(rest) else title


def _unwrapped(title: str) -> str:
    """The title without the brackets that catalogues put around a title that they translated."""
    inner = title.removesuffix(".")
    if not (inner.startswith("[") and inner.endswith("]")):
        return title
    depth = 0
    for place, character in enumerate(inner, start=1):
        depth += (character == "[") - (character == "]")
        if depth == 0:
            return inner[1:-1].strip() if place == len(inner) else title
    return title


def complete_arxiv(known: tuple[str, int | None] | None, title: str) -> tuple[str, int | None] | None:
    """An arXiv id and its version (None if unknown), completed from what a feed wrote around the title."""
    before, behind = _BEFORE.match(title), _BEHIND.search(title[-_TAIL_CHARS:])
    page = before and before["page"]
    said = page or next((found["arxiv"] for found in (behind, before) if found and found["arxiv"]), None)
    told = find_arxiv_id(said) if said else None
    if known is None or known[1] is not None:
        return known or told
    if told and told[0] == known[0]:
        return told
    return (known[0], int(behind["version"])) if behind and behind["version"] and not told else known
