"""Numbers of things in words."""


def counted(number: int, thing: str, things: str = "") -> str:
    """A number of things, as one says it: 1 pair, 2 pairs; the plural is the singular and an s, if not given."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"
