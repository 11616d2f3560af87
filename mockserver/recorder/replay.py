"""A tape instead of a provider: the same calls, clock, faults and journal, with taped replies. A
taped job is a job of the mock that takes the same time. So everything that controls a job of the
mock controls this one. Only its replies come from the tape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.callback.delivery import Delivery, Message
from mockserver.domain.input.counted import counted
from mockserver.domain.input.errors import BadInput, Refusal
from mockserver.domain.job.plan import USUAL, end_ms, outcome_step
from mockserver.domain.job.task import Task, media_url, preview_url
from mockserver.domain.provider.command import Accepted, Found, Submit, Turns, Upgraded
from mockserver.domain.provider.provider import Context, Inbound, Operation, Provider
from mockserver.domain.reply.reply import Frame, Headers, Reply, late
from mockserver.engine.plugins import Plugins
from mockserver.recorder.jobs import (
    Identity,
    Reel,
    TapedJob,
    final_of,
    identity_of,
    reel_of,
    unread,
)
from mockserver.recorder.media import links_in
from mockserver.recorder.rewriting import Shift, fresh_id, rewriter
from mockserver.recorder.tape import TapeEntry, read_tape
from mockserver.recorder.washing import recut

NewRequests = Literal["fail", "mock"]
RECORDED_PACE = 1.0  # the speed at which a job takes as long as on the tape
REDACTED = b"[redacted "
# Headers of the taped connection, and headers that our own server writes.
_LEFT_OUT = frozenset(
    {b"content-length", b"content-encoding", b"connection", b"date", b"server", b"set-cookie"}
    | {b"transfer-encoding", b"keep-alive", b"x-mock-reason", b"alt-svc"}
)


def replayed(
    providers: Iterable[Provider], tape: Sequence[TapeEntry], new_requests: NewRequests
) -> dict[str, Provider]:
    """Providers that answer what a tape says, by name. Raises BadInput if it has no job and no call
    of any of them.
    """
    known = tuple(providers)
    reels = {provider.name: reel_of(provider, known, tape) for provider in known}
    taped = {name: reel for name, reel in reels.items() if reel.jobs or reel.others}
    if not taped:
        names = ", ".join(provider.name for provider in known)
        raise BadInput("tape", counted(len(tape), "entry", "entries"), f"a call that {names} have")
    return {
        p.name: _Replay(p, taped[p.name], new_requests).provider() for p in known if p.name in taped
    }


def plugins_of_tape(
    folders: tuple[str, ...], tape: Path, new_requests: NewRequests = "fail"
) -> Plugins:
    """The plug-ins of these folders. A tape answers instead of the providers on it. Raises
    BadInput.
    """
    plugins = Plugins(folders)
    for name, provider in replayed(plugins.providers.all(), read_tape(tape), new_requests).items():
        plugins.providers.put(name, provider)
    return plugins


class _Made(Struct, frozen=True):
    """One replayed job at one moment: it gives a taped text the job's own ids and times."""

    job: TapedJob
    task: Task
    shift: Shift
    rewrite: Callable[[bytes], bytes]

    def taped_ms(self, now_ms: float) -> float:
        """The moment of the tape that corresponds to now."""
        span_ms = self.shift.end_ms - self.shift.begin_ms
        share = (now_ms - self.shift.begin_ms) / span_ms if span_ms else 1.0
        return self.shift.taped_begin_ms + share * self.job.span_ms


class _RefusedOnTape(Refusal):
    """The provider refused the same creation on the tape."""

    def __init__(self, entry: TapeEntry) -> None:
        super().__init__("malformed", f"body: the tape has it refused, {entry}")
        self.entry = entry


