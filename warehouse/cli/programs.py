"""Commands for other programs: serve."""

from contextlib import suppress

import click

from papersieve.warehouse.cli.options import Places, command, emit, port_option


@command("Ask", "papersieve serve", "papersieve serve --port 0 --json", "papersieve serve --mcp", places=True)
@port_option
@click.option("--mcp", is_flag=True, help="Run as an MCP server on stdin and stdout, for an assistant that starts it.")
def serve(port: int, mcp: bool, places: Places) -> None:
    """Answer other programs on this machine with JSON.

    It gives the answers of `lookup`, `explain`, `search` and `changes`, from one process that keeps the warehouse open.
    It changes nothing and takes no lock. The page at its address lists the questions; /openapi.json describes them.
    After a run publishes a new version, answers come from that version. End with Ctrl-C.
    """
    from papersieve.pipeline.extras import needs

    with needs("serve", "serve"):
        if mcp:
            from papersieve.warehouse.serve.tool_server import answer_tools
        else:
            from papersieve.warehouse.local_server import answer
            from papersieve.warehouse.serve.answer_app import answer_app
    from papersieve.pipeline.shingling.match_texts import use_kernels_from
    from papersieve.warehouse.serve.kept_open import KeptOpen

    use_kernels_from(100)  # a server runs long enough for loading them to pay off
    kept = KeptOpen(places.warehouse)
    if mcp:
        with suppress(KeyboardInterrupt):  # the normal way to end it
            answer_tools(kept)
    else:
        answer(answer_app(kept), port, lambda url: emit({"url": url}, f"answering at {url} (Ctrl-C ends)"))
