"""Numbers of things in words."""


def counted(number: int, thing: str) -> str:
    """A number of things, as one says it: 1 pair, 2 pairs."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
