"""Output about the formats that can be read: what each is, and an example."""

from rich.markup import escape

from papersieve.pipeline.extract.catalogue import Described
from papersieve.warehouse import console

#: The most lines of an example in the list of all formats, and the most characters of each line.
_LINES, _CHARACTERS = 4, 96


def tell_formats(found: list[Described]) -> None:
    """Print each format with the beginning of an example."""
    out = console.out(markup=True)
    for each in found:
        lines = (each.example or "").splitlines()
        out.print(f"[bold]{each.name}[/]  {escape(each.about)}", soft_wrap=True)
        for line in lines[:_LINES]:
            out.print(f"    {escape(line[:_CHARACTERS])}{'…' if len(line) > _CHARACTERS else ''}", soft_wrap=True)
        out.print("    …\n" if len(lines) > _LINES else "")
    out.print("papersieve formats NAME shows one whole; papersieve inspect FILE says what a file is.")


def tell_format(found: Described) -> None:
    """Print everything that is known about one format."""
    out = console.out(markup=True)
    out.print(f"[bold]{found.name}[/]  {escape(found.about)}", soft_wrap=True)
    out.print(f"known by   {escape(found.looks_like)}", soft_wrap=True)
    if found.package:
        out.print(f"comes from {escape(found.package)}")
    if found.example:
        out.print(f"read       {'whole' if found.is_whole else 'as a stream'}\n")
        out.print(escape(found.example.rstrip("\n")), soft_wrap=True)
