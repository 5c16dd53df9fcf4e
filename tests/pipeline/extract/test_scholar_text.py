"""Google Scholar results as text."""

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump


def test_a_line_of_names_without_a_title_above_is_no_paper_and_no_fault(tmp_path):
    file = tmp_path / "results.txt"
    file.write_text("H Gale, J Holt - Journal of Towers, 2020 - Elsevier\nSave Cite Cited by 3 Related articles\n")
    assert extract_dump(read_dump(file)).records.is_empty()
