"""A client for the review page, and the process that serves a page."""

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Page:
    """A client that sends the page's forms as a browser does."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def get(self, path: str = "/", **headers: str) -> tuple[int, str]:
        return self._answer(urllib.request.Request(self.url + path, headers=headers))

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str]:
        data = urllib.parse.urlencode(fields).encode()
        return self._answer(urllib.request.Request(self.url + path, data, {"Origin": self.url} | headers))

    def press(self, shown: str, button: str, **more: str) -> tuple[int, str]:
        form = re.search(r'<form method="post" action="/decide" class="decide">.*?</form>', shown, re.S)[0]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.split("<button")[0]))
        return self.post("/decide", {**fields, "do": button, **more})

    def undo(self, shown: str) -> tuple[int, str]:
        form = next(f for f in re.findall(r"<form.*?</form>", shown, re.S) if 'value="undo"' in f)
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.split("<button")[0]))
        return self.post("/decide", {**fields, "do": "undo"})

    @staticmethod
    def _answer(request: urllib.request.Request) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@contextmanager
def serving(*words: object) -> Iterator[dict[str, Any]]:
    """Run a command that serves a page on a free port; yield its JSON output. It must exit with 0 and no stderr."""
    command = [sys.executable, "-m", "papersieve.warehouse.cli.main", *map(str, words), "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")
    finally:
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)[1]
    assert (process.returncode, said) == (0, "")
