"""`reelmock watch` against a running server."""

from __future__ import annotations

import json

import httpx
import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from tests.integration.events.conftest import submitted
from tests.support.patience import awaiting


def watched(server: Running, key: str, *options: str) -> int:
    with awaiting("the end of `reelmock watch`"):
        return run_line(["watch", "--url", server.base_url, "--key", key, *options])


def test_each_call_is_a_line_with_the_envelopes_own_code_and_the_reason(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    task_id = submitted(client)
    client.post("/kie/api/v1/veo/generate", json={"model": "veo3_fasst", "prompt": "a"})
    assert watched(server, key, "--after", "0", "--kind", "exchange", "--limit", "2") == 0
    made, refused = capsys.readouterr().out.splitlines()
    assert made.endswith(f" kie generate {task_id[:8]} 200 0 ms")
    assert " kie generate 200 · 422 0 ms model: got 'veo3_fasst'" in refused


def test_json_is_one_event_on_each_line(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    task_id = submitted(client)
    assert watched(server, key, "--after", "0", "--limit", "2", "--json") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(e["kind"], e["task_id"]) for e in events] == [
        ("exchange", task_id),
        ("phase", task_id),
    ]


def test_a_wrong_filter_is_one_line_and_exit_code_2(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    submitted(client)
    assert watched(server, key, "--kind", "exchnge") == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert "did you mean 'exchange'" in told[0]
