"""Pages of papers copied as text: any layout of cards, and pages that have none."""

from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump

CASES = Path(__file__).parents[2] / "cases"
TITLES = (
    "Lamps in towers of the north coast",
    "A sparse code for watched kettles",
    "Counting foghorns with cheap phones",
    "Slow ropes: an overview of forty harbours",
    "How boats are folded by touch",
    "Guessing the weight of dough",
)
NAMES = (("Hugh Gale", "Jane Holt"), ("Ada Fenn", "Ola Berg", "Tom Reed"), ("Ines Rowe", "Ione Bald"))
#: Lines that a card may have below its title, besides the names.
PLACES = (
    "Journal of Towers, {n}(3), pp. 12-19",
    "{n} May 2020",
    "https://doi.org/10.1000/tower.{n}",
    "Cited by {n}",
    "View PDF",
    "We counted lamp {n} in every tower of the coast for thirty days and found that its light follows the height of "
    "the water rather than the hour, in all harbours but one.",
)
MENU = ("Search", "Sign in", "312 results", "Sort by relevance")


def read(tmp_path, text: str) -> list[tuple[str, list[str]]]:
    file = tmp_path / "page.txt"
    file.write_text(text)
    records = extract_dump(read_dump(file)).records
    return [(title, sorted(names or [])) for title, names in records.select("title_raw", "authors").iter_rows()]


@settings(max_examples=40)
@given(st.lists(st.sampled_from(PLACES), unique=True, min_size=1), st.data())
def test_each_paper_of_a_page_is_read_however_its_card_is_laid_out(tmp_path_factory, places, data):
    at = data.draw(st.integers(0, len(places)))
    sign = data.draw(st.sampled_from([", ", "; ", " · ", " | "]))
    papers = [(title, NAMES[n % len(NAMES)]) for n, title in enumerate(TITLES)]
    cards = [
        [title, *(place.format(n=n) for place in places[:at]), sign.join(names), *(p.format(n=n) for p in places[at:])]
        for n, (title, names) in enumerate(papers, start=11)
    ]
    menu = data.draw(st.lists(st.sampled_from(MENU), unique=True))
    page = "\n".join([*menu, *(line for card in cards for line in card)])
    found = read(tmp_path_factory.mktemp("page"), page + "\n")
    assert found == [(title, sorted(names)) for title, names in papers]


def test_a_paper_that_most_cards_have_is_read_each_time(tmp_path):
    """Other lines that most cards have are left out."""
    titles = [*TITLES[:1] * 3, *TITLES[1:3]]
    page = "".join(f"{title}\nHugh Gale, Jane Holt\nCited by 12\n" for title in titles)
    assert read(tmp_path, page) == [(title, ["Hugh Gale", "Jane Holt"]) for title in titles]


@pytest.mark.parametrize(
    "page",
    [
        "Home\nNews and Events\nOur Team\nHugh Gale\nHead of Towers\nJane Holt\nLamp Keeper\nContact Us\n",
        "Menu\nSoup of the day\nBread, Butter\n4.50\nFish of the day\nSalt, Pepper\n9.50\n",
        "".join(
            f"Towers are closed on day {n}\nPlease use the lift of the west wing until further notice.\n"
            for n in range(9)
        ),
    ],
)
def test_a_page_without_papers_is_refused(tmp_path, page):
    with pytest.raises(DumpError):
        read(tmp_path, page)


def test_a_long_page_takes_time_by_its_length(tmp_path):
    def seconds(cards: int) -> float:
        words = ("".join("abcdefghij"[int(digit)] for digit in str(n)) for n in range(cards))
        lines = (f"On the lamp of the {word} tower\nHugh Gale, Jane Holt\nCited by 3\nView {word}\n" for word in words)
        started = process_time()
        assert len(read(tmp_path, "".join(lines))) == cards
        return process_time() - started

    seconds(20)
    assert seconds(1_200) < 16 * max(0.02, seconds(300))


#: Pages whose lines have labels: headings above labelled lines are read as a digest, which leaves out lines without.
LABELLED = ("1068", "1079")


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(CASES.glob("1*-page-of-*.txt")) if path.name[:4] not in LABELLED],
    ids=lambda path: path.stem,
)
def test_a_page_scraped_as_markdown_is_read_as_its_text(tmp_path, path):
    """As scrapers write pages: paragraphs, titles as headings with links."""
    plain = extract_dump(read_dump(path)).records
    titles = set(plain["title_raw"])
    lines = path.read_text().split("\n")
    linked = (f"### [{line}](https://example.org/{n})" if line in titles else line for n, line in enumerate(lines))
    file = tmp_path / "page.md"
    file.write_text("\n\n".join(linked))
    marked = extract_dump(read_dump(file)).records
    same = [
        "title_raw",
        "authors",
        "abstract_raw",
        "venue",
        "volume",
        "issue",
        "pages",
        "year",
        "doi",
        "arxiv_id",
        "pmid",
    ]
    assert marked.select(same).equals(plain.select(same))
