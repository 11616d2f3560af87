"""What an error says of itself."""

from __future__ import annotations

import pytest

from clientlib import VideoError
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
