"""A server that is killed goes on, after a start on its state file, with all that was written down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mockserver.control import Control
from tests.support.receiver import Receiver
from tests.support.replicas import Replica
from tests.support.state_file import wait_for

VIDEO = {"model": "veo-3.1", "prompt": "a cat"}
KEY, LAST = "sk-kept", "that is all"
FAULT = {"fault": "http_error", "with": {"status": 429}, "times": 2}


def everything(control: Control) -> dict[str, Any]:
    """All that an export holds, of every sandbox."""
    ids = [sandbox.id for sandbox in control.sandboxes()]
    return {id_: json.loads(control.export_sandbox(id_)) for id_ in sorted(ids)}


def test_whatever_was_done_to_sandboxes_is_there_after_a_kill(tmp_path: Path) -> None:
    file, receiver = tmp_path / "state", Receiver()
    options = ("--state", str(file), "--clock", "manual", "--callback-timeout", "5s")
    server = Replica(*options)
    try:
        with Control(server.base_url, key=KEY) as control:
            gone, emptied = do_everything(server, control, receiver.url)
            wait_for(file, LAST)
            before = everything(control)
        server.end(brutally=True)
        server = Replica(*options)
        with Control(server.base_url, key=KEY) as control:
            assert everything(control) == before
            assert gone not in before
            assert [len(before[id_]["tasks"]) for id_ in (emptied, "copy")] == [0, 1]
            assert control.faults()[0]["applied"] == 1
            assert not receiver.received
            control.advance(by="1h")
            receiver.wait_for(2)
    finally:
        server.end()
        receiver.close()


def do_everything(server: Replica, control: Control, callback_url: str) -> tuple[str, str]:
    """Whatever changes a state; a sandbox that is deleted at the end, and one that is reset."""
    with server.client(KEY) as client:
        for _ in range(2):
            body = {"prompt": "a cat", "callBackUrl": callback_url}
            client.post("/kie/api/v1/veo/generate", json=body)
        control.advance(by="500ms")
        client.post("/apiyi/v1/videos", json=VIDEO)
        control.add_fault(FAULT)
        assert client.post("/apiyi/v1/videos", json=VIDEO).status_code == 429
    control.set_scenario("stall")
    control.set_balance(kie=5000)
    control.set_dialect("kie", http_status="real")
    gone, emptied = control.create_sandbox(), control.create_sandbox()
    for sandbox in (gone, emptied):
        with server.client(sandbox.api_key or "") as client:
            client.post("/apiyi/v1/videos", json=VIDEO)
    copy = json.loads(control.export_sandbox(emptied.id))
    copy["sandbox"]["id"], copy["keys"] = "copy", []
    control.reset_sandbox(emptied.id)
    control.delete_sandbox(gone.id)
    control.import_sandbox(json.dumps(copy).encode())
    control.change_sandbox(label=LAST)
    return gone.id, emptied.id
