"""Identifiers of papers in all forms that dumps use: arXiv ids with versions, DOIs, PubMed ids, ISSNs and ISBNs."""

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import unquote

from papersieve.pipeline.extract.shared.field_parts import HYPHENS

#: New ids have a year, a month and 4 or 5 digits (since 2007-04), old ones an archive and 7 digits.
_ARXIV = re.compile(
    r"(?:(?<![\d.])(?P<new>\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})"
    r"|(?<![A-Za-z.-])(?P<old>[a-z][a-z-]{1,15}(?:\.[A-Z]{2})?/\d{2}(?:0[1-9]|1[0-2])\d{3}))"
    r"(?:v(?P<version>[1-9]\d{0,2}))?(?!\d)"
)
#: How arXiv's own DOIs begin.
ARXIV_DOI = "10.48550/arxiv."
_PLAIN = r"[^\s\"<>{}|\\^`]"
#: Old DOIs may hold a SICI, the only kind with angle brackets:
#: 10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2.
_DOI = re.compile(rf"10\.\d{{4,9}}(?:\.\d+)*/{_PLAIN}{{1,400}}(?:<\d[^\s<>]{{0,60}}>{_PLAIN}{{0,40}})?")
#: Where a second DOI of a list begins, a publisher's number, or a note.
_NEXT_DOI = re.compile(r"[;,|](?:doi:|https?:|10\.\d{4,9}/)|;(?=[a-z]{3}|S\d{4}-?\d{3})", re.IGNORECASE)
_ESCAPED_TEX = re.compile(r"\{?\\([_&%#])\}?")
#: What publishers' addresses have after a DOI: a query, and the name of one of the paper's pages.
_QUERY = re.compile(r"(?:[?&][a-z0-9_.-]+=|\?$|#[a-z]).*$", re.IGNORECASE)
_PAGE = re.compile(
    r"/(?:full|abstract|abs|pdf|epdf|pdfft|fulltext|full-text|html|meta|summary|references|citations?|epub|xml|download|tables?|figures?)"
    r"(?:/(?:html|pdf|full))?/?$|/asset/.*|\.(?:full|abstract|full-text|pdf|short|long)(?:\.(?:pdf|html|txt))?\+?(?:html)?$",
    re.IGNORECASE,
)
#: Endings of this kind that no DOI has, which are removed even without an address: "10.1000/abc.1.short".
_COPIED = re.compile(
    r"(?:/(?:full|abstract|e?pdf|fulltext|meta|asset/.*)|\.(?:full|abstract|short|long)(?:\.pdf)?|\.supp)$",
    re.IGNORECASE,
)
#: bioRxiv and medRxiv put the version of a preprint after its DOI, and then the name of a page.
_PREPRINT_VERSION = re.compile(r"^(10\.(?:1101|64898)/\d[\d.]*\d)v\d{1,2}(?:\.(?:full|abstract)(?:-text|\.pdf)?)?$")
#: A PubMed id, after its name or in PubMed's address; spreadsheets add ".0" to it.
_PMID = re.compile(
    r"(?:pmid\s*:?|pubmed(?: id)?\s*:?|https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/)?\s*([0-9]{1,8})(?:\.0)?/?(?:\s*\(https?://[^\s()]*\))?",
    re.IGNORECASE,
)
#: An identifier at the start of a line of a note, or after another one: Zotero writes them into "Extra".
_STATED = re.compile(r"[\s;,]*(?P<name>doi|pmid|pmcid|arxiv|issn|isbn)\s*:\s*(?P<value>\S+)", re.IGNORECASE)
_LABELLED_PMID = re.compile(
    r"\b(?:pmid|pubmed(?: id|\.ncbi\.nlm\.nih\.gov)?|europepmc\.org/(?:article|abstract)/med)\s*(?:[:/]|/?\?term=)?\s*(?:NLM)?(\d{1,8})\b|\b(?=\d{1,8}\[pmid\])(\d+)",
    re.IGNORECASE,
)
#: Characters of a note that are searched for them.
_LONGEST_NOTE = 2_000
_SUBJECT_CLASS = re.compile(r"\.[A-Z]{2}/")