class _Replay:
    """The codec of one provider with a tape behind it."""

    def __init__(self, provider: Provider, reel: Reel, new_requests: NewRequests) -> None:
        self._provider = provider
        self._reel = reel
        self._mocks = new_requests == "mock"

    def provider(self) -> Provider:
        """The provider, with its replies from the tape."""
        operations = tuple(self._operation(operation) for operation in self._provider.operations)
        callback = self._provider.callback and self._callback
        return replace(
            self._provider, operations=operations, callback=callback, refuse=self._refuse
        )

    def _operation(self, operation: Operation[Any]) -> Operation[Any]:
        return replace(
            operation,
            decode=partial(self._decode, operation),
            encode=partial(self._encode, operation),
        )

    def _decode(self, operation: Operation[Any], inbound: Inbound, context: Context) -> Any:
        """Like the provider's call. A creation takes as long as the taped one, or is refused."""
        try:
            asked = operation.decode(inbound, context)
        except Refusal:
            known = self._in_turn(operation, unread(inbound.body))
            if known is not None:
                return known
            self._refuse_as_taped(operation, None, inbound)
            raise
        if not isinstance(asked, Submit):
            return asked
        known = self._in_turn(operation, asked)
        if known is not None:
            return known
        identity = identity_of(self._provider, operation.name, asked)
        self._refuse_as_taped(operation, identity, inbound)
        if self._mocks:
            return asked
        raise self._unknown(self._reel.nearest(identity))

    def _in_turn(self, operation: Operation[Any], asked: Submit | None) -> Submit | None:
        """A creation with the times of the taped jobs of its kind; None without any."""
        if asked is None:
            return None
        identity = identity_of(self._provider, operation.name, asked)
        timings = tuple(job.timing for job in self._reel.same(identity))
        return replace(asked, turns=Turns(identity.digest, timings)) if timings else None

    def _refuse_as_taped(
        self, operation: Operation[Any], identity: Identity | None, inbound: Inbound
    ) -> None:
        """Raises what the tape says of a creation that was refused there."""
        entry = self._reel.refusal_of(operation.name, identity, inbound.body)
        if entry is not None:
            raise _RefusedOnTape(entry)

    def _refuse(self, refusal: Refusal, context: Context) -> Reply:
        if isinstance(refusal, _RefusedOnTape):
            return _reply(refusal.entry, lambda text: text, context)
        return self._provider.refuse(refusal, context)

    def _unknown(self, reason: str) -> Refusal:
        kinds = self._provider.refusals
        return Refusal("malformed" if "malformed" in kinds else kinds[0], f"body: {reason}")

    def _encode(
        self, operation: Operation[Any], outcome: Any, inbound: Inbound, context: Context
    ) -> Reply:
        usual = partial(operation.encode, outcome, inbound, context)
        if isinstance(outcome, Accepted | Found | Upgraded):
            made = self._made(outcome.task, context)
            taped = made and self._told(operation, outcome, made, context)
            return taped or usual()
        return self._other(operation, inbound, context, usual)

    def _made(self, task: Task, context: Context) -> _Made | None:
        """The taped job of a task; None if it has none, or if a scenario changes it."""
        jobs = self._reel.same(identity_of(self._provider, task.operation, task))
        step = outcome_step(task.plan)
        if not jobs or step is None or step.failure is not None or task.plan.results != USUAL:
            return None
        job = jobs[task.turn % len(jobs)]
        shift = Shift(job.created.started_ms, job.ends_ms, task.created_ms, end_ms(task.plan))
        # Only what is polled has the mock's own id: that of any other reply looks as it did.
        is_polled = job.task_id and job.reply_as == "task"
        ids = {job.task_id: task.id} if is_polled else {job.task_id or _stream_id(job): ""}
        ids = {taped: new or fresh_id(taped, task.plan.seed) for taped, new in ids.items() if taped}
        return _Made(job, task, shift, rewriter(ids, partial(_link, job, task, context), shift))

    def _told(
        self, operation: Operation[Any], outcome: Any, made: _Made, context: Context
    ) -> Reply | None:
        """The tape's reply at this moment; None if it has no reply."""
        if isinstance(outcome, Accepted):
            return (
                _creation(made, outcome, context) if outcome.reply_as == made.job.reply_as else None
            )
        told = made.job.replies.get(operation.name, ())
        has_ended = context.now_ms >= made.shift.end_ms
        is_over = outcome.ready if isinstance(outcome, Upgraded) else has_ended
        entry = _at(told, made.taped_ms(context.now_ms), is_over=is_over)
        if entry is None or _is_kept_by_hash(entry):
            return None
        return _reply(entry, made.rewrite, context)

    def _other(
        self,
        operation: Operation[Any],
        inbound: Inbound,
        context: Context,
        usual: Callable[[], Reply],
    ) -> Reply:
        """A call about no job: the taped one with the same body, else the first of its kind."""
        taped = self._reel.others.get(operation.name, ())
        if not taped:
            if self._mocks or operation.call_phase != "account":
                return usual()
            held = ", ".join(sorted(self._reel.others)) or "nothing beside jobs"
            raise self._unknown(f"the tape has no {operation.name}, it has {held}")
        same = [entry for entry in taped if entry.request_body == inbound.body]
        return _reply((same or taped)[0], lambda text: text, context)

    def _callback(self, task: Task, delivery: Delivery, context: Context) -> Message:
        """The taped callback of the same event; our own if no callback was taped."""
        usual = self._provider.callback
        assert usual is not None, "only a provider with callbacks calls this"
        message = usual(task, delivery, context)
        made = None if delivery.event.startswith("upgraded_") else self._made(task, context)
        if made is None or not made.job.callbacks:
            return message
        return replace(message, body=made.rewrite(made.job.callbacks[0].request_body))


