"""The local page on which a person decides: two documents side by side, accept, reject, skip, undo.

Every form carries a token that only this page has, and requests for another host name or from another site are refused,
so no other page in the browser can decide anything.
"""

import re
import secrets
from collections.abc import Callable
from typing import Any

import polars as pl
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from papersieve.pipeline.errors import BusyError, PapersieveError, StoreError
from papersieve.warehouse.answers.reasons import JUDGEMENT_NAMES, RULE_NAMES
from papersieve.warehouse.decisions.decisions import DECISIONS, DecisionError
from papersieve.warehouse.decisions.review_desk import Desk, ReviewDesk
from papersieve.warehouse.decisions.review_form import NO_FORM, Choice, Form, read_form
from papersieve.warehouse.decisions.review_queue import document_titles, review_pair
from papersieve.warehouse.duckdb_faults import tell_fault
from papersieve.warehouse.local_server import local_app
from papersieve.warehouse.page_templates import PAGES, page_templates

#: How many decisions are listed, newest first; `papersieve decisions` lists all.
_MAX_DECISIONS = 200

#: The number of pairs in one part of the list.
_ROWS = 50

WORDS = {"must_link": "one paper", "cannot_link": "two papers"}

#: A place in the queue; -1: the form is on the page of all decisions.
_PLACE = re.compile(r"-1|[0-9]{1,9}")


