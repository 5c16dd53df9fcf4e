"""The formats that an unrecognised text comes closest to, and what it lacks.

Of the text itself, only names of columns, keys and elements are quoted.
"""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.open_dump import Head
from papersieve.pipeline.extract.shared.identifiers import find_pmid, is_arxiv_id, is_doi
from papersieve.pipeline.extract.shared.markup import is_markdown
from papersieve.pipeline.extract.shared.table_columns import unique_names
from papersieve.pipeline.extract.shared.xml_text import root_of

#: Names of columns and keys that may mean a title or an abstract.
_ABSTRACT = r"abstract|summary|r[ée]sum|pr[ée]cis|摘要|要旨|초록"
_TELLING = re.compile(rf"titl|titre|titel|título|titulo|titolo|タイトル|题|標題|제목|{_ABSTRACT}", re.IGNORECASE)
_TAGGED = re.compile(r"[A-Z][A-Z0-9]{1,3} {0,2}-? ")
_KEYS = re.compile(r'"([^"\\]{1,60})"\s*:')
_SEPARATORS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}
_MOST = 2


def nearest(head: Head) -> list[str]:
    """At most two sentences, the likeliest first; none if the text resembles no format."""
    found = dict.fromkeys(
        sentence
        for look in (_as_ids, _as_xml, _as_json, _as_table, _as_tagged, _as_bibtex, _as_digest)
        for sentence in look(head)
    )
    return list(found)[:_MOST]


def _as_ids(head: Head) -> Iterator[str]:
    lines = [line.strip(" ,;") for line in head.lines]
    named = sum(bool(is_doi(line) or is_arxiv_id(line) or find_pmid(line)) for line in lines)
    if named and named >= len(lines) - 1:  # the first line may be the column's name
        yield (
            f"a list of {named:,} identifiers; a record needs a title or an abstract: "
            "look them up in Zotero, PubMed, Crossref or arXiv, and read what that exports"
        )


def _as_xml(head: Head) -> Iterator[str]:
    if (root := root_of(head.text)) and root[0].isalpha() and head.text.lstrip().startswith("<"):
        yield f"XML with the root element <{root[:60]}>; none of the XML formats begins so"


def _as_json(head: Head) -> Iterator[str]:
    if head.text.lstrip()[:1] in ("{", "[") and not is_markdown(head.text):
        keys = list(dict.fromkeys(_KEYS.findall(head.text)))
        yield f"json_table: {_lacking('keys', keys)}"


def _as_table(head: Head) -> Iterator[str]:
    for separator, called in _SEPARATORS.items():
        widths = [line.count(separator) for line in head.lines[:6]]
        if len(widths) > 1 and widths[0] and len(set(widths[:3])) == 1:
            yield f"csv_table, separated by {called}: {_lacking('columns', unique_names(head.lines[0].split(separator)))}"
            return


def _lacking(what: str, names: list[str]) -> str:
    telling = [name.strip('" ') for name in names if _TELLING.search(name)][:3]
    if telling:
        ours = "abstract" if re.search(_ABSTRACT, telling[0], re.IGNORECASE) else "title"
        return f"none of its {len(names)} {what} is called title or abstract; {telling[0]!r} may be: set reading.columns = {{{ours} = {telling[0]!r}}}"
    return f"none of its {len(names)} {what} is called title or abstract; name one in the settings (reading.columns)"


def _as_tagged(head: Head) -> Iterator[str]:
    tagged = sum(bool(_TAGGED.match(line)) for line in head.lines[:50])
    if tagged > 3 and 2 * tagged > len(head.lines[:50]):
        yield "ris or nbib: its lines begin with tags, but no entry begins with 'TY  - ' or 'PMID- '"


def _as_bibtex(head: Head) -> Iterator[str]:
    if any(line.lstrip().startswith("@") for line in head.lines[:50]):
        yield "bibtex: it has lines that begin with '@', but no entry such as '@article{key,'"


def _as_digest(head: Head) -> Iterator[str]:
    if sum(line.startswith("#") for line in head.lines) > 1:
        yield "digest_markdown: it has headings, but none is followed by fields such as '- **Authors**: Ann Lee' and '- **Date**: 2020-01-31'"
