"""Whether a plug-in keeps what everybody else relies on: one function for each kind.

    from mockserver.conformance import check_scenario
    from hiccup import SCENARIO

    def test_it_is_a_scenario():
        check_scenario(SCENARIO)

Each raises `NotConformant`, an AssertionError, with everything that it found. Reelmock's own
plug-ins are held to the same functions. Beside them stands what a plug-in's own test needs: `load`
for its file, and what it does with a job, a reply or a client of Reelmock's.
"""

from mockserver.conformance.fault import check_fault, struck_by
from mockserver.conformance.finding import check_finding, sightings
from mockserver.conformance.loading import load
from mockserver.conformance.problems import NotConformant
from mockserver.conformance.provider import check_provider
from mockserver.conformance.scenario import check_scenario, plan_of

__all__ = [
    "NotConformant",
    "check_fault",
    "check_finding",
    "check_provider",
    "check_scenario",
    "load",
    "plan_of",
    "sightings",
    "struck_by",
]
