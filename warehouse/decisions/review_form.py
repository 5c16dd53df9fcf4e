"""What the review page is given: forms, which are refused if they come from elsewhere, and the choice of pairs."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import parse_qs, urlencode

import polars as pl
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from papersieve.warehouse.answers.reasons import RULE_NAMES

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
    host = request.headers.get("host")
    if request.headers.get("origin") not in (f"http://{host}", f"https://{host}"):  # as the browser says
        raise HTTPException(403, "Refused: this did not come from the review page.")
    form = _fields(await _body(request))
    if not secrets.compare_digest(form.get("token", "").encode(), token.encode()):
        raise HTTPException(403, "Refused: this page is from an earlier session. Reload it.")
    return form


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
        text = body.decode()
        found = parse_qs(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise HTTPException(400, NO_FORM) from error
    if any(len(values) > 1 for values in found.values()):
        raise HTTPException(400, NO_FORM)
    return {name: value for name, (value,) in found.items()}


@dataclass(frozen=True)
class Choice:
    """The pairs of the queue that a person wants to see: those of one rule, with a score in a range.

    As in addresses and forms; an empty choice means every pair.
    """

    rule: str = ""
    least: str = ""
    most: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Choice":
        """The choice in an address or a form; an unknown rule or an invalid number is ignored."""
        rule = given.get("rule", "")
        least, most = (_number(given.get(name, "")) for name in ("least", "most"))
        return cls(rule if rule in RULE_NAMES else "", least, most)

    @property
    def fields(self) -> dict[str, str]:
        """The fields for a form; empty if everything is chosen."""
        return {name: value for name, value in asdict(self).items() if value}

    def address(self, path: str, **more: object) -> str:
        """The address of a page for the pairs of this choice."""
        asked = urlencode({**self.fields, **more})
        return f"{path}?{asked}" if asked else path

    def places(self, queue: pl.DataFrame) -> pl.DataFrame:
        """The chosen rows of a queue, each with its place in the queue; all rows if nothing is chosen."""
        placed = queue.with_row_index("place")
        if self.rule:
            placed = placed.filter(pl.col("rule") == self.rule)
        if self.least:
            placed = placed.filter(pl.col("score") >= float(self.least))
        if self.most:
            placed = placed.filter(pl.col("score") <= float(self.most))
        return placed


def _number(text: str) -> str:
    try:
        return f"{float(text):g}" if abs(float(text)) < 1e6 else ""
    except ValueError:
        return ""
