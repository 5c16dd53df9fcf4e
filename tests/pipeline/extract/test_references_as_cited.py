"""References in every citation style, made of known parts, are read back; so are tables by columns."""

import json
import textwrap
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.extract.shared.cited_reference import cited
from tests.support.examples import examples

WORDS = "lamps towers kettles that sing above quiet harbours before dawn without salt".split()
STYLES = {
    "apa": "Gale, H., & Holt, J. K. ({year}). {title}. Journal of Towers, {volume}({issue}), {pages}.",
    "harvard": "Gale, H. and Holt, J.K. ({year}) '{title}', Journal of Towers, {volume}({issue}), pp. {pages}.",
    "chicago": "Gale, Hugh, and Jo Holt. {year}. “{title}.” Journal of Towers {volume} ({issue}): {pages}.",
    "mla": 'Gale, Hugh, and Jo Holt. "{title}." Journal of Towers, vol. {volume}, no. {issue}, {year}, pp. {pages}.',
    "ieee": "H. Gale and J. Holt, “{title},” Journal of Towers, vol. {volume}, no. {issue}, pp. {pages}, May {year}.",
    "ama": "Gale H, Holt JK. {title}. Journal of Towers. {year};{volume}({issue}):{pages}.",
    "acm": "Hugh Gale and Jo Holt. {year}. {title}. Journal of Towers {volume}, {issue} (May {year}), {pages}.",
    "scholar": "Gale, H. and Holt, J.K., {year}. {title}. Journal of Towers, {volume}({issue}), pp.{pages}.",
    "springer": "Gale, H., Holt, J.K.: {title}. Journal of Towers {volume}({issue}), {pages} ({year}).",
    "nature": "Gale, H. & Holt, J. K. {title}. Journal of Towers {volume}({issue}), {pages} ({year}).",
    "elsevier": "H. Gale, J.K. Holt, {title}, Journal of Towers {volume} ({issue}) ({year}) {pages}.",
    "german": "Gale, H.; Holt, J. K. ({year}): {title}. In: Journal of Towers {volume} ({issue}), S. {pages}.",
    "bibtex": "Hugh Gale and J. K. Holt. {title}. Journal of Towers, {volume}({issue}):{pages}, {year}.",
    "acs": "Gale, H.; Holt, J. K. {title}. Journal of Towers {year}, {volume} ({issue}), {pages}.",
    "abnt": "GALE, H.; HOLT, Jane K. {title}. Journal of Towers, Hill, v. {volume}, n. {issue}, p. {pages}, maio {year}.",
    "aps": "H. Gale and J. Holt, {title}, Journal of Towers {volume} ({issue}) ({year}) {pages}.",
    "bmj": "Gale H, Holt JK. {title}. Journal of Towers {year};{volume}({issue}):{pages}.",
    "gost": "Gale H. J., Holt J. K. {title} // Journal of Towers. {year}. Vol. {volume}. № {issue}. P. {pages}.",
    "gb": "GALE H, HOLT J. {title}[J]. Journal of Towers, {year}, {volume}({issue}): {pages}.",
}


@pytest.mark.parametrize("style", STYLES)
@given(
    st.lists(st.sampled_from(WORDS), min_size=3, max_size=12),
    st.integers(1900, 2026),
    st.integers(1, 400),
    st.integers(1, 12),
    st.integers(1, 800),
)
@examples(20)
def test_a_reference_of_each_style_is_read_back(style, words, year, volume, issue, page):
    title, pages = " ".join(words).capitalize(), f"{page}-{page + 9}"
    entry = cited(STYLES[style].format(title=title, year=year, volume=volume, issue=issue, pages=pages))
    assert entry is not None
    assert (entry.title, entry.venue, len(entry.authors)) == (title, "Journal of Towers", 2)
    assert (entry.volume, entry.issue, entry.pages) == (str(volume), str(issue), pages)
    assert entry.published
    assert entry.published.year == year


