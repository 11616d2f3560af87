"""Reelmock's own plug-ins are what a stranger's has to be, and so is the example's provider."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from mockserver import conformance
from mockserver.conformance import check_fault, check_finding, check_provider, check_scenario
from mockserver.engine.plugins import Plugins

OURS = Plugins()
LUMEN = Path(__file__).parents[2] / "examples" / "lumen"
MECHANISMS = OURS.mechanisms.names()


@pytest.mark.parametrize("name", OURS.scenarios.names())
def test_our_scenarios_are_scenarios(name: str) -> None:
    check_scenario(OURS.scenarios.get(name))


@pytest.mark.parametrize("name", MECHANISMS)
def test_our_faults_are_faults(name: str) -> None:
    entries = OURS.faults.entries_of(name)
    check_fault(OURS.mechanisms.get(name), entries)


def test_every_name_of_a_fault_was_tried() -> None:
    tried = [name for mechanism in MECHANISMS for name in OURS.faults.entries_of(mechanism)]
    assert sorted(tried) == sorted(OURS.faults.names())


@pytest.mark.parametrize("name", OURS.findings.names())
def test_our_findings_are_findings(name: str) -> None:
    check_finding(OURS.findings.get(name))


@pytest.mark.parametrize("name", OURS.providers.names())
def test_our_providers_are_providers(name: str) -> None:
    check_provider(OURS.providers.get(name))


def test_the_provider_of_the_guide_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(LUMEN)
    try:
        check_provider(import_module("reelmock_lumen.provider").PROVIDER)
    finally:
        for module in [name for name in sys.modules if name.startswith("reelmock_lumen")]:
            del sys.modules[module]


def test_what_is_exported_is_what_a_stranger_was_told() -> None:
    checks = {f"check_{kind}" for kind in ("provider", "scenario", "fault", "finding")}
    helpers = {"load", "plan_of", "sightings", "struck_by"}
    assert set(conformance.__all__) == checks | helpers | {"NotConformant"}
