"""Each code that a provider documents comes with its documented body, asked for by its number."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.app import Running
from tests.support.struck import Struck

KIE = {
    400: "Your prompt was flagged by Website as violating content policies.",
    408: "Upstream is currently experiencing service issues. No result for over 10 minutes.",
    422: "fault http_error, rule rule-1: status 422 on purpose",  # its text is a general one: ours names it
    433: "Request Limit - Sub-key Usage Exceeds Limit",
    451: "Failed to fetch the image.",
    455: "Service Unavailable - System is currently undergoing maintenance",
    500: "Server Error - An unexpected error occurred",
    501: "Generation Failed - Content generation task failed",
    505: "Feature Disabled - The requested feature is currently disabled",
}


@pytest.fixture
def struck(server: Running, key: str) -> Iterator[Struck]:
    struck = Struck(server, key)
    yield struck
    struck.close()


@pytest.mark.parametrize("shape", ["provider", "native"])
@pytest.mark.parametrize("code", KIE)
def test_kie_says_each_of_its_codes(struck: Struck, code: int, shape: str) -> None:
    struck.set({"fault": "http_error", "with": {"status": code, "shape": shape}})
    reply = struck.http.post("/kie/api/v1/veo/generate", json={"prompt": "a cat"})
    assert reply.json()["code"] == code
    assert reply.json()["msg"].startswith(KIE[code])
    assert reply.status_code == (200 if shape == "native" else code)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/apiyi/v1/videos", "We're under heavy load, please try again later"),
        ("/xcompute/v1/videos/generations", "Service temporarily unavailable, no capacity"),
    ],
)
def test_a_503_in_the_provider_s_own_words_is_none_of_500(
    struck: Struck, path: str, said: str
) -> None:
    struck.set({"fault": "http_error", "with": {"status": 503, "shape": "native"}})
    reply = struck.http.post(path, json={"model": "veo-3.1", "prompt": "a cat"})
    assert (reply.status_code, reply.json()["error"]["message"]) == (503, said)
