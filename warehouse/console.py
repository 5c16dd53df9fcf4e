"""Consoles for all output through rich: no text from a dump, file name or setting can control the terminal."""

import sys
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from papersieve.warehouse.harmless import harmless_lines


class HarmlessConsole(Console):
    """A console that removes control characters from everything except its own commands."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Render as rich does, with harmless text."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else harmless_lines(text), style, control)


def out(*, markup: bool = False) -> Console:
    """A console on stdout. On a terminal, lines break between words.

    Names from dumps are shown unchanged: without `emoji=False`, `:100:` in a name would become a picture.
    """
    return HarmlessConsole(soft_wrap=not sys.stdout.isatty(), highlight=False, markup=markup, emoji=False)


def err() -> Console:
    """A console on stderr."""
    return HarmlessConsole(stderr=True, soft_wrap=not sys.stderr.isatty(), highlight=False, emoji=False)


def labelled(to: Console, label: str, text: str) -> None:
    """Print a label and its text. On a terminal, continuation lines are aligned with the text."""
    head = f"{label:10} "
    hanging(to, head + text, len(head))


def hanging(to: Console, line: str | Text, indent: int) -> None:
    """Print a line. On a terminal, continuation lines are indented."""
    whole = Text(line) if isinstance(line, str) else line
    if not to.is_terminal:
        to.print(whole)
        return
    grid = Table.grid()
    grid.add_column(width=indent)
    grid.add_column(overflow="fold")
    grid.add_row(whole[:indent], whole[indent:])
    to.print(grid)
