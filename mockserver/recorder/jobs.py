"""A tape as jobs: each creation with what its client was told of it, and the calls beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from mockserver.domain.chance.chance import Spread, digest_of
from mockserver.domain.input.errors import shown
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import Submit
from mockserver.domain.provider.judging import json_of, text_at
from mockserver.domain.provider.provider import Inbound, Provider
from mockserver.domain.reply.reply import encode_json
from mockserver.domain.scenario.scenario import Timing
from mockserver.recorder.callbacks import is_callback
from mockserver.recorder.matching import Known, inbound_of, known_call
from mockserver.recorder.signed import without_queries
from mockserver.recorder.spending import asked_of
from mockserver.recorder.tape import TapeEntry

AT_ONCE = Spread(0, 0, 0)


class Identity(Struct, frozen=True):
    """What makes two creations the same, as our codec reads them: all but ids, seeds, callbacks, and
    the signatures of links."""

    operation: str
    model: str
    prompt: str
    orientation: str
    resolution: str
    videos: int
    images: tuple[str, ...]
    params: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """A short name that no other one has."""
        return digest_of(repr(self), 16).hex()

    def differences(self, other: Identity) -> list[str]:
        """Where another one differs, in words: what came, and what is taped."""
        pairs = [(n, getattr(self, n), getattr(other, n)) for n in self.__struct_fields__[:-1]]
        mine, taped = dict(self.params), dict(other.params)
        names = sorted(n for n in {*mine, *taped} if n not in ("prompt", "model"))
        pairs += [(name, mine.get(name), taped.get(name)) for name in names]
        return [f"{n}: got {shown(a)}, the tape has {shown(b)}" for n, a, b in pairs if a != b]


class TapedJob(Struct, frozen=True):
    """One job of a tape. `ends_ms` is when its client was first told how it ended."""

    identity: Identity
    reply_as: str
    created: TapeEntry
    task_id: str
    replies: dict[str, tuple[TapeEntry, ...]]  # by operation
    callbacks: tuple[TapeEntry, ...]
    ends_ms: float
    timing: Timing

    @property
    def span_ms(self) -> float:
        """How long it took."""
        return max(self.ends_ms - self.created.started_ms, 1.0)


class TapedRefusal(Struct, frozen=True):
    """A creation that the provider refused; without an identity where our codec cannot read it."""

    operation: str
    identity: Identity | None
    entry: TapeEntry


class Reel(Struct, frozen=True):
    """What a tape holds of one provider. `others` are calls about no job, by operation."""

    jobs: tuple[TapedJob, ...]
    others: dict[str, tuple[TapeEntry, ...]]
    refusals: tuple[TapedRefusal, ...] = ()

    def same(self, identity: Identity) -> tuple[TapedJob, ...]:
        """The jobs that were asked for in the same way, in the order of the tape."""
        return tuple(job for job in self.jobs if job.identity == identity)

    def refusal_of(
        self, operation: str, identity: Identity | None, body: bytes
    ) -> TapeEntry | None:
        """The refusal of a creation that was asked for in the same way, or in the same words."""
        of_call = (one for one in self.refusals if one.operation == operation)
        for one in of_call:
            if one.identity == identity if identity else one.entry.asks(body):
                return one.entry
        return None

    def nearest(self, identity: Identity) -> str:
        """What comes nearest to a creation that was never taped, and where it differs."""
        same = [job for job in self.jobs if job.identity.operation == identity.operation]
        if not same:
            held = sorted({job.identity.operation for job in self.jobs}) or ["no creation"]
            return f"the tape has no {identity.operation}, it has {', '.join(held)}"
        best = min(same, key=lambda job: len(identity.differences(job.identity)))
        told = "; ".join(identity.differences(best.identity)[:3])
        return f"nothing on the tape is like it; nearest is {best.created}: {told}"


def identity_of(provider: Provider, operation: str, asked: Submit | Task) -> Identity:
    """What makes a creation, or the task that came of it, the same as another."""
    ignored = provider.judging.parameters.get(operation)
    incidental = ignored.incidental if ignored else frozenset[str]()
    params = {
        name: without_queries(repr(value))
        for name, value in asked.params.items()
        if name not in incidental and value not in (asked.callback_url, asked.parent_id)
    }
    return Identity(
        operation,
        asked.model,
        asked.prompt,
        asked.orientation,
        asked.resolution,
        asked.videos,
        tuple(map(without_queries, asked.images)),
        tuple(sorted(params.items())),
    )


def reel_of(provider: Provider, providers: Iterable[Provider], tape: Sequence[TapeEntry]) -> Reel:
    """The jobs of one provider on a tape; `providers` are all that could have been taped."""
    calls = [c for c in _calls(provider, tuple(providers), tape)]
    jobs = [job for call in calls if (job := _job(provider, call, calls, tape)) is not None]
    others: dict[str, tuple[TapeEntry, ...]] = {}
    refusals = tuple(one for call in calls if (one := _refusal(provider, call)) is not None)
    for known, _, entry in calls:
        if known.operation.call_phase == "account":
            name = known.operation.name
            others[name] = (*others.get(name, ()), entry)
    return Reel(tuple(jobs), others, refusals)


KnownCall = tuple[Known, Inbound, TapeEntry]


def unread(body: bytes) -> Submit | None:
    """A creation that our codec cannot read, such as one of an unknown model: its JSON tells it from
    others."""
    content = json_of(body)
    if not isinstance(content, dict):
        return None
    kept = {name: value for name, value in content.items() if not is_callback(name)}
    url = next((str(value) for name, value in content.items() if is_callback(name)), None)
    wish = encode_json(kept).decode()
    return Submit(
        text_at(content, "model"), wish, 0, Timing(AT_ONCE), params=kept, callback_url=url
    )


def _calls(
    provider: Provider, providers: tuple[Provider, ...], tape: Sequence[TapeEntry]
) -> Iterator[KnownCall]:
    for entry in tape:
        known = known_call(providers, entry.method, entry.url) if entry.kind == "call" else None
        if known is not None and known.provider is provider and entry.is_answered:
            headers = entry.request_headers
            yield known, inbound_of(known, entry.url, headers, entry.request_body), entry


def _refusal(provider: Provider, call: KnownCall) -> TapedRefusal | None:
    known, inbound, entry = call
    if known.operation.call_phase not in ("create", "stream"):
        return None
    if provider.judging.means_success(entry.status, entry.body):
        return None
    asked = asked_of(known, inbound)
    name = known.operation.name
    identity = identity_of(provider, name, asked) if isinstance(asked, Submit) else None
    return TapedRefusal(name, identity, entry)


def _job(
    provider: Provider, call: KnownCall, calls: Sequence[KnownCall], tape: Sequence[TapeEntry]
) -> TapedJob | None:
    """The job that a creation began; None if it began no job, or if our codec cannot read it."""
    known, inbound, entry = call
    if known.operation.call_phase not in ("create", "stream", "upgrade"):
        return None
    asked = asked_of(known, inbound)
    if not provider.judging.means_success(entry.status, entry.body):
        return None
    if asked is None and known.operation.call_phase == "create":
        asked = unread(inbound.body)
    if not isinstance(asked, Submit):
        return None
    task_id = provider.judging.created_id(json_of(entry.body))
    replies = _replies(provider, task_id, calls) if task_id else {}
    callbacks = tuple(e for e in tape if e.kind == "callback" and _tells(provider, e, task_id))
    ends_ms = _ends_ms(entry, replies, callbacks, calls)
    run_ms = round(max(ends_ms - entry.started_ms, 0))
    return TapedJob(
        identity_of(provider, known.operation.name, asked),
        asked.reply_as,
        entry,
        task_id,
        replies,
        callbacks,
        ends_ms,
        Timing(Spread(run_ms, run_ms, run_ms), AT_ONCE),
    )


def _replies(
    provider: Provider, task_id: str, calls: Sequence[KnownCall]
) -> dict[str, tuple[TapeEntry, ...]]:
    """What its client was told of a job, by operation, in order of time."""
    found: dict[str, tuple[TapeEntry, ...]] = {}
    for known, inbound, entry in calls:
        named = known.operation.task_id(inbound)
        if not named and provider.judging.id_field:
            named = text_at(json_of(inbound.body), provider.judging.id_field)
        if named == task_id and known.operation.call_phase != "create":
            found[known.operation.name] = (*found.get(known.operation.name, ()), entry)
    return found


def _tells(provider: Provider, entry: TapeEntry, task_id: str) -> bool:
    content = json_of(entry.request_body)
    return bool(task_id) and provider.judging.callback_id(content) == task_id


def _ends_ms(
    created: TapeEntry,
    replies: dict[str, tuple[TapeEntry, ...]],
    callbacks: tuple[TapeEntry, ...],
    calls: Sequence[KnownCall],
) -> float:
    """When the client was first told what it was told at last; the creation's own end without polls."""
    polls = {known.operation.name for known, _, _ in calls if known.operation.call_phase == "poll"}
    told = [entry for name in polls for entry in replies.get(name, ())]
    moments = [entry.started_ms for entry in callbacks[:1]]
    if told:
        last = told[-1].body
        moments.append(next(entry.started_ms for entry in told if entry.body == last))
    return min(moments, default=created.ended_ms)


def final_of(told: Sequence[TapeEntry]) -> tuple[tuple[TapeEntry, ...], TapeEntry]:
    """Replies before the last word, and the last word itself."""
    last = told[-1]
    return tuple(entry for entry in told if entry.body != last.body), last
