"""The faults by the names that users see: entries of `faults/catalogue.yaml` over its mechanisms.

Read when the first rule is set or listed, so that a server without faults does not pay for it.
"""

from __future__ import annotations

from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mockserver.domain.fault.fault import Fault, NamedFault
from mockserver.domain.input.errors import BadInput, nearest

if TYPE_CHECKING:
    from mockserver.engine.registry import Registry

PACKAGE = "mockserver.faults"
FAMILIES = ("exchange", "stream", "media", "callback", "quota", "outage")


class Catalogue:
    """Finds a named fault; names keep the order of the file."""

    def __init__(self, mechanisms: Registry[Fault]) -> None:
        self.mechanisms = mechanisms

    @cached_property
    def _faults(self) -> dict[str, NamedFault]:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        text = files(PACKAGE).joinpath("catalogue.yaml").read_text("utf-8")
        entries: dict[str, dict[str, Any]] = yaml.load(text, Loader=loader)
        return {name: self._named(name, entry) for name, entry in entries.items()}

    def _named(self, name: str, entry: dict[str, Any]) -> NamedFault:
        mechanism = self.mechanisms.get(entry["mechanism"])
        return NamedFault(
            name=name,
            family=entry["family"],
            mechanism=mechanism,
            sees=entry["sees"],
            example={"fault": name, **entry["example"]},
            stage=entry.get("stage", mechanism.stage),
            fixed=entry.get("fixed", {}),
            preset=entry.get("preset", {}),
            phases=tuple(entry.get("phases", ())),
            chunk=entry.get("chunk"),
            says_all=entry.get("says_all", False),
        )

    def names(self) -> tuple[str, ...]:
        """Every name, in the order of the file."""
        return tuple(self._faults)

    def all(self) -> tuple[NamedFault, ...]:
        """Every fault, in the order of the file."""
        return tuple(self._faults.values())

    def get(self, name: str) -> NamedFault:
        """The fault of a name. Raises BadInput with the nearest name for an unknown one."""
        found = self._faults.get(name)
        if found is None:
            near = nearest(name, self._faults)
            raise BadInput("fault", name, f"a name that `reelmock fault list` shows{near}")
        return found


def explained(fault: NamedFault) -> dict[str, Any]:
    """What a fault does, where it strikes, what it takes, and an example of a rule."""
    return {
        "name": fault.name,
        "family": fault.family,
        "mechanism": fault.mechanism.name,
        "stage": fault.stage,
        "sees": fault.sees,
        "parameters": {
            name: {
                "kind": parameter.kind,
                "summary": parameter.summary,
                "default": parameter.default,
                **({"choices": list(parameter.choices)} if parameter.choices else {}),
            }
            for name, parameter in fault.parameters.items()
        },
        "example": fault.example,
    }
