"""Every finding sees the client that makes the mistake, and leaves the other one alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from mockserver.domain.finding.evidence import Evidence
from mockserver.domain.finding.finding import SEVERITIES
from mockserver.engine.registry import Registry
from tests.unit.findings import clients
from tests.unit.findings.story import sightings

FINDINGS: Registry[Any] = Registry("mockserver.findings", "FINDING")
NAMES = FINDINGS.names()


def told(story: str) -> Evidence:
    return cast("Callable[[], Evidence]", getattr(clients, story))()


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_sees_the_client_that_does_it(name: str) -> None:
    seen = sightings(name, told(f"does_{name}"))
    assert len(seen) == 1
    assert seen[0].what
    assert seen[0].entries


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_leaves_the_client_alone_that_does_not(name: str) -> None:
    assert sightings(name, told(f"avoids_{name}")) == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_rests_on_entries_that_are_in_the_journal(name: str) -> None:
    evidence = told(f"does_{name}")
    numbers = {entry.seq for entry in evidence.entries}
    assert set(sightings(name, evidence)[0].entries) <= numbers


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_says_why_it_matters_and_how_to_mend_it(name: str) -> None:
    finding = FINDINGS.get(name)
    assert finding.name == name
    assert finding.severity in SEVERITIES
    for text in (finding.why, finding.mend):
        assert text.endswith(".")
        assert len(text) > 40


def test_nothing_is_found_where_nothing_happened() -> None:
    empty = Evidence(entries=(), now_ms=0, over=True)
    assert {name: sightings_or_none(name, empty) for name in NAMES} == dict.fromkeys(NAMES, ())


def sightings_or_none(name: str, evidence: Evidence) -> tuple[Any, ...]:
    seen = FINDINGS.get(name).look(evidence)
    return () if hasattr(seen, "reason") else tuple(seen)
