"""Tapes of other tools lose every secret, wherever it stands, and nothing that tells of the calls."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from mockserver.cli import run_line
from mockserver.recorder.redact import redacted
from mockserver.recorder.tape import read_tape
from tests.support.some import some

KEY = "sk-live-0123456789-abcdef"
SIGNATURE = "sIgNaTuRe0123456789"
NAMED = "what-the-user-names"
LINK = f"https://cdn.example/a.mp4?X-Amz-Signature={SIGNATURE}&X-Amz-Expires=60"


def browser() -> dict[str, Any]:
    """A HAR as Chromium writes it, with a secret in every place that it has."""
    pairs = [
        ("Authorization", f"Bearer {KEY}"),
        ("Cookie", f"sid={KEY}"),
        ("X-Note", f"I am {KEY}"),
    ]
    reply = {"token": KEY, "url": LINK, "said": f"you are {KEY}", "named": NAMED}
    coded = base64.b64encode(json.dumps(reply).encode()).decode()
    url = (
        f"https://api.kie.ai/api/v1/veo/record-info?taskId=x&api_key={KEY}&who={quote(quote(KEY))}"
    )
    entry = {
        "_initiator": {"type": "script", "url": LINK},
        "_webSocketMessages": [{"type": "send", "data": json.dumps(reply)}],
        "startedDateTime": "2026-11-01T00:00:00.000Z",
        "time": 5,
        "comment": f"seen with {KEY}",
        "request": {
            "method": "POST",
            "url": url,
            "headers": [{"name": name, "value": value} for name, value in pairs],
            "queryString": [{"name": "taskId", "value": "x"}, {"name": "api_key", "value": KEY}],
            "cookies": [{"name": "theme", "value": KEY, "domain": "kie.ai"}],
            "postData": {
                "mimeType": "application/x-www-form-urlencoded",
                "text": f"prompt=a+cat&token={KEY}&named={NAMED}",
                "params": [{"name": "token", "value": KEY}, {"name": "named", "value": NAMED}],
            },
        },
        "response": {
            "status": 200,
            "headers": [{"name": "Set-Cookie", "value": f"sid={KEY}"}],
            "cookies": [{"name": "sid", "value": KEY}],
            "redirectURL": LINK,
            "content": {"mimeType": "application/json", "text": json.dumps(reply)},
        },
    }
    packed = json.loads(json.dumps(entry))
    packed["response"]["content"] |= {"text": coded, "encoding": "base64"}
    page = {"id": "page_1", "title": LINK, "startedDateTime": "2026-11-01T00:00:00.000Z"}
    return {"log": {"version": "1.2", "pages": [page], "entries": [entry, packed]}}


def decoded(document: dict[str, Any]) -> str:
    """All of a HAR as text, what is in base 64 too."""
    text = json.dumps(document)
    coded = [e["response"]["content"] for e in document["log"]["entries"]]
    plain = [base64.b64decode(c["text"]).decode() for c in coded if c.get("encoding")]
    return "\n".join([text, *some(plain)])


@pytest.mark.parametrize("secret", [KEY, SIGNATURE, NAMED, quote(quote(KEY))])
def test_no_secret_is_left(secret: str) -> None:
    assert secret in decoded(browser())
    assert secret not in decoded(redacted(browser(), ("named",)))


def test_what_is_no_secret_is_left() -> None:
    text = decoded(redacted(browser(), ("named",)))
    for kept in (
        "prompt=a+cat",
        "taskId=x",
        "X-Note",
        "you are [redacted ",
        "https://cdn.example/a.mp4",
    ):
        assert kept in text, kept
    assert text.count("[redacted ") > 15


def test_a_body_that_nobody_can_read_leaves_its_hash() -> None:
    document = browser()
    content = document["log"]["entries"][1]["response"]["content"]
    content["text"] = base64.b64encode(b"\xff\xfe" + KEY.encode()).decode()
    washed = redacted(document)["log"]["entries"][1]["response"]["content"]
    assert "text" not in washed
    assert "sha256" in washed["comment"]


def test_the_command_writes_beside_the_tape_and_leaves_it_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tape = tmp_path / "browser.har"
    tape.write_text(json.dumps(browser()), "utf-8")
    before = tape.read_bytes()
    assert run_line(["redact", str(tape), "--redact", "named"]) == 0
    assert tape.read_bytes() == before
    written = tmp_path / "browser.redacted.har"
    assert KEY not in written.read_text("utf-8")
    assert len(read_tape(written)) == 2
    assert "2 entries" in capsys.readouterr().out
    assert written.stat().st_mode & 0o777 == 0o600


def test_what_is_no_har_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tape = tmp_path / "a.har"
    tape.write_text("{", "utf-8")
    assert run_line(["redact", str(tape)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "a HAR file" in said
