"""What an error says of itself."""

from __future__ import annotations

import pytest

from clientlib import VideoError, _errors
from clientlib._models import Reply, Request

ASKED = Request("GET", "/v1/videos/1")
CAME = Reply(402, {}, b"")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (VideoError("It broke"), "It broke"),
        (VideoError("It broke", code="17"), "It broke (code 17)"),
        (VideoError("It broke", request=ASKED), "It broke (GET /v1/videos/1)"),
        (
            VideoError("It broke", code="17", request=ASKED, reply=CAME),
            "It broke (HTTP 402, code 17, GET /v1/videos/1)",
        ),
    ],
)
def test_an_error_tells_what_is_known_of_it(error: VideoError, text: str) -> None:
    assert str(error) == text


def test_these_errors_pass_if_the_call_is_made_again_and_no_others() -> None:
    errors = [
        each
        for each in vars(_errors).values()
        if isinstance(each, type) and issubclass(each, VideoError)
    ]
    assert len(errors) > 20
    assert {error.__name__ for error in errors if error.transient} == {
        "TransportFailure",
        "RateLimited",
        "NotReady",
        "Redirected",
        "ProviderUnavailable",
        "MalformedReply",
    }
