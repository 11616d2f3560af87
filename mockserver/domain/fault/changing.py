"""What several fault rules together make of one reply or callback, and which of them change nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec.structs import replace

from mockserver.domain.fault.fault import Unfit
from mockserver.domain.reply.difference import Place, first_difference
from mockserver.domain.reply.reply import Effects, MediaRef, Reply

if TYPE_CHECKING:
    from mockserver.domain.callback.delivery import Message
    from mockserver.domain.callback.outgoing_attempt import OutgoingAttempt
    from mockserver.domain.fault.fault import Hit
    from mockserver.domain.fault.match import CompiledRule

T = TypeVar("T")


@dataclass(eq=False, frozen=True)
class Candidate:
    """A rule that may be applied, the fault it uses, and the cause in words."""

    compiled: CompiledRule
    hit: Hit
    cause: str


@dataclass(frozen=True)
class Composed(Generic[T]):
    """What rules make of a subject, one after another."""

    base: T
    change: Callable[[CompiledRule, T, Hit], T]
    differs: Callable[[T, T], Place | None]

    def of(self, candidates: Sequence[Candidate]) -> tuple[T, dict[Candidate, str]]:
        """The subject after the rules, and the reasons of those that do not fit it."""
        subject, unfit = self.base, dict[Candidate, str]()
        for one in candidates:
            try:
                subject = self.change(one.compiled, subject, one.hit)
            except Unfit as reason:
                unfit[one] = str(reason)
        return subject, unfit


def idle_among(
    composed: Composed[T], standing: Sequence[Candidate], counted: Sequence[Candidate]
) -> dict[Candidate, str]:
    """The candidates that make no difference, with the reason.

    If two candidates would do the same, the first of them counts.
    """
    final, idle = composed.of(standing)
    fit = [one for one in standing if one not in idle]
    hidden = [one for one in fit if not _matters(composed, standing, one, final)]
    if not counted and len(hidden) == len(fit) > 1 and composed.differs(composed.base, final):
        hidden = hidden[1:]
    why = "another rule hides it" if len(fit) > 1 else "it would change nothing here"
    return idle | dict.fromkeys(hidden, why)


def _matters(
    composed: Composed[T], standing: Sequence[Candidate], found: Candidate, final: T
) -> bool:
    without = composed.of([one for one in standing if one is not found])[0]
    return composed.differs(without, final) is not None


def on_reply(compiled: CompiledRule) -> Callable[[Reply, Hit], Reply]:
    """How a fault changes a reply."""
    change = compiled.fault.mechanism.reply
    assert change is not None, "a fault of a reply changes a reply"
    return change


def changed_reply(compiled: CompiledRule, reply: Reply, hit: Hit) -> Reply:
    """The reply after a fault. Raises Unfit if it does not belong to the fault's stage."""
    if compiled.stage == "media" and not isinstance(reply.body, MediaRef):
        raise Unfit("the reply is not a video")
    if compiled.stage == "stream" and not isinstance(reply.body, tuple):
        raise Unfit("the reply is not a stream")
    return on_reply(compiled)(reply, hit)


def on_outgoing(compiled: CompiledRule, outgoing: OutgoingAttempt, hit: Hit) -> OutgoingAttempt:
    """A callback after a fault. A fault that changes replies changes the message just before it is sent."""
    mechanism = compiled.fault.mechanism
    if mechanism.outgoing is not None:
        return mechanism.outgoing(outgoing, hit)
    change = on_reply(compiled)

    def on_message(message: Message) -> Message:
        struck = change(as_reply(message), hit)
        assert isinstance(struck.body, bytes), "a callback has a body of bytes"
        effects = struck.effects
        return replace(
            message,
            headers=struck.headers,
            body=struck.body,
            chunk_bytes=effects.chunk_bytes,
            chunk_gap_ms=effects.chunk_gap_ms,
        )

    return replace(outgoing, changes=(*outgoing.changes, on_message))


def as_reply(message: Message) -> Reply:
    """A message in the form of a reply, so that it can be compared."""
    effects = Effects(chunk_bytes=message.chunk_bytes, chunk_gap_ms=message.chunk_gap_ms)
    return Reply(200, message.headers, message.body, effects=effects)


def outgoing_difference(
    one: OutgoingAttempt, other: OutgoingAttempt, write: Callable[[OutgoingAttempt], Message]
) -> Place | None:
    """Where a callback first differs from another; None if both are sent alike.

    If a callback is not sent now, nothing else of it can be seen.
    """
    fates = [(outgoing.hold_until_ms, outgoing.dropped) for outgoing in (one, other)]
    if fates[0] != fates[1]:
        return Place("moment", at_ms=one.now_ms)
    if fates[1] == (None, False):
        found = first_difference(as_reply(write(one)), as_reply(write(other)), one.now_ms)
        if found is not None:
            return found
        if one.ignores_ack != other.ignores_ack:
            return Place("end")
    return Place("later") if one.copies != other.copies else None
