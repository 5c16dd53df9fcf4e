"""Publication type, language, standard numbers and retraction, written in each format, are read back."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papersieve.checks.publication_columns import PUBLICATION_TYPES
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.extract.shared.identifiers import find_isbns, find_issns
from papersieve.pipeline.extract.shared.languages import language_code
from papersieve.pipeline.extract.shared.publication_types import WORDS, publication_type, says_retracted

ABSTRACT = "We ask how lamps learn to count sheep in the dark, and find that seven of nine lamps can be taught."


def issn(digits: str) -> str:
    """The ISSN of seven digits, with its check digit."""
    check = -sum(int(d) * (8 - at) for at, d in enumerate(digits)) % 11
    return f"{digits[:4]}-{digits[4:]}{'X' if check == 10 else check}"


def isbn(digits: str) -> str:
    return digits + str(-sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(digits)) % 10)


#: Each source's words for a type: what is written, and what is read back.
RIS = {"JOUR": "article", "CPAPER": "conference-paper", "CHAP": "chapter", "THES": "thesis", "DATA": "dataset", "UNPB": "preprint", "MUSIC": "other"}  # fmt: skip
NAMED = {"Journal Article": "article", "Conference Proceedings": "conference-paper", "Book Section": "chapter", "Thesis": "thesis", "Report": "report", "Dataset": "dataset", "Patent": "patent"}  # fmt: skip
PUBMED = {"Journal Article": "article", "Preprint": "preprint", "Published Erratum": "article"}
BIBTEX = {"article": "article", "inproceedings": "conference-paper", "incollection": "chapter", "phdthesis": "thesis", "techreport": "report", "misc": "other"}  # fmt: skip
CSL = {"journal-article": "article", "proceedings-article": "conference-paper", "book-chapter": "chapter", "dissertation": "thesis", "posted-content": "preprint"}  # fmt: skip
SCOPUS = {"Article": "article", "Review": "article", "Conference paper": "conference-paper", "Book chapter": "chapter", "Data paper": "article"}  # fmt: skip
DATACITE = {"JournalArticle": "article", "Dataset": "dataset", "Software": "software", "ConferencePaper": "conference-paper", "Dissertation": "thesis"}  # fmt: skip
LANGUAGES = {"en": ("eng", "English"), "de": ("ger", "German"), "zh": ("chi", "Chinese"), "fr": ("fre", "French")}


def ris(kind, code, number, retracted):
    mark = "N1  - Retracted article\n" if retracted else ""
    return f"TY  - {kind}\nTI  - Lamps\nAB  - {ABSTRACT}\nLA  - {LANGUAGES[code][1]}\nSN  - {number}\n{mark}ER  - \n"


def nbib(kind, code, number, retracted):
    mark = "PT  - Retracted Publication\n" if retracted else ""
    return f"PMID- 1\nIS  - {number} (Print)\nTI  - Lamps\nAB  - {ABSTRACT}\nLA  - {LANGUAGES[code][0]}\nPT  - {kind}\n{mark}\n"


def pubmed_xml(kind, code, number, retracted):
    mark = "<PublicationType>Retracted Publication</PublicationType>" if retracted else ""
    return (
        f"<PubmedArticleSet><PubmedArticle><MedlineCitation><Article><Journal><ISSN>{number}</ISSN><Title>J</Title></Journal><ArticleTitle>Lamps</ArticleTitle>"
        f"<Abstract><AbstractText>{ABSTRACT}</AbstractText></Abstract><Language>{LANGUAGES[code][0]}</Language><PublicationTypeList><PublicationType>{kind}"
        f"</PublicationType>{mark}</PublicationTypeList></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )


def wos(kind, code, number, retracted):
    title = "Lamps (Retracted article. See vol. 3, pg. 4, 2020)" if retracted else "Lamps"
    return f"FN Clarivate\nVR 1.0\nPT J\nTI {title}\nAB {ABSTRACT}\nLA {LANGUAGES[code][1]}\nDT {kind}\nSN {number}\nER\n\nEF\n"


def refworks(kind, code, number, retracted):
    return f"RT {kind}\nT1 {'RETRACTED: ' * retracted}Lamps\nAB {ABSTRACT}\nLA {LANGUAGES[code][1]}\nSN {number}\n"


def refer(kind, code, number, retracted):
    mark = "%Z Retracted publication\n" if retracted else ""
    return f"%0 {kind}\n%T Lamps\n%X {ABSTRACT}\n%G {LANGUAGES[code][1]}\n%@ {number}\n{mark}\n"


def endnote(kind, code, number, retracted):
    mark = "<notes>Retracted article</notes>" if retracted else ""
    return (
        f'<xml><records><record><ref-type name="{kind}">17</ref-type><titles><title>Lamps</title></titles><isbn>{number}</isbn><language>{LANGUAGES[code][1]}</language>'
        f"<abstract>{ABSTRACT}</abstract>{mark}</record></records></xml>"
    )


def bibtex(kind, code, number, retracted):
    note = "note = {Retracted article},\n" if retracted else ""
    return f"@{kind}{{key,\ntitle = {{Lamps}},\nabstract = {{{ABSTRACT}}},\nlanguage = {{{code}}},\nissn = {{{number}}},\n{note}}}\n"


def scopus_csv(kind, code, number, retracted):
    title = "RETRACTED: Lamps" if retracted else "Lamps"
    return f'Title,Abstract,Document Type,Language of Original Document,ISSN\n{title},"{ABSTRACT}",{kind},{LANGUAGES[code][1]},{number.replace("-", "")}\n'


def json_lines(kind, code, number, retracted):
    row = {"title": "Lamps", "abstract": ABSTRACT, "type": kind, "language": code, "issn": [number]}
    return json.dumps(row | {"is_retracted": True} if retracted else row) + "\n"


def crossref(kind, code, number, retracted):
    work = {"DOI": "10.1000/1", "title": ["Lamps"], "abstract": ABSTRACT, "container-title": ["J"], "type": kind, "language": code, "ISSN": [number]}  # fmt: skip
    notice = {"updated-by": [{"DOI": "10.1000/2", "type": "retraction"}]} if retracted else {"updated-by": [{"type": "correction"}]}  # fmt: skip
    return json.dumps(work | notice | {"update-to": [{"DOI": "10.1000/3", "type": "retraction"}]}) + "\n"


def openalex(kind, code, number, retracted):
    words = {word: [place] for place, word in enumerate(dict.fromkeys(ABSTRACT.split()))}
    place = {"source": {"display_name": "J", "issn": [number]}}
    return json.dumps({"title": "Lamps", "abstract_inverted_index": words, "type": kind, "language": code, "is_retracted": retracted, "primary_location": place}) + "\n"  # fmt: skip


def datacite(kind, code, number, retracted):
    title = "Retracted: Lamps" if retracted else "Lamps"
    work = {"titles": [{"title": title}], "creators": [], "publicationYear": 2020, "types": {"resourceTypeGeneral": kind, "bibtex": "misc"}, "language": code, "container": {"identifier": number}}  # fmt: skip
    return json.dumps({"data": [{"attributes": work}]})


def mods(kind, code, number, retracted):
    title = "[RETRACTED] Lamps" if retracted else "Lamps"
    return (
        f"<mods><titleInfo><title>{title}</title></titleInfo><abstract>{ABSTRACT}</abstract><genre>{kind}</genre><language><languageTerm>{LANGUAGES[code][0]}"
        f'</languageTerm></language><relatedItem type="host"><identifier type="issn">{number}</identifier></relatedItem></mods>'
    )


def unixref(kind, code, number, retracted):
    title = "RETRACTED ARTICLE: Lamps" if retracted else "Lamps"
    return (
        f'<doi_records><doi_record><crossref><journal><journal_metadata language="{code}"><full_title>J</full_title><issn>{number}</issn></journal_metadata>'
        f"<{kind}><titles><title>{title}</title></titles><abstract>{ABSTRACT}</abstract></{kind}></journal></crossref></doi_record></doi_records>"
    )


def ovid(kind, code, number, retracted):
    mark = "Publication Type\n  Retracted Publication.\n" if retracted else ""
    language = LANGUAGES[code][1]
    return f"<1>\nTitle\n  Lamps.\nAbstract\n  {ABSTRACT}\nPublication Type\n  {kind}.\n{mark}ISSN Print\n  {number}\nLanguage\n  {language}\n"


WRITERS = {
    ovid: NAMED, ris: RIS, nbib: PUBMED, pubmed_xml: PUBMED, wos: SCOPUS, refworks: NAMED, refer: NAMED, endnote: NAMED,
    bibtex: BIBTEX, scopus_csv: SCOPUS,
    json_lines: NAMED, crossref: CSL, openalex: CSL, datacite: DATACITE, mods: NAMED,
    unixref: {"journal_article": "article", "conference_paper": "conference-paper", "posted_content": "preprint", "dissertation": "thesis", "report-paper_metadata": "report"},
}  # fmt: skip


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
@given(draw=st.data())
@settings(max_examples=12)
def test_type_language_number_and_retraction_come_back(tmp_path_factory, write, draw):
    kind = draw.draw(st.sampled_from(sorted(WRITERS[write])))
    code, retracted = draw.draw(st.sampled_from(sorted(LANGUAGES))), draw.draw(st.booleans())
    number = issn(draw.draw(st.from_regex(r"[0-9]{7}", fullmatch=True)))
    path = tmp_path_factory.getbasetemp() / "publications"
    path.write_text(write(kind, code, number, retracted), encoding="utf-8")
    (row,) = extract_dump(read_dump(path)).records.to_dicts()
    assert row["publication_type"] == WRITERS[write][kind]
    assert (row["language"], row["issns"]) == (code, [number])
    assert bool(row["is_retracted"]) == retracted


@given(st.from_regex(r"97[89][0-9]{9}", fullmatch=True), st.integers(0, 11), st.sampled_from(["", " ", "-"]))
def test_a_number_is_found_by_its_check_digit_and_with_another_it_is_none(digits, place, between):
    whole = isbn(digits)
    parts = [whole[:3], whole[3], whole[4:7], whole[7:12], whole[12]]
    assert find_isbns([f"ISBN {between.join(parts)} (hbk)"]) == [whole]
    assert find_isbns([whole[:place] + str((int(whole[place]) + 1) % 10) + whole[place + 1 :]]) == []
    serial = issn(digits[2:9])
    assert find_issns([f"ISSN-{serial}", whole]) == [serial]
    other = str((int(serial[0]) + 1) % 10) + serial[1:]
    assert find_issns([other]) == []


def test_each_word_has_one_type_and_each_type_has_words():
    assert list(WORDS) == list(PUBLICATION_TYPES)
    every = [word for words in WORDS.values() for word in words.replace("|", "").split()]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("words", "venue", "kind"),
    [
        (["Article; Proceedings Paper"], None, "article"), (["Article; Book Chapter", "J"], None, "chapter"),
        (["Retraction of Publication"], "J", "article"), (["Correction"], "J", "article"), (["Preprint", "Journal Article"], None, "preprint"),
        (["Dataset", "Journal Article"], None, "article"),
        (["JOUR"], "arXiv preprint arXiv:2101.00001", "preprint"), (["misc"], "CoRR", "preprint"),
        ([], "bioRxiv", "preprint"), (["thesis"], "arXiv", "thesis"),
        ([], "Corrosion Science", None), (["Randomized Controlled Trial"], "J", None),
        (["Conference and Workshop Papers"], None, "conference-paper"),
        (["Book, Section"], None, "chapter"), (["x" * 100_000], None, None),
    ],
)  # fmt: skip
def test_of_several_words_the_one_that_says_most_counts(words, venue, kind):
    assert publication_type(words, venue) == kind


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ("eprint = {1904.00012}", "preprint"), ("url = {https://arxiv.org/abs/1904.00012}", "preprint"),
        ("doi = {10.48550/arXiv.1904.00012}", "preprint"),
        ("eprint = {1904.00012}, journal = {Journal of Lamps}", "other"),
        ("eprint = {1904.00012}, doi = {10.1000/1}", "other"), ("eprint = {12}, archiveprefix = {HAL}", "other"),
    ],
)  # fmt: skip
def test_what_is_only_called_other_is_a_preprint_where_arxiv_alone_has_it(tmp_path, more, kind):
    (tmp_path / "a.bib").write_text(f"@misc{{a, title = {{Lamps}}, {more}}}\n")
    assert extract_dump(read_dump(tmp_path / "a.bib")).records["publication_type"].to_list() == [kind]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Retracted Publication", True), ("RETRACTED: Bees", True), ("[Retracted] Bees", True), ("Retracted", True),
        ("Bees (Retracted article. See vol. 3)", True),
        ("Retraction of Publication", False), ("Retraction: Bees", False), ("Retracted claws in cats", False),
        ("How often are retracted papers cited?", False),
    ],
)  # fmt: skip
def test_a_retracted_paper_is_told_from_its_notice_and_from_papers_about_others(text, said):
    assert says_retracted([text]) == said


@pytest.mark.parametrize(
    ("text", "code"),
    [("en-US", "en"), ("Chinese (Simplified)", "zh"), ("fre; eng", "fr"), ("mul", None), ("", None), ("Klingon", None), ("中文", "zh"), ("PT_BR", "pt")],
)  # fmt: skip
def test_a_language_is_known_by_code_and_name(text, code):
    assert language_code(text) == code


@pytest.mark.parametrize(
    "inside",
    [
        {"journal": {"issn": "0028-0836"}},
        {"journal": {"issns": ["0028-0836"]}},
        {"journalInfo": {"journal": {"issn": "0028-0836"}}},
        {"publicationVenue": {"issn": "0028-0836"}},
        {"journals": [{"identifiers": ["issn:0028-0836"]}]},
        {"source": {"issn": [{"type": "print", "value": "00280836"}]}},
        {"identifier": [{"type": "doi", "id": "10.1000/1"}, {"type": "pissn", "id": "0028-0836"}]},
        {"prism:issn": "00280836"},
        {"primary_location.source.issn": "0028-0836"},
    ],
)
def test_an_issn_is_found_inside_of_objects_of_json(tmp_path, inside):
    path = tmp_path / "dump.jsonl"
    path.write_text(json.dumps({"title": "Lamps", "abstract": ABSTRACT, **inside}) + "\n")
    assert extract_dump(read_dump(path)).records["issns"].to_list() == [["0028-0836"]]


def test_an_issn_of_another_object_is_none_of_the_paper(tmp_path):
    path = tmp_path / "dump.jsonl"
    path.write_text(json.dumps({"title": "Lamps", "abstract": ABSTRACT, "cited": {"issn": "0028-0836"}}) + "\n")
    assert extract_dump(read_dump(path)).records["issns"].to_list() == [None]
