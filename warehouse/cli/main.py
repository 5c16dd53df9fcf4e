"""The command line: arguments in, words and exit codes out. Results go to stdout, everything else to stderr."""

import io
import os
import sys
import traceback

import click

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.cli import fetching, people, questions, running, trying, upkeep, writing
from papersieve.warehouse.cli.options import cli, say

#: The modules with the commands of `papersieve`, in the order of its help.
COMMANDS = (running, trying, fetching, questions, writing, people, upkeep)


def main() -> None:
    """Entry point. A PapersieveError is printed without a traceback, and the exit code is 1."""
    _open_missing_streams()
    _write_everything()
    try:
        # Not standalone, so that click's own messages are printed by `say` too.
        sys.exit(cli(prog_name="papersieve", standalone_mode=False))
    except click.ClickException as error:
        said = io.StringIO()
        error.show(said)
        say(said.getvalue().rstrip("\n"), err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        say("Stopped.", err=True)
        sys.exit(1)
    except PapersieveError as error:
        say(f"papersieve: {error}", err=True)
        sys.exit(1)
    except Exception as error:
        import duckdb  # imported here, so that help pages don't wait for it

        from papersieve.warehouse.duckdb_faults import tell_fault

        if isinstance(error, RuntimeError) and str(error) == "Query interrupted":  # DuckDB's answer to Ctrl-C
            told = "Stopped."
        elif isinstance(error, duckdb.Error | OSError):
            told = f"papersieve: {tell_fault(error)}"
        else:
            told = traceback.format_exc().rstrip("\n")
        say(told, err=True)
        sys.exit(1)


def _open_missing_streams() -> None:
    """Open stdin, stdout and stderr if the caller closed them. Otherwise the next file that is opened, such as the
    store, would get the descriptor of one of them.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _write_everything() -> None:
    """Write every character: to files and programs in UTF-8, to a terminal as well as it can show it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="replace")


if __name__ == "__main__":
    main()
