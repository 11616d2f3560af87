"""A provider reads its key where its documents say, and from there it opens a sandbox."""

from __future__ import annotations

import re

import httpx
import pytest

from mockserver.control import Control
from tests.support.guest_providers import PREFIX, Serve, Serving
from tests.support.some import some

CREDIT = "/api/v1/chat/credit"
KEY = "sk-guest-0123456789"
SHORT = "k7"
TWO = 'KeyPlace("X-Api-Key"), KeyPlace("Authorization", "Bearer")'
PLACES = [
    ('KeyPlace("X-Api-Key")', {"x-api-key": "{}"}, ""),
    ('KeyPlace("x-goog-api-key")', {"X-Goog-Api-Key": "{}"}, ""),
    ('KeyPlace("X-Lumen")', {"X-Lumen": "{}"}, ""),
    ('KeyPlace("X-Lumen", "Lumen")', {"x-lumen": "lumen {}"}, ""),
    ('KeyPlace("Authorization", "Key")', {"authorization": "Key {}"}, ""),
    ('KeyPlace("key", where="query")', {}, "key={}"),
    ('KeyPlace("lumen", where="query")', {}, "lumen={}"),
    (TWO, {"x-api-key": "{}"}, ""),
    (TWO, {"authorization": "Bearer {}"}, ""),
]


def called(serving: Serving, key: str, headers: dict[str, str], query: str) -> httpx.Response:
    """The guest's answer to a question for the balance."""
    sent = {name: form.format(key) for name, form in headers.items()}
    url = serving.url + CREDIT + (f"?{query.format(key)}" if query else "")
    return httpx.get(url, headers=sent, trust_env=False)


@pytest.mark.parametrize(("places", "headers", "query"), PLACES)
def test_the_key_is_read_where_the_provider_says(
    serve: Serve, places: str, headers: dict[str, str], query: str
) -> None:
    server = serve(f"keys=({places},)")
    for key in some((KEY, "sk-other-0123456789", KEY)):
        assert called(server, key, headers, query).json()["code"] == 200
    with Control(server.base_url) as control:
        assert len(control.sandboxes()) == 2


@pytest.mark.parametrize(("places", "headers", "query"), PLACES)
def test_without_a_key_the_refusal_names_the_place_and_what_belongs_there(
    serve: Serve, places: str, headers: dict[str, str], query: str
) -> None:
    server = serve(f"keys=({places},)")
    reply = httpx.get(server.url + CREDIT, trust_env=False)
    assert reply.json()["code"] == 401
    name = [*(name.lower() for name in headers), query.partition("=")[0]][0]
    assert name in reply.headers["x-mock-reason"].lower()
    assert "expected" in reply.headers["x-mock-reason"]


@pytest.mark.parametrize(("places", "headers", "query"), PLACES)
@pytest.mark.parametrize("key", [KEY, SHORT])
def test_the_key_is_written_down_nowhere(
    serve: Serve,
    places: str,
    headers: dict[str, str],
    query: str,
    key: str,
) -> None:
    server = serve(f"keys=({places},)")
    called(server, key, headers, query)
    with Control(server.base_url) as control:
        (sandbox,) = control.sandboxes()
    written = server.shown(f"/sandboxes/{sandbox.id}/journal")
    assert f"{PREFIX}{CREDIT}" in written
    assert re.search(rf"\b{key}\b", written) is None


def test_the_key_is_taken_out_of_a_prompt_as_any_other(serve: Serve) -> None:
    server = serve('keys=(KeyPlace("X-Lumen"),)')
    url = server.url + "/api/v1/veo/generate"
    body = {"prompt": f"a cat for {KEY}"}
    httpx.post(url, json=body, headers={"x-lumen": KEY}, trust_env=False)
    with Control(server.base_url) as control:
        (sandbox,) = control.sandboxes()
        (task,) = control.tasks(sandbox.id)
        assert task.prompt.startswith("a cat for [redacted")


def test_the_first_place_that_has_a_key_counts(serve: Serve) -> None:
    server = serve(f"keys=({TWO},)")
    called(server, KEY, {"x-api-key": "{}"}, "")
    called(server, KEY, {"x-api-key": "{}", "authorization": "Bearer sk-another"}, "")
    with Control(server.base_url) as control:
        assert len(control.sandboxes()) == 1


def test_a_scheme_that_is_not_the_providers_is_refused_by_name(serve: Serve) -> None:
    server = serve('keys=(KeyPlace("Authorization", "Key"),)')
    reply = called(server, KEY, {"authorization": "Bearer {}"}, "")
    assert reply.headers["x-mock-reason"] == "Authorization: no Key, expected Key KEY"


def test_a_refusal_names_every_place(serve: Serve) -> None:
    server = serve(f"keys=({TWO},)")
    reason = httpx.get(server.url + CREDIT, trust_env=False).headers["x-mock-reason"]
    assert reason == "X-Api-Key: missing, expected the key, or Authorization: Bearer KEY"


def test_a_key_at_another_providers_place_is_journalled_as_refused_and_hidden(serve: Serve) -> None:
    server = serve('keys=(KeyPlace("X-Lumen"),)')
    called(server, KEY, {"x-lumen": "{}"}, "")
    httpx.get(server.base_url + "/kie" + CREDIT, headers={"x-lumen": KEY}, trust_env=False)
    with Control(server.base_url) as control:
        (sandbox,) = control.sandboxes()
        assert [entry.provider for entry in control.entries(sandbox.id)] == ["guest", "kie"]
        assert KEY not in server.shown(f"/sandboxes/{sandbox.id}/journal")


def test_a_key_in_the_query_is_no_finding_where_the_provider_wants_it_there(serve: Serve) -> None:
    server = serve('keys=(KeyPlace("key", where="query"), KeyPlace("Authorization", "Bearer"),)')
    with Control(server.base_url) as control:
        called(server, KEY, {}, "key={}")
        (sandbox,) = control.sandboxes()
        assert control.findings(sandbox.id).found == []
        called(server, KEY, {"authorization": "Bearer {}"}, "token={}")
        assert [one.name for one in control.findings(sandbox.id).found] == ["key_in_url"]


def test_the_key_is_seen_at_the_media_host_in_the_providers_own_header(serve: Serve) -> None:
    server = serve('keys=(KeyPlace("X-Lumen"),)')
    base, headers = server.url + "/api/v1/veo", {"x-lumen": KEY}
    created = httpx.post(
        f"{base}/generate", json={"prompt": "a cat"}, headers=headers, trust_env=False
    )
    with Control(server.base_url) as control:
        (sandbox,) = control.sandboxes()
        control.advance("10m", sandbox=sandbox.id)
        polled = httpx.get(
            f"{base}/record-info", params=created.json()["data"], headers=headers, trust_env=False
        )
        (url,) = polled.json()["data"]["response"]["resultUrls"]
        httpx.get(url, headers=headers, trust_env=False)
        assert [one.name for one in control.findings(sandbox.id).found] == ["key_to_media_host"]


def test_the_catalogue_says_where_keys_are_read(serve: Serve) -> None:
    server = serve('keys=(KeyPlace("Authorization", "Key"),)')
    with Control(server.base_url) as control:
        shown = {provider["name"]: provider for provider in control.providers()}
    assert shown["guest"]["auth"] == "other"
    assert shown["guest"]["keys"] == [{"in": "header", "name": "Authorization", "scheme": "Key"}]
    assert [shown[name]["auth"] for name in ("apiyi", "kie")] == ["raw_or_bearer", "bearer"]
