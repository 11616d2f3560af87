"""Which credentials are the client's key, on a real server: where it went, and whether it was set."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control
from tests.integration.findings.bench import Bench, bench
from tests.support.serving import settings

CREDIT = "/kie/api/v1/chat/credit"
MEDIA, URL, UNSET = "key_to_media_host", "key_in_url", "sent_unset_key"


def basic(name: str, password: str) -> str:
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def own_key(client: Bench) -> str:
    return str(client.http.headers["authorization"].removeprefix("Bearer "))


def named(client: Bench) -> list[str]:
    return [one.name for one in client.findings().found]


KEY_HEADERS = [
    ("authorization", "Bearer {}"),
    ("authorization", "{}"),
    ("x-api-key", "{}"),
    ("api-key", "{}"),
    ("x-goog-api-key", "{}"),
]


@pytest.mark.parametrize(("header", "form"), KEY_HEADERS)
def test_the_key_is_seen_at_the_media_host_in_every_header(
    server: Running, header: str, form: str
) -> None:
    with bench(server.base_url) as client:
        url = client.url(client.finished())
        httpx.get(url, headers={header: form.format(own_key(client))}, trust_env=False)
        assert named(client) == [MEDIA]


@pytest.mark.parametrize("as_password", [True, False])
def test_the_key_is_seen_at_the_media_host_inside_basic(server: Running, as_password: bool) -> None:
    with bench(server.base_url) as client:
        url, key = client.url(client.finished()), own_key(client)
        coded = basic("me", key) if as_password else basic(key, "")
        httpx.get(url, headers={"authorization": coded}, trust_env=False)
        assert named(client) == [MEDIA]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("authorization", basic("proxy", "of-our-company")),
        ("authorization", "Basic no base64!"),
        ("authorization", "Bearer a-token-of-our-own-store"),
        ("x-api-key", "a-key-of-our-own-store"),
    ],
)
def test_other_credentials_at_the_media_host_are_no_business_of_ours(
    server: Running, header: str, value: str
) -> None:
    with bench(server.base_url) as client:
        httpx.get(client.url(client.finished()), headers={header: value}, trust_env=False)
        assert named(client) == []


@pytest.mark.parametrize("name", ["token", "key", "access_token", "who"])
def test_the_key_is_seen_in_a_url_whatever_the_parameter_is_called(
    server: Running, name: str
) -> None:
    with bench(server.base_url) as client:
        client.http.get(CREDIT, params={name: own_key(client)})
        assert named(client) == [URL]


@pytest.mark.parametrize("name", ["token", "key", "secret", "auth"])
def test_a_parameter_that_holds_something_else_is_no_key(server: Running, name: str) -> None:
    with bench(server.base_url) as client:
        client.http.get(CREDIT, params={name: "a-signature-of-something"})
        assert named(client) == []


def test_the_key_in_the_url_of_a_video_is_seen(server: Running) -> None:
    with bench(server.base_url) as client:
        url = client.url(client.finished())
        httpx.get(url, params={"token": own_key(client)}, trust_env=False)
        assert named(client) == [URL]


@pytest.fixture
def lonely() -> Iterator[Running]:
    """A server of the test's own, so that its sandbox is the only one."""
    running = Running(settings(clock="manual"))
    yield running
    running.stop()


@pytest.mark.parametrize("authorization", ["Bearer", "", None, "undefined"])
def test_a_call_without_a_key_is_seen_in_the_only_sandbox(
    lonely: Running, authorization: str | None
) -> None:
    with bench(lonely.base_url) as client:
        headers = {} if authorization is None else {"authorization": authorization}
        reply = httpx.get(lonely.base_url + CREDIT, headers=headers, trust_env=False)
        assert reply.json()["code"] == 401
        assert named(client) == [UNSET]


def test_a_call_with_a_wrong_key_is_not_taken_for_one_without(lonely: Running) -> None:
    with bench(lonely.base_url) as client:
        headers = {"authorization": "a-raw-key-that-nobody-knows"}
        httpx.get(lonely.base_url + CREDIT, headers=headers, trust_env=False)
        assert named(client) == []


def test_where_there_are_several_sandboxes_a_call_without_a_key_is_nobodys(
    lonely: Running,
) -> None:
    with bench(lonely.base_url) as client, Control(lonely.base_url) as control:
        control.create_sandbox()
        httpx.get(lonely.base_url + CREDIT, trust_env=False)
        assert named(client) == []


@pytest.mark.parametrize(
    "key", ["undefined", "null", "None", "${KIE_API_KEY}", "$KIE_API_KEY", "%KIE_API_KEY%", "NaN"]
)
def test_a_key_that_was_never_set_is_seen_in_the_sandbox_that_it_opens(
    lonely: Running, key: str
) -> None:
    headers = {"authorization": f"Bearer {key}"}
    httpx.get(lonely.base_url + CREDIT, headers=headers, trust_env=False)
    with Control(lonely.base_url) as control:
        (sandbox,) = control.sandboxes()
        assert [one.name for one in control.findings(sandbox.id).found] == [UNSET]


@pytest.mark.parametrize("key", ["sk-null", "nonesuch", "$APIYI_key$", "YOUR_API_KEY"])
def test_a_key_that_only_looks_so_is_a_key(lonely: Running, key: str) -> None:
    headers = {"authorization": f"Bearer {key}"}
    httpx.get(lonely.base_url + CREDIT, headers=headers, trust_env=False)
    with Control(lonely.base_url) as control:
        (sandbox,) = control.sandboxes()
        assert control.findings(sandbox.id).found == []
