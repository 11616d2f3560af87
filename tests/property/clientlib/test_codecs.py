"""Whatever a provider replies, reading it gives a record or a `ProviderError`, nothing else."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientlib import CallbackError, ProviderError, Snapshot, parse, provider_names
from clientlib._models import Reply
from clientlib.providers import load

WORDS = [
    "id",
    "taskId",
    "task_id",
    "code",
    "msg",
    "data",
    "error",
    "message",
    "type",
    "status",
    "progress",
    "successFlag",
    "response",
    "resultUrls",
    "resultUrl",
    "result",
    "videos",
    "url",
    "errorCode",
    "errorMessage",
    "info",
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 600)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["", "x", "200", "completed", "failed", "processing", "50%", "[", '["http://h"]']
    )
    | st.just("http://h/a.mp4")
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5)
    ),
    max_leaves=15,
)
BODIES = (
    JSON.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(st.sampled_from(WORDS), JSON).map(lambda value: json.dumps(value).encode())
    | st.binary(max_size=30)
)
REPLIES = st.builds(
    Reply,
    st.sampled_from([200, 200, 200, 201, 204, 302, 400, 401, 402, 404, 408, 422, 429, 500, 503]),
    st.just({}),
    BODIES,
    st.booleans(),
)


@pytest.mark.parametrize("provider", provider_names())
@given(reply=REPLIES)
def test_every_reply_is_read_or_refused(provider: str, reply: Reply) -> None:
    codec = load(provider)
    try:
        snapshot = codec.read_task(reply, "x")
        assert isinstance(snapshot, Snapshot)
        assert 200 <= reply.status < 300
        assert snapshot.progress is None or 0 <= snapshot.progress <= 100
        assert all(url.startswith("http") for url in snapshot.videos)
    except ProviderError as error:
        assert error.reply is reply
    try:
        task_id = codec.read_created(reply)
        assert task_id
        assert 200 <= reply.status < 300
    except ProviderError as error:
        assert error.reply is reply
        # Nothing but a refusal in so many words makes a creation repeatable.
        assert not (error.refused and 200 <= reply.status < 300 and not error.code)


@pytest.mark.parametrize("resolution", ["1080p", "4k"])
@given(reply=REPLIES)
def test_every_reply_about_an_upgrade_is_read_or_refused(resolution: str, reply: Reply) -> None:
    try:
        assert load("kie").upgrade("x", resolution, 0).read(reply)
    except ProviderError as error:
        assert error.reply is reply


@given(st.integers(-1000, 1000).filter(lambda code: code != 200), JSON)
def test_kies_code_other_than_200_is_never_a_success(code: int, data: object) -> None:
    reply = Reply(200, {}, json.dumps({"code": code, "msg": "x", "data": data}).encode())
    with pytest.raises(ProviderError):
        load("kie").read_task(reply, "x")
    with pytest.raises(ProviderError):
        load("kie").read_created(reply)


@pytest.mark.parametrize("provider", provider_names())
@given(body=BODIES)
def test_every_callback_is_read_or_refused(provider: str, body: bytes) -> None:
    with contextlib.suppress(CallbackError):
        assert parse(provider, body).task_id
