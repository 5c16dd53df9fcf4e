"""The local page on which a person decides: two documents side by side, accept, reject, skip, undo.

It reads the published warehouse, and opens the store for each decision alone, so it never keeps a run waiting. A
decision that meets a run is not kept, and told so. Every form carries a token that only this page has, and requests
of another host name or from another site are refused: no other page in the browser can decide anything.
"""

import secrets
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jinja2
import polars as pl
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pipeline.errors import PapersieveError
from pipeline.settings import Settings
from warehouse.decisions import DecisionError, decide, undo
from warehouse.review import document_titles, review_pair, review_queue
from warehouse.run import run
from warehouse.store import Store, StoreError

PAGES = Path(__file__).with_name("pages")

#: How long a decision waits for a run that holds the store, before the person is told.
_WAIT_SECONDS = 2.0

#: Forms of this page are far smaller.
_MAX_FORM_BYTES = 10_000

#: Decisions that are listed, the newest ones; `papersieve decisions` lists all.
_MAX_DECISIONS = 200

#: Nothing from elsewhere is loaded, shown in a frame, or sent to.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

WORDS = {"must_link": "one paper", "cannot_link": "two papers"}

Form = dict[str, str]


class ReviewDesk:
    """What the page does, without the web: the queue, the decisions, the applying of them. Safe for several threads."""

    def __init__(self, store: Path, warehouse: Path, settings: Settings, who: str) -> None:
        self.store, self.warehouse, self.settings, self.who = store, warehouse, settings, who
        self._lock = threading.Lock()
        self._version: tuple[int, int] | None = None
        self._queue = pl.DataFrame()
        with Store(store, wait_seconds=_WAIT_SECONDS) as opened:
            self.decisions = opened.query("decisions")

    def queue(self) -> pl.DataFrame:
        """The pairs to review, in an order that stays until another version is published; is_decided says which are done."""
        state = self.warehouse.stat()
        if self._version != (state.st_ino, state.st_mtime_ns):
            self._queue = review_queue(self.warehouse, self.decisions.clear())
            self._version = (state.st_ino, state.st_mtime_ns)
        done = self.decisions.select("left_document_id", "right_document_id", is_decided=True)
        ends = ["left_document_id", "right_document_id"]
        found = self._queue.join(done, on=ends, how="left", maintain_order="left")
        return found.with_columns(pl.col("is_decided").fill_null(value=False))

    def left(self) -> int:
        """How many pairs are to be decided."""
        return self.queue().filter(~pl.col("is_decided")).height

    def known(self, left: str, right: str) -> dict[str, Any] | None:
        """The decision about two documents, where there is one."""
        ends = sorted((left, right))
        found = self.decisions.filter(
            (pl.col("left_document_id") == ends[0]) & (pl.col("right_document_id") == ends[1])
        ).to_dicts()
        return found[0] if found else None

    def decide(self, left: str, right: str, decision: str, *, replace: bool) -> dict[str, Any] | None:
        """Keep a decision. Returns another one about the same two that somebody took meanwhile, which is then left as it is."""
        with self._open() as opened:
            before = self.known(left, right)
            if before and before["decision"] != decision and not replace:
                return before
            decide(opened, left, right, decision, self.who)
            self.decisions = opened.query("decisions")
        return None

    def undo(self, left: str, right: str) -> None:
        """Take a decision back."""
        with self._open() as opened:
            undo(opened, left, right)
            self.decisions = opened.query("decisions")

    def apply(self) -> list[str]:
        """Refresh and publish with what was decided; returns what there is to say about it."""
        if not self._lock.acquire(timeout=_WAIT_SECONDS):
            raise StoreError(f"{self.store}: the store is in use by this page, which is applying decisions")
        try:
            done = run(
                [], store=self.store, warehouse=self.warehouse, settings=self.settings, wait_seconds=_WAIT_SECONDS
            )
        finally:
            self._lock.release()
        state = "Published" if done.published else "Nothing to publish"
        return [f"{state}: {done.funnel['papers']:,} papers.", *done.messages]

    @contextmanager
    def _open(self) -> Iterator[Store]:
        """The store for one decision, with the newest decisions read. Raises StoreError where a run holds it."""
        # DuckDB's lock does not keep out the process that holds it.
        if not self._lock.acquire(timeout=_WAIT_SECONDS):
            raise StoreError(f"{self.store}: the store is in use by this page, which is applying decisions")
        try:
            with Store(self.store, self.settings, wait_seconds=_WAIT_SECONDS) as opened:
                self.decisions = opened.query("decisions")
                yield opened
        finally:
            self._lock.release()


