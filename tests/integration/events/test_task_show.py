"""`reelmock task show`: all that happened to a job, on one axis."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from rich.cells import cell_len

from mockserver.app import Running
from mockserver.cli import run_line
from mockserver.cli.terminal.job_line import points, rows
from mockserver.control import Control
from tests.integration.cli.conftest import REELMOCK
from tests.integration.events.conftest import polled, submitted
from tests.integration.events.terminal import environment, on_a_terminal, plain
from tests.support.serving import client_of, settings
from tests.support.some import some
from tests.support.struck import Struck

MODEL = "veo-3.1"


def shown(
    server: Running, key: str, task_id: str, capsys: pytest.CaptureFixture[str]
) -> list[list[str]]:
    """The rows of the time line: after, axis, kind, entry and the words of what."""
    assert run_line(["task", "show", task_id[:8], "--url", server.base_url, "--key", key]) == 0
    _, _, below = capsys.readouterr().out.partition("after s")
    return [line.split() for line in below.splitlines()[1:]]


def test_requests_phases_faults_and_deliveries_stand_in_the_order_of_virtual_time(
    server: Running,
    client: httpx.Client,
    control: Control,
    key: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    body = {"model": "veo3_fast", "prompt": "a", "callBackUrl": "http://127.0.0.1:9/"}
    task_id = client.post("/kie/api/v1/veo/generate", json=body).json()["data"]["taskId"]
    other = submitted(client)
    polled(client, other)
    control.add_fault({"fault": "http_error", "when": {"operation": "record_info"}, "times": 1})
    client.get("/kie/api/v1/veo/record-info", params={"taskId": task_id})
    control.advance("10m")
    polled(client, task_id)
    polled(client, task_id)
    rows = shown(server, key, task_id, capsys)
    assert [(row[2], row[-2:] if row[2] == "fault" else row[4]) for row in rows[:4]] == [
        ("request", "generate"),
        ("phase", "queued,"),
        ("request", "record_info"),
        ("fault", ["struck", "(rule-1)"]),
    ]
    kinds = [row[2] for row in rows]
    assert "callback" in kinds
    assert kinds[-2:] == ["request", "expiry"]
    assert rows[-2][-2:] == ["(2", "times)"]
    assert [float(row[0]) for row in rows] == sorted(float(row[0]) for row in rows)


def test_a_call_that_was_refused_with_200_is_told_with_its_code(
    server: Running,
    client: httpx.Client,
    control: Control,
    key: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    body = {"model": "veo3_fast", "prompt": "a"}
    task_id = client.post("/kie/api/v1/veo/generate", json=body).json()["data"]["taskId"]
    client.get("/kie/api/v1/veo/get-1080p-video", params={"taskId": task_id})
    row = next(row for row in shown(server, key, task_id, capsys) if "get_1080p" in " ".join(row))
    assert row[5:8] == ["200", "·", "422:"]


def test_what_is_to_come_is_told_as_such(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = shown(server, key, submitted(client), capsys)
    assert [(row[1], row[-2:]) for row in rows[2:]] == [("·", ["to", "come"])] * len(rows[2:])
    assert len(rows) >= 4


def test_a_stream_is_one_row_with_its_chunks_and_lasts_as_long_as_they_did(key: str) -> None:
    running = Running(settings(clock="real", speed=1000.0))
    try:
        with client_of(running, key) as client, Control(running.base_url, key=key) as control:
            body = {"model": MODEL, "stream": True, "messages": [{"role": "user", "content": "a"}]}
            client.post("/apiyi/v1/chat/completions", json=body).raise_for_status()
            (task,) = control.tasks()
            command = [REELMOCK, "task", "show", task.id]
            lines = plain(on_a_terminal(command, 80, environment(running, key)))
    finally:
        running.stop()
    assert max(map(cell_len, lines)) <= 80
    (chunks,) = [line for line in lines if " chunks " in line]
    assert re.search(r"\|[=|]{10,}\|", chunks)
    assert "chat:" in chunks


def test_a_chunk_is_a_tick_at_its_moment_and_a_fault_stands_where_it_struck(
    auto: Struck, capsys: pytest.CaptureFixture[str]
) -> None:
    auto.set({"fault": "stream_malformed_event", "when": {"chunk": "video"}})
    auto.events("a cat")
    (task,) = auto.control.tasks()
    line = points(
        auto.control.task(task.id),
        auto.control.entries(),
        auto.control.callbacks(),
        auto.control.clock().now_ms,
    )
    (stream,) = [point for point in line if point.kind == "chunks"]
    (fault,) = [point for point in line if point.kind == "fault"]
    (sent,) = auto.control.entries(kind="sent")
    assert stream.ticks_ms == tuple(at_ms for at_ms, _ in some(sent.detail["pieces"]))
    (number,) = sent.detail["struck_pieces"].values()
    assert fault.at_ms == stream.ticks_ms[number - 1] > stream.at_ms
    assert fault.what.endswith(f"at chunk {number}")
    kinds = {row[2]: row[1].strip() for row in rows(line)}
    assert set(kinds["chunks"]) == {"|", "="}


def test_a_cut_stands_at_the_end_of_its_stream(auto: Struck) -> None:
    auto.set({"fault": "stream_cut", "when": {"chunk": "video"}})
    with pytest.raises(httpx.RemoteProtocolError):
        auto.events("a cat")
    (task,) = auto.control.tasks()
    whole = auto.control.task(task.id)
    line = points(whole, auto.control.entries(), [], auto.control.clock().now_ms)
    (fault,) = [point for point in line if point.kind == "fault"]
    (stream,) = [point for point in line if point.kind == "chunks"]
    assert fault.what.endswith("at the end")
    assert fault.at_ms == stream.until_ms > stream.at_ms


def test_json_has_the_task_and_its_time_line(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    task_id = submitted(client)
    polled(client, task_id)
    at = ["--url", server.base_url, "--key", key, "--json"]
    assert run_line(["task", "show", task_id[:8], *at]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["id"] == task_id
    assert [(one["kind"], one["entry"]) for one in found["timeline"][:3]] == [
        ("request", 1),
        ("phase", 0),
        ("request", 2),
    ]
