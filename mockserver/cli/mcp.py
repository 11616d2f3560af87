"""`reelmock mcp`: the control API as tools for an assistant that speaks MCP, on stdin and stdout."""

from __future__ import annotations

import click

from mockserver.cli.terminal.remote import Remote, remote_options


@click.command("mcp", short_help="Offer a running server to an assistant, over MCP.")
@remote_options
def mcp(remote: Remote) -> None:
    """Serve the Model Context Protocol on stdin and stdout, until stdin ends.

    The tools list jobs and calls, set a scenario, add a fault, move the clock, read the findings,
    and run one case of a campaign. They act on the sandbox of --key (or --sandbox) at --url.
    """
    from mockserver.domain.input.errors import NotInstalled

    try:
        from mockserver.cli.terminal.mcp_tools import served
    except ImportError:
        raise NotInstalled("mcp", "stdio", "mcp") from None
    served(remote).run("stdio")


COMMAND = mcp
