"""Lists of papers in Markdown, as in "daily papers" digests and "awesome" repositories: one item per paper.

An item begins with its title (in bold, as a link, or plain before links to the paper). A date or a venue may come
before it, names and a venue after it, an abstract below it.
"""

import math
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.cited_reference import cited
from papersieve.pipeline.extract.shared.list_item import item_line, mark_free, mark_of
from papersieve.pipeline.extract.shared.list_links import leads_to_paper
from papersieve.pipeline.extract.shared.list_papers import listed
from papersieve.pipeline.extract.shared.markdown_lines import markdown_head, markdown_lines
from papersieve.pipeline.extract.shared.markup import is_markdown
from papersieve.pipeline.extract.shared.page_lines import Lines


def recognises(head: Head) -> str | None:
    """At least two items have titles and link to papers, or an item has an abstract; fewer items are references."""
    if not is_markdown(head.text):
        return None
    head = markdown_head(head)
    items = list(listed(list(enumerate(head.lines, start=1))))
    first = next((line for line in head.lines if line.strip()), "")  # notes on one paper begin with a link to it
    references = sum(1 for text in head.lines if mark_of(text) and cited(mark_free(text), marked=True))
    if references > len(items):
        return None
    if len(items) > 1 or any(entry.abstract for entry in items) or (items and item_line(first)):
        return f"its items begin with titles, such as {(items[0].title or '')[:60]!r}, and link to papers"
    return None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one paper per item that links to one; such items without a title are rejected, other lines are furniture."""
    lines, at = [(number, text) for number, text in markdown_lines(dump) if text.strip()], 0
    for entry in listed(lines):
        _reject_untitled(dump, lines, at, entry.line_start)
        at = entry.line_end
        yield entry
    _reject_untitled(dump, lines, at, math.inf)


def _reject_untitled(dump: OpenDump, lines: Lines, behind: int, before: float) -> None:
    """Reject the items strictly between these line numbers that link to a paper."""
    for number, text in lines:
        if behind < number < before and mark_of(text) and leads_to_paper(text):
            dump.ledger.reject(number, "no_title", text)


FORMAT = Format("digest_list", "items such as '- **title**', with links to papers", recognises, extract)
