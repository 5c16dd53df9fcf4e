"""Templates of pages: what is filled in is escaped, and a name that nobody gave is an error."""

from pathlib import Path

import jinja2

from papersieve.warehouse.plurals import counted

#: Templates, and in `static` what the pages load.
PAGES = Path(__file__).parent / "pages"


def page_templates() -> jinja2.Environment:
    """The templates of `PAGES`."""
    loader = jinja2.FileSystemLoader(PAGES)
    pages = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    pages.filters["counted"] = counted
    return pages
