"""A tape is what the schema of HAR 1.2 says, and so is one that was redacted."""

from __future__ import annotations

import json

from mockserver.app import Running
from mockserver.recorder.redact import redacted
from tests.integration.recorder.conftest import Record
from tests.support.report_schemas import har_schema


def test_a_tape_is_what_har_says(server: Running, key: str, record: Record) -> None:
    har = har_schema()
    taped = record("kie", f"{server.base_url}/kie")
    job = {"model": "veo3_fast", "prompt": "a cat"}
    taped.client(key).post("/api/v1/veo/generate", json=job)
    taped.client(key).get("/api/v1/veo/record-info", params={"taskId": "x"})
    taped.end()
    tape = json.loads(taped.path.read_text("utf-8"))
    assert len(tape["log"]["entries"]) == 2
    har.validate(tape)
    har.validate(redacted(tape))
    del tape["log"]["entries"][0]["request"]["httpVersion"]
    assert not har.is_valid(tape)
