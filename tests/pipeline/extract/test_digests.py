"""Digests and lists in Markdown: the title, what surrounds it, and that nothing is skipped silently."""

import pytest

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.extract.shared.digest_fields import bare_title, begins, folded_title
from papersieve.pipeline.extract.shared.list_item import item_line, pieces_behind
from papersieve.pipeline.extract.shared.list_links import addresses
from papersieve.pipeline.extract.shared.list_papers import venue_and_date

URL = "https://arxiv.org/abs/2110.00007"


@pytest.mark.parametrize(
    ("text", "title", "venue", "date"),
    [
        (f"- **Buoys in Fog** [[paper]({URL})] *(TMLR 2023)*", "Buoys in Fog", "TMLR", "2023"),
        (f"- **Buoys of 1999** [[paper]({URL})]", "Buoys of 1999", None, None),
        (f"- [2023/02] **Buoys** | [Paper]({URL})", "Buoys", None, "2023/02"),
        (f"- (*CVPR2023*) Gulls by Their Walk [[paper]({URL})]", "Gulls by Their Walk", "CVPR", "2023"),
        (f"* `arXiv 23.03` [Nets]({URL}) - Tom Reed, Pia Quill.", "Nets", "arXiv", "2023.03"),
        (f"- [ICML'24] [Nets]({URL})", "Nets", "ICML", "2024"),
        (f"- 🔥 **TarGPT**: *Decks as Language*, arXiv 2024. [[paper]]({URL}) ⭐", "TarGPT: Decks as Language", "arXiv", "2024"),
        (f"1. Tar for Decks, *Jörg Küster et al.*, **ICML 2024**. [[PDF]({URL})]", "Tar for Decks", "ICML", "2024"),
        (f"- (Almost) Dry Nets [[Paper]({URL})]", "(Almost) Dry Nets", None, None),
        (f"- [Paper]({URL}) [Code](https://github.com/a/b) **Nets**", "Nets", None, None),
        (f"- Nets. Are they dry? [[paper]({URL})]", "Nets. Are they dry?", None, None),
        (f"- Buoys in Fog. Ola Berg, Pia Quill. TMLR 2023. [[paper]({URL})]", "Buoys in Fog", "TMLR", "2023"),
        (f"- Buoys in Fog. Annals of the Bar 2021. [[paper]({URL})]", "Buoys in Fog", "Annals of the Bar", "2021"),
        (f"- Buoys [is] all quays need [[paper]({URL})]", "Buoys [is] all quays need", None, None),
        (f"- C* nets of *in situ* quays [[paper]({URL})]", "C* nets of *in situ* quays", None, None),
        (f"- Buoys in Fog. *Ola Berg* et al., TMLR 2023 [[paper]({URL})]", "Buoys in Fog", "TMLR", "2023"),
        (f"- The arXiv, a history [[paper]({URL})]", "The arXiv, a history", None, None),
        (f"- Nets: dry. arXiv 2023 [[paper]({URL})]", "Nets: dry", "arXiv", "2023"),
    ],
)  # fmt: skip
def test_an_item_has_a_title_and_what_stands_around_it(text, title, venue, date):
    found = item_line(text)
    assert found.title == title
    assert venue_and_date(found.before, pieces_behind(found.rest)) == (venue, date)


@pytest.mark.parametrize("text", [f"- [Paper]({URL})", "- **Authors**: Ada Fenn", f"- See {URL}", "Buoys in Fog", "-"])
def test_what_only_names_a_link_or_a_field_is_no_title(text):
    assert item_line(text) is None


def test_an_item_that_links_to_a_paper_and_has_no_title_is_rejected(tmp_path):
    path = tmp_path / "list.md"
    path.write_text(
        f"- **Buoys** [[paper]({URL})]\n- **Nets** [[paper]({URL}1)]\n- Reed 2024, {URL}2\n- [About](#about)\n"
    )
    got = extract_dump(read_dump(path))
    assert got.records["title_raw"].to_list() == ["Buoys", "Nets"]
    assert got.rejected_lines.select("line", "reason_code").rows() == [(3, "no_title")]


def test_the_first_author_and_others_behind_a_title_are_its_authors(tmp_path):
    path = tmp_path / "list.md"
    path.write_text("".join(f"- 2021-10-01, **Buoys {at}**, Ola Berg et.al., Paper: [{URL}]({URL})\n" for at in "12"))
    assert extract_dump(read_dump(path)).records["authors"].to_list() == [["Ola Berg", "et al."]] * 2


def test_an_address_ends_where_its_sentence_or_a_brace_does():
    assert addresses(f"[pdf]({URL}), {{{URL}}}, see {URL}.") == [URL] * 3


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("<summary><b>Buoys in Fog</b> (12 pages)</summary>", "Buoys in Fog"),
        ("<details><summary>More Buoys Hum at Dusk</summary>", "More Buoys Hum at Dusk"),
        ("<summary>Show more</summary>", None),
        ("<summary>Click to view the abstract</summary>", None),
        ("<summary><b>Abstract</b></summary>", None),
        ("<summary>Abstract (click to expand)</summary>", None),
        ("<summary>点击查看摘要</summary>", None),
        ("<summary><b>Abstractive summarization of logs</b></summary>", "Abstractive summarization of logs"),
        ("<summary>Summary statistics of nets</summary>", "Summary statistics of nets"),
    ],
)
def test_a_folded_part_is_a_paper_by_its_title(line, title):
    assert folded_title(line) == title
    assert begins(line) is (title is not None)


@pytest.mark.parametrize(
    "written", ["1. Buoys in Fog (⬆️ 19)", "📄 Buoys in Fog", "2110.00007: Buoys in Fog", "[2110.00007] Buoys in Fog 👍 3", "Buoys in Fog"]
)  # fmt: skip
def test_a_title_is_told_from_its_number_id_and_votes(written):
    assert bare_title(written) == "Buoys in Fog"


def test_a_dump_that_is_read_and_has_no_papers_is_told_of(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<html><body><p>Nothing here.</p></body></html>\n")
    got = extract_dump(read_dump(path))
    assert got.records.is_empty()
    assert "no_entry" in got.notices["code"].to_list()


def test_an_address_with_an_apostrophe_is_kept_whole(tmp_path):
    path = tmp_path / "table.md"
    path.write_text(
        "| Title | Authors | Link |\n|---|---|---|\n| Owls of mills | Gale, H. | [Owls](https://a.example/it's_b) |\n"
    )
    assert extract_dump(read_dump(path)).records["urls"].to_list() == [["https://a.example/it's_b"]]


def test_a_title_without_end_takes_no_time():
    assert item_line("- " + "[" * 20_000) is None
    assert item_line("- " + " (" * 20_000) is None
    assert bare_title("⬆" * 20_000 + " " * 20_000 + "x").endswith("x")
