"""Every fault that users can name does over a real socket what the catalogue says."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from mockserver.domain.fault.fault import Fault
from mockserver.engine.catalogue import Catalogue
from mockserver.engine.registry import Registry
from tests.integration.faults import (
    observe_callback,
    observe_exchange,
    observe_media,
    observe_quota,
    observe_stream,
)
from tests.support.struck import Struck

CATALOGUE = Catalogue(Registry[Fault]("mockserver.faults", "FAULT"))
OBSERVERS: dict[str, ModuleType] = {
    "exchange": observe_exchange,
    "outage": observe_exchange,
    "stream": observe_stream,
    "media": observe_media,
    "callback": observe_callback,
    "quota": observe_quota,
}


@pytest.mark.parametrize("name", CATALOGUE.names())
def test_a_named_fault_does_what_it_promises(name: str, struck: Struck) -> None:
    fault = CATALOGUE.get(name)
    observe: Callable[[Struck, dict[str, object]], None] | None = getattr(
        OBSERVERS[fault.family], name, None
    )
    assert observe is not None, f"nobody observes the fault {name}"
    observe(struck, dict(fault.example))
    struck.control.advance("1ms")  # returns when the answer of a receiver is in the journal too
    fired = [
        fired
        for entry in struck.control.entries()
        for fired in entry.faults
        if fired["fault"] == name and fired["struck"]
    ]
    assert fired, "no firing is in the journal"


def test_every_mechanism_has_a_name() -> None:
    named = {fault.mechanism.name for fault in CATALOGUE.all()}
    assert named == set(CATALOGUE.mechanisms.names())
