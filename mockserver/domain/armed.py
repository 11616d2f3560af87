"""The rules for one place, found by model and job phase, so that those for others cost nothing."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.domain.striking import ArmedRule, Facts

Slot = tuple[str | None, str | None]  # model and job phase; None: any


class Armed:
    """Rules in the order in which they strike."""

    __slots__ = ("_first", "_slots")

    def __init__(self, rules: Iterable[ArmedRule], first: ArmedRule | None = None) -> None:
        self._first = first  # the one that the request brought along
        self._slots: dict[Slot, list[tuple[int, ArmedRule]]] = {}
        for position, armed in enumerate(rules):
            when = armed.rule.when
            self._slots.setdefault((when.model, when.job_phase), []).append((position, armed))

    def __bool__(self) -> bool:
        return bool(self._slots) or self._first is not None

    def after(self, first: ArmedRule) -> Armed:
        """The same rules with one before them."""
        behind = Armed((), first)
        behind._slots = self._slots
        return behind

    def matching(self, facts: Facts) -> tuple[ArmedRule, ...]:
        """The rules whose `when` names a call with these facts."""
        wanted = {(m, p) for m in (None, facts.model) for p in (None, facts.job_phase)}
        found = [pair for slot in wanted for pair in self._slots.get(slot, ())]
        matching = [(at, armed) for at, armed in found if armed.matches(facts)]
        rules = [armed for _, armed in sorted(matching, key=lambda pair: pair[0])]
        if self._first is not None and self._first.matches(facts):
            rules.insert(0, self._first)
        return tuple(rules)


NO_RULES = Armed(())
