"""Lists of papers on HTML pages: proceedings, searches and rendered Markdown are read; shops and blogs have none."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump

TITLES = ("Lamps in Towers", "Watched Kettles at Dawn", "Mills That Turn")
#: Items of lists that are not papers but have something called a title.
OTHERS = {
    "a shop": '<li><a class="title" href="https://x.example/1">{title}</a> <i>now cheaper</i> <b>4.99</b></li>',
    "a shop with papers about its lamps": '<li><a class="title" href="/1">{title}</a> <i>sold out</i> <a href="/1.pdf">pdf</a></li>',
    "icons": '<div class="card"><h4 class="title">{title}</h4><i class="fa fa-user">User</i></div>',
    "icons beside a link": '<div><h4 class="title">{title}</h4><i class="fa">Cash</i> <a href="/list.pdf">pdf</a></div>',
    "a blog": '<div class="post"><h3 class="title">{title}</h3><span class="author">Hugh Gale</span><p class="abstract">On</p></div>',
    "posts beside each other": '<h3 class="title">{title}</h3><p class="author">Hugh Gale</p>',
}
#: Items of lists of papers, each with two authors.
PAPERS = {
    "CVF": """<dt class="ptitle"><br><a href="content/html/{at}_paper.html">{title}</a></dt>
<dd><form id="a" style="display: inline;" class="authsearch"><input type="hidden" name="query_author" value="Hugh Gale"><a href="#">Hugh Gale</a>,</form>
<form id="b" class="authsearch"><input type="hidden" name="query_author" value="Jo Holt"><a href="#">Jo Holt</a></form></dd>
<dd>[<a href="content/papers/{at}_paper.pdf">pdf</a>] [<a href="http://arxiv.org/abs/2003.0000{at}">arXiv</a>]
<div class="bibref">@InProceedings{{Gale, author = {{Gale, Hugh}}, title = {{Other}} }}</div></dd>""",
    "PMLR": """<div class="paper"><p class="title">{title}</p><p class="details"><span class="authors">Hugh Gale,&nbsp;Jo Holt</span>;
<span class="info"><i>Proceedings of the 38th Conference</i></span></p>
<p class="links">[<a href="https://arxiv.org/abs/2003.0000{at}">abs</a>]</p></div>""",
    "NeurIPS": '<li class="none"><a title="paper title" href="https://x.example/hash/{at}-Abstract.html">{title}</a> <i>Hugh Gale, Jo Holt</i> <a href="https://arxiv.org/abs/2003.0000{at}">x</a></li>',
    "Google Scholar": '<div class="gs_r"><h3 class="gs_rt"><a href="https://arxiv.org/abs/2003.0000{at}">{title}</a></h3><div class="gs_a">H Gale, J Holt - Towers, 2020 - x.example</div></div>',
    "Google Scholar, with hyphens": '<div class="gs_r"><h3 class="gs_rt"><a href="https://arxiv.org/abs/2003.0000{at}">{title}</a></h3><div class="gs_a">H Gale-Orr, J Holt - Tower-Based Systems, 2020 - x.example</div></div>',
    "its alerts": '<h3><a href="https://arxiv.org/abs/2003.0000{at}" class="gse_alrt_title">{title}</a></h3><div style="color:#006621">H Gale, J Holt - Towers, 2020</div>',
    "a list with its links first": '<div>[<a href="https://arxiv.org/abs/2003.0000{at}">pdf</a>] <b class="title">{title}</b> <span class="authors">Hugh Gale, Jo Holt</span></div>',
    "arXiv's search": """<li class="arxiv-result"><p class="list-title"><a href="https://arxiv.org/abs/2003.0000{at}">x</a></p>
<p class="title is-5">{title}</p><p class="authors">Authors: <a href="/s">Hugh Gale</a>, <a href="/s">Jo Holt</a></p></li>""",
}


def records(tmp_path, item: str, count: int):
    items = "\n".join(item.format(title=title, at=at) for at, title in enumerate(TITLES[:count], start=1))
    path = tmp_path / "page.html"
    path.write_text(f"<!DOCTYPE html><html><body><div>\n{items}\n</div></body></html>\n", encoding="utf-8")
    return extract_dump(read_dump(path)).records


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("kind", OTHERS)
def test_what_has_titles_and_no_papers_has_none(tmp_path, kind, count):
    assert records(tmp_path, OTHERS[kind], count).is_empty()


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("kind", PAPERS)
def test_each_paper_of_a_list_has_its_own_title_authors_and_address(tmp_path, kind, count):
    found = records(tmp_path, PAPERS[kind], count)
    assert found["title_raw"].to_list() == list(TITLES[:count])
    assert found["arxiv_id"].to_list() == [f"2003.0000{at}" for at in range(1, count + 1)]
    assert [len(names) for names in found["authors"].to_list()] == [2] * count


#: Cases in Markdown whose pages give other titles, with the reason.
OTHERWISE = {
    **dict.fromkeys(("248", "307", "477", "548", "661", "904", "965"), "a note on one paper"),
    **dict.fromkeys(("920", "921", "922"), "the copied page of one paper"),
    **dict.fromkeys(
        ("790", "916", "1025", "1026", "1027", "1028", "1030"),
        "nothing says for sure that these are papers",
    ),
    **dict.fromkeys(("549", "860", "914"), "a list that is no Markdown as others read it"),
    **dict.fromkeys(("725", "967"), "no list"),
    "900": "rows of a table that are broken into lines",
}
MARKDOWN = [
    path
    for path in sorted((Path(__file__).parents[2] / "cases").glob("*.md"))
    if path.name.partition("-")[0] not in OTHERWISE
]


@pytest.mark.long
@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: path.name)
def test_the_page_of_a_list_in_markdown_has_the_same_titles(tmp_path, path):
    text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8-sig"), flags=re.DOTALL)
    body = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    page = tmp_path / "page.html"
    page.write_text(f"<!DOCTYPE html>\n<html><body><article>\n{body}</article></body></html>\n", encoding="utf-8")
    assert titles(page) == titles(path)


def titles(path: Path) -> list[str]:
    return [" ".join(title.split()) for title in extract_dump(read_dump(path)).records["title_raw"]]
