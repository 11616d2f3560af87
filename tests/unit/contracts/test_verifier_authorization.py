"""How the verifier sends a key: alone, or behind the word that the documents put before it."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import httpx
import pytest

from contracts.verifier.catalogue import find_subject
from contracts.verifier.errors import CouldNotRun
from contracts.verifier.main import try_key
from contracts.verifier.session import Session
from contracts.verifier.target import Target

KIE = find_subject("kie")


def session(**changes: Any) -> Session:
    return Session(replace(KIE, **changes), Target("http://127.0.0.1:1"), "sk-me", "veo3")


@pytest.mark.parametrize(
    ("changes", "header"),
    [
        ({"bearer": True}, "Bearer sk-me"),
        ({"bearer": False}, "sk-me"),
        ({"bearer": False, "key_scheme": "Key"}, "Key sk-me"),
        ({"bearer": True, "key_scheme": "Key"}, "Key sk-me"),
    ],
)
def test_the_word_before_the_key_is_the_subject_s(changes: dict[str, Any], header: str) -> None:
    assert session(**changes).authorization() == header


def test_a_check_can_ask_for_another_form_and_another_key() -> None:
    asked = session(key_scheme="Key")
    assert asked.authorization(scheme="") == "sk-me"
    assert asked.authorization("sk-other") == "Key sk-other"


@pytest.mark.parametrize(("status", "is_refused"), [(401, True), (404, False)])
def test_if_one_schema_has_every_refusal_the_status_tells_that_the_key_is_refused(
    status: int, is_refused: bool
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            status, json={"error": {"code": status, "message": "no", "type": "no"}}
        )

    host = Target("http://127.0.0.1:1", httpx.MockTransport(answer))
    subject = replace(
        find_subject("xcompute"), unauthorized_message="error", unknown_message="error"
    )
    with pytest.raises(CouldNotRun, match="key was refused") if is_refused else nullcontext():
        try_key(Session(subject, host, "sk-me", "veo3.1-fast"))


def test_a_key_in_the_query_is_sent_there_alone_and_kept_nowhere() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    host = Target("http://127.0.0.1:1", httpx.MockTransport(answer))
    asked = Session(replace(KIE, key_query="key", bearer=False), host, "sk-me", "veo3")
    asked.call("GET", "/jobs?page=2")
    asked.probe(asked.authorization("sk&other"))
    asked.probe(None)
    urls = [request.url for request in seen]
    assert [url.params.get("key") for url in urls] == ["sk-me", "sk&other", None]
    assert urls[0].params["page"] == "2"
    assert [request.headers.get("authorization") for request in seen] == [None] * 3
    told = " ".join(map(str, asked.answers))
    assert "GET /jobs?page=2 -> HTTP 200" in told
    assert "sk-me" not in told
