"""One call struck by fault rules, stage by stage; what came of each goes to the journal.

Rules strike in the order in which they are set, the one of the request itself first. Of those
that answer instead of the use case the first that fires wins; all others that fire are applied
one on top of the other.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from mockserver.domain.chance import roll
from mockserver.domain.clock import Instant
from mockserver.domain.fault import Hit, Unfit
from mockserver.domain.journal import Matched
from mockserver.domain.pattern import OUT_OF_TIME
from mockserver.domain.reply import MediaRef, Reply
from mockserver.domain.rule import HEADER_ID
from mockserver.domain.striking import asleep, decide, spent
from mockserver.domain.terms import USUAL_TERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mockserver.domain.delivery import Message
    from mockserver.domain.errors import Refusal
    from mockserver.domain.fault import Stage
    from mockserver.domain.parcel import Parcel
    from mockserver.domain.provider import Context
    from mockserver.domain.striking import ArmedRule, Facts
    from mockserver.domain.terms import Terms
    from mockserver.engine.ports import Store

T = TypeVar("T")
NOTHING = Reply(200, (), b"")


class Strike:
    """The faults of one call. `matched` fills with every rule that matched, in order."""

    def __init__(
        self,
        store: Store,
        armed: tuple[ArmedRule, ...],
        facts: Facts,
        context: Context,
        refuse: Callable[[Refusal], Reply],
    ) -> None:
        self._store = store
        self._facts = facts
        self._context = context
        self._now = Instant(facts.now_ms, context.real_ms)
        self._refuse = refuse
        self._armed = armed
        self.matched: list[Matched] = []
        self.waited_for_time = False  # a rule for one stage of a job has answered instead

    async def instead(self) -> Reply | None:
        """The reply that a fault gives instead of the use case; None when none does."""
        answer: Reply | None = None
        for armed in self._of("instead"):
            if answer is not None:
                await self._missed(armed, "another rule answered")
            else:
                answer = await self._fire(armed, partial(_on_reply(armed), NOTHING))
                self.waited_for_time = answer is not None and armed.rule.waits_for_time
        return answer

    async def terms(self) -> Terms:
        """The terms on which this submission is taken."""
        terms = USUAL_TERMS
        for armed in self._of("terms"):
            change = armed.fault.mechanism.terms
            assert change is not None, "a fault of the terms changes terms"
            terms = await self._fire(armed, partial(change, terms)) or terms
        return terms

    async def after(self, reply: Reply) -> Reply:
        """The reply as it leaves: every fault that fires is applied to it in turn."""
        for armed in self._of("after", "stream", "media"):
            reply = await self._fire(armed, partial(_changed, armed, reply)) or reply
        return reply

    async def delivery(self, parcel: Parcel, write: Callable[[Parcel], Message]) -> Parcel:
        """The callback as it leaves; `write` makes the message, which shows whether a fault fits."""
        for armed in self._of("delivery"):

            def change(hit: Hit, armed: ArmedRule = armed, before: Parcel = parcel) -> Parcel:
                changed = on_parcel(armed, before, hit)
                if _same_fate(before, changed) and write(changed) == write(before):
                    raise Unfit("it changes nothing in this callback")
                return changed

            parcel = await self._fire(armed, change) or parcel
        return parcel

    def _of(self, *stages: Stage) -> Iterator[ArmedRule]:
        return (armed for armed in self._armed if armed.stage in stages)

    async def _fire(self, armed: ArmedRule, change: Callable[[Hit], T]) -> T | None:
        """What the change makes of its subject when the rule fires; else None."""
        rule, facts = armed.rule, self._facts
        why = asleep(rule, self._now, self._context.clock.in_either)
        if not why and armed.out_of_time(facts):
            why = OUT_OF_TIME
        if why:
            await self._missed(armed, why)
            return None
        call = await self._count(armed, "matched")
        attempt = 0
        if armed.counts_attempts:
            attempt = await self._count(armed, f"attempt:{facts.operation}:{facts.subject}")
        parts = (rule.id, facts.subject, facts.operation, attempt)
        chance = roll(self._context.seed, *parts) if rule.probability < 1 else 0.0
        why = decide(rule, call, attempt, chance)
        if why:
            await self._missed(armed, why)
            return None
        try:
            struck = change(self._hit(armed, parts))
        except Unfit as unfit:
            await self._missed(armed, str(unfit))
            return None
        if armed.counts_firings:
            why = spent(rule, await self._count(armed, "passed"))
        if why:
            await self._missed(armed, why)
            return None
        await self._count(armed, "applied")
        why = _cause(armed, call, attempt)
        self.matched.append(Matched(rule.id, rule.fault, True, True, why))
        return struck

    def _hit(self, armed: ArmedRule, parts: tuple[object, ...]) -> Hit:
        return Hit(
            rule=armed.rule.id,
            fault=armed.rule.fault,
            options=armed.options,
            context=self._context,
            refuse=self._refuse,
            parts=parts,
            chunk=armed.fault.chunk if armed.rule.when.chunk is None else armed.rule.when.chunk,
            operation=self._facts.operation,
            task=self._facts.task,
            submit=self._facts.submit,
        )

    async def _missed(self, armed: ArmedRule, why: str) -> None:
        """A match that was not applied: counted under its reason, and said in the journal."""
        await self._count(armed, f"why:{why}")
        self.matched.append(Matched(armed.rule.id, armed.rule.fault, False, False, why))

    async def _count(self, armed: ArmedRule, what: str) -> int:
        if armed.rule.id == HEADER_ID:
            return 1  # it is there for one request
        counter = f"fault:{armed.rule.serial}:{what}"
        return await self._store.count(self._context.sandbox_id, counter)


def _cause(armed: ArmedRule, call: int, attempt: int) -> str:
    """Why a rule was applied, in words: what it was for, and which call this was."""
    parts = [f"{armed.stage}, matching call {call}"]
    if attempt:
        parts.append(f"attempt {attempt}")
    if armed.rule.note:
        parts.append(armed.rule.note)
    return "; ".join(parts)


def _on_reply(armed: ArmedRule) -> Callable[[Reply, Hit], Reply]:
    change = armed.fault.mechanism.reply
    assert change is not None, "a fault of a reply changes a reply"
    return change


def _changed(armed: ArmedRule, reply: Reply, hit: Hit) -> Reply:
    """The reply struck by a fault. Raises Unfit where it is not of the stage, or stays as it was."""
    if armed.stage == "media" and not isinstance(reply.body, MediaRef):
        raise Unfit("the reply is no video")
    if armed.stage == "stream" and not isinstance(reply.body, tuple):
        raise Unfit("the reply is no stream")
    changed = _on_reply(armed)(reply, hit)
    if changed == reply:
        raise Unfit("it changes nothing in this reply")
    return changed


def _same_fate(before: Parcel, after: Parcel) -> bool:
    """Whether a callback goes out at the same time and as often."""
    return (before.hold_until_ms, before.dropped, before.deaf, before.copies) == (
        after.hold_until_ms,
        after.dropped,
        after.deaf,
        after.copies,
    )


def on_parcel(armed: ArmedRule, parcel: Parcel, hit: Hit) -> Parcel:
    """A callback struck by a fault; one that changes replies changes the message as it leaves."""
    mechanism = armed.fault.mechanism
    if mechanism.parcel is not None:
        return mechanism.parcel(parcel, hit)
    change = _on_reply(armed)

    def on_message(message: Message) -> Message:
        struck = change(Reply(200, message.headers, message.body), hit)
        assert isinstance(struck.body, bytes), "a callback has a body of bytes"
        effects = struck.effects
        return replace(
            message,
            headers=struck.headers,
            body=struck.body,
            chunk_bytes=effects.chunk_bytes,
            chunk_gap_ms=effects.chunk_gap_ms,
        )

    return replace(parcel, changes=(*parcel.changes, on_message))
