"""Puts something into a stream that does not belong there: errors, broken events, comments."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Frame, Hit, Parameter, Refusal, Reply, frames_of, index_of

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
    data, every_ms = _data(hit), hit.options["every"]
    # Heartbeats fill the time before the chunk, so that they come while the client waits.
    count = hit.options["count"]
    start_ms = max(frames[max(0, index - 1)].at_ms, at_ms - every_ms * (count - 1))
    more = tuple(Frame(min(at_ms, start_ms + every_ms * n), data, apart=True) for n in range(count))
    return replace(reply, body=(*frames[:index], *more, *frames[index:]))


def _data(hit: Hit) -> bytes:
    match hit.options["event"]:
        case "error":
            reason = f"fault {hit.fault}, rule {hit.rule}: an error in mid-stream"
            body = hit.refuse(Refusal("server_error", reason)).body
            assert isinstance(body, bytes), "a refusal is no stream"
            return b"data: " + body + b"\n\n"
        case "malformed":
            return MALFORMED
        case "comment":
            return COMMENT
        case _:
            return EMPTY_CHUNK


FAULT = Fault(
    "insert_event",
    "puts an event into the stream",
    "stream",
    {
        "event": Parameter(
            "choice",
            "what: an error in the provider's envelope, an event that is no JSON, a comment, a "
            "further chunk",
            "error",
            ("error", "malformed", "comment", "chunk"),
        ),
        "where": Parameter("choice", "before or after the chunk", "before", ("before", "after")),
        "usual": Parameter("text", "the chunk where the rule names none", "progress"),
        "count": Parameter("count", "how many", 1, low=1, high=1000),
        "every": Parameter("span", "virtual time between them", 0),
    },
    reply=_strike,
)
