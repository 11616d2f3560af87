"""The words of a verification: checks, what they would call, and what they found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from contracts.verifier.call import Call

if TYPE_CHECKING:
    from contracts.verifier.session import Session

Level = Literal["MUST", "SHOULD", "MAY"]
Outcome = Literal["pass", "fail", "skip"]

EVERY = ("*",)
"""Every provider that can be checked, a plug-in's too."""


@dataclass(frozen=True, slots=True)
class Check:
    """One statement of the documents, and the way to test it."""

    id: str
    """`area.name`; its meaning never changes."""
    level: Level
    title: str
    source: str
    """Its source, as in `x-source`."""
    run: "Callable[[Session], Iterable[object]]"
    """Yields what is wrong, as text or Problem. Raises Skip."""
    providers: tuple[str, ...] = EVERY
    calls: tuple[Call, ...] = ()
    """Its own calls; empty for a check that only looks at the shared job or at all traffic."""
    needs: str = ""
    """The field of a subject that the check needs."""
    job: bool = False
    """Whether it looks at the shared job, which costs one creation for all checks."""

    @property
    def area(self) -> str:
        """The part of the id before the dot."""
        return self.id.split(".")[0]

    @property
    def creates(self) -> int:
        """How many paid jobs its own calls may start."""
        return sum(call.creates for call in self.calls)

    def cost(self, price: float) -> float:
        """What its own calls may cost at most, if one job costs `price`."""
        return self.creates * price + sum(call.charge for call in self.calls)


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one check."""

    check: Check
    outcome: Outcome
    problems: tuple[str, ...] = ()
    reason: str = ""
    """Why it was skipped."""

    @property
    def violates(self) -> bool:
        """Whether this result makes the host non-conforming."""
        return self.outcome == "fail" and self.check.level == "MUST"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A line of the plan: the check, its calls, and what they may cost."""

    title: str
    calls: tuple[Call, ...]
    cost: float
    runs: bool
    """Whether it fits in the budget."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run."""

    provider: str
    subject: str
    """What was verified: a base URL or a file."""
    unit: str
    """The unit of money."""
    results: tuple[Result, ...]
    plan: tuple[PlannedStep, ...] = ()
    planned_cost: float = 0.0
    """What the steps that run may cost at most."""
    dialects: dict[str, tuple[str, ...]] = field(default_factory=dict)
    settings: str = ""
    """The settings that make the mock answer in the same way, as JSON for its control API."""
    notes: tuple[str, ...] = ()
    """Unknown fields and other things that are not deviations."""
    error: str = ""
    """Why nothing could be checked, such as a host that cannot be reached."""

    def count(self, outcome: Outcome) -> int:
        """How many checks have this result."""
        return sum(result.outcome == outcome for result in self.results)

    @property
    def checked(self) -> str:
        """How many of the checks were made."""
        return f"{self.count('pass') + self.count('fail')} of {len(self.results)} checked"

    @property
    def rest(self) -> str:
        """What the checks cost that the budget left out, and how to run them; empty if it left out
        no check.
        """
        whole = sum(step.cost for step in self.plan)
        missing = whole - self.planned_cost
        if missing <= 0:
            return ""
        return f"the rest costs about {missing:g} {self.unit}: add --budget {whole:g}"

    @property
    def verdict(self) -> str:
        """The verdict in words. A host that was checked in part conforms only in that part."""
        word = {0: "conforms", 1: "does not conform", 2: "was not checked"}[self.exit_status]
        if self.exit_status == 0 and self.count("skip"):
            word = "conforms as far as it was checked"
        if self.error:
            word += f": {self.error}"
        return f"{self.provider} {word}"

    @property
    def exit_status(self) -> int:
        """0 conforming, 1 violations, 2 nothing was checked."""
        if any(result.violates for result in self.results):
            return 1
        return 0 if self.count("pass") + self.count("fail") else 2
