"""Fault rules strike one call, stage by stage; the result of each goes to the journal.

Rules are applied in the order in which they were set; the rule of the request itself comes first.
Of the rules that answer in place of the use case, the first wins. All others are applied one after
another. A rule that makes no difference is not applied: it would change nothing, or another rule
hides it. Only applied rules count against `skip` and `times`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from mockserver.domain.chance.chance import roll
from mockserver.domain.fault.changing import (
    Candidate,
    Composed,
    changed_reply,
    idle_among,
    on_outgoing,
    on_reply,
    outgoing_difference,
)
from mockserver.domain.fault.fault import Hit, Unfit
from mockserver.domain.fault.match import BEGAN, BEGAN_REAL, Stake, asleep, left_out, spent
from mockserver.domain.fault.rule import HEADER_ID, FaultRule
from mockserver.domain.fault.submission_overrides import NO_OVERRIDES
from mockserver.domain.input.pattern import OUT_OF_TIME
from mockserver.domain.journal.journal import Matched
from mockserver.domain.reply.difference import Place, first_difference
from mockserver.domain.reply.reply import Reply
from mockserver.domain.time.clock import Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mockserver.domain.callback.delivery import Message
    from mockserver.domain.callback.outgoing_attempt import OutgoingAttempt
    from mockserver.domain.fault.fault import Stage
    from mockserver.domain.fault.match import CompiledRule, Facts
    from mockserver.domain.fault.submission_overrides import Overrides
    from mockserver.domain.input.errors import Refusal
    from mockserver.domain.job.task import Task
    from mockserver.domain.provider.provider import Context
    from mockserver.engine.ports import Store

T = TypeVar("T")
NOTHING = Reply(200, (), b"")


def stake_of(rule: FaultRule, place: Place) -> Stake:
    """A rule with its place: it struck, and is counted, when a reply is sent up to the place."""
    return Stake(rule.id, "" if rule.id == HEADER_ID else f"fault:{rule.serial}:struck", place)


class RuleApplication:
    """The faults of one call. `stakes` collects the places at which applied rules show."""

    def __init__(
        self,
        store: Store,
        compiled: tuple[CompiledRule, ...],
        facts: Facts,
        context: Context,
        refuse: Callable[[Refusal], Reply],
        *,
        bodiless: bool = False,
        other: Task | None = None,
        told: Callable[[Task, int], Reply] | None = None,
    ) -> None:
        self._store = store
        self._facts = facts
        self._context = context
        self._now = Instant(facts.now_ms, context.real_ms)
        self._in_either = context.clock.in_either
        self._refuse = refuse
        self._compiled = compiled
        self._bodiless = bodiless
        self._other = other
        self._told = told
        self._answered: Candidate | None = None
        self._applied: list[Candidate] = []
        self._said: dict[int, Matched] = {}
        self.stakes: list[Stake] = []

    @property
    def matched(self) -> tuple[Matched, ...]:
        """Every rule that matched, in their order."""
        return tuple([self._said[index] for index in sorted(self._said)])

    @property
    def waited_for_time(self) -> bool:
        """Whether a rule for a certain stage of a job has answered in place of the use case."""
        return self._answered is not None and self._answered.compiled.rule.waits_for_time

    async def instead(self) -> Reply | None:
        """The reply that a fault gives in place of the use case; None if no fault does."""
        answer: Reply | None = None
        for compiled in self._of("instead"):
            if answer is not None:
                await self._missed(compiled, "another rule answered")
                continue
            found = await self._candidate(compiled)
            if found is None:
                continue
            try:
                given = on_reply(compiled)(NOTHING, found.hit)
            except Unfit as unfit:
                await self._missed(compiled, str(unfit))
                continue
            if await self._counts(found):
                answer, self._answered = given, found
        return answer

    async def terms(self, outcome: Callable[[Overrides], SubmissionOutcome]) -> Overrides:
        """The terms of this submission; `outcome` says what would result from some terms.

        A quota that allows the call stays in force and counts it, but it is not applied.
        """
        standing = await self._candidates("terms")
        if not standing:
            return NO_OVERRIDES
        applied, idle = await self._settled(
            standing, Composed(NO_OVERRIDES, _on_terms, partial(_other_outcome, outcome))
        )
        for found in applied:
            others = [one for one in (*applied, *idle) if one is not found]
            place = _other_reply(
                outcome(_composed_terms(others)), outcome(_composed_terms([*others, found]))
            )
            self._stake(found, place)
        return _composed_terms([*applied, *idle])

    async def after(self, reply: Reply, plain: Callable[[], Reply]) -> Reply:
        """The reply as it is sent, with every applied fault; `plain` is the reply without any fault."""
        now_ms = self._context.now_ms
        differs = partial(first_difference, now_ms=now_ms, bodiless=self._bodiless)
        standing = await self._candidates("after", "stream", "media")
        final = reply
        composed = Composed(reply, changed_reply, differs)
        if standing:
            self._applied, _ = await self._settled(standing, composed)
            final = composed.of(self._applied)[0]
        applied = self._applied
        for found in applied:
            without = composed.of([one for one in applied if one is not found])[0]
            self._stake(found, differs(without, final))
        if self._answered is not None:
            without = Composed(plain(), changed_reply, differs).of(applied)[0]
            self._stake(self._answered, differs(without, final))
        return final

    def onto(self, reply: Reply) -> Reply:
        """Another reply with the same faults applied to it."""
        return Composed(reply, changed_reply, lambda one, other: None).of(self._applied)[0]

    async def delivery(
        self, outgoing: OutgoingAttempt, write: Callable[[OutgoingAttempt], Message]
    ) -> OutgoingAttempt:
        """The callback as it is sent; `write` makes the message."""
        standing = await self._candidates("delivery")
        if not standing:
            return outgoing
        differs = partial(outgoing_difference, write=write)
        composed = Composed(outgoing, on_outgoing, differs)
        applied, _ = await self._settled(standing, composed)
        self._applied = applied
        final = composed.of(applied)[0]
        for found in applied:
            without = composed.of([one for one in applied if one is not found])[0]
            self._stake(found, differs(without, final))
        return final

    def onto_outgoing(self, outgoing: OutgoingAttempt) -> OutgoingAttempt:
        """Another callback with the same faults applied to it."""
        return Composed(outgoing, on_outgoing, lambda one, other: None).of(self._applied)[0]

    def _of(self, *stages: Stage) -> Iterator[CompiledRule]:
        return (compiled for compiled in self._compiled if compiled.stage in stages)

    async def _candidates(self, *stages: Stage) -> list[Candidate]:
        found = [await self._candidate(compiled) for compiled in self._of(*stages)]
        return [one for one in found if one is not None]

    async def _candidate(self, compiled: CompiledRule) -> Candidate | None:
        """A rule that may be applied, by time, call, attempt and chance; else None."""
        rule, facts = compiled.rule, self._facts
        why = asleep(rule, self._now, self._in_either)
        if not why and compiled.out_of_time(facts):
            why = OUT_OF_TIME
        if why:
            await self._missed(compiled, why)
            return None
        call = await self._count(compiled, "matched")
        attempt = 0
        if compiled.counts_attempts:
            attempt = await self._count(compiled, f"attempt:{facts.operation}:{facts.subject}")
        parts = (rule.id, facts.subject, facts.operation, attempt)
        chance = roll(self._context.seed, *parts) if rule.probability < 1 else 0.0
        why = left_out(rule, call, attempt, chance)
        if why:
            await self._missed(compiled, why)
            return None
        return Candidate(compiled, self._hit(compiled, parts), _cause(compiled, call, attempt))

    async def _settled(
        self, standing: list[Candidate], composed: Composed[T]
    ) -> tuple[list[Candidate], list[Candidate]]:
        """Which candidates are applied, and which would change nothing; the journal gets both.

        The order decides which rule is counted. The first rule that makes a difference beside all
        others is asked first. If its limits forbid it, the rest are compared anew without it.
        """
        counted: list[Candidate] = []
        while True:
            idle = idle_among(composed, standing, counted)
            found = next((one for one in standing if one not in counted and one not in idle), None)
            if found is None:
                break
            if await self._counts(found):
                counted.append(found)
            else:
                standing = [one for one in standing if one is not found]
        left_over = [one for one in standing if one not in counted]
        for one in left_over:
            await self._missed(one.compiled, idle[one])
        return [one for one in standing if one in counted], left_over

    async def _counts(self, found: Candidate) -> bool:
        """Whether a rule's limits allow it: `skip` and `times`, then `lasts`. Counts it if so."""
        compiled = found.compiled
        if compiled.counts_firings:
            why = spent(compiled.rule, await self._count(compiled, "passed"))
            if why:
                await self._missed(compiled, why)
                return False
        if compiled.rule.lasts is not None:
            why = asleep(compiled.rule, self._now, self._in_either, await self._began(compiled))
            if why:
                await self._missed(compiled, why)
                return False
        await self._count(compiled, "applied")
        self._say(
            compiled, Matched(compiled.rule.id, compiled.rule.fault, True, False, found.cause)
        )
        return True

    async def _began(self, compiled: CompiledRule) -> Instant:
        """When a rule changed its first call, which may be this one; the same on every replica."""
        stem, sandbox_id = f"fault:{compiled.rule.serial}:", self._context.sandbox_id
        return Instant(
            await self._store.set_once(sandbox_id, stem + BEGAN, self._now.virtual_ms),
            await self._store.set_once(sandbox_id, stem + BEGAN_REAL, self._now.real_ms),
        )

    def _stake(self, found: Candidate, place: Place | None) -> None:
        if place is not None:
            self.stakes.append(stake_of(found.compiled.rule, place))

    def _hit(self, compiled: CompiledRule, parts: tuple[object, ...]) -> Hit:
        return Hit(
            rule=compiled.rule.id,
            fault=compiled.rule.fault,
            options=compiled.options,
            context=self._context,
            refuse=self._refuse,
            parts=parts,
            chunk=compiled.fault.chunk
            if compiled.rule.when.chunk is None
            else compiled.rule.when.chunk,
            operation=self._facts.operation,
            task=self._facts.task,
            submit=self._facts.submit,
            other=self._other,
            told=self._told,
        )

    async def _missed(self, compiled: CompiledRule, why: str) -> None:
        """A match that was not applied: counted under its reason, and told to the journal."""
        await self._count(compiled, f"why:{why}")
        self._say(compiled, Matched(compiled.rule.id, compiled.rule.fault, False, False, why))

    def _say(self, compiled: CompiledRule, matched: Matched) -> None:
        self._said[self._compiled.index(compiled)] = matched

    async def _count(self, compiled: CompiledRule, what: str) -> int:
        if compiled.rule.id == HEADER_ID:
            return 1  # it exists for only one request
        counter = f"fault:{compiled.rule.serial}:{what}"
        return await self._store.count(self._context.sandbox_id, counter)


