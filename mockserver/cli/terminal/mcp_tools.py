"""The tools of `reelmock mcp`: one short function for each, over the client of the control API."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from functools import wraps
from typing import TYPE_CHECKING, Any

import click
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from msgspec import to_builtins

from mockserver import __version__
from mockserver.cli.terminal.plain import visible
from mockserver.control import ControlError
from mockserver.domain.input.errors import BadInput, Missing
from mockserver.domain.input.names import known

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockserver.cli.terminal.remote import Remote

CASE_LIMIT_S = 300
NOTHING_JUDGED = 2  # the exit code of a campaign that could not run the case
INSTRUCTIONS = (
    "Reelmock stands in for AI-video providers. A sandbox holds jobs, calls, a virtual clock and "
    "fault rules. Set a scenario or a fault, let the client under test run, then read calls and "
    "findings."
)
Given = dict[str, Any]


class _Server(MCPServer):
    """Refuses a word that a tool does not take. The package drops it, and less is done than was asked."""

    async def call_tool(self, name: str, arguments: Given, context: Any = None) -> Any:
        taken = {tool.name: tool.input_schema["properties"] for tool in await self.list_tools()}
        try:
            for word in arguments:
                known(word, taken.get(name, arguments), name)
        except BadInput as error:
            raise ToolError(visible(str(error))) from None
        return await super().call_tool(name, arguments, context)


def served(remote: Remote) -> MCPServer:
    """An MCP server whose tools act on the sandbox that the command line chose."""
    server = _Server(
        "reelmock", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING"
    )
    for tool in (*_readers(remote), *_setters(remote), run_campaign_case):
        server.add_tool(_told(tool))
    return server


def _told(tool: Callable[..., Any]) -> Callable[..., Any]:
    """The tool, whose errors tell the assistant what would be right."""

    @wraps(tool)
    def tried(*words: Any, **named: Any) -> Any:
        try:
            return tool(*words, **named)
        except (ControlError, BadInput, Missing, OSError, click.ClickException) as error:
            raise ToolError(visible(str(error))) from None

    return tried


def _readers(remote: Remote) -> tuple[Callable[..., Any], ...]:
    control = remote.control

    def list_jobs() -> list[Given]:
        """Every job of the sandbox: id, model, prompt, phase, progress, price, video URLs."""
        return [_plain(task) for task in control.tasks(remote.sandbox())]

    def list_calls(
        limit: int = 50, provider: str | None = None, status: int | None = None
    ) -> list[Given]:
        """The newest calls of clients, newest last: what was asked, the status, the faults."""
        if limit < 1:
            raise BadInput("limit", limit, "1 or more")
        found = control.entries(remote.sandbox(), kind="exchange", provider=provider, status=status)
        return [_plain(entry) for entry in deque(found, maxlen=limit)]

    def list_scenarios() -> list[Given]:
        """What can happen to a job, with the options of each scenario."""
        return [_plain(scenario) for scenario in control.scenarios()]

    def list_faults() -> list[Given]:
        """Every fault by name, with what a client sees and its parameters."""
        return [_plain(fault) for fault in control.fault_catalogue()]

    def read_findings(over: bool = True) -> Given:
        """What the client did wrong, and how to correct it. over: it makes no further call."""
        return _plain(control.findings(remote.sandbox_in_use(), over=over))

    return list_jobs, list_calls, list_scenarios, list_faults, read_findings


def _setters(remote: Remote) -> tuple[Callable[..., Any], ...]:
    control = remote.control

    def set_scenario(name: str, options: Given | None = None) -> Given:
        """Decide what happens to jobs from now on, such as name=fail, options={"code": "timeout"}."""
        return _plain(control.set_scenario(name, remote.sandbox(), **(options or {})))

    def add_fault(
        name: str,
        parameters: Given | None = None,
        when: Given | None = None,
        times: int | None = None,
    ) -> Given:
        """Let a fault strike calls: name=http_error, parameters={"status": 503},
        when={"call_phase": "poll"}, times=2. Without times it strikes always."""
        rule = {"fault": name, "with": parameters or {}, "when": when or {}, "times": times}
        given = {key: value for key, value in rule.items() if value is not None}
        return _plain(control.add_fault(given, remote.sandbox()))

    def clear_faults() -> str:
        """Remove every fault rule."""
        control.clear_faults(remote.sandbox())
        return "no fault rules"

    def move_clock(by: str | None = None, to: str | None = None) -> Given:
        """Move the virtual clock on: by a span such as 90s or 3m, or to next_event, task_done,
        url_expiry or an ISO time."""
        return _plain(control.advance(by, to=to, sandbox=remote.sandbox()))

    return set_scenario, add_fault, clear_faults, move_clock


def run_campaign_case(case: str, command: list[str]) -> str:
    """Run a client command once without a fault and once under one case, such as http_error@poll,
    against a server of its own, and say how it coped."""
    words = ["campaign", "--all", "--only", case, "--", *command]
    done = subprocess.run(
        [sys.executable, "-m", "mockserver", *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=CASE_LIMIT_S,
        check=False,
    )
    told = f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
    if done.returncode == NOTHING_JUDGED:
        raise ToolError(visible(told))
    return told


def _plain(record: Any) -> Given:
    found: Given = to_builtins(record)
    return found
