"""The journal says what really left: status and headers of the media host, bytes, who closed."""

from __future__ import annotations

import httpx
import pytest

from tests.support.struck import Struck


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [("range", "bytes=0-9", 206), ("range", "bytes=9999999-", 416), ("if-none-match", "*", 304)],
)
def test_the_media_hosts_own_statuses_are_journalled(
    struck: Struck, name: str, value: str, status: int
) -> None:
    url = struck.video()
    reply = get(url, **{name: value})
    assert reply.status_code == status
    (entry,) = [e for e in struck.control.entries() if e.operation == "download"]
    assert entry.status == status
    recorded = dict(entry.reply_headers)
    assert recorded["etag"] == reply.headers["etag"]
    assert recorded.get("content-range") == reply.headers.get("content-range")


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
def test_a_client_that_read_all_of_it_has_not_left(struck: Struck, connection: str) -> None:
    reply = get(struck.video(), connection=connection)
    sent = performed(struck)
    assert sent["whole"]
    assert not sent["client_left"]
    assert len(reply.content) == int(reply.headers["content-length"])


def performed(struck: Struck) -> dict[str, object]:
    """What the server says of the one download, which it may do after the client has read it."""
    while True:
        for entry in struck.control.entries(kind="sent"):
            if entry.detail["asset"]:
                return entry.detail
