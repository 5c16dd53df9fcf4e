"""Pages of Hugging Face as scrapers render them, brought into one form: headings with links, then plain lines.

Scrapers put links around abstracts and authors, over several lines, with a number or an address, or write the address
on a line of its own; and they leave pictures, anchors and backslashes behind.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from papersieve.pipeline.extract.shared.page_lines import Lines

#: A line that every such page has.
TELLTALE = "Get trending papers in your email inbox"

#: Lines around the papers of a page that is copied as text.
_MENU = frozenset(
    "Hugging Face's logo|Hugging Face|Models|Datasets|Spaces|Buckets|Docs|Enterprise|Pricing|Log In|Sign Up|Website|Tasks|HuggingChat|Collections|"
    "Languages|Organizations|Community|Blog|Posts|Learn|Discord|Forum|GitHub|Solutions|Daily|Weekly|Monthly|Trending Papers|Submitted by|Upvote|"
    "arXiv Page|Project Page|Get trending papers in your email inbox once a day!".split("|")
)
_NUMBER, _TWICE = re.compile(r"-|\d{1,6}|\d{1,4}(?:\.\d{1,2})?k"), re.compile(r"^(.{2,80}) \1$")
_NOISE = re.compile(r"!\[[^\[\]]*\]\([^()\s]*\)|\[图片[^\[\]]*\]|<a id=[^<>]*></a>|\\+(?=\s|$)")
#: The text that stands for a picture, inside a link: "[[lamps] Lamp Lab][43]".
_PICTURE = re.compile(r"^\[\[[^\[\]]{0,80}\]\s*(?=[^\[\]]+\])")
_AUTHORS = re.compile(r"\[?\s*(?:[-*•]\s*)?(\d{1,6}) authors?(?:\]\S{1,200})?")
_VOTE = re.compile(r"\[?-\]?|\[-\]\s*[-\d]+|\[\s*[\d-]+\s*\]\(\S{1,200}/login\?\S{1,200}\)|\[LINK: .{1,300}\)")
_LOGIN = re.compile(r"https://huggingface\.co/login\?next=%2Fpapers%2F([\w.]{5,20})")
_PAPER = re.compile(r"https://huggingface\.co/papers/([\w.]{5,20})")
_OTHER_PAGE = re.compile(r"https://huggingface\.co/\S*")
_OWNER = re.compile(r"https://huggingface\.co/[\w.-]+")
_PLAIN_HEADING = re.compile(r"###\s+([^\[\s].*)")
_OPEN_HEADING = re.compile(r"###\s+\[[^\[\]]{0,500}")
#: The end of a link that began on an earlier line.
_CLOSE = re.compile(r"\](?:\([^()\s]*\)|\[\d+\])$")
#: Longer texts of links are abstracts; shorter lines may consist of several links.
_ABSTRACT_CHARS, _SHORT_CHARS = 60, 300


def plain_lines(lines: Lines, links: Mapping[str, str]) -> Lines:
    """The lines of a page in one form; lines with nothing but votes, pictures and addresses are left out.

    Headings are `### [title](link)`, authors and organisations `* 8 authors` and `* Lamp Lab`. links: addresses by
    number. Lines come without blank ones; a line may become several with its number.
    """
    found = list[tuple[int, str]]()
    for (number, text), (_, below) in pairwise([*_headed(lines), (0, "")]):
        parts = [text] if text.startswith("#") else _parts(text, below, links)
        found += [(number, part) for part in parts]
    return found


def _headed(lines: Lines) -> Lines:
    """The lines without pictures, each heading of a paper on one line and with a link, which may be empty."""
    is_page = any(TELLTALE in line for _, line in lines[:200])
    found, paper, last, at = list[tuple[int, str]](), "", "", 0
    for number, line in lines:
        first = number
        text = _PICTURE.sub("[", _NOISE.sub("", line).strip())
        if _OPEN_HEADING.fullmatch(last):
            first, _ = found.pop()
            text, at = f"{last} {text}", number
        elif last.endswith("]()") and line.startswith("  ") and number == at + 1:
            first, _ = found.pop()
            text, at = f"{last[:-3]} {text}]()", number
        elif login := _LOGIN.fullmatch(text):
            paper = login[1]
        elif found and (shown := _PAPER.fullmatch(text)) and shown[1] == paper:
            first, _ = found.pop()
            text, at, paper = f"### [{last}]({text})", number, ""
        elif is_page and (heading := _PLAIN_HEADING.fullmatch(text)):
            text, at = f"### [{heading[1]}]()", number
        last = text
        found.append((first, text))
    return found


def _parts(text: str, below: str, links: Mapping[str, str]) -> Iterator[str]:
    """What a line says, in the form of `plain_lines`; nothing for votes, pictures and addresses."""
    if not text or _VOTE.fullmatch(text) or _OTHER_PAGE.fullmatch(text):
        return
    if len(text) < _SHORT_CHARS and " · " in text:
        for part in text.split(" · "):
            yield from _parts(part, "·", links)
        return
    if authors := _AUTHORS.fullmatch(text) if len(text) < _SHORT_CHARS else None:
        yield f"* {authors[1]} authors"
        return
    inside, address = _link(text, links)
    if inside is None and _OWNER.fullmatch(below):
        yield f"* {text}"
    elif inside is None:
        yield from filter(None, [_unlinked(text)])
    elif len(inside) >= _ABSTRACT_CHARS:
        yield inside
    elif _OWNER.fullmatch(address) or below.startswith("·"):
        yield f"* {inside}"
    elif "/login" not in address:
        yield text


def _link(text: str, links: Mapping[str, str]) -> tuple[str | None, str]:
    """(text, address) of a line that is one link; (None, "") of other lines."""
    for sign, end in (("](", ")"), ("][", "]")):
        at = text.rfind(sign)
        if text.startswith("[") and at > 0 and text.endswith(end):
            address = text[at + 2 : -1]
            return text[1:at].strip(), links.get(address, address)
    return None, ""


def _unlinked(text: str) -> str:
    """The line without the bracket of a link that ends on a later line, or the end of one that began before."""
    if text.startswith("[") and "]" not in text:
        return text[1:].strip()
    end = _CLOSE.search(text)
    return text[: end.start()].strip() if end and "[" not in text[: end.start()] else text


def listing_lines(lines: Lines) -> tuple[Lines, list[int]]:
    """The lines of a page copied as text in the form of earlier years, and the numbers of its furniture.

    A page of 2026 has "Submitted by" and a user's name, votes and stars around each paper, and no bullet before the
    authors or the organisation. Other pages stay as they are. Lines come without blank ones.
    """
    if not any(text in ("Submitted by", "Upvote") for _, text in lines):
        return lines, []
    found, furniture, before = list[tuple[int, str]](), list[int](), ""
    is_text = is_footer = False  # whether the line before is of a paper, and whether a footer has begun
    for (number, text), (_, below) in pairwise([*lines, (0, "")]):
        is_repeated = text == below and len(text) < _SHORT_CHARS  # the name of an organisation is also its picture's
        is_around = text in _MENU or before == "Submitted by" or bool(_NUMBER.fullmatch(text))
        if is_around or is_repeated or (text == "·" and not is_footer):
            furniture.append(number)
            is_text, is_footer = is_text and not is_around, is_footer and not is_around
        elif _AUTHORS.fullmatch(text) or (below == "·" and is_text):
            found.append((number, text if is_footer else "• " + _TWICE.sub(r"\1", text)))
            is_footer = True
        else:
            found.append((number, text.removeprefix("· ").removeprefix("Published on ")))
            is_text = True
        before = text
    return found, furniture
