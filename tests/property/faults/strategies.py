"""Any fault rule that a user could set: a name with its example's parameters and any limits."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from mockserver.domain.fault.fault import Fault
from mockserver.engine.catalogue import Catalogue
from mockserver.engine.registry import Registry

CATALOGUE = Catalogue(Registry[Fault]("mockserver.faults", "FAULT"))
NAMES = CATALOGUE.names()
# What a client waits out in its own seconds, kept short: the same faults, and no test that waits.
SHORT = {"for": "50ms", "delay": "50ms", "low": "10ms", "high": "90ms", "gap": "1ms"}


def rule(name: str, **more: Any) -> dict[str, Any]:
    """The example of a fault as a rule that strikes whatever it can reach, without limits."""
    example = CATALOGUE.get(name).example
    bare = {key: value for key, value in example.items() if key in ("fault", "with")}
    known = CATALOGUE.get(name).parameters
    short = {parameter: span for parameter, span in SHORT.items() if parameter in known}
    bare["with"] = bare.get("with", {}) | short
    return bare | more


def rules() -> st.SearchStrategy[dict[str, Any]]:
    """One rule."""
    return st.builds(
        lambda name, limits: rule(name, **limits),
        st.sampled_from(NAMES),
        st.fixed_dictionaries(
            {},
            optional={
                "probability": st.sampled_from([0.0, 0.3, 0.7, 1.0]),
                "times": st.integers(1, 3),
                "skip": st.integers(0, 2),
            },
        ),
    )
