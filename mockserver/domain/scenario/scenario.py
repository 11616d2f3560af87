"""What a scenario is: a plan maker that decides what becomes of a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any, Protocol

from msgspec import Struct, field

from mockserver.domain.chance.chance import STEPS, Spread, roll, seconds, spans_ms
from mockserver.domain.input.errors import BadInput, Refusal, nearest, shown, wrong_field
from mockserver.domain.input.pattern import Answer, ready
from mockserver.domain.input.said import said
from mockserver.domain.job.plan import Failure, Plan

QUEUE = seconds(2, 5, 15)  # assumed: all providers queue alike
_SHIFT = 16 - STEPS.bit_length() + 1  # from a chance in 65,536 to a step


class Timing(Struct, frozen=True, gc=False, eq=False):
    """How long a provider's machines take for a model; `upgrade_hd` counts from success."""

    run: Spread
    queue: Spread = QUEUE
    upgrade_hd: Spread = seconds(60, 90, 180)  # assumed; "a few minutes" [seed 001]

    def drawn_ms(self, queue: int, run: int, hd: int, speed: float) -> tuple[int, int, int]:
        """The three spans at chances of so much in 65,536, on machines `speed` times as fast."""
        queues, runs, upgrades = _spans_ms(self, speed)
        return queues[queue >> _SHIFT], runs[run >> _SHIFT], upgrades[hd >> _SHIFT]


@lru_cache(maxsize=256)
def _spans_ms(timing: Timing, speed: float) -> tuple[Mapping[int, int], ...]:
    """The spans of a model by step; a model has one timing, known by its identity."""
    spreads = (timing.queue, timing.run, timing.upgrade_hd)
    return tuple([spans_ms(spread, speed) for spread in spreads])


class PlanRequest(Struct, frozen=True, gc=False):
    """All that a scenario may build on. `speed` has been applied to the spans already."""

    at_ms: int
    seed: str
    queue_ms: int
    run_ms: int
    hd_ms: int
    retention_ms: int
    videos: int
    failures: Mapping[str, Failure]
    options: Mapping[str, Any]
    refusals: tuple[str, ...] = ()  # the kinds of refusal that the provider words

    def chance(self, what: str) -> float:
        """A number in [0, 1) of this task's own."""
        return roll(self.seed, "scenario", what)


def failure_named(request: PlanRequest, option: str) -> Failure:
    """The provider's failure that the option `code` names; its first where there is none.

    Raises BadInput over `option` for a name that this provider does not have.
    """
    name = str(request.options.get("code", next(iter(request.failures))))
    cause = request.failures.get(name)
    if cause is None:
        codes = ", ".join(request.failures)
        raise BadInput(option, name, f"one of: {codes}{nearest(name, request.failures)}")
    return cause


class Scenario(Struct, frozen=True, gc=False):
    """A plan maker with its name, the options it takes and the law it breaks, if any.

    `options` maps each option to a sentence that says what it may be. `make` raises BadInput over
    an option's value, and Refusal when the scenario is that there will be no job.
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
    """A scenario by name, with its options: what a directive, a rule or a default names."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)


class When(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Which submissions a rule is for; an absent field matches all. `prompt` is a regular expression.

    One that runs out of time does not match.
    """

    provider: str | None = None
    model: str | None = None
    prompt: Annotated[str | None, said("A regular expression")] = None

    def answer(self, provider: str, model: str, prompt: str) -> Answer:
        """Whether a submission matches; `late` where `prompt` took too long to say."""
        if self.provider not in (None, provider) or self.model not in (None, model):
            return "no"
        return "yes" if self.prompt is None else ready(self.prompt).answer(prompt)


class ScenarioRule(Struct, frozen=True, gc=False):
    """The scenario for the submissions that `when` matches; the first matching rule counts.

    With a `probability` the rule passes over the others, by the sandbox's seed.
    """

    scenario: Choice
    when: When = When()
    probability: float = 1.0


class Undecided(Struct, frozen=True, gc=False):
    """A scenario rule that was not applied, since nobody can say in time whether it matches.

    `rule` is its place among the sandbox's scenario rules, counted from 0.
    """

    rule: int
    scenario: str
    why: str


class Chosen(Struct, frozen=True, gc=False):
    """The scenario of a submission, and the rules that could not be decided on the way to it."""

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
    """What stands in a directive; the same few come again and again. Raises Refusal."""
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
    """Raises BadInput over an option that the scenario does not take."""
    for name in options:
        if name not in scenario.options:
            taken = ", ".join(scenario.options) or "no options"
            raise BadInput(
                f"{scenario.name}.{name}",
                options[name],
                f"one of: {taken}{nearest(name, scenario.options)}",
            )


class Scenarios(Protocol):
    """The scenarios that are known, by name."""

    def names(self) -> tuple[str, ...]:
        """All names, in their order."""

    def get(self, name: str) -> Scenario:
        """The scenario of a name. Raises BadInput with the nearest name for an unknown one."""