class ReviewPage:
    """The pages of a desk and their forms, one method each."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._token = secrets.token_urlsafe(24)
        self._templates = page_templates()

    def start(self, request: Request) -> Response:
        """The first undecided pair."""
        return self._next(-1, Choice.of(request.query_params))

    def pairs(self, request: Request) -> Response:
        """One part of the list of chosen pairs."""
        choice, part = Choice.of(request.query_params), _place(request.query_params.get("part", "")) or 0
        queue = self.desk.queue()
        rows = choice.places(queue)
        shown = rows.slice(max(part, 0) * _ROWS, _ROWS).to_dicts()
        rules = queue["rule"].value_counts(sort=True).rows() if not self.desk.is_blind else []
        pages = {"part": part, "parts": -(-rows.height // _ROWS)}
        return self._page("pairs.html", 200, choice=choice, rows=shown, chosen=rows, rules=rules, **pages)

    def pair(self, request: Request) -> Response:
        """The pair at a place of the queue, with the result for the pair before it."""
        at = _place(request.path_params["at"])
        if at is None or at < 0:
            raise HTTPException(404)
        choice = Choice.of(request.query_params)
        return self._show(at, choice, **self._kept(_place(request.query_params.get("last", ""))))

    def decisions(self, request: Request) -> Response:
        """The newest decisions."""
        rows = self.desk.decisions.sort("decided_at", descending=True).head(_MAX_DECISIONS)
        documents = pl.concat([rows["left_document_id"], rows["right_document_id"]]).unique().to_list()
        titles = document_titles(self.desk.warehouse, documents)
        return self._page("decisions.html", rows=rows.to_dicts(), titles=titles)

    async def decide(self, request: Request) -> Response:
        """Save a decision, skip the pair, or undo a decision."""
        form = await read_form(request, self._token)
        at = _place(form.get("at", ""))
        if at is None or not {"left", "right", "do"} <= form.keys():
            raise HTTPException(400, NO_FORM)
        handle = {"skip": self._skip, "undo": self._undo, **dict.fromkeys(DECISIONS, self._decide)}.get(form["do"])
        if handle is None:
            raise HTTPException(400, NO_FORM)
        return await self._answer(at, form, "Not saved", lambda: handle(at, form))

    async def apply(self, request: Request) -> Response:
        """Refresh and publish."""
        form = await read_form(request, self._token)
        return await self._answer(-1, form, "Not applied", self._apply)

    def _next(self, at: int, choice: Choice, **more: object) -> Response:
        """The next of the chosen pairs that is undecided; past the end of the queue if there is none."""
        open_ones = choice.places(self.desk.queue()).filter(~pl.col("is_decided") & (pl.col("place") > at))["place"]
        place = open_ones[0] if open_ones.len() else self.desk.queue().height
        return RedirectResponse(choice.address(f"/pair/{place}", **more), 303)

    def _skip(self, at: int, form: Form) -> Response:
        return self._next(at, Choice.of(form))

    def _undo(self, at: int, form: Form) -> Response:
        self.desk.undo(form["left"], form["right"])
        return RedirectResponse(Choice.of(form).address(f"/pair/{at}") if at >= 0 else "/decisions", 303)

    def _decide(self, at: int, form: Form) -> Response:
        choice = Choice.of(form)
        try:
            other = self.desk.decide(form["left"], form["right"], form["do"], replace="replace" in form)
        except DecisionError as error:
            if not error.chain:
                raise HTTPException(400, f"Not saved: {error}") from error
            titles = document_titles(self.desk.warehouse, error.chain)
            chain = [titles.get(document, document) for document in error.chain]
            return self._show(at, choice, 409, problem="Not saved: it contradicts earlier decisions.", chain=chain)
        if other:
            return self._show(at, choice, 409, problem="Not saved: somebody else decided differently.", other=other)
        return self._next(at, choice, last=at)

    def _apply(self) -> Response:
        assert isinstance(self.desk, ReviewDesk)
        told = " ".join(self.desk.apply())
        return self._page("end.html", choice=Choice(), left=self.desk.left(), message=told)

    async def _answer(self, at: int, form: Form, failed: str, handle: Callable[[], Response]) -> Response:
        """The answer of a handler; if a run holds the store, the page of the form again, with a message."""
        try:
            return await run_in_threadpool(handle)
        except StoreError as error:
            told = f"{error.what}. Press the button again when it has ended." if isinstance(error, BusyError) else error
            return await run_in_threadpool(self._show, at, Choice.of(form), 503, problem=f"{failed}: {told}")

    def _kept(self, last: int | None) -> dict[str, Any]:
        """A message about the last decided pair, with a way to undo the decision."""
        queue = self.desk.queue()
        if last is None or not 0 <= last < queue.height:
            return {}
        left, right, *_ = queue.row(last)
        known = self.desk.known(left, right)
        message = f"Saved: {WORDS[known['decision']]}." if known else None
        return {"message": message, "last": last, "undoable": (left, right)}

    def _show(self, at: int, choice: Choice, status: int = 200, **values: Any) -> Response:
        """The pair at a place of the queue, or the end page."""
        queue = self.desk.queue()
        chosen = choice.places(queue)
        progress = {"choice": choice, "total": chosen.height, "left": chosen.height - int(chosen["is_decided"].sum())}
        if not 0 <= at < queue.height:
            return self._page("end.html", status, **progress, **values)
        row = queue.row(at, named=True)
        ends = row["left_document_id"], row["right_document_id"]
        pair = review_pair(self.desk.warehouse, *ends)
        if pair is None:  # another version was published a moment ago
            return RedirectResponse("/", 303)
        before = chosen.filter(pl.col("place") < at)["place"]
        more = {"at": at, "number": before.len() + 1, "before": before.last(), "doubt": row["doubt"], "ends": ends}
        more |= {"known": self.desk.known(*ends), "other": None, "chain": []}
        return self._page("pair.html", status, **(pair | progress | more | values))

    def _page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        shared = {"token": self._token, "who": self.desk.who, "words": WORDS, "decided": self.desk.decisions.height}
        shared |= {"is_blind": self.desk.is_blind, "rule_names": RULE_NAMES, "judgement_names": JUDGEMENT_NAMES}
        shared |= {"message": None, "problem": None, "undoable": None}
        return HTMLResponse(self._templates.get_template(name).render(shared | values), status)

    def refused(self, request: Request, error: Exception) -> Response:
        """The answer to a request that did not come from this page."""
        assert isinstance(error, HTTPException)
        told = f"There is no page {request.url.path:.200}." if error.status_code == 404 else error.detail
        answer = self._page("problem.html", error.status_code, problem=told)
        answer.headers.update(error.headers or {})
        return answer

    def failed(self, request: Request, error: Exception) -> Response:
        """An error, in words."""
        is_ours = isinstance(error, PapersieveError)
        return self._page("problem.html", 409 if is_ours else 503, problem=str(error) if is_ours else tell_fault(error))


def review_app(desk: Desk) -> Starlette:
    """The web page of a desk."""
    page = ReviewPage(desk)
    publishing = [Route("/decisions", page.decisions), Route("/apply", page.apply, methods=["POST"])]
    routes = [
        Route("/", page.start),
        Route("/pairs", page.pairs),
        Route("/pair/{at}", page.pair),
        Route("/decide", page.decide, methods=["POST"]),
        *([] if desk.is_blind else publishing),
        Mount("/static", StaticFiles(directory=PAGES / "static")),
    ]
    return local_app(routes, page.refused, page.failed)


def _place(text: str) -> int | None:
    """A place in the queue; None if the text is not one."""
    return int(text) if _PLACE.fullmatch(text) else None
