"""Download a file from a web server, as sent.

It uses urllib3, which Dagster requires anyway, and which leaves redirects and errors to us.
"""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from urllib.parse import unquote, urljoin
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.util import Url, parse_url

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.compression import CHUNK
from papersieve.pipeline.extract.places.address import Address
from papersieve.pipeline.extract.places.transfer import unreachable
from papersieve.pipeline.reading_settings import Reading

_MAX_REDIRECTS = 10
_REDIRECTS = (301, 302, 303, 307, 308)

#: Content encodings that are kept, because reading the file decompresses it anyway.
_UNPACKED_LATER = ("", "identity", "gzip", "x-gzip", "zstd")


def body(address: Address, reading: Reading) -> Iterator[bytes]:
    """The file's bytes as they arrive. Redirects are followed to web servers only, and never from https to http."""
    url = first = parse_url(address.text)
    for _ in range(_MAX_REDIRECTS + 1):
        # The password is sent only to the server that the user named.
        is_known = (url.scheme, url.host, url.port) == (first.scheme, first.host, first.port)
        with _answer(url, first.auth if is_known else None, reading) as answer:
            if answer.status not in _REDIRECTS or "Location" not in answer.headers:
                _refuse(answer, address)
                while data := answer.read1(CHUNK, decode_content=False):
                    yield data
                return
            url = redirected(url, answer.headers["Location"], address)
    raise unreachable(address, f"the server redirects more than {_MAX_REDIRECTS} times. Check the address")


@contextmanager
def _answer(url: Url, auth: str | None, reading: Reading) -> Iterator[urllib3.BaseHTTPResponse]:
    headers = {"User-Agent": "papersieve", "Accept": "*/*", "Accept-Encoding": "identity"}
    if auth:
        headers["Authorization"] = f"Basic {b64encode(unquote(auth).encode()).decode()}"
    # A little longer than the transfer's own limit, so that the transfer ends first and reports what happened.
    timeout = urllib3.Timeout(connect=reading.silence_seconds + 1, read=reading.silence_seconds + 1)
    with _pool(url) as pool:
        answer = pool.request(
            "GET",
            url._replace(auth=None).url,
            headers=headers,
            timeout=timeout,
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            yield answer
        finally:
            answer.close()


def _pool(url: Url) -> urllib3.PoolManager:
    """A pool that uses the proxy named in the environment, if any."""
    proxies = getproxies()
    proxy = proxies.get(url.scheme or "") or proxies.get("all")
    if not proxy or proxy_bypass(url.host or ""):
        return urllib3.PoolManager()
    auth = parse_url(proxy).auth
    return urllib3.ProxyManager(
        proxy, proxy_headers=urllib3.make_headers(proxy_basic_auth=unquote(auth)) if auth else None
    )


def redirected(url: Url, location: str, address: Address) -> Url:
    """The address that a redirect leads to; raises DumpError if it is not on the web, or leads from https to http."""
    try:
        to = parse_url(urljoin(url.url, location))
    except ValueError:  # not an address
        to = Url()
    if to.scheme not in ("http", "https") or not to.host:
        raise unreachable(address, "the server redirects to something that is no web address. Check the address")
    if (url.scheme, to.scheme) == ("https", "http"):
        raise unreachable(
            address, "the server redirects from https to http, where everybody can read along. Check the address"
        )
    return to


def _refuse(answer: urllib3.BaseHTTPResponse, address: Address) -> None:
    if 200 <= answer.status < 300:
        if (encoding := answer.headers.get("Content-Encoding", "").strip().lower()) in _UNPACKED_LATER:
            return
        raise unreachable(
            address, f"the server sends it in the encoding {encoding[:20]!a}, which is not read. Fetch it yourself"
        )
    said = f"the server answers {answer.status}{_phrase(answer.status)}"
    if answer.status in (404, 410):
        raise DumpError(
            "missing",
            f"{address.location}: no such file, {said}. Check the address. What was read from there before stays.",
        )
    raise unreachable(address, f"{said}: {_remedy(answer)}")


def _phrase(status: int) -> str:
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""


def _remedy(answer: urllib3.BaseHTTPResponse) -> str:
    if answer.status in (401, 403, 407):
        return "it does not let you read this. Check the password, the signature or the key in the address"
    if answer.status in (408, 425, 429) or answer.status >= 500:
        seconds = answer.headers.get("Retry-After", "")
        when = f"in {seconds} seconds" if seconds.isdecimal() and len(seconds) < 7 else "later"
        whose = "it is asked too often" if answer.status == 429 else "the fault is the server's"
        return f"{whose}. Try again {when}"
    return "it does not accept the request. Check the address"
