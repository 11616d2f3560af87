"""Makes rules ready to strike, and refuses rules that never could: pure, only from names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from mockserver.domain.fault.fault import NamedFault, NamedFaults, Stage
from mockserver.domain.fault.match import CompiledRule
from mockserver.domain.fault.rule import FaultRule, Nth, check_nth, lasting_ms
from mockserver.domain.input.errors import BadInput, nearest
from mockserver.domain.input.pattern import ready
from mockserver.domain.input.quantity import LONGEST_NUMBER, whole_number
from mockserver.domain.provider.provider import CALL_PHASES, Provider

Place = tuple[str, str]  # provider and operation

JOB_PHASES = ("queued", "running", "succeeded", "failed", "expired")
DOWNLOAD, CALLBACK = "download", "callback"
STAGE_PHASES: dict[Stage, tuple[str, ...]] = {
    "terms": ("create", "stream", "upgrade", "poll", "content", "account"),
    "stream": ("stream",),
    "media": ("content", "download"),
    "delivery": ("callback",),
}
_REPLY_PHASES = tuple(phase for phase in CALL_PHASES if phase != "callback")
_REACHING = ("provider", "operation", "method", "call_phase", "model", "job_phase", "progress")
NO_JOB_PHASES = frozenset({"create", "stream", "account"})


class RuleCompiler:
    """Knows every word that a rule may use."""

    def __init__(self, catalogue: NamedFaults, providers: Mapping[str, Provider]) -> None:
        self.catalogue = catalogue
        self._providers = providers
        self._phases: dict[Place, str] = {}
        self._methods: dict[Place, tuple[str, ...]] = {}
        for provider in providers.values():
            name = provider.name
            for each in provider.operations:
                self._add((name, each.name), each.call_phase, each.method)
            self._add((name, DOWNLOAD), "download", "GET")
            if provider.callback is not None:
                self._add((name, CALLBACK), "callback", "POST")

    def _add(self, place: Place, phase: str, method: str) -> None:
        self._phases[place] = phase
        self._methods[place] = ("GET", "HEAD") if method == "GET" else (method,)

    def compile(self, rule: FaultRule) -> CompiledRule:
        """The rule, made ready. Raises BadInput if it is wrong or could never match."""
        fault = self.catalogue.get(rule.fault)
        options = fault.read(rule.with_)
        stage = fault.stage_with(options)
        self._check_limits(rule)
        self._check_words(rule)
        self._check_chunk(rule, stage)
        compiled = CompiledRule(
            rule,
            fault,
            options,
            stage,
            None if rule.when.prompt is None else ready(rule.when.prompt, "when.prompt"),
            tuple(
                (name.lower().encode(), ready(pattern, f"when.header.{name}"))
                for name, pattern in rule.when.header.items()
            ),
        )
        self._check_reach(compiled)
        return compiled

    def places(self, compiled: CompiledRule) -> tuple[Place, ...]:
        """The providers' operations that a rule may strike."""
        when, phases = compiled.rule.when, reachable(compiled.fault, compiled.stage)
        return tuple(
            place
            for place, phase in self._phases.items()
            if phase in phases
            and when.provider in (None, place[0])
            and when.operation in (None, place[1])
            and when.call_phase in (None, phase)
            and compiled.method in (None, *self._methods[place])
            and compiled.fault.method in (None, compiled.method)
            and (when.model is None or self._has_model(place[0], when.model))
            and (when.job_phase is None or phase not in NO_JOB_PHASES)
            and (when.progress is None or phase not in NO_JOB_PHASES)
        )

    def _has_model(self, provider: str, model: str) -> bool:
        return any(m.name == model for m in self._providers[provider].models)

    def _check_words(self, rule: FaultRule) -> None:
        when = rule.when
        _check_word("when.provider", when.provider, self._providers)
        operations = [
            op for p, op in self._phases if when.provider in (None, p) or op == when.operation
        ]
        _check_word("when.operation", when.operation, dict.fromkeys(operations))
        known = (p for p in self._providers.values() if when.provider in (None, p.name))
        models = chain.from_iterable((m.name for m in p.models) for p in known)
        _check_word("when.model", when.model, dict.fromkeys(models))
        _check_word("when.job_phase", when.job_phase, JOB_PHASES)
        _check_word("when.call_phase", when.call_phase, CALL_PHASES)
        methods = dict.fromkeys(chain.from_iterable(self._methods.values()))
        _check_word("when.method", when.method, methods)

    def _check_limits(self, rule: FaultRule) -> None:
        when = rule.when
        nths: dict[str, Nth | None] = {
            "when.call": when.call,
            "when.attempt": when.attempt,
            "when.delivery": when.delivery,
        }
        for name, pattern in nths.items():
            if pattern is not None:
                check_nth(pattern, name)
        if not 0 <= rule.probability <= 1:
            raise BadInput("probability", rule.probability, "a number from 0 to 1")
        if rule.times is not None and (whole_number(rule.times) or 0) < 1:
            raise BadInput("times", rule.times, f"1 or more, at most {LONGEST_NUMBER} digits")
        if rule.lasts is not None:
            lasting_ms(rule.lasts)
        if whole_number(rule.skip) is None:
            raise BadInput("skip", rule.skip, f"0 or more, at most {LONGEST_NUMBER} digits")
        if when.progress is not None and not 0 <= when.progress[0] <= when.progress[1] <= 100:
            raise BadInput("when.progress", when.progress, "two percentages in order, as [20, 60]")

    def _check_chunk(self, rule: FaultRule, stage: Stage) -> None:
        chunk = rule.when.chunk
        if chunk is None:
            return
        if stage != "stream":
            raise BadInput("when.chunk", chunk, f"no chunk: {rule.fault} does not strike a stream")
        number = whole_number(chunk)
        if number is None:
            kinds = self._chunk_kinds(rule.when.provider)
            if not kinds:
                raise BadInput(
                    "when.chunk", chunk, "1 or more: streams there have no kinds of chunks"
                )
            _check_word("when.chunk", str(chunk), kinds)
        elif number < 1:
            raise BadInput("when.chunk", chunk, "1 or more, or a kind of chunk")

    def _chunk_kinds(self, provider: str | None) -> Collection[str]:
        """The kinds of chunks that streams have, at a provider or at all of them."""
        asked = [p for p in self._providers.values() if provider in (None, p.name)]
        operations = chain.from_iterable(p.operations for p in asked)
        return dict.fromkeys(chain.from_iterable(o.chunk_kinds for o in operations))

    def _check_reach(self, compiled: CompiledRule) -> None:
        """Raises BadInput if each word of a rule is right, but no call can match all of them."""
        if self.places(compiled):
            return
        when, name = compiled.rule.when, compiled.rule.fault
        phases = reachable(compiled.fault, compiled.stage)
        where = "calls of phase " + " or ".join(phases)
        if when.job_phase is not None or when.progress is not None:
            where += "; a creation has no job phase and no progress yet"
        if "callback" in phases:
            senders = sorted({p for p, op in self._phases if op == CALLBACK})
            where += f" (sent by {' and '.join(senders)})"
        given = {field: value for field in _REACHING if (value := getattr(when, field)) is not None}
        raise BadInput("when", given, f"a combination that can match: {name} strikes {where}")


def reachable(fault: NamedFault, stage: Stage) -> tuple[str, ...]:
    """The call phases that a fault can strike at a stage."""
    phases = STAGE_PHASES.get(stage, _REPLY_PHASES)
    return tuple(p for p in phases if p in fault.phases) if fault.phases else phases


def _check_word(field: str, word: str | None, valid: Iterable[str]) -> None:
    words = tuple(valid)
    if word is not None and word not in words:
        near = nearest(word, words)
        raise BadInput(field, word, f"one of: {', '.join(words)}{near}")
