"""What a client sees of the faults of the family media: one function a fault."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.struck import Struck, on_the_wire

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


def cut_at(struck: Struck, rule: Rule, share: float) -> None:
    """The first download under a rule has all headers, and just this share of the bytes."""
    url = struck.video()
    whole = get(url).content
    struck.set(rule)
    cut = on_the_wire(url)
    assert f"content-length: {len(whole)}\r" in f"{cut.head}\r"
    assert (cut.body, cut.ending) == (whole[: int(len(whole) * share)], "close")


def media_expired_early(struck: Struck, example: Rule) -> None:
    url = struck.video()
    struck.set(example | {"with": {"after": "1h"}})
    struck.control.advance("59m")
    assert get(url).status_code == 200
    struck.control.advance("1m")
    assert get(url).status_code == 403
    assert struck.rule()["held_back"] == {"the link is younger than `after`": 1}
    struck.control.clear_faults()
    assert get(url).status_code == 200  # it should still work


def media_forbidden(struck: Struck, example: Rule) -> None:
    refused_once(struck, example, 403)


def media_not_found(struck: Struck, example: Rule) -> None:
    refused_once(struck, example, 404)


def media_head_refused(struck: Struck, example: Rule) -> None:
    url = struck.video()
    struck.set(example)
    assert get(url).content[4:8] == b"ftyp"
    assert (struck.rule()["matched"], struck.rule()["nearest"]) == (
        0,
        _nearest(struck, "method was GET, not HEAD"),
    )
    assert httpx.head(url, trust_env=False).status_code == 403
    assert get(url).status_code == 200
    assert struck.rule()["struck"] == 1


def _nearest(struck: Struck, what: str) -> str:
    """What a rule says that no call matched: the last download, and what of it was different."""
    (last,) = struck.control.entries(operation="download")
    return f"nearest was apiyi download (journal {last.seq}): {what}"


def media_truncated(struck: Struck, example: Rule) -> None:
    cut_at(struck, example, 0.3)


def media_wrong_length(struck: Struck, example: Rule) -> None:
    url = struck.video()
    whole = get(url).content
    for offset in (-1000, 1000):
        struck.control.clear_faults()
        struck.set(example | {"with": {"offset": offset}})
        reply = on_the_wire(url)
        assert f"content-length: {len(whole) + offset}\r" in f"{reply.head}\r"
        assert (reply.body, reply.ending) == (whole, "close")


def media_wrong_type(struck: Struck, example: Rule) -> None:
    url = struck.video()
    usual = get(url)
    struck.set(example)
    reply = get(url)
    assert reply.headers["content-type"] == "application/json"
    assert reply.content == usual.content


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
    whole = get(url).content
    part = get(url, range="bytes=0-9")
    assert (part.status_code, part.content) == (206, whole[:10])
    struck.set(example)
    reply = get(url, range="bytes=0-9")
    assert (reply.status_code, reply.content) == (200, whole)
    assert "content-range" not in reply.headers


def media_slow(struck: Struck, example: Rule) -> None:
    url = struck.video()
    whole = get(url).content
    struck.set(example)
    reply = struck.held(lambda: get(url), *[400] * 4)
    assert reply.content == whole


def media_cut_once(struck: Struck, example: Rule) -> None:
    cut_at(struck, example, 0.5)
    struck.control.clear_faults()
    first, second = struck.video(), struck.video()
    struck.set(example)
    for url in (first, second):
        assert len(on_the_wire(url).body) < len(get(url).content)
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
