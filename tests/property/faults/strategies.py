"""Any fault rule that a user could set: a name with its example's parameters and any limits."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from mockserver.domain.fault import Fault
from mockserver.engine.catalogue import Catalogue
from mockserver.engine.registry import Registry

CATALOGUE = Catalogue(Registry[Fault]("mockserver.faults", "FAULT"))
NAMES = CATALOGUE.names()


def rule(name: str, **more: Any) -> dict[str, Any]:
    """The example of a fault as a rule that strikes whatever it can reach, without limits."""
    example = CATALOGUE.get(name).example
    bare = {key: value for key, value in example.items() if key in ("fault", "with")}
    # A silence for ever would only make the test wait; a silence of a while is the same fault.
    if CATALOGUE.get(name).mechanism.name in ("cut", "stall"):
        bare["with"] = {"for": "5m"} | bare.get("with", {})
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
