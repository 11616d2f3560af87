"""A scenario: a maker of plans that decides what happens to a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any, Protocol

from msgspec import Struct, field

from mockserver.domain.chance.chance import STEPS, Spread, roll, seconds, spans_ms
from mockserver.domain.input.errors import BadInput, Refusal, nearest, shown, wrong_field
from mockserver.domain.input.pattern import MatchResult, ready
from mockserver.domain.input.said import said
from mockserver.domain.job.plan import EVEN, Failure, Plan, Ticks

QUEUE = seconds(2, 5, 15)  # assumed: the queue is the same for all providers
_SHIFT = 16 - STEPS.bit_length() + 1  # turns a chance in 65,536 into a step


class Timing(Struct, frozen=True, gc=False, eq=False):
    """How long a provider's machines take for a model; `upgrade_hd` counts from success."""

    run: Spread
    queue: Spread = QUEUE
    upgrade_hd: Spread = seconds(60, 90, 180)  # assumed; "a few minutes" [seed 001]

    def drawn_ms(self, queue: int, run: int, hd: int, speed: float) -> tuple[int, int, int]:
        """The three spans for three chances out of 65,536, on machines that are `speed` times as fast."""
        queues, runs, upgrades = _spans_ms(self, speed)
        return queues[queue >> _SHIFT], runs[run >> _SHIFT], upgrades[hd >> _SHIFT]


@lru_cache(maxsize=256)
def _spans_ms(timing: Timing, speed: float) -> tuple[Mapping[int, int], ...]:
    """The spans of a model by step. A model has one timing, which is known by its identity."""
    spreads = (timing.queue, timing.run, timing.upgrade_hd)
    return tuple([spans_ms(spread, speed) for spread in spreads])


class PlanRequest(Struct, frozen=True, gc=False):
    """Everything that a scenario may use. The spans are already divided by `speed`."""

    at_ms: int
    seed: str
    queue_ms: int
    run_ms: int
    hd_ms: int
    retention_ms: int
    videos: int
    failures: Mapping[str, Failure]
    options: Mapping[str, Any]
    refusals: tuple[str, ...] = ()  # the kinds of refusal for which the provider has words
    ticks: Ticks = EVEN

    def chance(self, what: str) -> float:
        """A number in [0, 1) that belongs to this task."""
        return roll(self.seed, "scenario", what)


def failure_named(request: PlanRequest, option: str) -> Failure:
    """The provider's failure that the option `code` names; without the option, its first failure.

    Raises BadInput, which names `option`, if this provider has no such failure.
    """
    name = str(request.options.get("code", next(iter(request.failures))))
    cause = request.failures.get(name)
    if cause is None:
        codes = ", ".join(request.failures)
        raise BadInput(option, name, f"one of: {codes}{nearest(name, request.failures)}")
    return cause


class Scenario(Struct, frozen=True, gc=False):
    """A maker of plans with its name, the options it takes, and the law it breaks, if any.

    `options` maps each option to a sentence that explains it. `make` raises BadInput for a wrong
    value of an option. It raises Refusal if the scenario means that there will be no job.
    """

    name: str
    summary: str
    make: Callable[[PlanRequest], Plan]
    options: Mapping[str, str] = field(default_factory=dict)
    breaks: str | None = None

    @property
    def lawful(self) -> bool:
        return self.breaks is None


class Choice(Struct, frozen=True, gc=False):
    """A scenario by name, with its options: a directive, a rule or a default names it."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)


class When(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Which submissions a rule is for. A field that is absent matches all. `prompt` is a regular expression.

    If it runs out of time, it does not match.
    """

    provider: str | None = None
    model: str | None = None
    prompt: Annotated[str | None, said("A regular expression")] = None

    def answer(self, provider: str, model: str, prompt: str) -> MatchResult:
        """Whether a submission matches; `late` if `prompt` took too long."""
        if self.provider not in (None, provider) or self.model not in (None, model):
            return "no"
        return "yes" if self.prompt is None else ready(self.prompt).answer(prompt)


class ScenarioRule(Struct, frozen=True, gc=False):
    """The scenario for the submissions that `when` matches; the first rule that matches counts.

    With a `probability`, the rule leaves out the other submissions, drawn from the sandbox's seed.
    """

    scenario: Choice
    when: When = When()
    probability: float = 1.0


class Undecided(Struct, frozen=True, gc=False):
    """A scenario rule that was not applied, because its expression did not end in time.

    `rule` is its place among the sandbox's scenario rules, counted from 0.
    """

    rule: int
    scenario: str
    why: str


class Chosen(Struct, frozen=True, gc=False):
    """The scenario of a submission, and the rules before it that could not be decided."""

    choice: Choice
    undecided: tuple[Undecided, ...] = ()


LONGEST_DIRECTIVE = 1000
_OPENING = "[mock:"


def directive(prompt: str, names: Callable[[], tuple[str, ...]]) -> Choice | None:
    """The choice in a prompt like `a cat [mock:fail code=content_policy at=60%]`, if there is one.

    Raises Refusal(`bad_directive`) when it does not parse or names no scenario.
    """
    _, opening, rest = prompt.partition(_OPENING)
    if not opening:
        return None
    said, closing, _ = rest.partition("]")
    if not closing:
        raise Refusal(
            "bad_directive",
            "prompt: a mock directive is not closed, expected [mock:NAME key=value …]",
        )
    if len(said) > LONGEST_DIRECTIVE:
        raise wrong_field(
            "bad_directive", "prompt", said, f"a mock directive of {LONGEST_DIRECTIVE} characters"
        )
    return _choice(said, names)


@lru_cache(maxsize=256)
def _choice(said: str, names: Callable[[], tuple[str, ...]]) -> Choice:
    """The choice in a directive.

    The same few come again and again, so they are remembered. Raises Refusal.
    """
    name, *words = said.split() or [""]
    if name not in names():
        raise Refusal(
            "bad_directive",
            f"prompt: no scenario {shown(name)}"
            + (nearest(name, names()) or f", expected one of {', '.join(names())}"),
        )
    options: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not (key and equals and value):
            raise wrong_field("bad_directive", "prompt", word, "key=value in a mock directive")
        options[key] = value
    return Choice(name, options)


def check_options(scenario: Scenario, options: Mapping[str, Any]) -> None:
    """Raises BadInput for an option that the scenario does not take."""
    for name in options:
        if name not in scenario.options:
            taken = ", ".join(scenario.options) or "no options"
            raise BadInput(
                f"{scenario.name}.{name}",
                options[name],
                f"one of: {taken}{nearest(name, scenario.options)}",
            )


class Scenarios(Protocol):
    """All known scenarios, by name."""

    def names(self) -> tuple[str, ...]:
        """All names, in their order."""

    def get(self, name: str) -> Scenario:
        """The scenario with a name. For an unknown name, raises BadInput with the nearest name."""
