"""Samples for faults: replies of each kind, a callback, and what a fault knows of a call. They are
made from the record of a provider that sends callbacks. That provider is not checked here.
"""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.callback.outgoing_attempt import OutgoingAttempt
from mockserver.domain.fault.chunks import event
from mockserver.domain.fault.fault import Hit, Options
from mockserver.domain.job.plan import Failure, Plan, Step
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import Submit
from mockserver.domain.provider.provider import Context, Inbound, Provider
from mockserver.domain.reply.reply import Frame, MediaRef, Reply, json_reply
from mockserver.domain.time.clock import ClockState
from mockserver.engine.plugins import plugins_in

BEGAN_MS = 1_700_000_000_000
ENDS_MS = BEGAN_MS + 80_000
NOW_MS = ENDS_MS + 7_200_000  # its video is there, and has been for two hours
VIDEO_BYTES = 100_000
CALLBACK_URL = "http://127.0.0.1:9/callback"
PLAN = Plan(
    (
        Step(BEGAN_MS, "queued"),
        Step(BEGAN_MS + 5_000, "running", 0.0, 100.0),
        Step(ENDS_MS, "succeeded", 100.0, 100.0),
        Step(ENDS_MS + 86_400_000, "expired", 100.0, 100.0),
    ),
    seed="sample",
    known_ms=BEGAN_MS,
    content_ms=ENDS_MS,
    hd_ms=ENDS_MS + 90_000,
)
TASK_ID = "0123456789abcdef0123456789abcdef"
_BODY = {
    "code": 200,
    "msg": "success",
    "data": {"taskId": TASK_ID, "successFlag": 1, "status": "done", "urls": ["http://127.0.0.1/v"]},
}
_VIDEO = {"id": "video_1", "status": "completed", "model": "veo-3.1", "progress": 100}
_VIDEO |= {"billing": {"total": 1}, "url": "http://127.0.0.1/v.mp4"}
BROKEN = Failure("first", 400, "It failed.")
_KINDS = ("role", "heading", "waiting", "progress", "progress", "progress", "video", "stop")


@cache
def provider() -> Provider:
    """The provider of the samples: the first one that sends callbacks."""
    return next(one for one in plugins_in(()).providers.all() if one.callback is not None)


@cache
def task() -> Task:
    """A job that is done."""
    create = next(one for one in provider().operations if one.call_phase == "create")
    return Task(
        id=TASK_ID,
        ordinal=1,
        provider=provider().name,
        operation=create.name,
        key="0123456789ab",
        model=provider().models[0].name,
        prompt="a cat",
        created_ms=BEGAN_MS,
        plan=PLAN,
        base_url="http://127.0.0.1:9",
        callback_url=CALLBACK_URL,
        price_micros=provider().models[0].price_micros,
    )


def context(**headers: str) -> Context:
    """A moment of a sandbox whose clock runs. `headers` are further headers of the request."""
    sent = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return Context(
        now_ms=NOW_MS,
        sandbox_id="sb1",
        seed="sample",
        clock=ClockState("real", NOW_MS, NOW_MS, 1.0),
        dialect=provider().defaults,
        base_url="http://127.0.0.1:9",
        webhook_key="whsec-sample",
        request=Inbound("GET", "/status", headers=[(b"range", b"bytes=0-99"), *sent]),
        real_ms=NOW_MS,
    )


def hit(fault: str, options: Options, chunk: int | str | None = None, **headers: str) -> Hit:
    """What a fault knows of a call that submits or reads the sample's job."""
    now = context(**headers)
    return Hit(
        rule="rule-1",
        fault=fault,
        options=options,
        context=now,
        refuse=lambda refusal: provider().refuse(refusal, now),
        parts=("rule-1", TASK_ID, task().operation, 1),
        chunk=chunk,
        operation=task().operation,
        task=task(),
        submit=Submit(
            task().model,
            task().prompt,
            task().price_micros,
            provider().models[0].timing,
            callback_url=CALLBACK_URL,
        ),
        other=replace(task(), id=TASK_ID[::-1]),
        told=told,
    )


def told(about: Task, ago_ms: int) -> Reply:
    """The answer about a job, as it was some time ago."""
    data = {"taskId": about.id, "asked_ms": NOW_MS - ago_ms}
    return json_reply(200, {"code": 200, "msg": "success", "data": data})


def replies() -> dict[str, Reply]:
    """A reply of each kind. The key says what it is."""
    return {
        "JSON": json_reply(200, _BODY),
        "JSON without an envelope": json_reply(200, _VIDEO),
        "a refusal": json_reply(429, {"code": 429, "msg": "slow down", "data": None}),
        "no body": Reply(204, (), b""),
        "a page": Reply(502, ((b"content-type", b"text/html"),), b"<html></html>"),
        "a stream": Reply(200, ((b"content-type", b"text/event-stream"),), _frames()),
        "a video": Reply(200, ((b"content-type", b"video/mp4"),), _video(0, VIDEO_BYTES)),
        "a part of a video": Reply(206, ((b"content-type", b"video/mp4"),), _video(100, 200)),
    }


def _video(start: int, stop: int) -> MediaRef:
    return MediaRef("landscape-720p.mp4", TASK_ID, 0, start, stop, VIDEO_BYTES)


def _frames() -> tuple[Frame, ...]:
    frames = [
        Frame(NOW_MS + 10 * n, event(_chunk(f"进度 {n}0%")), kind=kind)
        for n, kind in enumerate(_KINDS)
    ]
    return (*frames, Frame(NOW_MS + 90, b"data: [DONE]\n\n", kind="done"))


def _chunk(text: str) -> dict[str, object]:
    return {"id": "chunk", "choices": [{"delta": {"content": text}, "index": 0}]}


def outgoing_attempts() -> dict[str, OutgoingAttempt]:
    """The first attempt to deliver the end of the sample's job. The key says how it ended."""
    failed = replace(
        task(), plan=replace(PLAN, steps=(*PLAN.steps[:2], Step(ENDS_MS, "failed", failure=BROKEN)))
    )
    return {"a callback": _outgoing(task()), "a callback of a failure": _outgoing(failed)}


def _outgoing(job: Task) -> OutgoingAttempt:
    phase = job.plan.steps[2].phase
    delivery = Delivery("d1", job.id, job.provider, phase, CALLBACK_URL, ENDS_MS, ENDS_MS)
    return OutgoingAttempt(job, delivery, ENDS_MS, ENDS_MS, "whsec-sample")