def _at(told: tuple[TapeEntry, ...], taped_ms: float, *, is_over: bool) -> TapeEntry | None:
    """The reply that the client got at that moment."""
    if not told:
        return None
    before, last = final_of(told)
    if is_over:
        return last
    earlier = [entry for entry in before if entry.started_ms <= taped_ms]
    return earlier[-1] if earlier else next(iter(before), None)


def _creation(made: _Made, outcome: Accepted, context: Context) -> Reply:
    """The reply to a creation: at once, at the end of the job, or as a stream, as it is taped."""
    entry = made.job.created
    if outcome.reply_as == "task":
        return _reply(entry, made.rewrite, context)
    reply = Reply(entry.status, _headers(entry), made.rewrite(entry.body))
    if outcome.reply_as == "wait":
        return replace(reply, not_before_ms=round(made.shift.end_ms))
    return replace(reply, body=tuple(_frames(made, entry))) if entry.pieces else reply


def _frames(made: _Made, entry: TapeEntry) -> Iterable[Frame]:
    """The pieces of a stream, each at its moment."""
    assert isinstance(entry.body, bytes), "a tape holds bytes"
    whole = made.rewrite(entry.body)
    ends = recut(entry.body, [piece.end for piece in entry.pieces], made.rewrite)
    start = 0
    for piece, end in zip(entry.pieces, ends, strict=True):
        at_ms = round(made.shift.moved(entry.started_ms + piece.at_ms))
        yield Frame(at_ms, whole[start:end])
        start = end


def _reply(entry: TapeEntry, rewrite: Callable[[bytes], bytes], context: Context) -> Reply:
    """A taped reply, as late as it was."""
    reply = Reply(entry.status, _headers(entry), rewrite(entry.body))
    return late(reply, context.pause_ms(entry.took_ms))


def _headers(entry: TapeEntry) -> Headers:
    return tuple((k, v) for k, v in entry.headers if k not in _LEFT_OUT and REDACTED not in v)


def _is_kept_by_hash(entry: TapeEntry) -> bool:
    """Whether the tape holds only the hash of a body."""
    return not entry.body


def _stream_id(job: TapedJob) -> str:
    """The id in every event of a stream."""
    found = job.created.body.partition(b'"id":"')[2] or job.created.body.partition(b'"id": "')[2]
    return found.partition(b'"')[0].decode("latin-1")


def _link(job: TapedJob, task: Task, context: Context, link: str) -> str:
    """Our own link instead of a taped one: the same video of the job, in the same size."""
    path = link.partition("?")[0]
    if path.endswith(".gif") and not task.gif:
        return preview_url(task, context.sandbox_id, 0)
    for name, told in job.replies.items():
        variant = "1080p" if "1080p" in name else "4k" if "4k" in name else ""
        if variant and any(link in links_in(entry.body) for entry in told):
            return media_url(task, context.sandbox_id, 0, variant)
    bodies = [job.created.body, *(e.body for told in job.replies.values() for e in told)]
    known = list(dict.fromkeys(one for body in bodies for one in links_in(body)))
    index = known.index(link) if link in known else 0
    return media_url(task, context.sandbox_id, index % task.videos)
