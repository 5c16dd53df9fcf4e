"""The first line of an item in a list of papers: its title, and the dates, venues and names around it."""

import re
from dataclasses import dataclass

from papersieve.pipeline.extract.shared.cited_marks import are_names, are_names_of_ama
from papersieve.pipeline.extract.shared.list_links import BREAK, LABEL, LINK, PAPER_LABEL, PAPER_URL, URL, without_signs
from papersieve.pipeline.extract.shared.titles import undecorated

_ITEM = re.compile(
    r"(?P<indent>\s{0,8})(?:(?P<mark>[-*+])|(?P<number>\d{1,4}[.)]|(?:\*\*)?\[\d{1,3}\](?:\*\*)?(?!\())|(?P<heading>#{1,6}(?:\s+\d{1,4}[.)])?))\s+"
    r"(?:\[(?:[ xX]|\d{1,3})\]\s+)?(?P<text>\S.*)"
)
#: What may precede a title: a day, a month or a venue with its year, in brackets or as code.
_BEFORE = re.compile(
    r"(?:(?P<day>\d{4}-\d{2}-\d{2}|(?:\d{4}[-./](?:0[1-9]|1[0-2])|(?:0[1-9]|1[0-2])/\d{4})(?=\s*[|:])|(?:19|20)\d\d(?=:\s+[\[*]))|(?:\*\*)?[\[(`]{1,2}[*_]{0,2}(?P<said>[^\[\]()`*_]{2,40})[*_]{0,2}[\])`]{1,2}(?:\*\*)?(?!\())[,:|\s]*(?:[-–—]\s+)?"
)
#: A title in bold, as a link, or both.
_TITLE = re.compile(
    r"(?:\*\*\s*\[(?P<a>[^\[\]]+(?:\[[^\[\]]{1,60}\][^\[\]]*)*)\]\((?P<a_url>[^()\s]+)\)\s*\*\*|\[\*{0,2}(?P<b>(?:\[[^\[\]]{1,60}\]\s)?[^\[\]]+?(?:\[[^\[\]]{1,60}\][^\[\]]*?)*)\*{0,2}\]\((?P<b_url>[^()\s]+)\)|\*\*(?P<c>.+?)\*\*)(?P<rest>.*)"
)
#: A title alone on its line in bold: with its number, or of four words and more.
_BOLD_ALONE = re.compile(r"\*\*(?:[^*\s]+\s+){3,60}[^*\s]*[^*:：\s]\*\*\s*")
_BOLD_NUMBER = re.compile(r"\*\*(\d{1,4}[.)])\s+([^*]{5,300})\*\*(?=\s*$|\s+[-–—]\s)")
#: A title in quotes, in bold or as a link, behind names: 'H. Gale, and J. Holt. "Lamps in Towers." ICT 2020'.
_BEHIND_NAMES = re.compile(
    r"(?P<names>[^\"“”\[\]*]{2,500}?)\s+(?:(?P<quote>[\"“])|\*\*|(?=\[))\[?(?P<title>[^\"“”\[\]*]{6,300})(?(quote)[\"”]|(?:\*\*|(?=\]\()))(?P<rest>.*)",
    re.DOTALL,
)
_INITIAL = re.compile(r"\b[A-Z](?:\.|$)")
_MARKS = re.compile(r"\*\*[^*]+\*\*|\*[^*]+\*|[^*]+")
#: A word in brackets before a title, next to other brackets; with several capitals it is a venue.
_TAG = re.compile(r"[^\W\d_][\w&+'’ .,/-]{1,24}")
_CODE_TAG = re.compile(r"`([^`]{1,60})`\s*(?=[\[`*])")
SHORT_VENUE = re.compile(r"arXiv|(?=(?:[^A-Z]*[A-Z]){2})[A-Z][A-Za-z&+-]{2,15}")
#: A word of names, or of a venue.
_CAPITAL = r"(?:[^\W\d_a-z][^\s\[\]?!:<|`*]*|and|&|et|al\.,?|van|der|de|von|da|di|del|la|(?:19|20)\d\d[.,]?)"
#: A venue with its year, before a link.
_VENUE = r"[A-Z][^\[\]?!]{1,80}\b(?:19|20)\d\d\b[\s.,)]*[\[(<|*`]"
#: A title in plain text ends where a link, italics before a link, a venue with its year, or names begin.
_PLAIN_TITLE = re.compile(
    r"(?P<c>[^`]{2,300}?)(?P<rest>(?:"
    r"[\s,.(:–—-]{0,9}(?:\barXiv[ ,:]{1,2}(?:preprint|\d|\[)|\[\[|\[(?=[^\[\]]*(?:\]\(|\d\d\]))|<(?=[a-z/!])|(?<!\w)\||`|https?:"
    rf"|\*{{1,2}}[^*]+\*{{1,2}}(?=[.,;]\s+[A-Z]|\s+et al\b|\s+{_VENUE}|[\s,.;)]*(?:$|[\[(<|*`]|https?:)))"
    rf"|(?<=\w{{3}})\.\s+(?=(?:{_CAPITAL}\s+){{1,60}}(?:[\[(<|*`]|https?:|{_CAPITAL}\.\s)|{_VENUE})"
    r"|\s*\((?:19|20)\d\d\)(?!\s+[a-z])|\.?\s*\(with\s+(?=[A-Z\[])).*)",
    re.DOTALL,
)
#: A title after the links.
_UNLINKED = re.compile(r"(?P<c>[^\[\]*`|:][^\[\]*`|]{9,300})(?P<rest>)")
#: How a sentence before a link ends, which is no title: "Our paper is posted on [arXiv](…)".
_SENTENCE = re.compile(r"\b(?:on|at|in|from|via|is|are)$")
_ITALIC_TITLE = re.compile(r"\*(?P<c>[^*]{3,300})\*(?P<rest>\s*(?:[,.(\[]|[-–—]\s).*)", re.DOTALL)
#: A citation behind a title: "Lamps in Towers (Gale et al., 2020)".
_CITED_BEHIND = re.compile(r"(?P<title>.{10,}?)(?:\s\((?:[A-Z][^()\d]{1,60},? )?|, )(?P<year>(?:19|20)\d\d)\)?")
#: A title in bold that is a system's name may continue after it: "**DoorGPT**: Squeaks as Language".
_SUBTITLE = re.compile(r"\s*:\s*(?:([*_])(?P<italic>[^*_]+)\1|(?P<plain>[A-Z][^\[\]*_|<`.]{1,300}?)(?=\s*[\[|<]))")
SYSTEM_WORDS = 2
#: A system's name before the link that is the title.
_NAME_BEFORE = re.compile(r"((?=[\w.+-]*?(?:[A-Z][\w.+-]*[A-Z]|\d))[\w.+-]{1,20}): (?=\[[^\[\]]{12,300}\]\()")
#: A year, a month or a day, or arXiv's form of year and month, after the name of a venue if there is one.
WHEN = re.compile(
    r"(?P<venue>\d?[A-Za-z][A-Za-z&'’+/. -]{0,40}?)??[ ,'’-]*(?P<date>(?:(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.? )?(?:19|20)\d\d(?:[-/.](?:0?[1-9]|1[0-2])(?:[-/.]\d{1,2})?)?|(?<=arXiv )\d\d[./-](?:0[1-9]|1[0-2])|(?<=['’])\d\d)(?: (?i:Findings|Workshops?|Oral|Spotlight|Poster|Highlight|Main))?"
)
#: The address of a paper behind the title in a heading.
_ADDRESS_BEHIND = re.compile(r"(?<!\])[ (]\s?(https?://[^\s()]{1,500})\)?\s*$")
#: A line without a mark that holds only a title that links to a paper; notes in brackets or tags may be around it.
_ALONE = re.compile(
    r"(?:\[\*\*[^\[\]*]{2,40}\*\*\]\s*)?(?:\*\*)?\[(?P<title>[^\[\]]+)\]\((?P<url>https?://[^\s()]+)\)(?:\*\*)?\s*(?:<span[^<>]*>[^<>]*</span>\s*)*(?:\d{4}[\d.-]{0,6})?\\*\s*"
)
_ID = re.compile(r"(?:arxiv:)?\d\d(?:0[1-9]|1[0-2])\.\d{4,5}(?:v\d{1,2})?", re.IGNORECASE)
_NO_TITLE = re.compile(rf"{_ID.pattern}|{URL.pattern}|\([^()]*\)", re.IGNORECASE)
DATE = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
#: Tags before a title that only give it a place to link to: `<span id="lamps">`.
_OPENING = re.compile(r"^(?:[【】]{2}\s*)?(?:<(?:span|a)\s[^<>]{1,100}>\s*(?:</(?:span|a)>\s*)?)+")
#: A title whose authors and year are the text of a link: "Lamps in towers. [Gale (2020)](https://…)".
_BY_LINK = re.compile(
    r"^(?:\*\*)?([^*\[\]]{5,300}?[.?!]) \[([A-Z][^\[\]()\d]{1,80}) \(((?:19|20)\d\d)\)\](\(https?://[^()\s]+\))\.?(?:\*\*)?$"
)
#: A venue with its year before a title: "ICT 2024, **Lamps**: A Count, [arXiv](https://…)".
_VENUE_FIRST = re.compile(r"([^,\[\]*`|()]{4,24}), (?=\S)")
#: A month before its year, and a year before a venue, which are read the other way round.
_MONTH, _YEAR_FIRST = re.compile(r"^(\d\d)/(\d{4})$"), re.compile(r"^((?:19|20)\d\d) ([A-Za-z][\w&'’ /-]{1,24})$")
#: Separators of the pieces after a title.
_PIECES = re.compile(
    r"(?-i:(?<= [A-Z]\.)\s+(?=[A-Z][A-Za-z]+,? (?:19|20)\d\d))|,?\s{0,2}\b(?:paper|code|pdf|project|link)s?\s{0,2}:|\s[-–—|·]\s|(?<=[\w)]{3}\.)\s+(?=[\[(]|(?-i:[A-Z])|$)|[()]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ItemLine:
    """The first line of an item: its kind of mark, its indent, its title, and the texts before and after the title."""

    mark: str
    indent: int
    title: str
    before: list[str]
    rest: str


def mark_of(text: str) -> tuple[str, int] | None:
    """The kind of mark and the indent of an item or a heading, else None; all numbers are of one kind."""
    found = _ITEM.match(text)
    return _mark(found) if found else None


def _mark(found: re.Match[str]) -> tuple[str, int]:
    return "#" if found["heading"] else found["mark"] or "1", len(found["indent"])


def mark_free(text: str) -> str:
    """The text of an item without its mark, emoji and pictures."""
    found = _ITEM.match(text)
    return without_signs(found["text"]).strip() if found else text


def item_line(text: str) -> ItemLine | None:
    """The first line of an item; None if it is not one.

    A heading, or a line in bold, counts if its title links to a paper; plain text is a title if a link in the line is
    labelled as a paper.
    """
    found = _item(text)
    behind = _ADDRESS_BEHIND.search(text) if found and (found["heading"] or "").startswith("##") else None
    if not found or ("](" not in text and "**" not in text and not behind):
        return None
    before, said = _parted(_BY_LINK.sub(r"**\1** | \2 | \3 | [paper]\4", without_signs(found["text"]).strip()))
    title = _TITLE.match(said)
    if (not title or _are_people(title["a"] or title["b"] or title["c"])) and (cited := _behind_names(said)):
        return ItemLine(*_mark(found), cited["title"].strip(" *,."), before, f"{cited['names']} | {cited['rest']}")
    urls = [behind[1]] if behind else [url for to, url in LINK.findall(found["text"]) if _names_target(to)]
    is_placed = any(when and when["venue"] for when in map(WHEN.fullmatch, before))
    is_called = bool(PAPER_LABEL.search(said)) or any(map(PAPER_URL.match, urls)) or is_placed
    if not title and is_called:
        said = said.replace("**", "") if is_placed else said
        title = (
            _ITALIC_TITLE.match(said)
            or _PLAIN_TITLE.match(said)
            or (_UNLINKED.fullmatch(said) if before and not said[:4].isdigit() else None)
        )
    if not title:
        return None
    parts = title.groupdict()
    name = undecorated((parts.get("a") or parts.get("b") or parts["c"]).strip(" *,"))
    url = parts.get("a_url") or parts.get("b_url") or ""
    is_sure = not found["heading"] or PAPER_URL.match(url) or (is_called and not url)
    if (
        not is_sure
        or LABEL.fullmatch(name)
        or (url and len(name) < 20 and WHEN.fullmatch(name))
        or _NO_TITLE.fullmatch(name)
        or (title.re is _PLAIN_TITLE and _SENTENCE.search(name))
    ):
        return None
    name, rest = _whole(name, title["rest"])
    if _are_people(name):  # authors in bold, or before links, in a reference
        return None
    return ItemLine(*_mark(found), name, before, rest)


def _item(text: str) -> re.Match[str] | None:
    """The mark and the text of an item; a line in bold, or with nothing but a linked title, needs no mark."""
    alone = _ALONE.fullmatch(text)
    if _BOLD_ALONE.fullmatch(text) or (alone and len(alone["title"].split()) > 2 and PAPER_URL.match(alone["url"])):
        return _ITEM.match(f"- {text.strip()}")
    return _ITEM.match(_BOLD_NUMBER.sub(r"\1 **\2**", text))


def _parted(said: str) -> tuple[list[str], str]:
    """What precedes the title, such as dates and venues, and the rest of the line."""
    before, said = list[str](), _OPENING.sub("", said)
    while piece := _before(said.removeprefix("(") if said.startswith("([") else said):
        told = (piece["day"] or piece["said"] if piece.re is _BEFORE else piece[1]).strip()
        is_name = piece[0].startswith("**") and not WHEN.fullmatch(told)
        before += [] if is_name else [_YEAR_FIRST.sub(r"\2 \1", _MONTH.sub(r"\2-\1", told))]
        said = piece.string[piece.end() :].lstrip(" |,:)")
    if (name := _NAME_BEFORE.match(said)) and not LABEL.fullmatch(name[1]):
        said = said[name.end() :]
    return before, said


def _whole(name: str, rest: str) -> tuple[str, str]:
    """The title with its subtitle, and without a citation inside it; and the rest."""
    if cited := _CITED_BEHIND.fullmatch(name):
        name, rest = cited["title"], f" | {cited['year']} | {rest}"
    if (behind := _SUBTITLE.match(rest)) and (behind["italic"] or len(name.split()) <= SYSTEM_WORDS):
        name, rest = f"{name.rstrip(': ')}: {(behind['italic'] or behind['plain']).strip(' ,')}", rest[behind.end() :]
    return name, rest


def _behind_names(said: str) -> re.Match[str] | None:
    """Names and the title behind them, in quotes, in bold or as a link; a name may be in bold itself."""
    for text in (said, said.replace("**", "", 2)):
        found = _BEHIND_NAMES.match(text)
        if found and (found["quote"] or _are_people(found["names"])) and not _are_people(found["title"]):
            return found
    return None


def _are_people(text: str) -> bool:
    """Whether a text consists of names with initials, as references have them."""
    text = text.strip(" *.:,")
    return are_names(text) and bool(_INITIAL.search(text) or ("," in text and are_names_of_ama(text)))


def _names_target(text: str) -> bool:
    """Whether the text of a link names what it leads to, its id or venue, and is no title: "paper", "CVPR2023"."""
    return any(each.fullmatch(text) for each in (LABEL, _ID, *(WHEN, SHORT_VENUE) * (len(text) < 20)))


def _before(said: str) -> re.Match[str] | None:
    """What precedes a title: a date, a venue with its year, an arXiv id, or a link with a label such as "pdf"."""
    if link := LINK.match(said):
        return link if _names_target(link[1]) else None
    if (first := _VENUE_FIRST.match(said)) and WHEN.fullmatch(first[1]):
        return first
    found = _BEFORE.match(said)
    inside = found["said"].strip() if found and not found["day"] else ""
    if found and (found["day"] or WHEN.fullmatch(inside) or _ID.fullmatch(inside) or _YEAR_FIRST.match(inside)):
        return found
    is_tag = (
        found and _TAG.fullmatch(inside) and said.lstrip("*")[0] == "[" and said.startswith(("[", "**"), found.end())
    )
    return found if is_tag else _CODE_TAG.match(said)


def pieces_behind(rest: str) -> list[str]:
    """The pieces after a title, without links: bold texts, italic ones with marks, and others split at separators."""
    marked = _MARKS.findall(BREAK.sub(" | ", LINK.sub(" ", rest)))
    found = (piece for text in marked for piece in ([text] if text[0] == "*" else _PIECES.split(text)))
    return [piece.removeprefix("**").removesuffix("**") for piece in found if piece.strip(" *_-–—,.()|")]