def find_arxiv_id(text: str) -> tuple[str, int | None] | None:
    """The first arXiv id in a text and its version (None if not written); None without an id.

    >>> find_arxiv_id("http://arxiv.org/abs/2401.00001v2")
    ('2401.00001', 2)
    >>> find_arxiv_id("arXiv:math.GT/0309136")
    ('math/0309136', None)
    """
    found = _ARXIV.search(text[:1_000])
    if not found:
        return None
    version = found["version"]
    return _SUBJECT_CLASS.sub("/", found["new"] or found["old"]), int(version) if version else None


def is_arxiv_text(text: str) -> bool:
    """Whether a text mentions arXiv, or CoRR, and has an id; without that, such digits may be a date or another id."""
    return ("arxiv" in text.lower() or "CoRR" in text) and _ARXIV.search(text[:1_000]) is not None


def is_arxiv_id(text: str) -> bool:
    """Whether a text is an arXiv id or the address of one."""
    return bool(_ARXIV.fullmatch(text.strip()) or is_arxiv_url(text.strip()))


def is_arxiv_url(url: str) -> bool:
    """Whether a link leads to a paper on arXiv, or to its page on alphaXiv or Hugging Face, which have the same id."""
    return bool(
        re.match(
            r"https?://(?:(?:[a-z]+\.)?arxiv\.org/(?:abs|pdf|html|format)|www\.alphaxiv\.org/(?:abs|overview|pdf)|huggingface\.co/papers)/",
            url,
        )
    )


def find_doi(text: str) -> str | None:
    r"""The first DOI in a text, in lower case and without a resolver before it; None without a DOI.

    What an address adds after it (a query, `/full`, the version of a bioRxiv preprint) is left out.

    >>> find_doi("https://doi.org/10.1000%2FABC.1?utm_source=x"), find_doi("10.1000/abc\\_1; 10.1000/abc_2")
    ('10.1000/abc.1', '10.1000/abc_1')
    >>> find_doi("10.1101/2020.01.02.123456v2.full.pdf")
    '10.1101/2020.01.02.123456'
    >>> find_doi("10.1000/abc.1.short"), find_doi("10.1000/abc.2;S0000-0019(19)33108-1")
    ('10.1000/abc.1', '10.1000/abc.2')
    """
    found = _DOI.search(_unescaped(text[:1_000]))
    if not found:
        return None
    doi = found[0][: cut.start()] if (cut := _NEXT_DOI.search(found[0])) else found[0]
    doi = _QUERY.sub("", doi)
    doi = (_PAGE if _is_page(found) else _COPIED).sub("", doi)
    doi = _without_tail(doi).lower()
    if doi.endswith("/"):
        return None
    return known[1] if (known := _PREPRINT_VERSION.match(doi)) else doi


def is_doi(text: str) -> bool:
    """Whether a text is one DOI and nothing else, except for a resolver or `doi:` before it."""
    return len(text) < 200 and bool(
        re.fullmatch(rf"\s*(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?10\.\d{{4,9}}/{_PLAIN}+\s*", text, re.IGNORECASE)
    )


def _unescaped(text: str) -> str:
    """The text without the escapes of addresses, LaTeX and HTML; brackets in old DOIs are written so."""
    text = without_tex_escapes(unescape(text) if "&" in text else text)
    return unquote(text) if "%" in text else text


def without_tex_escapes(text: str) -> str:
    r"""An address without LaTeX's backslashes.

    >>> without_tex_escapes(r"https://doi.org/10.1000/1\_2")
    'https://doi.org/10.1000/1_2'
    """
    return _ESCAPED_TEX.sub(r"\1", text) if "\\" in text else text


def _is_page(found: re.Match[str]) -> bool:
    """Whether the DOI is in the address of a publisher's page; a resolver's address has nothing after the DOI."""
    before = found.string[: found.start()].lower()
    return "://" in before and "doi.org/" not in before


def _without_tail(doi: str) -> str:
    """The DOI without the punctuation after it; a closing bracket stays if it opens inside the DOI."""
    while doi[-1:] in tuple(".,;:'’”") or any(
        doi.endswith(end) and doi.count(end) > doi.count(start) for start, end in ("()", "[]")
    ):
        doi = doi[:-1]
    return doi