#: How lists of references are laid out: numbered, in paragraphs, or without anything between them.
LAYOUTS = {"numbered": ("[{}] {}", "\n"), "paragraphs": ("{1}", "\n\n"), "plain": ("{1}", "\n")}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("style", STYLES)
@given(titles=st.lists(st.lists(st.sampled_from(WORDS), min_size=3, max_size=20), min_size=4, max_size=9), width=st.integers(50, 120))  # fmt: skip
@examples(1)
def test_a_list_reads_the_same_wrapped_as_in_a_pdf(tmp_path_factory, style, layout, titles, width):
    shape, between = LAYOUTS[layout]
    said = [
        STYLES[style].format(title=" ".join(words).capitalize(), year=1990 + at, volume=at, issue=3, pages="112-119")
        for at, words in enumerate(titles, start=1)
    ]
    lines = [shape.format(at, text) for at, text in enumerate(said, start=1)]
    wrapped = [textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in lines]
    path = tmp_path_factory.getbasetemp() / f"{style}-{layout}.txt"
    path.write_text(between.join(wrapped), encoding="utf-8")
    records = extract_dump(read_dump(path)).records
    assert records["title_raw"].to_list() == [" ".join(words).capitalize() for words in titles]
    assert records["year"].to_list() == [1990 + at for at in range(1, len(titles) + 1)]


SENTENCES = (
    "We met in the town hall (2020) and spoke of canals. It was late.",
    'Quist, Mara: "I saw the gates open at dawn in the year 2020," and so on.',
    "The old canal (1898) was dug by hand. Later writers have doubted that.",
    "Lamps, kettles and other things of the house.",
    "Today was good. 2020. We went out to the lake and saw birds there.",
    "Hugh Gale was born in the town of Lake. 1980. He went to school there and then to college.",
    "Hugh Gale. 1980. Born in the town of Lake. He went to school there, and to college.",
    "Deployed to AWS. The build took long. Finished in 2020.",
    "We met at the NHS. The lamp was out of order. In May 2020 it was repaired.",
    "She lives in the USA. Her house stands near the sea. It was built in 1990 or so.",
    "What is this? A tool. 2020. Nothing else is known of it at all.",
    "Who made it? Hugh Gale. 2021. He is a maker of lamps and of kettles too.",
    "- Opening of the tower. 2020. The mayor came and lit the lamp there.",
    "Copyright Hugh Gale. 2020. All rights reserved by the holders of the lamps.",
    "Office X. Paper and pens for the office. Bought 2020.",
    "Office X, Office Y. Paper and pens for the office. Bought 2020.",
    "Gale, H. (2020, May 4). Sold a lamp to J. Fenn for 20 pounds. Paid in cash.",
    "Gale, H., 2020. Sold a lamp to J. Fenn for 20 pounds. Paid in cash.",
    "Gale, Mary (1875). Born in Hill. Baptised 4 May, buried 1950.",
    "Smith, J. (2020). I met him at the lake. He was happy.",
    "Smith, J. (2020). I met him at the lake.",
    "Smith, J. (2020). We stayed at home. There were about 5, 10-20.",
    'Gale, Hugh. "To be or not to be, that is the question," he said in May 2020.',
    "Gale, Hugh. 2020. We talked about lamps. It was long and Towers 44, 3 was mentioned.",
    "1. The Lamps. 1999. Best of the tower. Hill Records, 44.",
    "1. Jo Holt and Ada Fenn. 1965. Songs of the tower. Hill Records, Vol. 2.",
    "Gale H, Holt J. We met at the lake. Lake House. 2020;12 of us.",
    "Gale, Hugh (1950-2020) was a painter. He painted lamps.",
    "H. Gale, J. Holt, and others met at the lake in May (2020) and spoke of lamps.",
    "Gale, H. & Holt, J. met at the lake. It was late, and 12 of us were there (2020).",
    "Read https://example.org // Gale H. wrote it in 2020, and more of it in 2021.",
    "Lamps of the tower [J]. See below for what we saw there, 2020.",
    "Smith v. Jones (1998) was decided in May. The court held that lamps are lamps.",
)
#: Texts with the shape of a book in APA style, which are read only in a list of other references.
WORKS = (
    "Kubrick, Stanley (1968). 2001: A Space Odyssey. MGM.",
    "Kubrick, S. (Director). (1968). 2001: A space odyssey [Film]. MGM.",
    "Gale, H. (1999). Best of the tower [Album]. Hill Records.",
    "Gale, Hugh (1999). Best of the tower. Hill Records.",
    "Gale, H. (1990, May 4). Meeting on lamps. In Conference Room 4.",
    "Gale, H. (1990, May 4). Dinner (see https://doi.org/10.1000/x). Paid.",
    "Fenn, Ada (1970). Painter of lamps. Lake Gallery, Hill.",
)


