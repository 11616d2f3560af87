"""Who is let in to the control API: DNS rebinding, cross-site posts, tokens."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control, ControlError
from tests.support.serving import settings
from tests.support.some import some

LIST = "/_mock/v1/sandboxes"


def _get(running: Running, path: str = LIST, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(running.base_url + path, headers=named, trust_env=False)


@pytest.fixture(scope="module")
def guarded() -> Iterator[Running]:
    """A server with a token, as one that listens off loopback has."""
    running = Running(settings(admin_token="s3cret"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def named() -> Iterator[Running]:
    """A server behind a public URL that lets one more name in."""
    running = Running(settings(public_url="https://mock.example", allow_host=["reelmock"]))
    yield running
    running.stop()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "LOCALHOST:8080", "[::1]:80"])
def test_loopback_names_are_let_in(server: Running, host: str) -> None:
    assert _get(server, host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8080",
        "api.kie.ai",
        "[",
        "",
    ],
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(server: Running, host: str) -> None:
    reply = _get(server, host=host)
    assert reply.status_code == 403
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_rebound_page_is_refused_though_its_origin_matches_its_host(server: Running) -> None:
    reply = _get(server, host="evil.example", origin="http://evil.example")
    assert reply.status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:3000", "https://127.0.0.1"]
)
def test_a_foreign_origin_is_refused(server: Running, origin: str) -> None:
    reply = httpx.post(
        server.base_url + LIST, headers={"origin": origin}, content=b"{}", trust_env=False
    )
    assert reply.status_code == 403


def test_the_servers_own_pages_are_let_in(server: Running) -> None:
    assert _get(server, origin=server.base_url).status_code == 200


def test_nothing_sends_cors_headers(server: Running) -> None:
    for reply in (
        _get(server, origin=server.base_url),
        _get(server, "/_mock/v1/health", origin="http://evil.example"),
        httpx.options(server.base_url + LIST, trust_env=False),
    ):
        assert not [name for name in some(reply.headers) if name.startswith("access-control")]


def test_a_refused_request_does_not_learn_which_paths_there_are(server: Running) -> None:
    assert _get(server, "/_mock/v1/nothing", host="evil.example").status_code == 403
    assert _get(server, "/_mock/v1/sandboxes/x", host="evil.example").status_code == 403


@pytest.mark.parametrize("host", ["mock.example", "mock.example:443", "reelmock:8080"])
def test_the_public_host_and_allowed_names_are_let_in(named: Running, host: str) -> None:
    assert _get(named, host=host).status_code == 200


def test_the_public_origin_is_no_foreign_one(named: Running) -> None:
    assert _get(named, host="mock.example", origin="https://mock.example").status_code == 200
    assert _get(named, host="mock.example", origin="https://evil.example").status_code == 403


@pytest.mark.parametrize("given", ["wrong", "s3cre", "s3crett", "S3CRET"])
def test_without_the_token_nobody_is_let_in(guarded: Running, given: str) -> None:
    assert _get(guarded).status_code == 401
    assert _get(guarded, x_mock_admin_token="").status_code == 401
    assert _get(guarded, x_mock_admin_token=given).status_code == 401
    assert _get(guarded, authorization=f"Bearer {given}").status_code == 401


def test_with_the_token_any_host_is_let_in(guarded: Running) -> None:
    assert _get(guarded, x_mock_admin_token="s3cret", host="box.lan").status_code == 200
    assert _get(guarded, authorization="Bearer s3cret", host="box.lan").status_code == 200


def test_with_the_token_a_foreign_origin_is_still_refused(guarded: Running) -> None:
    reply = _get(guarded, x_mock_admin_token="s3cret", origin="http://evil.example")
    assert reply.status_code == 403


def test_the_token_is_no_api_key(guarded: Running) -> None:
    reply = _get(guarded, f"{LIST}/current", authorization="Bearer s3cret")
    assert (reply.status_code, reply.json()["field"]) == (422, "Authorization")


def test_token_and_key_go_together(guarded: Running) -> None:
    with Control(guarded.base_url, token="s3cret", key="sk-guarded") as control:
        assert control.sandbox().opened_by_key
    with Control(guarded.base_url, token="wrong") as control, pytest.raises(ControlError) as caught:
        control.sandboxes()
    assert caught.value.status == 401


@pytest.mark.parametrize("path", ["/_mock/v1/health", "/_mock/v1/version"])
def test_health_and_version_need_no_token(guarded: Running, path: str) -> None:
    assert _get(guarded, path, host="box.lan").status_code == 200
