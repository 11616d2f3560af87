"""Which cases a campaign runs: those that the user asked for, at the calls that the command makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mockserver.cli.campaigns.outcome import LeftOut
from mockserver.domain.input.errors import BadInput, nearest
from mockserver.engine.matrix import JOB, Case, cases

if TYPE_CHECKING:
    from mockserver.engine.plugins import Plugins


def asked_for(
    faults: Sequence[str],
    phases: Sequence[str],
    only: Sequence[str],
    provider: str | None,
    times: int | None,
    plugins: Plugins | None = None,
) -> tuple[Case, ...]:
    """The cases by family, fault, phase or name. Raises BadInput if one does not exist."""
    found = cases(faults, phases, provider, times, plugins)
    if not found:
        wanted = f"{', '.join(faults) or 'any fault'} at {', '.join(phases)}"
        raise BadInput("phases", wanted, "a phase at which one of these faults strikes")
    if not only:
        return found
    names = {case.name: case for case in found}
    for name in only:
        if name not in names:
            near = nearest(name, names)
            raise BadInput("only", name, f"the name of a case, such as {next(iter(names))}{near}")
    return tuple(names[name] for name in only)


def within_reach(found: Sequence[Case], called: Sequence[str], *, all_of_them: bool) -> list[Case]:
    """The cases at phases that the run without a fault called, or all cases (`all_of_them`)."""
    reached = {JOB, *called}
    return [case for case in found if all_of_them or case.phase in reached]


def left_out(found: Sequence[Case], tried: Sequence[Case]) -> tuple[LeftOut, ...]:
    """The faults of which no case is tried, with all phases at which they strike."""
    named = {case.fault for case in tried}
    phases: dict[str, list[str]] = {}
    for case in found:
        if case.fault not in named:
            phases.setdefault(case.fault, []).append(case.phase)
    return tuple(LeftOut(fault, tuple(strikes)) for fault, strikes in phases.items())
