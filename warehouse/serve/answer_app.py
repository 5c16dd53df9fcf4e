"""Answers of a published warehouse over HTTP, for programs on this machine: JSON, an OpenAPI document and a start page.

Only GET is answered, no request body is read, and no request path names a file.
"""

from typing import Any

import duckdb
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.answers.asking import UnknownIdError
from papersieve.warehouse.duckdb_faults import tell_fault
from papersieve.warehouse.local_server import local_app
from papersieve.warehouse.page_templates import PAGES, page_templates
from papersieve.warehouse.serve.kept_open import MAX_SECONDS, ClosedError, KeptOpen
from papersieve.warehouse.serve.served_questions import QUESTIONS, Question, question

#: HTTP status of an error -> its meaning.
_PROBLEMS = {400: "a value is missing or invalid", 404: "unknown id", 405: "only GET is answered",
             413: "a request must not have a body",
             503: f"no warehouse is available, or the question took longer than {MAX_SECONDS} seconds"}  # fmt: skip


class OnlyGet:
    """Refuses every method but GET and HEAD, and every body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or refuse."""
        headers = Headers(scope=scope)
        if scope["method"] not in ("GET", "HEAD"):
            await _problem(405, {"Allow": "GET, HEAD"})(scope, receive, send)
        elif headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            await _problem(413)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def answer_app(kept: KeptOpen) -> Starlette:
    """The server of a warehouse: one path per question, `/openapi.json` and `/`."""

    async def asked(request: Request) -> Response:
        name = request.url.path.removeprefix("/")
        return Response(await kept.ask(question(name, dict(request.query_params))), media_type="application/json")

    paths = [
        Route("/", lambda request: HTMLResponse(start_page(str(request.base_url)))),
        Route("/openapi.json", lambda _: JSONResponse(openapi())),
        Route("/style.css", lambda _: FileResponse(PAGES / "static" / "review.css")),
        *(Route(f"/{name}", asked) for name in QUESTIONS),
    ]
    return local_app(paths, _refused, _failed, Middleware(OnlyGet))


def _problem(status: int, headers: dict[str, str] | None = None, told: str = "") -> Response:
    return JSONResponse({"error": told or _PROBLEMS[status]}, status, headers)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    told = f"There is no such question. Ask /{', /'.join(QUESTIONS)}." if error.status_code == 404 else error.detail
    return _problem(error.status_code, dict(error.headers or {}), told)


async def _failed(_: Request, error: Exception) -> Response:
    if isinstance(error, duckdb.InterruptException):
        return _problem(503, told=f"It took longer than {MAX_SECONDS} seconds. Ask for less.")
    if isinstance(error, PapersieveError):
        status = {UnknownIdError: 404, ClosedError: 503}.get(type(error), 400)
        return _problem(status, told=str(error))
    return _problem(503, told=tell_fault(error))


def openapi() -> dict[str, Any]:
    """The OpenAPI document: each path with its parameters and answers."""
    about = "Read-only answers of one published warehouse, on this machine alone."
    paths = {f"/{name}": {"get": _operation(name, values)} for name, values in QUESTIONS.items()}
    info = {"title": "papersieve", "version": "1", "description": about}
    return {"openapi": "3.1.0", "info": info, "paths": paths}


def _operation(name: str, values: type[Question]) -> dict[str, Any]:
    schema = values.model_json_schema()
    needed = schema.get("required", [])
    given = [
        {"name": key, "in": "query", "required": key in needed, "description": told.pop("description"), "schema": told}
        for key, told in schema["properties"].items()
    ]
    problem = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
    answers = {200: ("the answer", {"type": "object"}), **{code: (told, problem) for code, told in _PROBLEMS.items()}}
    responses = {
        str(code): {"description": told, "content": {"application/json": {"schema": kind}}}
        for code, (told, kind) in answers.items()
    }
    return {"operationId": name, "summary": schema["description"], "parameters": given, "responses": responses}


def start_page(url: str) -> str:
    """The page that explains the server, with a form for each question."""
    paths = {path: told["get"] for path, told in openapi()["paths"].items()}
    return page_templates().get_template("serve.html").render(paths=paths, problems=_PROBLEMS, url=url)
