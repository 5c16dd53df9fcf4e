"""References as people cite, made of known parts: every style that is written is read back; and tables by columns."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.extract.shared.cited_reference import cited

WORDS = "lamps towers kettles that sing above quiet harbours before dawn without salt".split()
STYLES = {
    "apa": "Gale, H., & Holt, J. K. ({year}). {title}. Journal of Towers, {volume}({issue}), {pages}.",
    "harvard": "Gale, H. and Holt, J.K. ({year}) '{title}', Journal of Towers, {volume}({issue}), pp. {pages}.",
    "chicago": "Gale, Hugh, and Jo Holt. {year}. “{title}.” Journal of Towers {volume} ({issue}): {pages}.",
    "mla": 'Gale, Hugh, and Jo Holt. "{title}." Journal of Towers, vol. {volume}, no. {issue}, {year}, pp. {pages}.',
    "ieee": "H. Gale and J. Holt, “{title},” Journal of Towers, vol. {volume}, no. {issue}, pp. {pages}, May {year}.",
    "ama": "Gale H, Holt JK. {title}. Journal of Towers. {year};{volume}({issue}):{pages}.",
    "acm": "Hugh Gale and Jo Holt. {year}. {title}. Journal of Towers {volume}, {issue} (May {year}), {pages}.",
    "springer": "Gale, H., Holt, J.K.: {title}. Journal of Towers {volume}({issue}), {pages} ({year}).",
}


@pytest.mark.parametrize("style", STYLES)
@given(
    st.lists(st.sampled_from(WORDS), min_size=3, max_size=12),
    st.integers(1900, 2026),
    st.integers(1, 400),
    st.integers(1, 12),
    st.integers(1, 800),
)
@settings(max_examples=60)
def test_a_reference_of_each_style_is_read_back(style, words, year, volume, issue, page):
    title, pages = " ".join(words).capitalize(), f"{page}-{page + 9}"
    entry = cited(STYLES[style].format(title=title, year=year, volume=volume, issue=issue, pages=pages))
    assert entry is not None
    assert (entry.title, entry.venue, len(entry.authors)) == (title, "Journal of Towers", 2)
    assert (entry.volume, entry.issue, entry.pages) == (str(volume), str(issue), pages)
    assert entry.published
    assert entry.published.year == year


@pytest.mark.parametrize(
    "text",
    [
        "We met in the town hall (2020) and spoke of canals. It was late.",
        'Quist, Mara: "I saw the gates open at dawn in the year 2020," and so on.',
        "The old canal (1898) was dug by hand. Later writers have doubted that.",
        "Lamps, kettles and other things of the house.",
    ],
)
def test_a_sentence_is_no_reference(text):
    assert cited(text) is None


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
