"""Numbers of things in words."""


def counted(number: int, thing: str, things: str | None = None) -> str:
    """A number of things in words: 1 pair, 2 pairs. things: the plural, if it isn't made with an s."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"
