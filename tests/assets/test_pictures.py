"""Pictures: each is a valid one, whatever the data, and shows its subject."""

import base64
import re
import struct

import polars as pl
import pytest

from papersieve.assets import pictures
from papersieve.pipeline.settings import Settings

SHARED = pl.DataFrame(
    {
        "left_dump": ["a.txt", "a.txt", "a_name_that_is_far_too_long.txt"],
        "right_dump": ["a.txt", "a_name_that_is_far_too_long.txt", "a_name_that_is_far_too_long.txt"],
        "left_no": [1, 1, 2],
        "right_no": [1, 2, 2],
        "shared_share": [1.0, 0.25, 1.0],
        "dumps": [40, 40, 40],
    }
)
HISTOGRAM = pl.DataFrame(
    {"score": [-12.0, 0.5, 11.5], "judgement": ["non_match", "review", "match"], "pairs": [900, 3, 40]}
)
DRAWN = {
    "funnel": lambda some: pictures.funnel({"lines": 1000, "papers": 10} if some else {"lines": 0, "papers": 0}),
    "overlap": lambda some: pictures.overlap(SHARED if some else SHARED.clear()),
    "scores": lambda some: pictures.score_histogram(HISTOGRAM if some else HISTOGRAM.clear(), Settings()),
    "sizes": lambda some: pictures.paper_sizes(pl.DataFrame({"record_count": [1, 2, 40] if some else [], "papers": [90, 5, 1] if some else []}, schema={"record_count": pl.Int64, "papers": pl.Int64})),
    "years": lambda some: pictures.records_by_year(pl.DataFrame({"year": [2023, 2024, 2024], "year_source": ["stated", "stated", "listing"], "records": [4, 9, 2]}).filter(some)),
    "trend": lambda some: pictures.duplicate_trend(pl.DataFrame({"revision": [1, 2], "duplicate_share": [0.1, 0.2]}).filter(some)),
}  # fmt: skip


def pixels(entry) -> tuple[bytes, int, int]:
    data = base64.b64decode(re.fullmatch(r"!\[[^]]+\]\(data:image/png;base64,([^)]+)\)", entry.md_str)[1])
    return data, *struct.unpack(">II", data[16:24])


@pytest.mark.parametrize("name", DRAWN)
def test_each_picture_is_one_of_any_data(name):
    data, width, height = pixels(DRAWN[name](True))
    assert data.startswith(b"\x89PNG")
    assert 500 <= width <= 1500
    assert 300 <= height <= 1500
    assert len(data) < 80_000, "every run keeps its own"


def test_what_cannot_be_drawn_says_so_in_words():
    told = {name: draw(False).md_str for name, draw in DRAWN.items()}
    assert not [name for name, text in told.items() if "![" in text or not text.endswith(".")]
    one = pl.DataFrame({"revision": [1], "duplicate_share": [0.125]})
    assert pictures.duplicate_trend(one).md_str.startswith("12.5% of the records repeat a paper.")
    assert pictures.overlap(SHARED[:1]).md_str == "Overlap is drawn from the second dump on."


def test_a_title_tells_what_is_not_drawn():
    years = pl.DataFrame({"year": [2023, None], "year_source": ["stated", "stated"], "records": [93, 282]})
    assert "282 of 375 records have no year" in pictures.records_by_year(years).md_str
    assert "the 2 largest of 40 dumps" in pictures.overlap(SHARED).md_str
    assert "943 compared pairs" in pictures.score_histogram(HISTOGRAM, Settings()).md_str


@pytest.mark.parametrize(("largest", "told"), [(0, "papers"), (1_000, "papers"), (1_001, "papers (logarithmic scale)")])
def test_a_scale_that_is_not_linear_is_named(largest, told):
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    pictures._count_axis(axes, "y", "papers", largest)
    assert axes.get_ylabel() == told
    assert (axes.get_yscale() == "linear") == (told == "papers")


def test_the_card_is_light_whatever_the_page_is():
    """A transparent picture with dark letters can't be read on a dark page."""
    import io

    from PIL import Image

    image = Image.open(io.BytesIO(pixels(DRAWN["funnel"](True))[0])).convert("RGBA")
    corners = [image.getpixel((x, y)) for x in (0, image.width - 1) for y in (0, image.height - 1)]
    assert all(alpha == 255 and min(colours) > 230 for *colours, alpha in corners)


def test_the_largest_papers_stand_side_by_side():
    records = pl.DataFrame(
        {
            "paper_id": ["p", "p", "q"],
            "record_count": [2, 2, 9],
            "title": ["One | title", None, "Other"],
            "abstract": ["x" * 500, "<b>y</b>", "z"],
            "place": ["a.txt:1", "b.txt:7", "c.txt:3"],
        }
    )
    text = pictures.side_by_side(records).md_str
    assert "**2 records of one paper**" in text
    assert "| place | a.txt:1 | b.txt:7 |" in text
    assert "| title | One \\| title |  |" in text
    assert "&lt;b>y" in text
    assert "x" * 219 + "…" in text
    assert pictures.side_by_side(records.clear()).md_str == "none"
