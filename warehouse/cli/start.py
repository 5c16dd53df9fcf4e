"""Entry point of the installed command: loads the command line, and says in a line that Ctrl-C has stopped it."""

import sys


def start() -> None:
    """Run the command line. Its modules are loaded inside, because this takes most of the first 0.1 seconds."""
    try:
        from papersieve.warehouse.cli.main import main

        main()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
