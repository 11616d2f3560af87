"""What a client sees of the faults of the family media: one function a fault."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.struck import Struck

Rule = dict[str, Any]


def get(url: str, **headers: str) -> httpx.Response:
    """A download, as clients do it: without a key."""
    return httpx.get(url, headers=headers, trust_env=False)


def refused_once(struck: Struck, rule: Rule, status: int) -> None:
    url = struck.video()
    struck.set(rule)
    refused = get(url)
    assert refused.status_code == status
    assert "<Error>" in refused.text
    assert get(url).status_code == 200


def media_expired_early(struck: Struck, example: Rule) -> None:
    url = struck.video()
    struck.set(example | {"with": {"after": "1h"}})
    assert get(url).status_code == 200
    struck.control.advance("1h")
    assert get(url).status_code == 403
    assert struck.rule()["held_back"] == {"the link is younger than `after`": 1}


def media_forbidden(struck: Struck, example: Rule) -> None:
    refused_once(struck, example, 403)


def media_not_found(struck: Struck, example: Rule) -> None:
    refused_once(struck, example, 404)


def media_truncated(struck: Struck, example: Rule) -> None:
    url = struck.video()
    struck.set(example)
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        get(url)


def media_wrong_length(struck: Struck, example: Rule) -> None:
    url = struck.video()
    whole = len(get(url).content)
    struck.set(example)
    assert int(get(url).headers["content-length"]) == whole - 1000
    struck.control.clear_faults()
    struck.set(example | {"with": {"offset": 1000}})
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        get(url)


def media_wrong_type(struck: Struck, example: Rule) -> None:
    url = struck.video()
    struck.set(example)
    reply = get(url)
    assert reply.headers["content-type"] == "application/json"
    assert reply.content[4:8] == b"ftyp"


def media_corrupt(struck: Struck, example: Rule) -> None:
    url = struck.video()
    usual = get(url)
    struck.set(example)
    reply = get(url)
    assert len(reply.content) == len(usual.content)
    assert reply.content[4:8] != b"ftyp"
    assert reply.headers["content-type"] == "video/mp4"


def media_range_ignored(struck: Struck, example: Rule) -> None:
    url = struck.video()
    assert get(url, range="bytes=0-9").status_code == 206
    struck.set(example)
    reply = get(url, range="bytes=0-9")
    assert reply.status_code == 200
    assert len(reply.content) > 10


def media_slow(struck: Struck, example: Rule) -> None:
    url = struck.video()
    whole = len(get(url).content)
    struck.set(example)
    reply, passed_ms = struck.turning(lambda: get(url))
    assert len(reply.content) == whole
    assert passed_ms >= 5000 * (whole // 200_000)


def media_cut_once(struck: Struck, example: Rule) -> None:
    first, second = struck.video(), struck.video()
    struck.set(example)
    for url in (first, second):
        with pytest.raises(httpx.RemoteProtocolError):
            get(url)
        assert get(url).content[4:8] == b"ftyp"


def media_redirect(struck: Struck, example: Rule) -> None:
    url = struck.video()
    struck.set(example)
    moved = get(url)
    assert (moved.status_code, moved.headers["location"]) == (
        302,
        url.replace("127.0.0.1", "localhost"),
    )
    assert get(moved.headers["location"]).content[4:8] == b"ftyp"


def media_empty(struck: Struck, example: Rule) -> None:
    url = struck.video()
    struck.set(example)
    reply = get(url)
    assert (reply.status_code, reply.content) == (200, b"")
    assert reply.headers["content-type"] == "video/mp4"
