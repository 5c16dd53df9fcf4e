"""Fields that exports write in parts: a name of family and given names, pages of a first and a last one."""


def inverted(family: str | None, given: str | None) -> str | None:
    """A name as catalogues write it; the family's alone where nothing else is given.

    >>> inverted("Gale", "Hugh"), inverted("Gale", None)
    ('Gale, Hugh', 'Gale')
    """
    return f"{family}, {given}" if family and given else family


def page_range(first: str | None, last: str | None) -> str | None:
    """Pages of a first and a last one, either of which may be missing.

    >>> page_range("11", "19"), page_range("e12", None)
    ('11-19', 'e12')
    """
    return "-".join(page for page in (first, last) if page) or None
