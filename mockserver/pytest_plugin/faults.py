"""Turns the marker `reelmock_faults` into one test for every fault and phase."""

from __future__ import annotations

import pytest

from mockserver.domain.errors import BadInput, nearest
from mockserver.engine.cases import JOB, cases

FIXTURE = "reelmock_fault"
TAKEN = ("phases", "times", "provider")


def parametrize(metafunc: pytest.Metafunc, marker: pytest.Mark) -> None:
    """Adds the fixture `reelmock_fault` with one case for each test. Raises UsageError."""
    for name in marker.kwargs:
        if name not in TAKEN:
            known = f"one of: {', '.join(TAKEN)}{nearest(name, TAKEN)}"
            raise pytest.UsageError(f"reelmock_faults does not take {name!r}, but {known}")
    phases = marker.kwargs.get("phases", ())
    try:
        found = cases(
            marker.args,
            (phases,) if isinstance(phases, str) else tuple(phases),
            marker.kwargs.get("provider"),
            marker.kwargs.get("times"),
        )
    except BadInput as error:
        raise pytest.UsageError(f"reelmock_faults: {error}") from None
    if not found:
        raise pytest.UsageError("reelmock_faults: no fault of these strikes at these phases")
    if FIXTURE not in metafunc.fixturenames:
        metafunc.fixturenames.append(FIXTURE)
    names = [case.fault if case.phase == JOB else case.name for case in found]
    metafunc.parametrize(FIXTURE, found, indirect=True, ids=names)
