"""Counts with the right plural."""


def counted(number: int, thing: str, things: str | None = None) -> str:
    """A count and its noun: 1 pair, 2 pairs. things: the plural, if it isn't formed with an s."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"