def arxiv_id_of_doi(doi: str) -> str | None:
    """The arXiv id in one of arXiv's own DOIs; None for any other DOI."""
    found = find_arxiv_id(unquote(doi.removeprefix(ARXIV_DOI))) if doi.startswith(ARXIV_DOI) else None
    return found[0] if found else None


def find_pmid(text: str) -> str | None:
    """The PubMed id that a text consists of: 1 to 8 digits, without leading zeros; None if it is anything else.

    >>> find_pmid("https://pubmed.ncbi.nlm.nih.gov/29456894/"), find_pmid("PMC29456894")
    ('29456894', None)
    """
    found = _PMID.fullmatch(text[:1_000].strip())
    return found[1].lstrip("0") or None if found else None


def find_labelled_pmid(text: str) -> str | None:
    """The PubMed id that is labelled as one anywhere in a text, such as a link; None without one.

    >>> [find_labelled_pmid(text) for text in ("PubMed ID: 12", "12[pmid]", "https://europepmc.org/article/MED/12")]
    ['12', '12', '12']
    """
    found = _LABELLED_PMID.search(text)
    return found[1] or found[2] if found else None


def stated_ids(notes: Iterable[str]) -> dict[str, str]:
    r"""The identifiers that begin lines of notes, by name in lower case, the first of each.

    >>> stated_ids(["DOI: 10.1000/1 PMID: 12\nA note", "Cites DOI: 10.1000/2"])
    {'doi': '10.1000/1', 'pmid': '12'}
    """
    found: dict[str, str] = {}
    for line in (line for note in notes if ":" in note for line in note[:_LONGEST_NOTE].splitlines()):
        at = 0
        while said := _STATED.match(line, at):
            found.setdefault(said["name"].lower(), said["value"].rstrip(".,;"))
            at = said.end()
    return found


def is_pubmed(database: str) -> bool:
    """Whether a database numbers its entries by PubMed ids: PubMed, or its part Medline, whoever sells it."""
    return bool(re.search(r"pubmed(?! ?central)|medline|^nlm$|^pmid$", database.strip(), re.IGNORECASE))


_ISSN = re.compile(rf"(?<![\dXx])(?<!\d-)(\d{{4}})[-{HYPHENS}]?(\d{{3}}[\dXx])(?![\dXx-])")
_ISBN = re.compile(rf"(?<![\dXx])(?<!\d-)(?:97[89][-{HYPHENS} ]?)?(?:\d[-{HYPHENS} ]?){{9}}[\dXx](?![\dXx-])")


def find_issns(texts: Iterable[str]) -> list[str]:
    """The valid ISSNs in texts, with a hyphen, each once, in order of appearance.

    >>> find_issns(["0028-0836 (Print)", "14764687", "9780306406157"])
    ['0028-0836', '1476-4687']
    """
    found = (f"{start}-{end.upper()}" for text in texts for start, end in _ISSN.findall(text[:1_000]))
    return list(dict.fromkeys(issn for issn in found if _is_checked(issn.replace("-", ""), 11)))


def find_isbns(texts: Iterable[str]) -> list[str]:
    """The valid ISBNs in texts, of 10 or 13 digits without hyphens, each once, in order of appearance.

    >>> find_isbns(["978-0-306-40615-7 (hbk); 0306406152"])
    ['9780306406157', '0306406152']
    """
    found = (re.sub(rf"[-{HYPHENS} ]", "", isbn).upper() for text in texts for isbn in _ISBN.findall(text[:1_000]))
    return list(dict.fromkeys(isbn for isbn in found if _is_isbn(isbn)))


def _is_isbn(digits: str) -> bool:
    if len(digits) == 10:
        return _is_checked(digits, 11)
    return digits.isdecimal() and sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(digits)) % 10 == 0


def _is_checked(digits: str, modulus: int) -> bool:
    """Whether the sum of the digits, weighted 1, 2, 3… from the right, is a multiple of `modulus`; X is ten."""
    return (
        sum((10 if digit == "X" else int(digit)) * weight for weight, digit in enumerate(reversed(digits), 1)) % modulus
        == 0
    )
