"""Forms of the review page: read with limits, and refused if they come from elsewhere or are not valid forms."""

import asyncio
import secrets
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

#: The most bytes of a form; those of this page are far smaller.
_MAX_BYTES = 10_000
_MAX_FIELDS = 20

#: How many seconds the body of a form may take, which comes from this machine.
_SECONDS = 10.0

NO_FORM = "Expected a form from the review page."

#: Sent if a body was not read to its end, so that the rest is not taken for another request.
_CLOSE = {"Connection": "close"}

Form = dict[str, str]


async def read_form(request: Request, token: str) -> Form:
    """The fields of a form. Raises HTTPException if it did not come from a page of this server and this session."""
    if not _is_from_here(request):
        raise HTTPException(403, "Refused: this did not come from the review page.")
    form = _fields(await _body(request))
    if not secrets.compare_digest(form.get("token", "").encode(), token.encode()):
        raise HTTPException(403, "Refused: this page is from an earlier session. Reload it.")
    return form


def _is_from_here(request: Request) -> bool:
    """Whether the browser says that the request was made by a page of this server."""
    host = request.headers.get("host")
    return request.headers.get("origin") in (f"http://{host}", f"https://{host}")


async def _body(request: Request) -> bytes:
    """The body, counted while it arrives, because the announced length need not be true."""
    body = b""
    try:
        async with asyncio.timeout(_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > _MAX_BYTES:
                    raise HTTPException(413, "Refused: the form is too large.", _CLOSE)
    except TimeoutError as error:
        raise HTTPException(408, "Refused: the form did not arrive completely.", _CLOSE) from error
    except ClientDisconnect as error:  # nobody is there to read the answer
        raise HTTPException(400, "The form did not arrive completely.") from error
    return body


def _fields(body: bytes) -> Form:
    """The fields; each must occur only once, as in the forms of the page."""
    try:
        found = parse_qs(
            body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MAX_FIELDS
        )
    except ValueError as error:
        raise HTTPException(400, NO_FORM) from error
    if any(len(values) > 1 for values in found.values()):
        raise HTTPException(400, NO_FORM)
    return {name: value for name, (value,) in found.items()}
