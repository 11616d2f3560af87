"""Whether a plug-in keeps what everybody else relies on: one function for each kind.

    from mockserver.conformance import check_scenario
    from hiccup import SCENARIO

    def test_it_is_a_scenario():
        check_scenario(SCENARIO)

Each raises `NotConformant`, an AssertionError, with everything that it found. Reelmock's own
plug-ins are held to the same functions.
"""

from mockserver.conformance.fault import check_fault
from mockserver.conformance.finding import check_finding
from mockserver.conformance.problems import NotConformant
from mockserver.conformance.provider import check_provider
from mockserver.conformance.scenario import check_scenario

__all__ = ["NotConformant", "check_fault", "check_finding", "check_provider", "check_scenario"]
