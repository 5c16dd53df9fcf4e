"""The lines of a list in Markdown, written in one way: links with their addresses, bold text with `**`, names below."""

import re
from itertools import pairwise

from papersieve.pipeline.extract.shared.cited_marks import are_names
from papersieve.pipeline.extract.shared.list_links import LABEL, LINK, PICTURES, URL, leads_to_paper
from papersieve.pipeline.extract.shared.page_lines import Lines

#: Lines that end an item: a heading or a table row.
ENDS = re.compile(r"#{1,6}\s|\s*\|.*\|\s*$")
#: Fewest words of an abstract on a line below an item.
ABSTRACT_WORDS = 12
#: A heading without a link to the web; the text may link to a file beside the page.
_HEADING = re.compile(r"(#{2,6}\s+(?:\d{1,3}[.)]\s+)?)\[?([^\[\]()]{8,300})(?:\]\((?!https?:)[^()\s]{1,500}\))?")
#: An address that links name, "[gale]: https://example.org/lamps", and a link that names one, "[Lamps][gale]".
_ADDRESS = re.compile(r"\s{0,3}\[([^\[\]]{1,100})\]:\s{1,9}<?(https?://[^\s<>]{1,1000})>?.{0,300}")
_BY_NAME = re.compile(r"\[([^\[\]]{1,500})\]\[([^\[\]]{0,100})\]")
_UNDERLINED = re.compile(r"(\s{0,8}(?:(?:[-*+]|\d{1,4}[.)])\s{1,4})?)__([^_]{3,300})__(?!\w)")
_BOLD_LINE = re.compile(r"\*\*[^*]{8,300}\*\*\s*")
_MARK = r"\s{0,8}(?:[-*]|\d{1,4}[.)])\s+"
#: An item of plain text, an item of names before links, and a title in bold, maybe behind its system's name.
_PLAIN = re.compile(r"(?P<indent>\s{0,8})(?P<mark>(?:[-*]|\d{1,4}[.)])\s+)(?P<title>[^\[\]*`<>|]{15,300})")
_BELOW = re.compile(r"(?P<indent>\s+)[-*]\s+(?P<names>[^\[\]*]*).*", re.DOTALL)
_BOLD_FIRST = re.compile(r"(?:\*\([^()]{1,60}\)\*\s+)?(\*\*[^*]{8,300}\*\*.*)")
#: A tag, which may be cut at the end of a line, and the mark of an item.
_TAG_OR_MARK = re.compile(r"<[^<>]{1,600}(?:>|$)|^\s*[-*]\s")
#: A title in quotes before its authors: '1. "Lamps in Towers" by H. Gale (2020)'.
_QUOTED = re.compile(
    rf"^(?:\*\*)?({_MARK})(?:\*\*)?[\"“]([^\"“”]{{8,300}}?)[.,]?[\"”](?:\*\*)?,? ((?:by|[-–—]) .*?)(?:\*\*)?\s*$"
)
#: A title before its venue and year: "- Lamps in Towers (ICT 2020) …", "- Lamps in Towers. ICT 2020 […".
_SHORT = r"(?:arXiv|(?=\w*[A-Z]\w*[A-Z])[A-Z][\w&/-]{1,15})"
_BEFORE_VENUE = re.compile(
    rf"({_MARK})\*{{0,3}}([^\[\]*`|]{{12,300}})(?:\s?[(（](?![^()（）]* al\b)((?:{_SHORT},?|[A-Z][^()（）,\d]{{1,60}}?) ?['’]?(?:19|20)?\d\d)\b[^()（）]{{0,40}}[)）]"
    rf"|[.?]?\s\b({_SHORT} (?:19|20)\d\d))\*{{0,3}}(\s*(?:[\[【].*)?)"
)
#: Fewest items with a title before a venue, in a list that is mostly of such items.
_FEWEST = 5


