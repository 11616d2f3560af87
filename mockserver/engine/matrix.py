"""What can go wrong for a client: each named fault at each call phase that it strikes.

The faults of the catalogue come by family. The scenarios except `succeed` are the family
`lifecycle`, which strikes the job itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct, field

from mockserver.domain.fault.compile import DOWNLOAD, reachable
from mockserver.domain.fault.fault import NamedFault
from mockserver.domain.input.errors import BadInput, nearest
from mockserver.domain.provider.provider import CALL_PHASES
from mockserver.engine.plugins import Plugins, plugins_in

LIFECYCLE = "lifecycle"
JOB = "job"  # the phase at which a scenario strikes
PHASES = (JOB, *CALL_PHASES)
_PLAIN = frozenset({"succeed", "instant"})
_DAMAGE = frozenset({"remove", "null", "wrong_type", "rename", "set"})
_PLACES = frozenset({"chunk", "delivery"})  # parts of an example's `when` that belong to its fault


class Case(Struct, frozen=True):
    """One case: a fault rule as the control API takes it, or the name of a scenario.

    A scenario for only one `provider` is set by a rule: see `scenario_rules`.
    """

    name: str
    family: str
    fault: str
    phase: str
    rule: dict[str, Any] = field(default_factory=dict)
    damages_field: bool = False  # a field of the reply; which one depends on the provider
    scenario: str = ""
    provider: str | None = None
    strikes_all: bool = False  # also what runs beside it

    @property
    def scenario_rules(self) -> tuple[dict[str, Any], ...]:
        """The scenario as a rule of the control API, for the jobs of one provider or of all."""
        if not self.scenario:
            return ()
        when = {} if self.provider is None else {"provider": self.provider}
        return ({"scenario": {"name": self.scenario}, "when": when},)


def cases(
    wanted: Sequence[str] = (),
    phases: Sequence[str] = (),
    provider: str | None = None,
    times: int | None = None,
    plugins: Plugins | None = None,
) -> tuple[Case, ...]:
    """The cases of families and faults (all without any), at some phases or all.

    `plugins` are those that a server has; without them, ours and those of installed packages.

    `times` limits them: how often each is applied, or for an outage, which heals by time, that it
    lasts as long as in its example. With a provider, only at calls that it has. Raises
    BadInput with the nearest word for a family, fault, phase or provider that does not exist.
    """
    for phase in phases:
        if phase not in PHASES:
            expected = f"one of: {', '.join(PHASES)}{nearest(phase, PHASES)}"
            raise BadInput("phases", phase, expected)
    if times is not None and times < 1:
        raise BadInput("times", times, "1 or more")
    plugins = plugins or plugins_in(())
    called = CALL_PHASES if provider is None else _phases_of(provider, plugins)
    every = (*_struck(plugins.faults.all(), called, provider, times), *_lived(plugins, provider))
    known = dict.fromkeys(word for case in every for word in (case.family, case.fault))
    for word in wanted:
        if word not in known:
            words = ", ".join(dict.fromkeys(case.family for case in every))
            of = "" if provider is None else f" what calls of {provider} can have"
            ends = f"or the name of a fault{nearest(word, known)}"
            raise BadInput("faults", word, f"one of{of}: {words}, {ends}")
    return tuple(
        case
        for case in every
        if (not wanted or case.family in wanted or case.fault in wanted)
        and (not phases or case.phase in phases)
    )


def _struck(
    faults: Iterable[NamedFault], called: Collection[str], provider: str | None, times: int | None
) -> Iterator[Case]:
    for fault in faults:
        given = dict(fault.example.get("with", {}))
        options = fault.read(given)
        place = {k: v for k, v in fault.example.get("when", {}).items() if k in _PLACES}
        for phase in reachable(fault, fault.stage_with(options)):
            if phase not in called:
                continue
            when = {"call_phase": phase, **place}
            if provider is not None:
                when["provider"] = provider
            rule: dict[str, Any] = {"fault": fault.name, "with": given, "when": when}
            if times is not None and "lasts" in fault.example:  # it heals by time
                rule["lasts"] = fault.example["lasts"]
            elif times is not None:
                rule["times"] = times
            yield Case(
                f"{fault.name}@{phase}",
                fault.family,
                fault.name,
                phase,
                rule,
                damages_field=options.get("how") in _DAMAGE and "field" in fault.parameters,
                provider=provider,
                strikes_all=fault.strikes_all,
            )


def _phases_of(name: str, plugins: Plugins) -> frozenset[str]:
    """The call phases of one provider. Raises BadInput."""
    provider = plugins.providers.get(name)
    sends = ("callback",) if provider.callback is not None else ()
    return frozenset((DOWNLOAD, *sends, *(each.call_phase for each in provider.operations)))


def _lived(plugins: Plugins, provider: str | None) -> Iterator[Case]:
    for scenario in plugins.scenarios.all():
        if scenario.name not in _PLAIN:
            name = f"{scenario.name}@{JOB}"
            yield Case(
                name, LIFECYCLE, scenario.name, JOB, scenario=scenario.name, provider=provider
            )
