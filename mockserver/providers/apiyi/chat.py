"""APIYI's chat replies: the stream of chunks with its exact texts, and the one that waits.

    role, ```json block, waiting line, ten progress lines, one line a video, stop + usage, [DONE]

The whole stream is known when the job is submitted; each frame says when it is due.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from mockserver.domain import ids, sse
from mockserver.domain.command import Accepted, Outcome
from mockserver.domain.plan import Plan, Step, outcome_step, ticks
from mockserver.domain.reply import SSE_HEADERS, Reply, Stream, encode_json, json_reply
from mockserver.domain.task import Task, media_url
from mockserver.providers.apiyi.errors import ROWS

if TYPE_CHECKING:
    from mockserver.domain.provider import Context, Inbound

MODES = {"portrait": "竖屏模式", "landscape": "横屏模式"}  # the second is assumed
WAITING = "> ⌛️ 视频正在生成中，请耐心等待...\n\n"  # seed 004
PROGRESS = "> 🏃 进度：%.1f%%\n\n"  # seed 004
SUCCESS = "> ✅ 第{}个视频生成成功，[点击这里]({}) 查看视频~~~\n\n"  # seed 004
FAILURE = "> ❌ 视频生成失败：{}\n\n"  # assumed: no source shows a failure inside the stream
PROMPT_TOKENS, COMPLETION_TOKENS = 16, 292  # the sample of seed 002; only the sum rule matters
USAGE = {
    "prompt_tokens": PROMPT_TOKENS,
    "completion_tokens": COMPLETION_TOKENS,
    "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
}
# The ends of the chunks that say nothing.
ROLE = b'{"role":"assistant"},"finish_reason":null}]}\n\n'
STOP = b'{},"finish_reason":"stop"}],"usage":' + encode_json(USAGE) + b"}\n\n"
ESCAPES = ((b">", b"\\u003e"), (b"<", b"\\u003c"), (b"&", b"\\u0026"))  # seed 002 shows the first
ASCII_PUNCTUATION = str.maketrans("，：", ",:")


def reply(outcome: Outcome, inbound: Inbound, context: Context) -> Reply:
    """The stream, or the one late reply."""
    assert isinstance(outcome, Accepted)
    make = _stream if outcome.reply_as == "stream" else _whole
    return make(outcome.task, context)


def _spoken(text: str, punctuation: str) -> str:
    """A line of the stream in the dialect's punctuation."""
    return text.translate(ASCII_PUNCTUATION) if punctuation == "ascii" else text


def _content(text: str, punctuation: str, escapes: str) -> bytes:
    """A line as the end of its chunk, escaped as the gateway's encoder does: the same value."""
    said = encode_json(_spoken(text, punctuation))
    if escapes != "plain":
        for sign, escape in ESCAPES:
            said = said.replace(sign, escape)
    return b'{"content":' + said + b'},"finish_reason":null}]}\n\n'


_fixed = cache(_content)  # for the lines that are the same in every stream


@lru_cache(maxsize=1024)
def _progress(percents: tuple[float, ...], punctuation: str, escapes: str) -> tuple[bytes, ...]:
    """The progress lines of a stream as the ends of their chunks; many streams share them."""
    line = _fixed(PROGRESS, punctuation, escapes)
    return tuple([line % percent for percent in percents])


def _heading(task: Task) -> str:
    """The fenced block that opens every answer, indented by four as in seed 002."""
    prompt = encode_json(task.prompt).decode()
    return f'```json\n{{\n    "prompt": {prompt},\n    "mode": "{MODES[task.orientation]}"\n}}\n```\n\n'


def _endings(task: Task, end: Step, context: Context) -> list[str]:
    """One line a video; a whole failure is one line for all."""
    if end.failure is not None:
        return [FAILURE.format(end.failure.message)]
    results = task.plan.results
    if results.urls in ("absent", "empty"):
        return []
    return [
        SUCCESS.format(n + 1, media_url(task, context.sandbox_id, n))
        for n in range(task.videos)
        if n not in results.failed_videos
    ]


def _head(task: Task, kind: str) -> dict[str, Any]:
    return {
        "id": f"foaicmpl-{ids.uuid_of(task.plan.seed)}",
        "object": kind,
        "created": task.created_ms // 1000,
        "model": task.model,
    }


def _stream(task: Task, context: Context) -> Reply:
    plan, dialect = task.plan, context.dialect
    manner = (dialect["punctuation"], dialect["escapes"])
    head = encode_json(_head(task, "chat.completion.chunk"))
    opening = b"data: " + head[:-1] + b',"choices":[{"index":0,"delta":'
    passed = ticks(plan)
    heading, waiting = _content(_heading(task), *manner), _fixed(WAITING, *manner)
    times_ms = (task.created_ms, task.created_ms, _running_ms(plan), *passed.times_ms)
    kinds = ("role", "heading", "waiting", *("progress",) * len(passed.times_ms))
    tails = (ROLE, heading, waiting, *_progress(passed.percents, *manner))
    end = outcome_step(plan)
    if end is None:  # a job that never ends: the stream stays open until the record expires
        stream = Stream(opening, times_ms, kinds, tails, plan.steps[-1].at_ms, b"")
        return Reply(200, SSE_HEADERS, stream)
    endings = [_content(text, *manner) for text in _endings(task, end, context)]
    kind = "video" if end.failure is None else "failure"
    stream = Stream(
        opening,
        times_ms + (end.at_ms,) * (len(endings) + 1),
        (*kinds, *(kind,) * len(endings), "stop"),
        (*tails, *endings, STOP),
        end.at_ms,
        sse.DONE,
    )
    return Reply(200, SSE_HEADERS, stream)


def _running_ms(plan: Plan) -> int:
    for step in plan.steps:
        if step.phase == "running":
            return step.at_ms
    return plan.steps[0].at_ms


def _whole(task: Task, context: Context) -> Reply:
    """Heading and success lines without waiting and progress, once the job is done."""
    end = outcome_step(task.plan) or task.plan.steps[-1]
    if end.failure is not None or end.phase == "expired":
        return _failed(end)
    punctuation = context.dialect["punctuation"]
    text = _heading(task) + "".join(_spoken(t, punctuation) for t in _endings(task, end, context))
    body = _head(task, "chat.completion") | {
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": "stop",
            }
        ],
        "usage": USAGE,
    }
    return _due(json_reply(200, body), end.at_ms)


def _failed(end: Step) -> Reply:
    # assumed: 400 for what the prompt caused, 503 for what the service caused
    failure = end.failure
    status = 400 if failure is not None and failure.type == "content_violation" else 503
    row = ROWS["overloaded"]
    error = {
        "message": failure.message if failure else row.message,
        "type": failure.type if failure else row.type,
        "code": failure.code if failure else row.code,
    }
    return _due(json_reply(status, {"error": error}), end.at_ms)


def _due(reply: Reply, at_ms: int) -> Reply:
    return Reply(reply.status, reply.headers, reply.body, not_before_ms=at_ms)
