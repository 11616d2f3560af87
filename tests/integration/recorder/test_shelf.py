"""A server with a folder of tapes lists them and opens one, and reads nothing outside of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mockserver.app import Running, check_words
from mockserver.control import Control, ControlError
from mockserver.domain.input.errors import BadInput
from tests.integration.recorder.conftest import Record
from tests.support.receiver import Receiver
from tests.support.serving import settings
from tests.support.tapes import CREATE as XCOMPUTE
from tests.support.tapes import call, created, told, written

CREATE, POLL = "/api/v1/veo/generate", "/api/v1/veo/record-info"
LINK = "https://cdn.example.com/a.mp4"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tapes"
    made.mkdir()
    return made


@pytest.fixture
def shelf(folder: Path) -> Iterator[Control]:
    """The control API of a server with that folder."""
    running = Running(settings(tapes=str(folder)))
    with Control(running.base_url) as control:
        yield control
    running.stop()


def test_a_real_tape_is_listed_and_opened_with_its_job_calls_and_callback(
    server: Running, key: str, record: Record, folder: Path, shelf: Control
) -> None:
    receiver = Receiver()
    taped = record("kie", f"{server.base_url}/kie")
    client = taped.client(key)
    body = {"model": "veo3_fast", "prompt": "a cat", "callBackUrl": receiver.url}
    task_id = client.post(CREATE, json=body).json()["data"]["taskId"]
    with Control(server.base_url, key=key) as control:
        control.advance("10m")
    client.get(POLL, params={"taskId": task_id})
    client.get("/api/v1/chat/credit")
    taped.end()
    receiver.close()
    taped.path.rename(folder / "cat.har")
    [tape] = shelf.tapes()
    assert (tape.name, tape.why, tape.providers) == ("cat.har", "", ["kie"])
    assert (tape.jobs, tape.calls) == (1, 4)
    assert tape.command == f"reelmock replay {folder / 'cat.har'}"
    opened = shelf.tape("cat.har")
    assert opened.tape == tape
    [job] = opened.jobs
    assert (job.id, job.prompt, job.phase) == (task_id, "a cat", "succeeded")
    assert job.created_ms == tape.recorded_ms
    seen = sorted((one.kind, one.operation, one.job) for one in opened.calls)
    assert seen == [
        ("delivery", "", 1),
        ("exchange", "credit", 0),
        ("exchange", "generate", 1),
        ("exchange", "record_info", 1),
    ]


def test_how_a_job_ended_is_told_as_far_as_the_tape_tells_it(folder: Path, shelf: Control) -> None:
    failed = {"code": 500, "message": "Image generation failed"}
    written(
        folder / "three.har",
        [
            created(0, "task_a", "made"),
            told(60, "task_a", status="completed", result={"videos": [{"url": [LINK]}]}),
            created(100, "task_b", "cut off"),
            told(110, "task_b", status="processing", progress=50),
            call(120, "GET", "/v1/tasks/task_x", {"error": failed}),
        ],
    )
    opened = shelf.tape("three.har")
    told_of = [(job.prompt, job.phase, job.ends_ms is None) for job in opened.jobs]
    assert told_of == [("made", "succeeded", False), ("cut off", "running", True)]
    assert [one.job for one in opened.calls] == [1, 1, 2, 2, 0]
    made = opened.jobs[0]
    assert made.ends_ms == made.created_ms + 60_000


def test_a_file_that_is_no_tape_is_named_with_the_reason(folder: Path, shelf: Control) -> None:
    written(folder / "good.har", [created(0, "task_a", "a cat")])
    written(
        folder / "url.har",
        [call(0, "GET", "/", {}) | {"request": {"method": "GET", "url": "http://["}}],
    )
    (folder / "bad.har").write_text("no JSON")
    (folder / "notes.txt").write_text("nobody reads this")
    reasons = {tape.name: tape.why for tape in shelf.tapes()}
    assert sorted(reasons) == ["bad.har", "good.har", "url.har"]
    assert reasons["good.har"] == ""
    assert "a HAR file, which is JSON" in reasons["bad.har"]
    assert "Invalid IPv6 URL" in reasons["url.har"]
    with pytest.raises(ControlError, match="a HAR file, which is JSON") as refused:
        shelf.tape("bad.har")
    assert refused.value.status == 422


@pytest.mark.parametrize(
    "name", ["../outside.har", "..", "notes.txt", "%2e%2e%2foutside.har", "no.har"]
)
def test_nothing_else_than_the_tapes_of_the_folder_can_be_opened(
    name: str, folder: Path, shelf: Control
) -> None:
    written(folder.parent / "outside.har", [created(0, "task_a", "a secret")])
    (folder / "notes.txt").write_text("{}")
    with pytest.raises(ControlError) as refused:
        shelf.tape(name)
    assert refused.value.status == 404


def test_a_link_that_leads_outside_is_named_and_not_read(folder: Path, shelf: Control) -> None:
    outside = written(folder.parent / "outside.har", [created(0, "task_a", "a secret")])
    (folder / "link.har").symlink_to(outside)
    [tape] = shelf.tapes()
    assert "it is a link to another one" in tape.why
    with pytest.raises(ControlError, match="it is a link to another one"):
        shelf.tape("link.har")


def test_a_server_without_a_folder_has_no_tapes_and_says_so(server: Running) -> None:
    with Control(server.base_url) as control:
        assert control.tapes() == []
        with pytest.raises(ControlError, match="no folder of tapes"):
            control.tape("cat.har")


def test_a_folder_that_is_not_there_is_refused_before_a_port_is_taken(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"tapes: .* expected a folder"):
        check_words(settings(tapes=str(tmp_path / "none")))


def test_a_tape_is_replayed_beside_the_server_by_one_server_that_ends_with_it(folder: Path) -> None:
    written(
        folder / "cat.har", [created(0, "task_a", "a cat"), told(60, "task_a", status="failed")]
    )
    running = Running(settings(clock="manual", tapes=str(folder)))
    with Control(running.base_url) as control:
        base_url = control.replay_tape("cat.har")
        assert base_url != running.base_url
        assert control.replay_tape("cat.har") == base_url
        with pytest.raises(ControlError, match=r"there is no tape 'no\.har'"):
            control.replay_tape("no.har")
    with httpx.Client(headers={"authorization": "Bearer sk-cat"}, trust_env=False) as client:
        url, body = f"{base_url}/xcompute{XCOMPUTE}", {"model": "veo3.1-fast", "prompt": "a cat"}
        assert client.post(url, json=body).json()["data"][0]["status"] == "submitted"
        refused = client.post(url, json=body | {"prompt": "a dog"})
        assert "nothing on the tape is like it" in refused.headers["x-mock-reason"]
        running.stop()
        with pytest.raises(httpx.ConnectError):
            client.post(url, json=body)


def test_a_server_that_others_reach_does_not_replay_and_names_the_command(folder: Path) -> None:
    written(folder / "cat.har", [created(0, "task_a", "a cat")])
    open_to_all = settings(tapes=str(folder), host="0.0.0.0", admin_token="t")
    running = Running(open_to_all)
    with Control(running.base_url, token="t") as control:
        with pytest.raises(ControlError, match="this can: reelmock replay") as refused:
            control.replay_tape("cat.har")
        assert refused.value.status == 422
    running.stop()
