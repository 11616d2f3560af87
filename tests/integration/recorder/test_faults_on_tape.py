"""Each way in which a provider can fail on the wire: what the client gets, and what the tape says."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control
from mockserver.recorder.tape import read_tape
from tests.integration.recorder.conftest import Record

POLL, CHAT = "/api/v1/veo/record-info", "/v1/chat/completions"
STREAM = {
    "model": "veo-3.1",
    "messages": [{"role": "user", "content": "a cat [mock:instant]"}],
    "stream": True,
}
# What strikes, with what: how the exchange ended, and whether its text is on the tape.
ON_THE_WIRE: dict[str, tuple[dict[str, Any], str, bool]] = {
    "hang_up": ({}, "no answer", False),
    "reset": ({}, "no answer", False),
    "not_http": ({}, "no answer", False),
    "broken_chunks": ({"how": "no_end"}, "upstream broke off", True),
    "compressed": ({}, "whole", True),
    "compressed_unasked": ({}, "whole", True),
    "compressed_wrongly": ({}, "whole", False),
    "slow_body": ({}, "whole", True),
    "huge_body": ({"size": 9_000_000}, "whole", False),
    "redirect": ({}, "whole", False),
    "stream_cut": ({}, "upstream broke off", True),
    "stream_reset": ({}, "upstream broke off", True),
    "stream_split_utf8": ({}, "whole", True),
}


def call(client: httpx.Client, name: str) -> httpx.Response:
    if name.startswith("stream"):
        return client.post(CHAT, json=STREAM)
    encoding = "identity" if name == "compressed_unasked" else "gzip"
    return client.get(POLL, params={"taskId": "x"}, headers={"accept-encoding": encoding})


@pytest.mark.parametrize("name", ON_THE_WIRE)
def test_what_goes_wrong_on_the_wire_is_marked_on_the_tape(
    server: Running, key: str, record: Record, name: str
) -> None:
    options, ended, has_text = ON_THE_WIRE[name]
    provider = "apiyi" if name.startswith("stream") else "kie"
    taped = record(provider, f"{server.base_url}/{provider}")
    with Control(server.base_url, key=key) as control:
        control.add_fault({"fault": name, "with": options, "times": 1})
        control.set_clock("real", 1000.0)  # pauses between pieces end
        with suppress(httpx.HTTPError):
            call(taped.client(key), name)
        assert control.faults()[0]["struck"] == 1
    [entry] = [e for e in taped.entries() if e["_reelmock"]["kind"] == "call"]
    assert entry["_reelmock"]["ended"] == ended
    assert bool(entry["response"]["content"].get("text")) == has_text
    assert len(read_tape(taped.path)) == len(taped.log()["entries"])
