"""Templates of web pages: values are escaped, and a name without a value is an error."""

from pathlib import Path

import jinja2

from papersieve.warehouse.plurals import counted

#: The folder of the templates; `static` in it has the files that the pages load.
PAGES = Path(__file__).parent / "pages"


def page_templates() -> jinja2.Environment:
    """The templates in `PAGES`."""
    loader = jinja2.FileSystemLoader(PAGES)
    pages = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    pages.filters["counted"] = counted
    return pages
