"""The command line, called in the process of the tests, which is faster than a new process per command."""

import io
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from papersieve.warehouse.cli.main import main


def papersieve(*args: object, cwd: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command with these arguments, in the caller's environment; stdin and stdout are not terminals."""
    words = ["papersieve", *map(str, args)]
    said = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
    given = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
    with (
        chdir(cwd or Path.cwd()),
        patch.multiple(sys, argv=words, stdin=given),
        redirect_stdout(said[0]),
        redirect_stderr(said[1]),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
    out, err = (end.buffer.getvalue().decode(errors="replace") for end in said)
    return subprocess.CompletedProcess(words, code, out, err)