def test_a_reference_cut_inside_a_quotation_is_one(tmp_path):
    path = tmp_path / "cut.txt"
    cut = "Gale K. (1978). “Top\nheight”; its count of lamps. Commonw. For. Rev.\n57 (3): 215–219.\n\n"
    path.write_text(cut + "Holt, J. (1980). Kettles on wet quays. Journal of Quays, 4(3), 1-9.\n" * 2, encoding="utf-8")
    records = extract_dump(read_dump(path)).records
    assert records["title_raw"].to_list() == ["“Top height”; its count of lamps", *["Kettles on wet quays"] * 2]


def test_the_name_of_a_journal_is_whole_though_it_has_the_word_for_a_visit():
    entry = cited("Gale, H. (2020). Lamps in towers. Journal of Retrieved Towers, 44(3), 112-119.")
    assert (entry.venue, entry.volume, entry.pages) == ("Journal of Retrieved Towers", "44", "112-119")


def test_names_in_capitals_have_blanks_and_hyphens():
    entry = cited("DA SILVA, Hugh; FENN-HOLT, J. K. Lamps in towers. Towers, Hill, v. 44, n. 3, p. 1-9, maio 2020.")
    assert entry.authors == ["DA SILVA, Hugh", "FENN-HOLT, J. K."]


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_is_no_reference(text):
    assert cited(text.removeprefix("- ").removeprefix("1. ")) is None


@pytest.mark.parametrize("text", [*SENTENCES, *WORKS])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_file_of_sentences_is_no_list_of_references(tmp_path, text, between):
    path = tmp_path / "notes.txt"
    lines = [text.replace("Gale", name).replace("19", year) for name in ("Gale", "Fenn") for year in ("18", "19")]
    path.write_text(between.join(lines) + "\n", encoding="utf-8")
    with pytest.raises(DumpError):
        extract_dump(read_dump(path))


@pytest.mark.parametrize("work", WORKS)
def test_a_work_without_a_mark_is_read_among_others(tmp_path, work):
    path = tmp_path / "references.txt"
    path.write_text(f"{_apa(1)}\n{_apa(2)}\n{work}\n", encoding="utf-8")
    found = extract_dump(read_dump(path))
    assert found.records.height + found.rejected_lines.height == 3
    assert found.records["title_raw"].to_list()[:2] == ["Lamps in 1 towers", "Lamps in 2 towers"]


def _apa(at: int, between: str = " ") -> str:
    return f"Gale, H. (2020). Lamps in{between}{at} towers. Journal of{between}Towers, 44(3), {at}-{at + 9}."


