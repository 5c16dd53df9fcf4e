"""Consoles for all output by rich: no text of a dump, a file name or a setting can control the terminal."""

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
        """Render as rich does, with each text made harmless."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else harmless_lines(text), style, control)


def out(*, markup: bool = False) -> Console:
    """Stdout. On a terminal, lines break between words.

    Names from dumps are shown as they are: without `emoji=False`, a `:100:` in one becomes a picture.
    """
    return HarmlessConsole(soft_wrap=not sys.stdout.isatty(), highlight=False, markup=markup, emoji=False)


def err() -> Console:
    """Stderr."""
    return HarmlessConsole(stderr=True, soft_wrap=not sys.stderr.isatty(), highlight=False, emoji=False)


def labelled(to: Console, label: str, text: str) -> None:
    """A line after its label. On a terminal, continued lines are below the text."""
    head = f"{label:10} "
    hanging(to, head + text, len(head))


def hanging(to: Console, line: str | Text, indent: int) -> None:
    """A line. On a terminal, continued lines are indented."""
    whole = Text(line) if isinstance(line, str) else line
    if not to.is_terminal:
        to.print(whole)
        return
    grid = Table.grid()
    grid.add_column(width=indent)
    grid.add_column(overflow="fold")
    grid.add_row(whole[:indent], whole[indent:])
    to.print(grid)
