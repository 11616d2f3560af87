"""APIYI's chat replies: the stream of chunks with its exact texts, and the reply in one piece.

    role, ```json block, waiting line, ten progress lines, one line a video, stop + usage, [DONE]

The whole stream is known when the job is submitted; each frame says when it is due.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.providers.apiyi.errors import OUTAGES, ROWS
from mockserver.providers.apiyi.wording import HEADING, MODES, SUCCESS, Wording, wording
from mockserver.sdk.provider import (
    SSE_HEADERS,
    Accepted,
    Effects,
    Moment,
    Reply,
    Step,
    Stream,
    Task,
    encode_json,
    expires_ms,
    json_reply,
    media_url,
    missed_end_ms,
    outcome_step,
    sse,
    uuid_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mockserver.sdk.provider import Context, Inbound

# assumed: a token has three bytes, like one Chinese character. With the other numbers, two videos
# of a prompt of seven characters have the counts of the sample in seed 002: 16 and 292.
BYTES_PER_TOKEN = 3
MESSAGE_TOKENS, FRAME_TOKENS, VIDEO_TOKENS = 9, 125, 80
# All chunks begin in the same way. In ids and names of models, JSON escapes nothing.
OPENING = (
    b'data: {"id":"%b","object":"chat.completion.chunk","created":%d,"model":"%b",'
    b'"choices":[{"index":0,"delta":'
)
# How chunks end that have no content.
ROLE = b'{"role":"assistant"},"finish_reason":null}]}\n\n'
STOP = b'{},"finish_reason":"stop"}],"usage":%b}\n\n'


KINDS = ("role", "heading", "waiting", "progress", "video", "failure", "stop", "done")
MOMENTS: dict[str, Moment] = {
    "role": "start",
    "heading": "start",
    "waiting": "running",
    "progress": "tick",
}


def reply(outcome: Accepted, inbound: Inbound, context: Context) -> Reply:
    """The stream, or one reply when everything is done."""
    make = _stream if outcome.reply_as == "stream" else _whole
    return make(outcome.task, context)


def _usage(task: Task, videos: int) -> dict[str, int]:
    """The tokens of a chat. The prompt counts on both sides, because the heading repeats it."""
    spoken = -(-len(task.prompt.encode()) // BYTES_PER_TOKEN)
    asked, said = MESSAGE_TOKENS + spoken, FRAME_TOKENS + spoken + VIDEO_TOKENS * videos
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _model(task: Task) -> str:
    """The name that was asked for, which may be an alias."""
    return str(task.params.get("model", task.model))


def _completion_id(task: Task) -> bytes:
    return b"foaicmpl-" + uuid_of(task.plan.seed)


def _made(task: Task) -> Sequence[int]:
    """The indexes of the videos whose links are given."""
    results = task.plan.results
    if results.urls in ("absent", "empty"):
        return ()
    if not results.failed_videos:
        return range(task.videos)
    return [n for n in range(task.videos) if n not in results.failed_videos]


def _stream(task: Task, context: Context) -> Reply:
    plan, dialect = task.plan, context.dialect
    words = wording(dialect["punctuation"], dialect["escapes"])
    opening = OPENING % (_completion_id(task), task.created_ms // 1000, _model(task).encode())
    prompt = encode_json(words.spoken(task.prompt)).decode()
    heading = words.filled(words.headings[task.orientation], prompt)
    progress = words.progress(plan)
    tails = (ROLE, heading, words.waiting, *progress)
    end, held_ms = outcome_step(plan), 0
    if end is None:  # a job that never ends: the stream stays open until the record expires
        shape, closing, held_ms = _shape(len(progress), "", 0), b"", _held_ms(task)
        ends_ms = expires_ms(plan)
    else:
        kind, endings = _endings(task, end, words, context)
        shape, closing = _shape(len(progress), kind, len(endings)), sse.DONE
        stop = STOP % encode_json(_usage(task, len(endings)))
        tails, ends_ms = (*tails, *endings, stop), end.at_ms
    stream = Stream(plan, task.created_ms, ends_ms, opening, *shape, tails, closing, held_ms)
    return Reply(200, SSE_HEADERS, stream)


def _held_ms(task: Task) -> int:
    """How long a client waits in vain for a job that never ends, counted from its usual end."""
    missed_ms, gone_ms = missed_end_ms(task), expires_ms(task.plan)
    return 0 if missed_ms is None else gone_ms - missed_ms


def _endings(task: Task, end: Step, words: Wording, context: Context) -> tuple[str, list[bytes]]:
    """The kind of the lines before the stop, and these lines: one for each video, or one for a
    failure of the whole job.
    """
    if end.failure is not None:
        return "failure", [words.filled(words.failure, words.spoken(end.failure.message))]
    lines, sandbox_id = words.success, context.sandbox_id
    return "video", [words.filled(lines[n], media_url(task, sandbox_id, n)) for n in _made(task)]


@cache
def _shape(ticks: int, ending: str, endings: int) -> tuple[tuple[str, ...], tuple[Moment, ...]]:
    """The kinds of a stream's chunks, and when each is due. Without an ending there is no stop."""
    end = (*(ending,) * endings, "stop", "done") if ending else ()
    kinds = ("role", "heading", "waiting", *("progress",) * ticks, *end)
    return kinds, tuple([MOMENTS.get(kind, "end") for kind in kinds if kind != "done"])


def _whole(task: Task, context: Context) -> Reply:
    """The text of a job that is done: heading and success lines, without waiting and progress."""
    end = outcome_step(task.plan) or task.plan.steps[-1]
    if end.phase == "expired":
        held_ms = _held_ms(task)
        late = _failed(end, end.at_ms - held_ms)
        return replace(late, effects=Effects(head_delay_ms=held_ms))
    if end.failure is not None:
        return _failed(end, end.at_ms)
    prompt = encode_json(task.prompt).decode()
    lines = [HEADING % (prompt, MODES[task.orientation])]
    made = _made(task)
    lines += [SUCCESS % (n + 1, media_url(task, context.sandbox_id, n)) for n in made]
    dialect = context.dialect
    text = wording(dialect["punctuation"], dialect["escapes"]).spoken("".join(lines))
    body = {
        "id": _completion_id(task).decode(),
        "object": "chat.completion",
        "created": task.created_ms // 1000,
        "model": _model(task),
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": "stop",
            }
        ],
        "usage": _usage(task, len(made)),
    }
    return _due(json_reply(200, body), end.at_ms)


def _failed(end: Step, at_ms: int) -> Reply:
    # assumed: 400 if the prompt is the cause, 503 if the service is
    failure = end.failure
    if failure is not None and failure.name in OUTAGES:
        return _due(json_reply(*OUTAGES[failure.name]), at_ms)
    status = 400 if failure is not None and failure.type == "content_violation" else 503
    row = ROWS["overloaded"]
    error = {
        "message": failure.message if failure else row.message,
        "type": failure.type if failure else row.type,
        "code": failure.code if failure else row.code,
    }
    return _due(json_reply(status, {"error": error}), at_ms)


def _due(reply: Reply, at_ms: int) -> Reply:
    return Reply(reply.status, reply.headers, reply.body, not_before_ms=at_ms)
