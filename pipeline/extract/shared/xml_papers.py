"""Which elements of any XML are papers, judged by the names of what they hold; references of a paper are not."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.identifiers import is_doi
from papersieve.pipeline.extract.shared.xml_text import tags_only

#: Names and texts of an element's children; the text is empty if the child holds elements.
Held = list[tuple[str, str]]
#: The depth of elements in the document, and their name.
Place = tuple[int, str]

_TAG = re.compile(r"<(?P<end>/?)(?:[\w.-]+:)?(?P<name>[\w.-]+)(?:\s(?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*?)?(?P<empty>/?)>")
_DEEPEST, _FEWEST = 200, 2
#: Elements that list the references of a paper, or are one of them.
_REFERENCES = frozenset(
    "citation citations citedreferences reference references referencelist reflist ref bibliography bibitem listbibl"
    " biblioentry".split()
)
#: Elements that have a title, an author and a date but are not papers: issues in trackers, and a manual's description.
_NO_PAPERS = frozenset("issue ticket bug task story bookinfo articleinfo".split())
#: Names of columns in tables that news, programs and songs in XML have too.
_COMMON = frozenset("description summary shortabstract source publication server number pub name note paper".split())
#: Repositories write Dublin Core in an element of its own, where the description is the abstract.
_DUBLIN_CORE = ("dc", "qualifieddc")
#: Columns that distinguish a paper, apart from its title, authors and date.
_TELLING = {"venue", "volume", "pages", "page_start", "abstract", "arxiv", "pmid", "issns", "isbns"}


@dataclass
class _Open:
    """An open element: where its text begins, what it holds, whether it is a reference or has some, its papers."""

    name: str
    start: int = 0
    is_list: bool = False
    is_cited: bool = False
    cites: bool = False
    held: Held = field(default_factory=list)
    papers: set[Place] = field(default_factory=set)
    likely: set[Place] = field(default_factory=set)


def paper_names(text: str) -> dict[str, int]:
    """Names of the elements that are papers, and how deep they are, as far as the text goes.

    Of nested papers the outermost counts. An element that may be a paper is one if it is as deep as another paper.
    References after a title are not papers, but belong to one. The root counts if no other element does.
    """
    text = tags_only(text)
    stack, has_title = [_Open("")], False
    for tag in _TAG.finditer(text):
        if len(stack) > _DEEPEST:
            break
        name = tag["name"]
        if tag["end"]:
            _close(stack, name, text, tag.start())
            continue
        is_list = stack[-1].is_list or is_reference(name)
        stack.append(_Open(name, tag.end(), is_list, is_list and has_title))
        has_title |= not is_list and name.lower().endswith("title")
        if tag["empty"]:
            _settle(stack, "")
    while len(stack) > 1:
        _settle(stack, "")
    found = stack[0].papers
    depths = {depth for depth, _ in found}
    return {name: depth for depth, name in sorted(found | stack[0].likely) if depth in depths}


def _close(stack: list[_Open], name: str, text: str, end: int) -> None:
    """Settle the last open element of a name, and those inside it that have no end."""
    if all(each.name != name for each in stack[1:]):
        return
    while stack[-1].name != name:
        _settle(stack, "")
    _settle(stack, "" if stack[-1].held else text[stack[-1].start : end])


def _settle(stack: list[_Open], said: str) -> None:
    """Take the last element off the stack, and record its text and its papers in the element around it."""
    last, around = stack.pop(), stack[-1]
    around.held.append((last.name, said))
    is_root, place = len(stack) == 1, (len(stack), last.name)
    if last.is_cited:
        around.cites |= last.cites or may_be_paper(last.name, last.held)
        return
    if not (is_root and last.papers) and is_paper(last.name, last.held, is_root=is_root, cites=last.cites):
        around.papers.add(place)
        return
    around.papers |= last.papers
    around.likely |= last.likely
    if may_be_paper(last.name, last.held):
        around.likely.add(place)


def is_reference(name: str) -> bool:
    """Whether an element of this name lists the references of a paper, or is one of them."""
    return _plain(name) in _REFERENCES


def is_paper(name: str, held: Held, *, is_root: bool = False, cites: bool = False) -> bool:
    """Whether an element is a paper: it has a title and a DOI, or a title, authors and more that only papers have.

    That is a venue or references or, unless the element is the root, a date with another column of papers.
    """
    has = _has(name, held)
    if "title" not in has:
        return False
    if "doi" in has or (cites and "authors" in has):
        return True
    is_telling = bool(has & _TELLING) and not is_root
    return "authors" in has and ("venue" in has or ("published" in has and is_telling))


def may_be_paper(name: str, held: Held) -> bool:
    """Whether an element is a paper if those next to it are: it has a title, authors, and a venue or a date."""
    has = _has(name, held)
    return {"title", "authors"} <= has and bool(has & {"venue", "published"})


def is_doubtful(name: str, held: Held) -> bool:
    """Whether an element has a title, and at least one other thing that papers have."""
    has = _has(name, held)
    return "title" in has and len(has & {"authors", "published", *_TELLING}) > 0


def _has(name: str, held: Held) -> frozenset[str]:
    """The columns of ours that an element has, by the names of what it holds; a DOI is also recognised by its text."""
    if len(held) < _FEWEST or _plain(name) in _NO_PAPERS:
        return frozenset()
    left_out = frozenset[str]() if _plain(name) in _DUBLIN_CORE else _COMMON
    has = _columns(tuple(dict.fromkeys(inner for inner, _ in held if _plain(inner) not in left_out)))
    return has | {"doi"} if any(is_doi(said) for _, said in held) else has


@lru_cache(1_000)
def _columns(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(guess_columns(list(names)))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()
