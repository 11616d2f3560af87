"""Puts something into a stream that does not belong there: errors, broken events, comments."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import (
    Fault,
    Frame,
    Hit,
    Parameter,
    Refusal,
    Reply,
    content_of,
    event,
    frames_of,
    index_of,
)

MALFORMED = b'data: {"id":"foaicmpl-\n\n'
COMMENT = b": keep-alive\n\n"
EMPTY_CHUNK = (
    b'data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"..."},'
    b'"finish_reason":null}]}\n\n'
)


def _strike(reply: Reply, hit: Hit) -> Reply:
    frames = frames_of(reply)
    index = index_of(frames, hit.chunk, hit.options["usual"]) + (hit.options["where"] == "after")
    at_ms = frames[min(index, len(frames) - 1)].at_ms
    data, every_ms = _data(hit, frames[min(index, len(frames) - 1)]), hit.options["every"]
    # Heartbeats fill the time before the chunk, so that they come while the client waits.
    count = hit.options["count"]
    start_ms = max(frames[max(0, index - 1)].at_ms, at_ms - every_ms * (count - 1))
    more = tuple(Frame(min(at_ms, start_ms + every_ms * n), data, apart=True) for n in range(count))
    rest = () if hit.options["last"] else frames[index:]
    return replace(reply, body=(*frames[:index], *more, *rest))


def _data(hit: Hit, beside: Frame) -> bytes:
    """What is put in; `beside` is the chunk that it stands next to."""
    match hit.options["event"]:
        case "error":
            return b"data: " + _error(hit) + b"\n\n"
        case "bare_error":
            return _error(hit) + b"\n"
        case "empty_choices":
            return event(content_of(beside) | {"choices": []})
        case "malformed":
            return MALFORMED
        case "comment":
            return COMMENT
        case _:
            return EMPTY_CHUNK


def _error(hit: Hit) -> bytes:
    """The provider's error envelope, in one line."""
    reason = f"fault {hit.fault}, rule {hit.rule}: an error in mid-stream"
    body = hit.refuse(Refusal("server_error", reason)).body
    assert isinstance(body, bytes), "a refusal is not a stream"
    return body


FAULT = Fault(
    "insert_event",
    "puts an event into the stream",
    "stream",
    {
        "event": Parameter(
            "choice",
            "what to insert: an error in the provider's envelope, an event that is not JSON, a "
            "comment, one more chunk",
            "error",
            ("error", "bare_error", "malformed", "comment", "chunk", "empty_choices"),
        ),
        "where": Parameter("choice", "before or after the chunk", "before", ("before", "after")),
        "usual": Parameter("text", "the chunk, if the rule does not name one", "progress"),
        "count": Parameter("count", "how many", 1, low=1, high=1000),
        "every": Parameter("span", "virtual time between them", 0),
        "last": Parameter("flag", "the stream ends behind it", False),
    },
    reply=_strike,
)
