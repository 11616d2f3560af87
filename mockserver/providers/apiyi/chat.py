"""APIYI's chat replies: the stream of chunks with its exact texts, and the one that waits.

    role, ```json block, waiting line, ten progress lines, one line a video, stop + usage, [DONE]

The whole stream is known when the job is submitted; each frame says when it is due.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from mockserver.domain import ids, sse
from mockserver.domain.command import Accepted, Outcome
from mockserver.domain.plan import Plan, Step, outcome_step, step_percents
from mockserver.domain.reply import SSE_HEADERS, Reply, Stream, encode_json, json_reply
from mockserver.domain.task import Task, media_url
from mockserver.providers.apiyi.errors import ROWS

if TYPE_CHECKING:
    from mockserver.domain.provider import Context, Inbound

MODES = {"portrait": "竖屏模式", "landscape": "横屏模式"}  # the second is assumed
HEADING = (
    '```json\n{\n    "prompt": %s,\n    "mode": "%s"\n}\n```\n\n'  # seed 002: indented by four
)
HEADINGS = {orientation: HEADING % ("%s", mode) for orientation, mode in MODES.items()}
WAITING = "> ⌛️ 视频正在生成中，请耐心等待...\n\n"  # seed 004
PROGRESS = "> 🏃 进度：%.1f%%\n\n"  # seed 004
SUCCESS = "> ✅ 第%d个视频生成成功，[点击这里](%s) 查看视频~~~\n\n"  # seed 004
FAILURE = "> ❌ 视频生成失败：%s\n\n"  # assumed: no source shows a failure inside the stream
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


def _quoted(text: str, escapes: str) -> bytes:
    """A text inside JSON's quotes, escaped as the gateway's encoder does: the same value."""
    said = encode_json(text)[1:-1]
    if escapes != "plain":
        for sign, escape in ESCAPES:
            said = said.replace(sign, escape)
    return said


@cache
def _line(text: str, punctuation: str, escapes: str) -> bytes:
    """A fixed line as the end of its chunk; what it leaves open is filled in with `%`."""
    said = _quoted(_spoken(text, punctuation), escapes)
    return b'{"content":"' + said + b'"},"finish_reason":null}]}\n\n'


def _progress(plan: Plan, punctuation: str, escapes: str) -> tuple[bytes, ...]:
    """The progress lines of a stream as the ends of their chunks."""
    lines: tuple[bytes, ...] = ()
    for step in plan.steps[:-1]:
        if step.phase == "running":
            span = (step.progress, step.progress_to)
            lines += _step_lines(plan.seed[:2], *span, punctuation, escapes)
    return lines


@lru_cache(maxsize=1024)
def _step_lines(
    row: str, progress: float, progress_to: float, punctuation: str, escapes: str
) -> tuple[bytes, ...]:
    """The lines of one running step; many streams share them."""
    percents = step_percents(row, Step(0, "running", progress, progress_to))
    line = _line(PROGRESS, punctuation, escapes)
    return tuple([line % percent for percent in percents])


def _links(task: Task, context: Context) -> list[tuple[int, str]]:
    """The number of each video that was made, from 1, and its link."""
    results = task.plan.results
    if results.urls in ("absent", "empty"):
        return []
    failed, sandbox_id = results.failed_videos, context.sandbox_id
    made = range(task.videos)
    return [(n + 1, media_url(task, sandbox_id, n)) for n in made if n not in failed]


def _completion_id(task: Task) -> str:
    return f"foaicmpl-{ids.uuid_of(task.plan.seed)}"


def _stream(task: Task, context: Context) -> Reply:
    plan, dialect = task.plan, context.dialect
    manner = (dialect["punctuation"], dialect["escapes"])
    # Ids and names of models hold nothing that JSON would escape.
    opening = (
        f'data: {{"id":"{_completion_id(task)}","object":"chat.completion.chunk",'
        f'"created":{task.created_ms // 1000},"model":"{task.model}",'
        '"choices":[{"index":0,"delta":'
    ).encode()
    progress = _progress(plan, *manner)
    tails = (ROLE, _heading(task, *manner), _line(WAITING, *manner), *progress)
    end = outcome_step(plan)
    if end is None:  # a job that never ends: the stream stays open until the record expires
        kinds, ends_ms, closing = _kinds(len(progress), "", 0), plan.steps[-1].at_ms, b""
    else:
        kind, endings = _endings(task, end, context)
        kinds, ends_ms, closing = _kinds(len(progress), kind, len(endings)), end.at_ms, sse.DONE
        tails = (*tails, *endings, STOP)
    stream = Stream(plan, task.created_ms, ends_ms, opening, kinds, tails, closing)
    return Reply(200, SSE_HEADERS, stream)


def _heading(task: Task, punctuation: str, escapes: str) -> bytes:
    line = _line(HEADINGS[task.orientation], punctuation, escapes)
    prompt = encode_json(_spoken(task.prompt, punctuation)).decode()
    return line % _quoted(prompt, escapes)


def _endings(task: Task, end: Step, context: Context) -> tuple[str, list[bytes]]:
    """The kind of the lines before the stop, and one line a video or one for a whole failure."""
    punctuation, escapes = context.dialect["punctuation"], context.dialect["escapes"]
    if end.failure is not None:
        said = _quoted(_spoken(end.failure.message, punctuation), escapes)
        return "failure", [_line(FAILURE, punctuation, escapes) % said]
    line = _line(SUCCESS, punctuation, escapes)
    return "video", [line % (n, _quoted(url, escapes)) for n, url in _links(task, context)]


@cache
def _kinds(ticks: int, ending: str, endings: int) -> tuple[str, ...]:
    """The kinds of a stream's chunks; without an ending it has none, and no stop."""
    end = (*(ending,) * endings, "stop") if ending else ()
    return ("role", "heading", "waiting", *("progress",) * ticks, *end)


def _whole(task: Task, context: Context) -> Reply:
    """Heading and success lines without waiting and progress, once the job is done."""
    end = outcome_step(task.plan) or task.plan.steps[-1]
    if end.failure is not None or end.phase == "expired":
        return _failed(end)
    prompt = encode_json(task.prompt).decode()
    lines = [HEADING % (prompt, MODES[task.orientation])]
    lines += [SUCCESS % link for link in _links(task, context)]
    text = _spoken("".join(lines), context.dialect["punctuation"])
    body = {
        "id": _completion_id(task),
        "object": "chat.completion",
        "created": task.created_ms // 1000,
        "model": task.model,
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