SubmissionOutcome = tuple[Reply, object]  # a submission's reply, and what depends on its terms


def _on_terms(compiled: CompiledRule, terms: Overrides, hit: Hit) -> Overrides:
    change = compiled.fault.mechanism.terms
    assert change is not None, "a fault of the terms changes terms"
    return change(terms, hit)


def _composed_terms(candidates: Sequence[Candidate]) -> Overrides:
    return Composed(NO_OVERRIDES, _on_terms, lambda one, other: None).of(candidates)[0]


def _other_outcome(
    outcome: Callable[[Overrides], SubmissionOutcome], one: Overrides, other: Overrides
) -> Place | None:
    usual, changed = outcome(one), outcome(other)
    return None if usual == changed else _other_reply(usual, changed)


def _other_reply(usual: SubmissionOutcome, changed: SubmissionOutcome) -> Place:
    """Where the reply differs; if it does not differ, something else comes at another time."""
    return first_difference(usual[0], changed[0], 0) or Place("later")


def _cause(compiled: CompiledRule, call: int, attempt: int) -> str:
    """Why a rule was applied, in words: its stage, and which call this was."""
    parts = [f"{compiled.stage}, matching call {call}"]
    if attempt:
        parts.append(f"attempt {attempt}")
    if compiled.rule.note:
        parts.append(compiled.rule.note)
    return "; ".join(parts)