@given(st.lists(st.booleans(), min_size=2, max_size=8), st.sampled_from(["    ", "  ", "\t"]))
@settings(max_examples=30)
def test_references_with_hanging_lines_need_no_blank_lines_between(tmp_path_factory, wrapped, indent):
    path = tmp_path_factory.mktemp("references") / "references.txt"
    lines = [_apa(at, f"\n{indent}" if is_wrapped else " ") for at, is_wrapped in enumerate(wrapped, start=1)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = extract_dump(read_dump(path))
    assert found.records["title_raw"].to_list() == [f"Lamps in {at} towers" for at in range(1, len(wrapped) + 1)]
    assert set(found.records["venue"]) == {"Journal of Towers"}
    assert found.rejected_lines.is_empty()


SHORTENED = (
    "Effects of St. John's wort on lamps",
    "Letters of Dr. Gale on the lamps of Mr. Holt",
    "Kettles vs. lamps in no. 5 of a row",
    "The structure of towers (2nd ed., Vol. 2)",
    "A note (with lamps. And more) on towers",
)


@pytest.mark.parametrize("title", SHORTENED)
@pytest.mark.parametrize("style", sorted(set(STYLES) - {"springer"}))
def test_a_title_does_not_end_behind_a_short_word(style, title):
    entry = cited(STYLES[style].format(title=title, year=2020, volume=4, issue=3, pages="1-9"))
    assert entry is not None
    assert (entry.title, entry.venue) == (title, "Journal of Towers")


@pytest.mark.parametrize(
    ("behind", "place"),
    [
        ("Nature Communications, 11, 5570.", ("Nature Communications", "11", "5570")),
        ("Nature Communications 11, 5570 (2019).", ("Nature Communications", "11", "5570")),
        ("BMJ Rafts, 4, e12. https://example.org/e12", ("BMJ Rafts", "4", "e12")),
        ("Scientific Reports, 10, Article 1234.", ("Scientific Reports", "10", "1234")),
        ("PLOS ONE, 15(3), Article e0230416.", ("PLOS ONE", "15", "e0230416")),
    ],
)
def test_the_number_of_an_article_stands_for_its_pages_and_is_a_mark(behind, place):
    entry = cited(f"Lind, B., & Quist, M. (2019). Rafts that lean. {behind}", marked=True)
    assert entry is not None
    assert (entry.venue, entry.volume, entry.pages) == place


@pytest.mark.parametrize(
    ("text", "title", "venue", "day"),
    [
        (
            "de Waal, F. (2016). Are we smart enough to know how smart animals are? W. W. Norton.",
            "Are we smart enough to know how smart animals are?",
            "W. W. Norton",
            "2016",
        ),
        (
            "Quist, M. (2021). What do we know? J. Inl. Wat. 12(3), 45-51.",
            "What do we know?",
            "J. Inl. Wat",
            "2021",
        ),
        (
            "van der Berg, J. (2019). What is a lamp? A review. Lamp Review, 12(1), 2-9.",
            "What is a lamp? A review",
            "Lamp Review",
            "2019",
        ),
        (
            "Abbeel P, Gale H. Lamps that sing. arXiv preprint arXiv:2010.11929. 2020 Oct 22.",
            "Lamps that sing",
            "arXiv preprint arXiv:2010.11929",
            "2020 Oct 22",
        ),
        (
            "Dean A. Sampling of lamps. J. Appl. Salt. 2019;4(2):12-19.",
            "Sampling of lamps",
            "J Appl. Salt",
            "2019",
        ),
        (
            'He, Kai, and Jo Holt. "Lamps in towers." In Proceedings of the tower conference, pp. 70-78. 2016.',
            "Lamps in towers",
            "Proceedings of the tower conference",
            "2016",
        ),
        (
            'H. Gale and J. Holt, "Lamps in towers," in Proc. 10th Int. Conf. Towers (ICT), Hill, 2020, pp. 1-5.',
            "Lamps in towers",
            "Proc. 10th Int. Conf. Towers",
            "2020",
        ),
    ],
)
def test_titles_and_venues_end_where_they_do(text, title, venue, day):
    entry = cited(text, marked="Norton" not in text)
    assert entry is not None
    assert (entry.title, entry.venue, entry.volume in ("10", "70")) == (title, venue, False)
    assert entry.published_raw == day


@pytest.mark.parametrize(
    "piece",
    [
        "Gale, ",
        "St. ",
        "(2020) ",
        "J. ",
        "10th ",
        "? J. ",
        "1, ",
        "Gale AB, ",
        "4(3), ",
        '"a ',
        "A. Gale, ",
        "A, in: b, ",
        "Gale A. ",
        "// a. ",
        "[J]. ",
    ],
)
def test_no_text_takes_long_to_refuse(piece):
    begun = time.process_time()
    for start in (
        "Gale, H. (2020). ",
        "Gale H, Holt J. ",
        "Hugh Gale. 2020. ",
        "H. Gale, ",
        "Gale H. // ",
        "Gale, H.; ",
        "GALE, H. a, v. 1, ",
        'Gale, H. "Lamps in towers," ',
        "",
    ):
        cited(start + piece * (4_900 // len(piece)))
    assert time.process_time() - begun < 10


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.integers(1900, 2026)), min_size=2, max_size=5))
@settings(max_examples=30)
def test_a_table_by_columns_is_that_by_rows(tmp_path_factory, rows):
    table = [{"title": f"{word} of {year}", "authors": "Gale, Hugh", "year": year} for word, year in rows]
    lists = {name: [row[name] for row in table] for name in table[0]}
    columns = {name: {str(at): value for at, value in enumerate(values)} for name, values in lists.items()}
    path = tmp_path_factory.mktemp("columns") / "table.json"
    found = []
    for written in (table, lists, columns):
        path.write_text(json.dumps(written), encoding="utf-8")
        found.append(extract_dump(read_dump(path)).records.drop("record_id", "dump_id", "line_end"))
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])
