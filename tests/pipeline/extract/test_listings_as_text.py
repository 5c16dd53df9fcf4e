"""Listings as text: Scopus entries without a last line, abstracts on lines of their own, long lines of arXiv."""

import time

import pytest

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump

ENTRY = """{above}Lamps in towers {at}
(2020) Journal of Towers, 44 (3), pp. 112-119. Cited 7 times.
DOI: 10.1000/{at}
"""
ABOVE = (
    "Gale, H.\n",
    "Gale H.; Holt J.\n570001; 570002\n",
    "Gale, H., Holt, J.\nAUTHOR FULL NAMES: Gale, Hugh (570001); Holt, Jo (570002)\n570001; 570002\n",
    "[No author name available]\n[No author id available]\n",
)


def records(tmp_path, text: str):
    path = tmp_path / "listing.txt"
    path.write_text(text, encoding="utf-8")
    return extract_dump(read_dump(path)).records


@pytest.mark.parametrize("above", ABOVE)
@pytest.mark.parametrize("end", ["", "SOURCE: Scopus\n"])
def test_each_paper_of_scopus_is_one_with_and_without_its_last_line(tmp_path, above, end):
    entries = "\n".join(ENTRY.format(above=above, at=at) + end for at in range(5))
    found = records(tmp_path, f"Scopus\nEXPORT DATE: 1\n\n{entries}")
    assert found["title_raw"].to_list() == [f"Lamps in towers {at}" for at in range(5)]
    assert found["doi"].to_list() == [f"10.1000/{at}" for at in range(5)]


def test_an_abstract_of_scopus_goes_on_in_lines_that_look_like_labels_and_sources(tmp_path):
    abstract = "ABSTRACT: BACKGROUND: We counted.\nMETHODS: Forty lamps.\n\n(2020) was a good year.\n"
    found = records(
        tmp_path, f"Scopus\nEXPORT DATE: 1\n\n{ENTRY.format(above=ABOVE[0], at=0)}{abstract}ISSN: 0000-0019\n"
    )
    assert found["abstract_raw"].to_list() == ["BACKGROUND: We counted. METHODS: Forty lamps. (2020) was a good year."]


def test_a_long_abstract_of_scopus_takes_no_longer_than_it_has_to(tmp_path):
    lines = "nine more\n" * 300_000
    begun = time.process_time()
    records(tmp_path, f"Scopus\nEXPORT DATE: 1\n\n{ENTRY.format(above=ABOVE[0], at=0)}ABSTRACT: Lamps.\n{lines}")
    assert time.process_time() - begun < 30


def test_brackets_behind_an_id_of_arxiv_take_no_longer_than_they_have_to(tmp_path):
    begun = time.process_time()
    found = records(tmp_path, f"[1] arXiv:2001.00001 {'[pdf ' * 3_000}\nTitle: Lamps in towers\nAuthors: Hugh Gale\n")
    assert found["title_raw"].to_list() == ["Lamps in towers"]
    assert time.process_time() - begun < 30


def test_items_of_latex_may_share_lines_and_are_none_where_commented_out(tmp_path):
    cited = "{} H. Gale and J. Holt, Lamps in towers {}, Phys. Rev. A 44, 11{} (2020)."
    items = [cited.format(rf"\bibitem{{a{at}}}", at, at) for at in range(4)]
    end = r"\end{thebibliography}"
    text = rf"\begin{{thebibliography}}{{9}}{items[0]}" + f"\n{items[1]} {items[2]}{end}\n% {items[3]}\n"
    found = records(tmp_path, text).select("title_raw", "line_start", "line_end").rows()
    assert found == [("Lamps in towers 0", 1, 1), ("Lamps in towers 1", 2, 2), ("Lamps in towers 2", 2, 2)]


def test_a_second_title_costs_no_paper_where_its_beginning_is_known(tmp_path):
    paper = "Template-Type: ReDIF-Paper 1.0\nAuthor-Name: Hugh Gale\nTitle: Lamps in towers\nTitle: Lampen in Tuermen\n"
    assert records(tmp_path, paper)["title_raw"].to_list() == ["Lamps in towers"]


def test_names_in_lines_of_their_own_have_no_full_stops(tmp_path):
    paper = "<1>\nTitle\n  Lamps in towers\nAuthors\n  Gale, Hugh.\n  Holt, Jo.\nSource\n  Towers. 44(3):1-9, 2020.\n"
    assert records(tmp_path, paper)["authors"].to_list() == [["Gale, Hugh", "Holt, Jo"]]


