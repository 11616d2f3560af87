"""Every finding, over a real socket: seen in the client that does it, not in the one that does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from mockserver.control import Control, Findings
from mockserver.domain.job.ids import key_hash
from mockserver.engine.plugins import plugins_in
from tests.integration.findings import clients
from tests.integration.findings.bench import Bench, bench

FINDINGS = plugins_in(()).findings


def after(server: Running, story: str) -> Findings:
    """What is found once a scripted client has lived."""
    life: Callable[[Bench], Any] = getattr(clients, story)
    with bench(server.base_url, **clients.SETTINGS.get(story, {})) as client:
        life(client)
        return client.findings()


@pytest.mark.parametrize("name", FINDINGS.names())
def test_the_client_that_does_it_is_seen(server: Running, name: str) -> None:
    found = after(server, f"does_{name}")
    assert name in {one.name for one in found.found}, found


@pytest.mark.parametrize("name", FINDINGS.names())
def test_the_client_that_does_not_is_left_alone(server: Running, name: str) -> None:
    found = after(server, f"avoids_{name}")
    assert name not in {one.name for one in found.found}, found
    assert name not in found.not_judged


def test_a_secret_in_a_query_is_never_written_down(server: Running) -> None:
    with bench(server.base_url) as client:
        clients.does_key_in_url(client)
        (entry,) = client.control.entries(client.sandbox)
    assert entry.query == f"api_key=[redacted {key_hash('sk-secret-12345')}]"


def test_the_own_key_in_a_query_is_never_written_down(server: Running) -> None:
    with bench(server.base_url) as client:
        key = client.http.headers["authorization"].removeprefix("Bearer ")
        client.http.get("/kie/api/v1/chat/credit", params={"who": key})
        (entry,) = client.control.entries(client.sandbox)
        assert key not in entry.query
        assert [one.name for one in client.findings().found] == ["key_in_url"]


def test_a_key_that_came_in_the_url_alone_is_seen_where_it_belongs(server: Running) -> None:
    with bench(server.base_url) as client:
        key = client.http.headers.pop("authorization").removeprefix("Bearer ")
        client.http.get("/kie/api/v1/chat/credit", params={"api_key": key})
        (entry,) = client.control.entries(client.sandbox)
        assert entry.operation == "credit"
        assert entry.query == f"api_key=[redacted {key_hash(key)}]"
        assert [one.name for one in client.findings().found] == ["key_in_url"]


def test_a_key_without_bearer_is_refused_where_it_can_be_seen(server: Running) -> None:
    with bench(server.base_url) as client:
        key = client.http.headers["authorization"].removeprefix("Bearer ")
        client.http.get("/kie/api/v1/chat/credit", headers={"authorization": key})
        (entry,) = client.control.entries(client.sandbox)
    assert "no Bearer" in entry.reason
    names = [name for name, _ in entry.request_headers]
    assert "user-agent" in names
    assert "authorization" not in names


def test_the_catalogue_names_every_finding(server: Running) -> None:
    with Control(server.base_url) as control:
        named = [one["name"] for one in control.finding_kinds()]
    assert named == list(FINDINGS.names())


def test_a_body_that_is_no_run_is_refused(server: Running, key: str) -> None:
    reply = httpx.post(
        f"{server.base_url}/_mock/v1/sandboxes/current/findings",
        json={"exit": 0},
        headers={"authorization": f"Bearer {key}"},
        trust_env=False,
    )
    assert reply.status_code == 422
    assert "exit_code" in reply.json()["detail"]


@pytest.mark.parametrize(("story", "code"), [("does_key_in_url", 1), ("avoids_key_in_url", 0)])
def test_the_command_ends_with_1_when_there_are_errors(
    server: Running, capsys: pytest.CaptureFixture[str], story: str, code: int
) -> None:
    with bench(server.base_url) as client:
        getattr(clients, story)(client)
        words = ["findings", "--url", server.base_url, "--sandbox", client.sandbox]
        assert run_line(words) == code
        text = capsys.readouterr().out
        assert run_line([*words, "--json"]) == code
        assert '"counts":' in capsys.readouterr().out
        assert run_line([*words, "--junit"]) == code
        assert f'failures="{code}"' in capsys.readouterr().out
    assert ("sent the key in a URL" in text) == bool(code)
    folded = [line for line in text.splitlines() if line.startswith("not judged")]
    assert len(folded) == 1
    assert "accepted_truncated_media, polled_without_deadline" in folded[0]
