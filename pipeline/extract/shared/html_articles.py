"""Papers in article elements of HTML pages, as on Hugging Face's pages; boxes about something else are left out."""

import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.cited_marks import are_names
from papersieve.pipeline.extract.shared.dates import parse_shown_date
from papersieve.pipeline.extract.shared.html_pages import on_lines, text_of_node
from papersieve.pipeline.extract.shared.list_links import leads_to_paper

_COUNT = re.compile(r"[·•]?\s*(\d{1,6}) authors?")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp)$", re.IGNORECASE)


def article_entries(root: Any) -> Iterator[Entry]:
    """The papers in article elements, as on Hugging Face's pages."""
    return (on_lines(entry, node) for node in root.iter("article") if (entry := _shown(node)))


def _shown(article: Any) -> Entry | None:
    """The paper of an article element: a heading that links to it, a paragraph, authors, a date.

    An article with several headings is a page of its own.
    """
    headings = next(filter(None, (list(article.iter(tag)) for tag in ("h3", "h2", "h4"))), [])
    title = text_of_node(headings[0]) if len(headings) == 1 else None
    if not title:
        return None
    heading = headings[0]
    link = next((a.get("href", "") for a in heading.iter("a")), None) or next(
        (to for a in article.iter("a") if not _PICTURE.search(to := a.get("href", ""))), ""
    )
    abstract = max((text_of_node(p) or "" for p in article.iter("p")), key=len, default="")
    said = [t.strip() for t in article.itertext() if t.strip()]
    people = article.xpath(".//*[@itemprop='creator']") or article.xpath(".//*[@itemprop='author']")
    names = next((text_of_node(node) or "" for node in article.xpath(".//*[contains(@class, 'author')]")), "")
    count = next((int(found[1]) for text in said if (found := _COUNT.fullmatch(text))), None)
    if not people and are_names(abstract.removesuffix(".")):
        names, abstract = abstract.removesuffix("."), ""
    is_paper = "/papers/" in link or any(leads_to_paper(f"[]({a.get('href')})") for a in article.iter("a"))
    if not (is_paper or people or names or count):
        return None  # a box of a page about something else
    dates = [
        *filter(parse_shown_date, said),
        *article.xpath("(.//*[@itemprop='datePublished']/@*[name()='datetime' or name()='content'])"),
    ]
    return Entry(
        title=title, abstract=abstract or None, author_count=count,
        authors=[text_of_node(node) or "" for node in people] or (with_others(names) if are_names(names) else []),
        published_raw=next(iter(dates), None), urls=[link],
        arxiv=link.rpartition("/papers/")[2] if "/papers/" in link else None,
    )  # fmt: skip
