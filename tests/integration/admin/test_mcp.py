"""`reelmock mcp`, spoken to by the client of the official package."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from mockserver.app import Running
from tests.integration.cli.conftest import REELMOCK, environment
from tests.support.pages import HERE, shown
from tests.support.serving import settings

Ask = Callable[..., Any]


def spoken(
    server: Running | str, key: str, folder: Any, talk: Callable[[Client], Awaitable[None]]
) -> None:
    """A conversation with `reelmock mcp`, run as assistants run it. Nothing is logged beside it."""
    page = json.loads(shown("docs/guides/assistants.md", "mcpServers"))["mcpServers"]["reelmock"]
    assert page["command"] == Path(REELMOCK).name
    url = server if isinstance(server, str) else server.base_url
    own = {HERE: url, "sk-me": key}
    started = StdioServerParameters(
        command=REELMOCK,
        args=[own.get(word, word) for word in page["args"]],
        env=environment(folder),
        cwd=folder,
    )

    async def whole() -> None:
        with anyio.fail_after(60), (folder / "stderr").open("w") as errors:
            async with Client(stdio_client(started, errors)) as client:
                await talk(client)

    anyio.run(whole)
    assert (folder / "stderr").read_text() == ""


async def told(client: Client, tool: str, **words: Any) -> Any:
    """What a tool answers, as the assistant reads it."""
    result = await client.call_tool(tool, words)
    text = "".join(part.text for part in result.content if part.type == "text")
    assert not result.is_error, text
    return (
        result.structured_content["result"]
        if "result" in (result.structured_content or {})
        else json.loads(text)
    )


def test_an_assistant_breaks_a_job_moves_the_clock_and_reads_what_went_wrong(
    server: Running, key: str, submit: Callable[..., str], tmp_path: Any
) -> None:
    async def talk(client: Client) -> None:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert {"list_jobs", "list_calls", "set_scenario", "add_fault", "move_clock"} <= names
        assert {"read_findings", "run_campaign_case"} <= names
        await told(client, "set_scenario", name="fail", options={"code": "content_policy"})
        task_id = await anyio.to_thread.run_sync(submit)
        await told(client, "move_clock", to="task_done")
        (job,) = await told(client, "list_jobs")
        assert (job["id"], job["phase"]) == (task_id, "failed")
        (call,) = await told(client, "list_calls", limit=1)
        assert call["status"] == 200
        rule = await told(
            client, "add_fault", name="http_error", parameters={"status": 503}, times=1
        )
        assert rule["times"] == 1
        assert "found" in await told(client, "read_findings")

    spoken(server, key, tmp_path, talk)


def test_a_wrong_word_is_told_with_what_would_be_right(
    server: Running, key: str, submit: Callable[..., str], tmp_path: Any
) -> None:
    submit()

    async def talk(client: Client) -> None:
        result = await client.call_tool("set_scenario", {"name": "fial"})
        assert result.is_error
        assert "did you mean 'fail'" in str(result.content)

    spoken(server, key, tmp_path, talk)


MISTAKES = [
    ("list_calls", {"limit": -3}, "limit: -3 is not valid, expected 1 or more"),
    ("move_clock", {"by": "1s", "to": "task_done"}, "by: '1s' is not valid, expected either"),
    ("move_clock", {"by": "90"}, "expected a duration such as 1500ms, 90s"),
    ("add_fault", {"name": "htp_error"}, "did you mean 'http_error'"),
    (
        "add_fault",
        {"name": "latency", "options": {}},
        "add_fault: 'options' is not valid, expected one of: name, parameters",
    ),
    ("run_campaign_case", {"case": "http_eror@poll", "command": ["x"]}, "did you mean"),
]


@pytest.mark.parametrize(("tool", "words", "told"), MISTAKES)
def test_each_mistake_is_an_error_that_says_what_would_be_right(
    server: Running, key: str, tmp_path: Any, tool: str, words: dict[str, Any], told: str
) -> None:
    async def talk(client: Client) -> None:
        result = await client.call_tool(tool, words)
        assert result.is_error
        assert told in result.content[0].text

    spoken(server, key, tmp_path, talk)


def test_a_fault_of_the_servers_plug_ins_is_listed(tmp_path: Path) -> None:
    made = [REELMOCK, "new", "fault", "gone_missing", "--into", str(tmp_path)]
    subprocess.run(made, env=environment(tmp_path), check=True, capture_output=True, timeout=60)
    server = Running(settings(plugins=(str(tmp_path),)))

    async def talk(client: Client) -> None:
        names = [fault["name"] for fault in await told(client, "list_faults")]
        assert {"gone_missing", "http_error"} <= set(names)

    try:
        spoken(server, "sk-mine", tmp_path, talk)
    finally:
        server.stop()


CLIENT = """
import os, sys
from clientlib import Client, Pace
with Client("kie", pace=Pace(0.01)) as client:
    client.submit("a cat").download(sys.argv[1])
"""


@pytest.mark.timeout(100)
def test_one_case_of_a_campaign_is_run(server: Running, key: str, tmp_path: Any) -> None:
    async def talk(client: Client) -> None:
        command = [sys.executable, "-c", CLIENT, "{tmp}/cat.mp4"]
        text = await told(client, "run_campaign_case", case="http_error@poll", command=command)
        assert "exit code 0" in text
        assert "recovered" in text

    spoken(server, key, tmp_path, talk)
