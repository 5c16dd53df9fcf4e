"""Types of publications: the words of each source, mapped to the few types of records; and marks of retraction."""

import re
from collections.abc import Iterable
from functools import lru_cache

from papersieve.checks.publication_columns import PUBLICATION_TYPES
from papersieve.pipeline.preprint_servers import is_preprint_doi, is_server

#: Our types, and what sources call them: lower case, letters only. Words before the bar mean no more than our word
#: does. Sources: the codes of RIS, types of CSL, BibTeX, Crossref, DataCite, OpenAlex, Zotero, EndNote, RefWorks,
#: PubMed, Web of Science, Scopus, ProQuest, IEEE, Springer, Lens, Dimensions and dblp.
WORDS: dict[str, str] = {
    "article": "article jour academicarticle journalarticle articlejournal j journal researcharticle originalarticle | articles journalarticles articleinpress articlemagazine "
    "articlenewspaper articleinjournal ejour ejournal jfull inpr mgzn news magazinearticle newspaperarticle electronicarticle originalpaper review "
    "reviewarticle systematicreview shortsurvey editorial editorialmaterial letter note erratum correction datapaper casereport casereports earlyaccess "
    "ieeejournals ieeemagazines periodical journalpaper redifarticle articleeditorial articleletter briefreport comment retraction publishederratum retractionofpublication "
    "retractionnotice expressionofconcern correctedandrepublishedarticle corrigendum addendum newsitem biographicalitem bookreview scholarlyjournals tradejournals magazines newspapers wirefeeds",
    "preprint": "preprint postedcontent prep | preprints unpb unpublished unpublishedwork manuscript manscpt workingpaper workingpapers eprint informalandotherpublications redifpaper",
    "conference-paper": "conferencepaper cpaper inproceedings paperconference proceedingsarticle proceedingspaper | conf conference proceeding c "
    "conferenceproceeding conferenceproceedings conferenceproceedingsarticle conferenceandworkshoppapers conferencearticle ieeeconferences "
    "conferenceabstract meetingabstract congressabstract conferencepapersandproceedings",
    "book": "book b | books ebook edbook editedbook electronicbook monograph proceedings collection encyc dict referencebook bookedited booksandtheses "
    "wholebook bookwhole bookmetadata",
    "chapter": "chapter chap bookchapter booksection incollection | echap booksectionchapter electronicbooksection inbook bookpart section encyclopediaarticle "
    "entryencyclopedia referenceentry dictionaryentry partsinbooksorcollections bookitem contentitem",
    "thesis": "thesis thes dissertation dissertationthesis | theses phdthesis mastersthesis doctoraldissertation mathesis doctoralthesis academicdissertation unpublisheddissertation dissertationsandtheses",
    "report": "report rprt | govdoc techreport technicalreport reports reportpapermetadata governmentdocument standard stand",
    "dataset": "dataset data | datasets aggr dbase onlinedatabase",
    "patent": "patent pat p | patents",
    "software": "software comp | computerprogram computersoftware",
    "other": "other gen generic misc | miscellaneous elec online web webpage website electronic electronicsource electroniccitation blog blogpost ser serial artwork "
    "art abst advs ancient bill case chart clswk ctlg equa figure grant hear icomm pcomm legal map mpct multi music pamp slide sound stat unbill video film "
    "videorecording audiorecording presentation speech interview component peerreview paratext booklet manual",
}  # fmt: skip
_TYPES = {word: kind for kind, words in WORDS.items() for word in words.replace("|", "").split()}
_PLAIN = {word for words in WORDS.values() for word in words.partition("|")[0].split()}
#: Of several types of one entry the lowest rank counts, the first of them if several have it: data papers are articles,
#: and preprints and chapters may also be called articles.
_RANKS = dict.fromkeys(PUBLICATION_TYPES, 2) | {"preprint": 0, "chapter": 1, "dataset": 3, "other": 4}
_SEVERAL = re.compile(r"[;|,/]")
#: The most characters of a type's name.
_LONGEST = 200

#: "Retracted Publication" of PubMed, "RETRACTED: A title", "A title (Retracted article. See vol. 3)"; not "Retraction
#: of Publication", which is the notice.
_RETRACTED = re.compile(r"\bretracted (?:publication|article|paper)\b|^\W*retracted\b\W*(?::|\]|$)", re.IGNORECASE)


def publication_type(
    words: Iterable[str], venue: str | None = None, doi: str | None = None, *, is_arxivs: bool = False
) -> str | None:
    """The type of an entry with these words for its type, this venue and this DOI; None if unknown.

    is_arxivs: whether arXiv is the only known place of the entry; the type "other" then becomes "preprint".

    >>> publication_type(["Article; Proceedings Paper"]), publication_type(["JOUR"], "arXiv preprint arXiv:2101.00001")
    ('article', 'preprint')
    >>> publication_type(["Article; Book Chapter"])
    'chapter'
    """
    found = [kind for text in words if text for kind in _types_of(text)]
    on_server = is_server(venue) if venue else bool(doi and is_preprint_doi(doi))
    if on_server and (not found or found[0] in ("article", "other")):
        return "preprint"
    kind = min(found, key=_RANKS.__getitem__, default=None)
    return "preprint" if kind == "other" and is_arxivs and not venue else kind


def says_retracted(texts: Iterable[str | None]) -> bool:
    """Whether a title, a type or a note among these says that the paper was retracted.

    >>> says_retracted(["RETRACTED: Bees in towers"]), says_retracted(["Retraction: Bees", "On retracted papers"])
    (True, False)
    """
    likely = [text for text in texts if text and ("etracted" in text or "ETRACTED" in text)]
    return any(_RETRACTED.search(text) for text in likely)


@lru_cache(4_096)
def says_no_more(text: str) -> bool:
    """Whether a word for a type means the same as our type, so that nothing is lost: "JOUR" does, "Review" doesn't."""
    return _letters(text) in _PLAIN


@lru_cache(4_096)
def _types_of(text: str) -> tuple[str, ...]:
    if whole := _TYPES.get(_letters(text)):
        return (whole,)
    return tuple(kind for part in _SEVERAL.split(text[:_LONGEST]) if (kind := _TYPES.get(_letters(part))))


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]+", "", text[:_LONGEST].lower().replace("&", "and"))
