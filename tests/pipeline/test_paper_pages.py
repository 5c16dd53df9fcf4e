"""Pages of papers: which addresses lead to one paper alone."""

import pytest

from papersieve.pipeline.paper_pages import page_of

HASH = "1457c0d6bfcb4967418bfb8ac142f64a"


@pytest.mark.parametrize(
    ("page", "addresses"),
    [
        ("openreview Ab3dEfGh1J", ["https://openreview.net/forum?id=Ab3dEfGh1J", "https://openreview.net/pdf?id=Ab3dEfGh1J"]),
        ("acl P98-1049", ["https://www.aclweb.org/anthology/P98-1049/", "https://aclanthology.org/P98-1049.pdf"]),
        ("cvf Bees_CVPR_2023", ["https://openaccess.thecvf.com/content/CVPR2023/html/Bees_CVPR_2023_paper.html", "http://openaccess.thecvf.com/content/CVPR2023/papers/Bees_CVPR_2023_paper.pdf"]),
        ("pmlr v80/bee18a", ["https://proceedings.mlr.press/v80/bee18a.html", "http://proceedings.mlr.press/v80/bee18a/bee18a.pdf"]),
        (f"neurips {HASH}", [f"https://papers.nips.cc/paper_files/paper/2020/hash/{HASH}-Abstract.html", f"https://proceedings.neurips.cc/paper/2020/file/{HASH}-Paper.pdf"]),
        ("hal hal-01234567", ["https://hal.science/hal-01234567v2", "https://hal.archives-ouvertes.fr/hal-01234567/document"]),
        ("ieee 1234567", ["https://ieeexplore.ieee.org/document/1234567/", "https://ieeexplore.ieee.org/abstract/document/1234567"]),
        ("elsevier S0022169419301234", ["https://www.sciencedirect.com/science/article/pii/S0022169419301234?via=ihub"]),
        ("ads 2013ApJ...767L...1L", ["https://ui.adsabs.harvard.edu/abs/2013ApJ...767L...1L/abstract"]),
        ("dblp conf/bees/Gale18", ["https://dblp.org/rec/conf/bees/Gale18.html", "https://dblp.uni-trier.de/rec/conf/bees/Gale18"]),
        (f"semanticscholar {HASH}01234567", [f"https://www.semanticscholar.org/paper/Bees-Gale/{HASH}01234567"]),
        ("trial NCT00918086", ["https://clinicaltrials.gov/show/NCT00918086", "https://www.clinicaltrials.gov/ct2/show/study/NCT00918086"]),
        (None, ["https://openreview.net/group?id=ICLR.cc/2024/Conference", "https://aclanthology.org/events/acl-2023/", "https://aclanthology.org", "https://github.com/a/bees",
                "https://www.sciencedirect.com/journal/bees", "https://ieeexplore.ieee.org/xpl/conhome/123456/proceeding", "https://hal.science", "https://gale.example/bees"]),
    ],
)  # fmt: skip
def test_an_address_tells_a_paper_by_the_id_that_its_site_gave_it(page, addresses):
    assert {page_of([address]) for address in addresses} == {page}


def test_neither_one_of_several_pages_nor_a_link_in_an_abstract_is_that_of_the_paper():
    bees, bells = "https://hal.science/hal-01234567", "https://hal.science/hal-07654321"
    assert page_of([bees, bells], abstract="Bees.") is None
    assert page_of([bees, bells], abstract=f"Bees, other than {bells}.") == "hal hal-01234567"
    assert page_of([bees, "https://openreview.net/forum?id=Ab3dEfGh1J"]) == "openreview Ab3dEfGh1J"


def test_an_article_that_links_to_its_trial_is_no_registration():
    trial = "https://clinicaltrials.gov/study/NCT00918086"
    assert page_of([trial], "Journal of Bees") is None
    assert {page_of([trial]), page_of([trial], "ClinicalTrials.gov"), page_of([], trial)} == {"trial NCT00918086"}
