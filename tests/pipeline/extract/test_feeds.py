"""Feeds of papers are read and others refused, depending on what their entries link to."""

import pytest

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump

ITEM = "<item><title>Lamps in towers</title>{}<description>See https://doi.org/10.1000/x</description></item>"
OF_PAPERS = (
    "<link>https://doi.org/10.1000/tower.3</link>",
    "<link>https://example.org/papers/v22/20-123.html</link>",
    "<link>https://www.nature.com/articles/s1</link>",
    '<guid isPermaLink="false">arXiv:2401.00001v1</guid>',
    "<link>https://tldr.example.org/p/2401.00001</link>",
    "<link>https://lake.example.org/index.php/towers/article/view/12</link>",
    "<link>https://press.example.org/towers/article/44/3/112/118264/Lamps-in-towers</link>",
    "<link>https://journals.example.org/towers/44/lamps</link>",
    "<link>https://proceedings.example.org/v235/gale24a.html</link>",
    "<link>https://eprint.example.org/2024/123</link>",
    "<guid>http://hdl.handle.net/1721.1/12345</guid>",
    "<link>https://lake.example.org/hal-04123456</link>",
    "<link>https://www.jmir.org/2024/1/e12345</link>",
    "<link>https://example.org/1</link><prism:volume xmlns:prism='http://prismstandard.org/'>4</prism:volume>",
    "",
)
OF_OTHERS = (
    "<link>https://news.example.org/2020/lamps-in-towers</link>",
    "<link>https://news.example.org/article/2024/05/court-proceedings-in-journals</link>",
    "<guid>https://example.org/?p=12</guid><pubDate>Mon, 15 Mar 2021 06:00:00 GMT</pubDate>",
    '<link>https://pod.example.org/12</link><enclosure url="https://pod.example.org/12.mp3" type="audio/mpeg"/>',
)


def read(tmp_path, own: str) -> int:
    path = tmp_path / "feed.xml"
    path.write_text(
        f"<rss><channel><link>https://example.org</link>{ITEM.format(own)}</channel></rss>", encoding="utf-8"
    )
    return extract_dump(read_dump(path)).records.height


@pytest.mark.parametrize("own", OF_PAPERS)
def test_a_feed_of_papers_is_read(tmp_path, own):
    assert read(tmp_path, own) == 1


@pytest.mark.parametrize("own", OF_OTHERS)
def test_a_feed_of_anything_else_is_refused(tmp_path, own):
    with pytest.raises(DumpError):
        read(tmp_path, own)


def test_a_journal_may_have_addresses_of_its_own(tmp_path):
    path = tmp_path / "feed.xml"
    entry = ITEM.format("<link>https://towers.example.org/44/lamps</link>")
    path.write_text(f"<rss><channel><title>Annals of Towers</title>{entry}</channel></rss>", encoding="utf-8")
    assert extract_dump(read_dump(path)).records.height == 1


def test_a_feed_without_entries_is_a_feed(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text("<rss><channel><title>cs.LG</title></channel></rss>", encoding="utf-8")
    assert extract_dump(read_dump(path)).dump["format"].item() == "rss"
