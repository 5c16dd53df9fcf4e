"""A server for this machine only: its socket, and the headers that keep other sites out."""

import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import duckdb
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from papersieve.pipeline.errors import PapersieveError

#: Size limit for the part of a request before its body. An abstract of 20,000 characters, at nine bytes each, must fit.
_HEAD_BYTES = 200_000

#: Headers of every answer: pages load nothing from other sites, send nothing to them, and can't be shown in a frame.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def local_app(
    routes: Sequence[BaseRoute], refused: Callable[..., Any], failed: Callable[..., Any], *inner: Middleware
) -> Starlette:
    """An app for this machine only: a name that another site points at it is not answered.

    refused: answers an HTTPException. failed: answers an error of ours, of DuckDB or of the disk.
    """
    trusted = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    handlers: dict[Any, Callable[..., Any]] = {HTTPException: refused}
    handlers |= dict.fromkeys((PapersieveError, duckdb.Error, OSError), failed)
    return Starlette(routes=routes, middleware=[*inner, trusted], exception_handlers=handlers)


def open_socket(port: int) -> socket.socket:
    """A socket that listens on this machine only (port 0: any free one). Raises PapersieveError if it can't listen."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise PapersieveError(f"port {port}: {why}. Give another one with --port; 0 takes any that is free.") from error


def answer(app: ASGIApp, port: int, tell: Callable[[str], None]) -> None:
    """Answer requests on a port until Ctrl-C, which is the normal way to end it. tell: is given the address."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        headers=list(_HEADERS.items()),
        lifespan="off",
        http="h11",
        ws="none",
        limit_concurrency=200,
        h11_max_incomplete_event_size=_HEAD_BYTES,
    )
    with open_socket(port) as listening:
        tell(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
