"""A web server with every fault that a server can have, and a few correct answers."""

import gzip
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

OK = b"HTTP/1.1 200 OK\r\n"

#: Seconds between two bytes of a slow answer.
DRIP_SECONDS = 0.02


class HostileServer(socketserver.ThreadingTCPServer):
    """The path of a request selects the answer. asked: paths, in order; released: the event that `gate` waits for."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        bomb()  # cached before a client waits for it
        self.body, self.asked, self.heads = body, list[str](), list[str]()
        self.is_asked, self.released, self.stopped = threading.Event(), threading.Event(), threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: clients hang up, as they should."""

    def url(self, path: str, user: str = "") -> str:
        return f"http://{user}127.0.0.1:{self.server_address[1]}/{path}"


class _Handler(socketserver.StreamRequestHandler):
    server: HostileServer

    def handle(self) -> None:
        path = self.rfile.readline().split()[1].decode()
        head = [path]
        while line := self.rfile.readline().strip():
            head.append(line.decode())
        self.server.heads.append("\n".join(head))
        self.server.asked.append(path)
        self.server.is_asked.set()
        name = path.partition("?")[0].strip("/").partition("/")[0].partition(".")[0]
        ANSWERS.get(name, _good)(self)

    def send(self, data: bytes) -> None:
        self.wfile.write(data)

    def drip(self, data: Iterator[bytes]) -> None:
        for byte in data:
            if self.server.stopped.wait(DRIP_SECONDS):
                return
            self.send(byte)


def _good(to: _Handler) -> None:
    to.send(OK + b"Content-Length: %d\r\n\r\n" % len(to.server.body) + to.server.body)


def _encoded(to: _Handler) -> None:
    to.send(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(to.server.body))


def _gate(to: _Handler) -> None:
    to.server.released.wait(60)
    _good(to)


def _forever(byte: bytes) -> Iterator[bytes]:
    while True:
        yield byte


def _endless(to: _Handler) -> None:
    to.send(OK + b"\r\n")
    while not to.server.stopped.is_set():
        to.send(b"Abstract: and so on\n" * 5000)


def _slow_head(to: _Handler) -> None:
    to.send(OK + b"X-Slow: ")
    to.drip(_forever(b"x"))


def _drip(to: _Handler) -> None:
    to.send(OK + b"Content-Length: 1000000\r\n\r\n")
    to.drip(_forever(b"x"))


def _silent(to: _Handler) -> None:
    to.server.stopped.wait(60)


def _cut(to: _Handler) -> None:
    to.send(OK + b"Content-Length: 100000\r\n\r\n" + to.server.body)


@cache
def bomb() -> bytes:
    return gzip.compress(b"a" * (17 << 20))


def _bomb(to: _Handler) -> None:
    to.send(OK + b"Content-Encoding: gzip\r\n\r\n" + bomb())


def _status(status: bytes, *headers: bytes) -> Callable[[_Handler], None]:
    head = b"".join(header + b"\r\n" for header in headers)
    return lambda to: to.send(b"HTTP/1.1 " + status + b"\r\n" + head + b"Content-Length: 6\r\n\r\nBody.\n")


ANSWERS: dict[str, Callable[[_Handler], None]] = {
    "encoded": _encoded,
    "gate": _gate,
    "endless": _endless,
    "slow_head": _slow_head,
    "drip": _drip,
    "silent": _silent,
    "cut": _cut,
    "bomb": _bomb,
    "brotli": _status(b"200 OK", b"Content-Encoding: br"),
    "no_length": lambda to: to.send(OK + b"Content-Length: many\r\n\r\n" + to.server.body),
    "chunk": lambda to: to.send(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nAbs"),
    "garbage": lambda to: to.send(b"\x00\xff what?\r\n\r\n"),
    "hang_up": lambda to: None,
    "long_header": lambda to: to.send(OK + b"X: " + b"x" * 70_000 + b"\r\n\r\n"),
    "loop": _status(b"302 Found", b"Location: /loop"),
    "moved": _status(b"302 Found", b"Location: /good"),
    "to_file": _status(b"302 Found", b"Location: file:///etc/passwd"),
    "to_nowhere": _status(b"302 Found", b"Location: http://[::bad/"),
    **{str(n): _status(b"%d Whatever" % n) for n in (400, 401, 403, 404, 410, 500, 503)},
    "429": _status(b"429 Too Many", b"Retry-After: 30"),
}


@contextmanager
def hostile_server(body: bytes) -> Iterator[HostileServer]:
    with HostileServer(body) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server
        finally:
            server.stopped.set()
            server.released.set()
            server.shutdown()


#: How each answer of the hostile server is reported: the reason code, and a part of the message.
TOLD = {
    "endless": ("too_large", "max_file_bytes"),
    "slow_head": ("unreachable", "silence_seconds = 0.3, found 0 bytes. Try again later"),
    "drip": ("unreachable", "fetch_seconds = 0.6"),
    "silent": ("unreachable", "silence_seconds = 0.3"),
    "cut": ("unreachable", "breaks off before the length"),
    "chunk": ("unreachable", "breaks off before the length"),
    "brotli": ("unreachable", "encoding 'br'"),
    "garbage": ("unreachable", "no HTTP that can be read"),
    "hang_up": ("unreachable", "broke the connection off"),
    "long_header": ("unreachable", "no HTTP that can be read"),
    "loop": ("unreachable", "redirects more than 10 times"),
    "to_file": ("unreachable", "no web address"),
    "to_nowhere": ("unreachable", "no web address"),
    "400": ("unreachable", "400 (Bad Request): it does not accept the request. Check the address"),
    "401": ("unreachable", "401 (Unauthorized): it does not let you read"),
    "403": ("unreachable", "403 (Forbidden): it does not let you read"),
    "404": ("missing", "404 (Not Found). Check the address"),
    "410": ("missing", "410 (Gone). Check the address"),
    "429": ("unreachable", "asked too often. Try again in 30 seconds"),
    "500": ("unreachable", "500 (Internal Server Error): the fault is the server's. Try again later"),
    "503": ("unreachable", "503 (Service Unavailable): the fault is the server's. Try again later"),
}
