"""The same answers as an MCP server on stdin and stdout: one tool for each question."""

import asyncio
from typing import Any

import duckdb
from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.duckdb_faults import tell_fault
from papersieve.warehouse.serve.kept_open import KeptOpen
from papersieve.warehouse.serve.served_questions import QUESTIONS, question

_ABOUT = "Questions about one warehouse of research papers without their repeats. Nothing that is asked changes it."


def tool_server(kept: KeptOpen) -> Server[Any]:
    """The MCP server of a warehouse. A question that fails is answered with is_error and the reason."""

    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    tools = [
        Tool(name=name, description=values.__doc__, input_schema=values.model_json_schema(), annotations=reads)
        for name, values in QUESTIONS.items()
    ]

    async def listed(_: object, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=tools)

    async def called(_: object, given: CallToolRequestParams) -> CallToolResult:
        try:
            if given.name not in QUESTIONS:
                raise PapersieveError(f"{given.name}: expected one of {', '.join(QUESTIONS)}")
            text, failed = await kept.ask(question(given.name, given.arguments or {})), False
        except PapersieveError as error:
            text, failed = str(error), True
        except (duckdb.Error, OSError) as error:
            text, failed = tell_fault(error), True
        return CallToolResult(content=[TextContent(text=text)], is_error=failed)

    return Server("papersieve", instructions=_ABOUT, on_list_tools=listed, on_call_tool=called)


def answer_tools(kept: KeptOpen) -> None:
    """Answer on stdin and stdout until the client closes them."""

    async def answer() -> None:
        server = tool_server(kept)
        async with stdio_server() as (asked, answered):
            await server.run(asked, answered, server.create_initialization_options())

    asyncio.run(answer())