def review_app(desk: ReviewDesk) -> Starlette:
    """The web page of a desk."""
    token = secrets.token_urlsafe(24)
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGES), autoescape=True, undefined=jinja2.StrictUndefined
    )

    def page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
        shared = {"token": token, "who": desk.who, "words": WORDS, "message": None, "problem": None, "undoable": None}
        html = templates.get_template(name).render(shared | {"decided": desk.decisions.height} | values)
        return HTMLResponse(html, status)

    def show(at: int, status: int = 200, **values: Any) -> Response:
        """The pair at a place of the queue, or the end."""
        queue = desk.queue()
        left = desk.left()
        if not 0 <= at < queue.height:
            return page("end.html", status, left=left, **values)
        row = queue.row(at, named=True)
        ends = row["left_document_id"], row["right_document_id"]
        pair = review_pair(desk.warehouse, *ends)
        if pair is None:  # another version was published a moment ago
            return RedirectResponse("/", 303)
        more = {
            "at": at,
            "left": left,
            "total": queue.height,
            "doubt": row["doubt"],
            "ends": ends,
            "known": desk.known(*ends),
        }
        return page("pair.html", status, **(pair | more | {"other": None, "chain": []} | values))

    def next_place(after: int) -> int:
        """Where the next pair is that nobody decided; behind the queue where there is none."""
        queue = desk.queue().with_row_index("place")
        places = queue.filter(~pl.col("is_decided") & (pl.col("place") > after))["place"]
        return int(places[0]) if places.len() else queue.height

    def start(request: Request) -> Response:
        return RedirectResponse(f"/pair/{next_place(-1)}", 303)

    def pair(request: Request) -> Response:
        last = request.query_params.get("last", "")
        message, undoable = None, None
        if last.isdigit() and int(last) < desk.queue().height:
            row = desk.queue().row(int(last), named=True)
            undoable = row["left_document_id"], row["right_document_id"]
            known = desk.known(*undoable)
            message = f"Kept: {WORDS[known['decision']]}." if known else None
        return show(request.path_params["at"], message=message, last=last, undoable=undoable)

    def post_decision(form: Form) -> Response:
        at, ends = int(form["at"]), (form["left"], form["right"])
        if form["do"] == "skip":
            return RedirectResponse(f"/pair/{next_place(at)}", 303)
        if form["do"] == "undo":
            desk.undo(*ends)
            return RedirectResponse(f"/pair/{at}" if at >= 0 else "/decisions", 303)
        try:
            other = desk.decide(*ends, form["do"], replace="replace" in form)
        except DecisionError as error:
            titles = document_titles(desk.warehouse, error.chain)
            chain = [titles.get(document, document) for document in error.chain]
            return show(at, 409, problem="Not kept: it contradicts what was decided before.", chain=chain)
        if other:
            return show(at, 409, problem="Not kept: somebody decided otherwise.", other=other)
        return RedirectResponse(f"/pair/{next_place(at)}?last={at}", 303)

    def decisions(request: Request) -> Response:
        rows = desk.decisions.sort("decided_at", descending=True).head(_MAX_DECISIONS)
        documents = pl.concat([rows["left_document_id"], rows["right_document_id"]]).unique().to_list()
        return page("decisions.html", rows=rows.to_dicts(), titles=document_titles(desk.warehouse, documents))

    def post_apply(form: Form) -> Response:
        told = " ".join(desk.apply())
        return page("end.html", left=desk.left(), message=told)

    def posted(handle: Callable[[Form], Response]) -> Callable[[Request], Awaitable[Response]]:
        """A form of this page, sent from this page: anything else is refused."""

        async def answer(request: Request) -> Response:
            if (
                not _is_from_here(request)
                or int(request.headers.get("content-length", _MAX_FORM_BYTES + 1)) > _MAX_FORM_BYTES
            ):
                return page("problem.html", 403, problem="Refused: this did not come from the review page.")
            fields = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
            form = {name: values[-1] for name, values in fields.items()}
            if not secrets.compare_digest(form.get("token", "").encode(), token.encode()):
                return page("problem.html", 403, problem="Refused: the page is of an earlier session. Load it again.")
            try:
                return await run_in_threadpool(handle, form)
            except StoreError as error:
                busy = f"Not kept: {error}" if form.get("do") else f"Not applied: {error}"
                at = form.get("at", "")
                return await run_in_threadpool(show, int(at) if at.isdigit() else -1, 503, problem=busy)
            except PapersieveError as error:
                return page("problem.html", 409, problem=str(error))
            except (KeyError, ValueError):
                return page("problem.html", 400, problem="Expected a form of the review page.")

        return answer

    async def harden(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.update(_HEADERS)
        return response

    return Starlette(
        routes=[
            Route("/", start),
            Route("/pair/{at:int}", pair),
            Route("/decide", posted(post_decision), methods=["POST"]),
            Route("/decisions", decisions),
            Route("/apply", posted(post_apply), methods=["POST"]),
            Mount("/static", StaticFiles(directory=PAGES / "static")),
        ],
        middleware=[
            Middleware(BaseHTTPMiddleware, dispatch=harden),
            # A name that another site points at this machine is not answered.
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
        ],
    )


def _is_from_here(request: Request) -> bool:
    """Whether a browser says that the request was made by a page of this server."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def open_socket(port: int) -> socket.socket:
    """A listening socket on this machine alone (0: any free port). Raises PapersieveError where the port is taken."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise PapersieveError(
            f"port {port}: {error.strerror}. Give another one with --port; 0 takes any that is free."
        ) from error


def serve(desk: ReviewDesk, listening: socket.socket) -> None:
    """Answer until the process is interrupted."""
    config = uvicorn.Config(
        review_app(desk), log_level="warning", access_log=False, server_header=False, lifespan="off"
    )
    uvicorn.Server(config).run(sockets=[listening])
