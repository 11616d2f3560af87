"""Finds the fault rules for a call, and keeps the rules of a sandbox ready as long as they are set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.fault.header_rule import HEADER, header_rule
from mockserver.domain.fault.index import NO_RULES, RuleIndex
from mockserver.domain.fault.match import BEGAN, BEGAN_REAL, asleep
from mockserver.domain.fault.rule import HEADER_ID, FaultRule, settled
from mockserver.domain.input.errors import BadInput, Refusal
from mockserver.domain.sandbox.snapshot import StoreUnavailable
from mockserver.domain.time.clock import Instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mockserver.domain.fault.compile import Place, RuleCompiler
    from mockserver.domain.fault.match import CompiledRule
    from mockserver.domain.job.task import Task
    from mockserver.domain.sandbox.sandbox import Sandbox
    from mockserver.engine.ports import Store

Index = dict["Place", RuleIndex]
_REMEMBERED = 4096


class Tally(Struct, frozen=True):
    """A rule with how often it matched, was applied and struck; `held_back` counts the reasons why
    it was not applied. A rule that `lasts` has `began` with the first call that it changed."""

    rule: FaultRule
    matched: int
    applied: int
    struck: int
    held_back: dict[str, int]
    began: Instant | None = None

    def state(self, now: Instant, in_either: bool = False) -> str:
        """`active`, or why it can strike nothing now: `not begun`, `healed`, `spent`."""
        times = self.rule.times
        if times is not None and self.applied >= times:
            return "spent"
        return asleep(self.rule, now, in_either, self.began) or "active"


class Faults:
    """Finds the rules for a call. A rule is made ready once, as long as it is set."""

    def __init__(self, store: Store, rule_compiler: RuleCompiler) -> None:
        self.store = store
        self.rule_compiler = rule_compiler
        self._indexes: dict[str, tuple[tuple[FaultRule, ...], Index]] = {}

    def compiled(
        self, sandbox: Sandbox, place: Place, headers: Sequence[tuple[bytes, bytes]], now_ms: int
    ) -> RuleIndex:
        """The rules that may strike a call. Raises Refusal(`malformed`) for a bad header."""
        found = self._index(sandbox).get(place, NO_RULES) if sandbox.rules else NO_RULES
        for name, value in headers:
            if name == HEADER:
                return found.with_first(self._from_header(value, place, now_ms))
        return found

    def _index(self, sandbox: Sandbox) -> Index:
        rules, known = sandbox.rules, self._indexes.get(sandbox.id)
        if known is not None and (known[0] is rules or known[0] == rules):
            return known[1]
        index: dict[Place, list[CompiledRule]] = {}
        for rule in rules:
            compiled = self._ready(rule)
            for place in self.rule_compiler.places(compiled):
                index.setdefault(place, []).append(compiled)
        if len(self._indexes) >= _REMEMBERED:
            self._indexes.clear()
        frozen = {place: RuleIndex(found) for place, found in index.items()}
        self._indexes[sandbox.id] = (rules, frozen)
        return frozen

    def _ready(self, rule: FaultRule) -> CompiledRule:
        """A rule of a sandbox, made ready.

        Raises StoreUnavailable for a rule that only another replica knows.
        """
        try:
            return self.rule_compiler.compile(rule)
        except BadInput as error:
            raise StoreUnavailable(f"it holds a rule that is unknown here: {error}") from None

    def _from_header(self, value: bytes, place: Place, now_ms: int) -> CompiledRule:
        try:
            compiled = self.rule_compiler.compile(
                settled(header_rule(value), Instant(now_ms, now_ms))
            )
            if place not in self.rule_compiler.places(compiled):
                what = f"a fault that strikes {place[1]}"
                raise BadInput("fault", compiled.rule.fault, what)
            return compiled
        except BadInput as error:
            raise Refusal("malformed", f"X-Mock-Fault: {error}") from None

    async def numbered(
        self, sandbox: Sandbox, rules: tuple[FaultRule, ...], now: Instant
    ) -> tuple[FaultRule, ...]:
        """New rules with ids and fixed times. Raises BadInput for a wrong rule."""
        for rule in rules:
            self.rule_compiler.compile(rule)
        taken = {rule.id for rule in sandbox.rules} | {HEADER_ID}
        kept = {rule.serial for rule in sandbox.rules}
        found: list[FaultRule] = []
        for rule in rules:
            if rule.id in taken:
                raise BadInput("id", rule.id, "an id that no other rule has")
            settled_rule = settled(rule, now)
            serial = await self.store.count(sandbox.id, "fault:rules")
            while serial in kept:  # after a reset the numbers begin again
                serial = await self.store.count(sandbox.id, "fault:rules")
            found.append(replace(settled_rule, id=rule.id or f"rule-{serial}", serial=serial))
            taken.add(found[-1].id)
        return tuple(found)

    async def waiting(self, sandbox: Sandbox, task: Task, now: Instant) -> tuple[CompiledRule, ...]:
        """The rules that may still strike a task and that wait for a phase or a range of its progress."""
        in_either = sandbox.clock.in_either
        timed = [rule for rule in sandbox.rules if rule.waits_for_time]
        tallies = await self.tallies(replace(sandbox, rules=tuple(timed))) if timed else ()
        compiled = [
            self.rule_compiler.compile(t.rule)
            for t in tallies
            if t.state(now, in_either) == "active"
        ]
        return tuple(each for each in compiled if each.fits(task))

    async def tallies(self, sandbox: Sandbox) -> tuple[Tally, ...]:
        """The counts of each rule of a sandbox."""
        counters = await self.store.counters(sandbox.id, "fault:")
        return tuple(_tally(rule, counters) for rule in sandbox.rules)


def _tally(rule: FaultRule, counters: dict[str, int]) -> Tally:
    stem = f"fault:{rule.serial}:"
    why = {
        name.removeprefix(f"{stem}why:"): value
        for name, value in counters.items()
        if name.startswith(f"{stem}why:")
    }
    matched, applied, struck = (
        counters.get(stem + word, 0) for word in ("matched", "applied", "struck")
    )
    began_ms, began_real_ms = counters.get(stem + BEGAN), counters.get(stem + BEGAN_REAL)
    if began_ms is None or began_real_ms is None:
        return Tally(rule, matched, applied, struck, why)
    return Tally(rule, matched, applied, struck, why, Instant(began_ms, began_real_ms))
