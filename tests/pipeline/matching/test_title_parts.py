"""Numbered parts, notices, and what is filed beside a paper: told apart as people read them."""

import pytest

from papersieve.pipeline.matching.title_differences import OTHER_PART
from papersieve.pipeline.matching.title_parts import parts_differ
from tests.support.told_titles import told


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("on graphs part i", "on graphs part 2", True),
        ("on graphs i", "on graphs 2", True),
        ("on graphs part 1", "on graphs part 1", False),
        ("on graphs part i", "on graphs part 1", False),
        ("on graphs", "on graphs part 2", False),
        ("on graphs first part", "on graphs second part", True),
        ("chapter three lamps", "chapter 3 lamps", False),
        ("part 1 of volume 2", "part 1 of volume 3", True),
        ("lamps section a wicks", "lamps section b oils", True),
        ("papers of the week 3", "papers of the week 4", True),
        ("erratum on graphs", "on graphs", True),
        ("author correction bees", "bees", True),
        ("expression of concern bees", "bees", True),
        ("withdrawn bees", "bees", True),
        ("reply to bees", "bees", True),
        ("re bees", "bees", True),
        ("research of bees", "search of bees", False),
        ("authors reply bees", "bees", True),
        ("authors reply bees", "author reply bees", False),
        ("decision letter bees in towers", "decision letter for bees in towers", False),
        ("supplementary table s1 from bees", "supplementary table 1 from bees", False),
        ("supplementary materials and methods from bees", "supplementary materials from bees", True),
        ("bees a commentary", "bees", True),
        ("invited commentary bees", "bees", True),
        ("bees in reply", "bees", True),
        ("bees author s response", "bees", True),
        ("replication data for bees", "bees", True),
        ("figure 3 from bees", "bees", True),
        ("figures 1 4 in bees of the harbour", "bees of the harbour", True),
        ("supplementary figure s1 from bees", "supplementary figure s2 from bees", True),
        ("supplementary figure s1 from bees", "supplementary figure s1 from bees", False),
        ("additional file 1 of bees", "bees", True),
        ("bees supplementary material", "bees", True),
        ("faculty opinions recommendation of bees", "bees", True),
        ("decision letter bees", "bees", True),
        ("author response for bees", "bees", True),
        ("publisher s note bees", "bees", True),
        ("bees vol 12 pg 101 2016", "bees", True),
        ("dataset bees", "bees", True),
        ("bees data set", "bees", True),
        ("video abstract bees", "bees", True),
        ("data to text generation of bees", "text generation of bees", False),
        ("dataset of bees", "bees", False),
        ("raw data supporting bees in towers", "bees in towers", True),
        ("datasheet 1 bees in towers pdf", "bees in towers", True),
        ("image 1 bees in towers tif", "table 1 bees in towers docx", True),
        ("image 1 bees in towers", "bees in towers", False),
        ("letter by pell regarding article bees in towers", "bees in towers", True),
        ("letter by pell", "pell", False),
        ("rectificatif a bees in towers", "bees in towers", True),
        ("更 正 bees in towers", "bees in towers", True),
        ("correspondence on bees in towers", "bees in towers", True),
        ("interview with the authors of bees in towers", "bees in towers", True),
        ("letter bees in towers", "bees in towers", False),
        ("a summary of what we know of bees", "a summary of what was known of bees", False),
        ("bees in towers online appendix", "bees in towers", True),
        ("bees in towers a reply to pell", "bees in towers", True),
        ("bees in towers a review", "bees in towers", False),
        ("corrections of bees are late", "corrections of bees are late", False),
        ("erratum on graphs", "erratum on graphs", False),
        ("the correction of light in bees", "correction of light in bees", True),
    ],
)
def test_numbered_parts_and_notices_are_told_apart(left, right, expected):
    assert parts_differ(left, right) is expected
    assert (told(left, right) == OTHER_PART) is expected