def list_lines(lines: Lines) -> Lines:
    """The lines, with links on the line of their text, and headings linked to a paper as `_titled` does."""
    whole: Lines = []
    for number, text in _addressed(lines):
        if text.startswith("](") and whole:
            whole[-1] = (whole[-1][0], whole[-1][1].rstrip() + text)
        else:
            whole.append((number, _QUOTED.sub(r"\1**\2** \3", _UNDERLINED.sub(r"\1**\2**", text, count=1))))
    _names_below_titles(whole)
    _venues_first(whole)
    _links_below_titles(whole)
    places = [at for at, (_, text) in enumerate(whole) if ENDS.match(text)]
    for start, end in pairwise([*places, len(whole)]):
        whole[start] = (whole[start][0], _titled([text for _, text in whole[start:end]]))
    return whole


def _addressed(lines: Lines) -> Lines:
    """The lines without addresses of links by name, which the links get."""
    found = {number: address for number, text in lines if (address := _ADDRESS.fullmatch(text))}
    urls = {address[1].lower(): address[2] for address in found.values()}

    def link(by: re.Match[str]) -> str:
        url = urls.get((by[2] or by[1]).lower())
        return f"[{by[1]}]({url})" if url else by[0]

    return [(n, _BY_NAME.sub(link, text) if urls else text) for n, text in lines if n not in found]


def _names_below_titles(lines: Lines) -> None:
    """Put names that begin a paragraph below the title in bold that follows them."""
    before = -1
    for at, ((number, text), (below, title)) in enumerate(pairwise(lines)):
        is_first = number > before + 1 or (at and ENDS.match(lines[at - 1][1]))
        if is_first and below == number + 1 and _BOLD_LINE.fullmatch(title) and are_names(text.strip()):
            lines[at : at + 2] = (number, title), (below, text)
        before = number


def _venues_first(lines: Lines) -> None:
    """Write titles without links in bold behind their venue and year, if most items of the list end with these."""
    items = [at for at, (_, text) in enumerate(lines) if re.match(_MARK, text) and "](#" not in text]
    found = {at: part for at in items if (part := _BEFORE_VENUE.fullmatch(lines[at][1]))}
    sure = sum(1 for part in found.values() if part[4] or re.match(_SHORT, part[3]))
    if len(found) >= max(_FEWEST, len(items) / 2) and sure > len(found) / 2:
        for at, part in found.items():
            lines[at] = (lines[at][0], f"{part[1]}({part[3] or part[4]}) **{part[2].strip(' .')}**{part[5]}")


def _links_below_titles(lines: Lines) -> None:
    """Write titles in bold behind a mark if names and links, or only links, are below them, which lose their mark."""
    for at, ((number, text), (below, links)) in enumerate(pairwise(lines)):
        if leads_to_paper(links) and (title := _above(text, links)):
            if "](" not in links:
                links = " ".join(f"[link]({url})" for url in URL.findall(PICTURES.sub("", links)))
            lines[at : at + 2] = (number, title), (below, f"  {links.lstrip(' -*')}")


def _above(text: str, links: str) -> str | None:
    """The title on a line above links, in bold behind a mark; None if the line above is no title of its own."""
    plain, behind, first = _PLAIN.fullmatch(text), _BELOW.fullmatch(links), _BOLD_FIRST.fullmatch(text)
    if plain and behind and len(behind["indent"]) > len(plain["indent"]) and are_names(behind["names"].strip(" .")):
        return f"{plain['indent']}{plain['mark']}**{plain['title'].rstrip(' .')}**"
    is_alone = not LINK.sub("", _TAG_OR_MARK.sub("", links)).strip(" |·•,>")
    return f"- {first[1]}" if first and is_alone else None


def _titled(section: list[str]) -> str:
    """The heading, linked to the paper of its section: a text, beside the only line of links.

    The links have labels alone, or the heading has three words or more, as it may be a name.
    """
    heading, links = _HEADING.fullmatch(section[0]), [text for text in section[1:] if leads_to_paper(text)]
    urls = URL.findall(links[0]) if len(links) == 1 else []
    has_text = any(len(text.split()) >= ABSTRACT_WORDS for text in section[1:])
    if not heading or not has_text or not urls or URL.sub("", LINK.sub("", links[0])).strip(" |·•,>"):
        return section[0]
    labels = [LABEL.fullmatch(name) for name, _ in LINK.findall(links[0])]
    is_sure = all(labels) if labels else len(heading[2].split()) > 2
    return f"{heading[1]}[{heading[2]}]({urls[0]})" if is_sure else section[0]
