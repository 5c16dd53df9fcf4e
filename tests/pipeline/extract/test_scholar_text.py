"""Google Scholar results as text."""

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump


def test_a_line_of_names_without_a_title_above_is_no_paper_and_no_fault(tmp_path):
    file = tmp_path / "results.txt"
    file.write_text("H Gale, J Holt - Journal of Towers, 2020 - Elsevier\nSave Cite Cited by 3 Related articles\n")
    assert extract_dump(read_dump(file)).records.is_empty()


def test_a_link_to_a_file_is_no_title_and_a_journal_may_have_a_hyphen(tmp_path):
    below = "[PDF] from example.org\nFull View\nH Gale, J Holt-Orr - Tower-Based Systems, 2020 - Elsevier\nCited by 3\n"
    file = tmp_path / "results.txt"
    file.write_text(f"Lamps in towers\n{below}\nWatched kettles at dawn\n{below}")
    found = extract_dump(read_dump(file)).records
    assert found["title_raw"].to_list() == ["Lamps in towers", "Watched kettles at dawn"]
    assert found["venue"].to_list() == ["Tower-Based Systems"] * 2
