"""The review page as a browser without a screen sees it."""

import re
import urllib.error
import urllib.parse
import urllib.request


class Page:
    """A browser without a screen: forms of the page, sent as a browser sends them."""

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
