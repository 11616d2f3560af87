"""A call of the journal as a text that makes it again: each text is run, as it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from tests.support import needs
from tests.support.nested import ALONE

CREATE = "/kie/api/v1/veo/generate"
HERE = "/_mock/v1/sandboxes/current"


def asked(client: httpx.Client, entry: int, form: str) -> str:
    """The text of a call."""
    reply = client.get(f"{HERE}/journal/{entry}/text", params={"as": form})
    assert reply.status_code == 200, reply.text
    return str(reply.json()["text"])


def run(command: list[str], key: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs a command as somebody who pasted a text does, with a key in the environment."""
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "REELMOCK_KEY": key, "NO_PROXY": "127.0.0.1"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"model": "veo3_fast", "prompt": 'it\'s a "cat" for $HOME\\n'}},
        {"content": b"\xff\x00\n'"},
    ],
    ids=["text", "bytes"],
)
def test_curl_sends_the_same_bytes_with_the_key_of_the_environment(
    client: httpx.Client, key: str, tmp_path: Path, body: dict[str, object]
) -> None:
    needs.program("curl")
    client.post(CREATE, **body)  # type: ignore[arg-type]
    line = asked(client, 1, "curl")
    assert key not in line
    done = run(["bash", "-c", line], key, tmp_path)
    assert done.returncode == 0, done.stderr
    first, again = client.get(f"{HERE}/journal").json()["entries"]
    assert again["request_body"] == first["request_body"]
    assert again["key"] == first["key"]


def test_the_key_is_named_wherever_it_was_sent(
    client: httpx.Client, key: str, tmp_path: Path
) -> None:
    client.get("/kie/api/v1/chat/credit", headers={"x-token": key})
    line = asked(client, 1, "curl")
    assert "-H 'x-token: '\"$REELMOCK_KEY\" -H 'authorization: Bearer '\"$REELMOCK_KEY\"" in line
    assert "('x-token', '' + KEY), ('authorization', 'Bearer ' + KEY)" in asked(client, 1, "pytest")


@pytest.mark.parametrize("model", ["veo3_fast", "veo9"])
def test_the_test_asserts_the_status_and_the_envelopes_code_and_is_red_when_they_change(
    client: httpx.Client, key: str, tmp_path: Path, model: str
) -> None:
    client.post(CREATE, json={"model": model, "prompt": "a cat"})
    text = asked(client, 1, "pytest")
    (tmp_path / "test_pasted.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", *ALONE, "test_pasted.py"]
    assert run(command, key, tmp_path).returncode == 0
    assert client.get(f"{HERE}/journal").json()["total"] == 2
    assert ('json.loads(reply.read())["code"] == 422' in text) is (model == "veo9")
    rule = {"fault": "http_error", "with": {"status": 503}}
    client.post(f"{HERE}/faults", json=rule)
    done = run(command, key, tmp_path)
    assert done.returncode == 1
    assert "assert 503 == 200" in done.stdout


def test_the_test_of_a_call_without_an_answer_wants_none(
    client: httpx.Client, key: str, tmp_path: Path
) -> None:
    client.post(f"{HERE}/faults", json={"fault": "reset", "when": {"call_phase": "create"}})
    with pytest.raises(httpx.TransportError):
        client.post(CREATE, json={"model": "veo3_fast", "prompt": "a cat"})
    entries = client.get(f"{HERE}/journal", params={"kind": "exchange"}).json()["entries"]
    text = asked(client, entries[0]["seq"], "pytest")
    (tmp_path / "test_pasted.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", *ALONE, "test_pasted.py"]
    assert run(command, key, tmp_path).returncode == 0
    client.delete(f"{HERE}/faults")
    assert "DID NOT RAISE" in run(command, key, tmp_path).stdout


def test_the_har_is_one_that_verify_reads_and_judges(
    server: Running, client: httpx.Client, key: str, tmp_path: Path
) -> None:
    client.post(CREATE, json={"model": "veo3_fast", "prompt": "a cat"})
    har = tmp_path / "call.har"
    har.write_text(asked(client, 1, "har"))
    assert run_line(["verify", "kie", "--har", str(har)]) == 0
    document = json.loads(har.read_text())
    [entry] = document["log"]["entries"]
    entry["response"]["content"]["text"] = "{}"
    har.write_text(json.dumps(document))
    assert run_line(["verify", "kie", "--har", str(har)]) == 1
    assert key not in har.read_text()


def test_the_command_line_prints_the_text_alone(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    client.post(CREATE, json={"model": "veo3_fast", "prompt": "a cat"})
    at = ["--url", server.base_url, "--key", key]
    assert run_line(["journal", "show", "1", "--as", "pytest", *at]) == 0
    assert capsys.readouterr().out == asked(client, 1, "pytest")


@pytest.mark.parametrize(
    ("entry", "form", "status", "told"),
    [
        ("1", "perl", 422, "one of: curl, har, pytest"),
        ("9", "curl", 404, "the journal has had 2 entries"),
        ("x", "curl", 404, "entry"),
        ("2", "curl", 422, "the kind of this one is clock"),
    ],
)
def test_what_is_no_call_and_no_form_is_told(
    client: httpx.Client, entry: str, form: str, status: int, told: str
) -> None:
    client.post(CREATE, json={"model": "veo3_fast", "prompt": "a cat"})
    client.post(f"{HERE}/clock/advance", json={"by": "1s"})
    reply = client.get(f"{HERE}/journal/{entry}/text", params={"as": form})
    assert reply.status_code == status
    assert told in reply.json()["detail"]
