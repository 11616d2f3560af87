"""The rules for one place, found by model and job phase, so that other rules cost nothing."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

from mockserver.domain.fault.match import CompiledRule, Facts

REMEMBERED = 1000  # answers for a task that is polled again and again
LONGEST_PROMPT = 1000  # for a longer prompt nothing is remembered
# Model, job phase and prompt of a call; empty if the call has none or no rule asks for it.
Aim = tuple[str, str, str]
Slot = tuple[str | None, str | None]  # model and job phase; None: any


class RuleIndex:
    """Rules in the order in which they are set; the rule of the request itself comes first."""

    __slots__ = ("_first", "_near", "_slots", "phased")

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        self._first: CompiledRule | None = None
        self._near: dict[Aim, tuple[CompiledRule, ...]] = {}
        self._slots: dict[Slot, list[tuple[int, CompiledRule]]] = {}
        for position, compiled in enumerate(rules):
            when = compiled.rule.when
            self._slots.setdefault((when.model, when.job_phase), []).append((position, compiled))
        self.phased = any(job_phase is not None for _, job_phase in self._slots)

    def __bool__(self) -> bool:
        return bool(self._slots) or self._first is not None

    def with_first(self, first: CompiledRule) -> RuleIndex:
        """The same rules behind the rule that a request has brought in its header."""
        index = copy(self)
        index._first = first
        return index

    def may_strike(self, aim: Aim) -> bool:
        """Whether a call with this model, job phase and prompt needs a closer look."""
        return self._first is not None or self._nearest(aim) != ()

    def matching(self, facts: Facts) -> tuple[CompiledRule, ...]:
        """The rules whose `when` names a call with these facts."""
        near = self._nearest((facts.model, facts.job_phase if self.phased else "", facts.prompt))
        rules = tuple([compiled for compiled in near if compiled.matches(facts)])
        if self._first is not None and self._first.matches(facts):
            return (self._first, *rules)
        return rules

    def _nearest(self, aim: Aim) -> tuple[CompiledRule, ...]:
        """The rules that may match this model, job phase and prompt, in their order."""
        near = self._near.get(aim)
        if near is None:
            model, job_phase, prompt = aim
            wanted = {(m, p) for m in (None, model) for p in (None, job_phase)}
            found = [pair for slot in wanted for pair in self._slots.get(slot, ())]
            found.sort(key=lambda pair: pair[0])
            near = tuple([compiled for _, compiled in found if compiled.wants(prompt)])
            if len(prompt) <= LONGEST_PROMPT:
                if len(self._near) >= REMEMBERED:
                    self._near.clear()
                self._near[aim] = near
        return near


NO_RULES = RuleIndex(())
