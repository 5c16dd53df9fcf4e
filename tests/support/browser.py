"""A real browser (Chromium, if it is installed), driven by its debugging protocol: open, press a key, read."""

import itertools
import json
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Browser:
    """One tab of a browser."""

    def __init__(self, socket) -> None:
        self._socket, self._ids = socket, itertools.count(1)
        self._send("Page.enable")

    def _send(self, method: str, **params: object) -> dict:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (message := json.loads(self._socket.recv(timeout=30))).get("id") != number:
            pass
        return message["result"]

    def _until_loaded(self) -> None:
        while json.loads(self._socket.recv(timeout=30)).get("method") != "Page.loadEventFired":
            pass

    def open(self, url: str) -> None:
        self._socket.send(json.dumps({"id": next(self._ids), "method": "Page.navigate", "params": {"url": url}}))
        self._until_loaded()

    def press(self, key: str) -> None:
        """Press a key that leads to another page, and wait for that page."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": key} if kind == "keyDown" else {}
            params = {"type": kind, "key": key, **text}
            self._socket.send(json.dumps({"id": next(self._ids), "method": "Input.dispatchKeyEvent", "params": params}))
        self._until_loaded()

    def read(self, script: str) -> object:
        return self._send("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def resize(self, width: int, height: int) -> None:
        self._send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=True)


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium on this machine")
    from websockets.sync.client import connect

    process = subprocess.Popen(
        [
            found,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-port=0",
            f"--user-data-dir={folder}",
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = next(line for line in process.stderr if "DevTools listening on" in line)
        port = line.split("//")[1].split(":")[1].split("/")[0]
        new = urllib.request.Request(f"http://127.0.0.1:{port}/json/new", method="PUT")
        with urllib.request.urlopen(new, timeout=30) as answer:
            tab = json.load(answer)["webSocketDebuggerUrl"]
        with connect(tab, max_size=None) as socket:
            yield Browser(socket)
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stderr.close()
