"""The words of a verification: checks, what they would call, and what they found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from contracts.verifier.session import Session

Level = Literal["MUST", "SHOULD", "MAY"]
Outcome = Literal["pass", "fail", "skip"]

EVERY = ("*",)
"""Every provider that can be asked, a stranger's too."""


class Skip(Exception):
    """A check cannot be made here; the message says why."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that a check plans to make."""

    method: str
    path: str
    """May hold `{poll}`, the state of an unknown job, and `{create}`, as the provider has them."""
    creates: int = 0
    """How many paid jobs it may start, at worst."""
    charge: float = 0.0
    """What it costs besides, at worst, in the provider's unit."""


@dataclass(frozen=True, slots=True)
class Check:
    """One statement of the documents, and the way to test it."""

    id: str
    """`area.name`; its meaning never changes."""
    level: Level
    title: str
    source: str
    """Who states it, as `x-source` does."""
    run: "Callable[[Session], Iterable[object]]"
    """Yields what is wrong, as text or Problem. Raises Skip."""
    providers: tuple[str, ...] = EVERY
    calls: tuple[Call, ...] = ()
    """Its own calls; empty for one that only looks at the shared job or at all traffic."""
    needs: str = ""
    """The field of a subject without which it has nothing to look at."""
    job: bool = False
    """Whether it looks at the shared job, which costs one creation for all of them."""

    @property
    def area(self) -> str:
        """The part of the id before the dot."""
        return self.id.split(".")[0]

    @property
    def creates(self) -> int:
        """How many paid jobs its own calls may start."""
        return sum(call.creates for call in self.calls)

    def cost(self, price: float) -> float:
        """What its own calls may cost at worst, where one job costs `price`."""
        return self.creates * price + sum(call.charge for call in self.calls)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one check."""

    check: Check
    outcome: Outcome
    problems: tuple[str, ...] = ()
    reason: str = ""
    """Why it was skipped."""

    @property
    def violates(self) -> bool:
        """Whether this alone makes the host non-conforming."""
        return self.outcome == "fail" and self.check.level == "MUST"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A line of the plan: who calls what, and what it may cost."""

    title: str
    calls: tuple[Call, ...]
    cost: float
    runs: bool
    """Whether it fits in the budget."""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run."""

    provider: str
    subject: str
    """What was verified: a base URL or a file."""
    unit: str
    """What money is counted in."""
    results: tuple[Result, ...]
    plan: tuple[PlannedStep, ...] = ()
    planned_cost: float = 0.0
    """What the steps that run may cost at worst."""
    dialects: dict[str, tuple[str, ...]] = field(default_factory=dict)
    settings: str = ""
    """What makes the mock speak the same, as JSON for its control API."""
    notes: tuple[str, ...] = ()
    """Unknown fields and other things that are no deviation."""

    def count(self, outcome: Outcome) -> int:
        """How many checks came out so."""
        return sum(result.outcome == outcome for result in self.results)

    @property
    def checked(self) -> str:
        """How many of the checks were made."""
        return f"{self.count('pass') + self.count('fail')} of {len(self.results)} checked"

    @property
    def rest(self) -> str:
        """What the checks that the budget left out cost, and how to have them made; empty when it
        left out none."""
        whole = sum(step.cost for step in self.plan)
        missing = whole - self.planned_cost
        if missing <= 0:
            return ""
        return f"the rest costs about {missing:g} {self.unit}: add --budget {whole:g}"

    @property
    def verdict(self) -> str:
        """In words; a host of which a part was checked conforms in that part only."""
        word = {0: "conforms", 1: "does not conform", 2: "was not checked"}[self.exit_status]
        if self.exit_status == 0 and self.count("skip"):
            word = "conforms as far as it was checked"
        return f"{self.provider} {word}"

    @property
    def exit_status(self) -> int:
        """0 conforming, 1 violations, 2 nothing was checked."""
        if any(result.violates for result in self.results):
            return 1
        return 0 if self.count("pass") + self.count("fail") else 2
