"""Transfers from remote places: several at once, each within its limits, with errors in our own words.

The work is done by threads, which are abandoned if a server takes too long: no library has a time limit for all of name
lookup, connecting, listing and reading. An abandoned thread ends at its next byte, and does not keep the process alive.
"""

import errno
import math
import socket
import ssl
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPException, IncompleteRead
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.places.address import Address
from papersieve.pipeline.extract.places.masking import masked
from papersieve.pipeline.extras import install_command
from papersieve.pipeline.reading_settings import Reading

Result = TypeVar("Result")

_STAYS = "What was read from there before stays."


class Transfer(ABC, Generic[Result]):
    """One piece of work on an address: bytes received, the time of the last ones, and whether it was abandoned."""

    def __init__(self, address: Address, reading: Reading, *, silence_seconds: float = math.inf) -> None:
        self.address, self.reading, self.bytes = address, reading, 0
        self._silence_seconds, self._is_abandoned = silence_seconds, False
        self.end: Result | DumpError

    @abstractmethod
    def work(self) -> Result:
        """Do the work, in a thread of its own; its exceptions are turned into errors in our own words."""

    def count(self, data: bytes) -> None:
        """Count bytes received; raises DumpError if there are too many, InterruptedError if the work was abandoned."""
        self.bytes += len(data)
        self._last = time.monotonic()
        if self._is_abandoned:
            raise InterruptedError
        if self.bytes > self.reading.max_file_bytes:
            raise DumpError(
                "too_large",
                f"{self.address.location}: expected at most max_file_bytes = {self.reading.max_file_bytes:,} bytes, found "
                "more. Split the dump, or raise the setting.",
            )

    def start(self, ends: "SimpleQueue[Transfer[Result]]") -> None:
        """Start the work; when it ends, `end` is set and the transfer is put into the queue."""
        self._began = self._last = time.monotonic()
        threading.Thread(target=self._run, args=(ends,), daemon=True).start()

    def _run(self, ends: "SimpleQueue[Transfer[Result]]") -> None:
        try:
            self.end = self.work()
        except Exception as error:  # each file system of fsspec raises errors of its own
            self.end = in_our_words(error, self.address)
        ends.put(self)

    @property
    def seconds_left(self) -> float:
        """Seconds until it is abandoned if no more bytes come."""
        until = min(self._began + self.reading.fetch_seconds, self._last + self._silence_seconds)
        return until - time.monotonic()

    def abandon(self) -> DumpError:
        """Abandon the work, and return the reason."""
        self._is_abandoned = True
        if time.monotonic() - self._began >= self.reading.fetch_seconds:
            waited = f"expected all of it within fetch_seconds = {self.reading.fetch_seconds:g}"
        else:
            waited = f"expected more of it within silence_seconds = {self._silence_seconds:g}"
        return unreachable(self.address, f"{waited}, found {self.bytes:,} bytes. Try again later, or raise the setting")


def at_once(
    transfers: Sequence[Transfer[Result]], reading: Reading, watcher: Callable[[int], None] = lambda _: None
) -> list[Result | DumpError]:
    """The result or error of each transfer, in order; `fetch_at_once` of them run at a time.

    watcher: called with the number of transfers that have ended.
    """
    ends: SimpleQueue[Transfer[Result]] = SimpleQueue()
    found: dict[Transfer[Result], Result | DumpError] = {}
    waiting, running = deque(transfers), set[Transfer[Result]]()
    try:
        while waiting or running:
            while waiting and len(running) < reading.fetch_at_once:
                running.add(waiting[0])
                waiting.popleft().start(ends)
            try:
                ended = ends.get(timeout=max(0, min(transfer.seconds_left for transfer in running)))
                found.setdefault(ended, ended.end)
            except Empty:
                found |= {transfer: transfer.abandon() for transfer in running if transfer.seconds_left <= 0}
            running.difference_update(found)
            watcher(len(found))
    finally:
        for transfer in running:
            transfer.abandon()
    return [found[transfer] for transfer in transfers]


def unreachable(address: Address, why: str) -> DumpError:
    """An error for a place that can't be read now; it does not mean that the file is gone."""
    return DumpError("unreachable", f"{address.location}: {why}. {_STAYS}")


def cut_short(address: Address) -> DumpError:
    """An error for a file that ends before its announced length."""
    return unreachable(address, "the file breaks off before the length that was announced. Try again later")


def in_our_words(error: Exception, address: Address) -> DumpError:
    """Turn a library's exception into an error that tells users what they can do."""
    for cause in _causes(error):
        if isinstance(cause, DumpError):
            return cause
        if isinstance(cause, FileNotFoundError):
            return DumpError("missing", f"{address.location}: no such file. Check the address. {_STAYS}")
        if isinstance(cause, ImportError) and address.scheme in EXTRAS:
            return unreachable(address, f"{brief(cause, address)}. Install it: {install_command(address.scheme)}")
        if isinstance(cause, IncompleteRead):
            return cut_short(address)
        if isinstance(cause, OSError) and cause.errno == errno.ENOSPC:
            return unreachable(
                address, f"no space is left in {tempfile.gettempdir()}. Make room, or name another folder by TMPDIR"
            )
        if why := next((why for kind, why in _SENTENCES.items() if isinstance(cause, kind)), None):
            return unreachable(address, why.format(brief(cause, address)))
    found = f"{type(error).__name__}: {brief(error, address)}"
    return unreachable(address, f"can't be read: {found}. Check the address, the credentials and the network")


#: Schemes whose file system is an extra of the same name.
EXTRAS = {"s3", "gs"}

#: Messages by kind of exception; subclasses come before their base classes.
_SENTENCES: dict[type[BaseException], str] = {
    ImportError: "{}. Install what is missing beside papersieve",
    socket.gaierror: "no server of this name was found. Check the address, and the network",
    ssl.SSLCertVerificationError: "the server's certificate is not trusted ({}). Check the address; a certificate of your own is named by SSL_CERT_FILE",
    ssl.SSLError: "the server speaks no TLS that this machine accepts ({}). Check the address",
    ConnectionRefusedError: "nothing answers at this address and port. Check the address, or try again later",
    ConnectionError: "the server broke the connection off ({}). Try again later",
    HTTPException: "the server's answer is no HTTP that can be read ({}). Check the address, or try again later",
    TimeoutError: "the server does not answer. Check the address, or try again later",
    PermissionError: "reading it is not allowed ({}). Check the address and the credentials",
}


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and its causes, the nearest first."""
    seen, waiting = set[int](), deque([error])
    while waiting:
        if id(one := waiting.popleft()) not in seen:
            seen.add(id(one))
            yield one
            waiting += [
                e for e in (one.__cause__, getattr(one, "reason", None), *one.args) if isinstance(e, BaseException)
            ]


def brief(error: BaseException, address: Address) -> str:
    """An error's message, on one line and without secrets."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    line = " ".join(masked(said, of=address.text).split())
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)[:300].rstrip(".")