@pytest.mark.parametrize("sign", ["=", " = ", "   = "])
def test_a_list_in_toml_has_any_blanks_around_its_signs(tmp_path, sign):
    table = '[[paper]]\ntitle = "Lamps in {}"\nauthors = ["Hugh Gale"]\nyear = 2020\njournal = "Towers"\n'
    found = records(tmp_path, "".join(map(table.format, ("towers", "hills"))).replace(" = ", sign))
    assert found["title_raw"].to_list() == ["Lamps in towers", "Lamps in hills"]


def test_labels_of_a_mail_are_none_of_a_paper(tmp_path):
    with pytest.raises(DumpError):
        records(
            tmp_path, "Title: Towers at night\nAuthor: Hugh Gale\nYear: 2020\n\nDear all, the tour starts at nine.\n"
        )


BIBER = r"""% $ biblatex bbl format version 3.1 $
\refsection{0}
    \entry{gale2020}{article}{}
      \name{author}{2}{}{%
        {{hash=1}{%
           family={Gale},
           familyi={G\bibinitperiod},
           given={Hugh\bibnamedelima J.},
           giveni={H\bibinitperiod}}}%
        {{hash=2}{%
           prefix={van},
           family={Holt},
           given={Jane}}}%
      }
      \list{publisher}{1}{%
        {Hill Press}%
      }
      \field{journaltitle}{Journal of Towers}
      \field{month}{3}
      \field{title}{Lamps in {{Towers}}}
      \field{year}{2020}
      \field{pages}{112\bibrangedash 119}
      \verb{doi}
      \verb 10.1000/tower.1
      \endverb
    \endentry
    \entry{nobody}{misc}{}
    \endentry
\endrefsection
"""


def test_entries_of_biber_are_read_as_those_of_bibtex(tmp_path):
    (tmp_path / "paper.bbl").write_text(BIBER, encoding="utf-8")
    got = extract_dump(read_dump(tmp_path / "paper.bbl"))
    row = got.records.to_dicts()[0]
    assert got.dump["format"].item() == "bibitems"
    assert [row[name] for name in ("title_raw", "venue", "pages", "published_raw", "doi")] == [
        "Lamps in Towers",
        "Journal of Towers",
        "112-119",
        "2020-03",
        "10.1000/tower.1",
    ]
    assert row["authors"] == ["Gale, Hugh J.", "van Holt, Jane"]
    assert got.rejected_lines["line"].to_list() == [27, 28]


@pytest.mark.parametrize(
    "text",
    [
        "<1>\nAccession Number\n  1\nTitle\n  Lamps\nAuthors\n  Holt J" + " 1" * 50_000 + "x\n",
        f"# Lamps\n- **Authors:** Ed Foe, Cy Crane\n- **Abstract:** x\n# abstract{' (english)' * 100_000}\n",
    ],
)
def test_marks_without_end_take_no_time(tmp_path, text):
    path = tmp_path / "page.txt"
    path.write_text(text, encoding="utf-8")
    begun = time.process_time()
    assert extract_dump(read_dump(path)).records.height == 1
    assert time.process_time() - begun < 5


def test_a_pubmed_result_may_begin_with_names_on_more_lines_than_are_searched(tmp_path):
    names = ", \n".join(f"Gale {chr(65 + at % 26)}({at})" for at in range(600))
    guideline = f"1. J Towers. 2021 Jan;17(1):1-38. doi: 10.1000/1.\n\nLamps in towers.\n\n{names}.\n\n"
    found = records(tmp_path, f"{guideline}Author information:\n(1)Old Town.\n\nWe count.\n\nPMID: 31000001\n")
    assert (found["author_count"].to_list(), found["pmid"].to_list()) == ([600], ["31000001"])


@pytest.mark.parametrize("field", ["keywords", "author_keywords", "keyword", "Keywords-Plus"])
def test_keywords_of_bibtex_are_read_by_each_of_their_names(tmp_path, field):
    found = records(tmp_path, f"@article{{a,\n title = {{Lamps in towers}},\n {field} = {{Lamps; Old towers}},\n}}\n")
    assert found["categories"].to_list() == [["Lamps", "Old towers"]]
    assert "eywords" not in found["other_fields"].item()
