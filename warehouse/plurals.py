"""Numbers of things in words."""


def counted(number: int, thing: str, things: str | None = None) -> str:
    """A number of things, as one says it: 1 pair, 2 pairs. things: the plural, where it takes more than an s."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"
