"""The faults by the names that users see: entries of `faults/catalogue.yaml` for its mechanisms.

They are read when the first rule is set or listed, so a server without faults does not pay for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

from mockserver.domain.fault.fault import Fault, NamedFault, Stage
from mockserver.domain.input.errors import BadInput, nearest
from mockserver.domain.input.reading import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockserver.engine.registry import Registry

PACKAGE = "mockserver.faults"
FAMILIES = ("exchange", "stream", "media", "callback", "quota", "outage")


_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class CatalogueEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry as it stands in the file, and as a stranger brings it."""

    family: Literal["exchange", "stream", "media", "callback", "quota", "outage"]
    sees: str
    example: dict[str, Any]
    mechanism: str = ""
    stage: Stage | None = None
    fixed: dict[str, Any] = {}
    preset: dict[str, Any] = {}
    phases: tuple[str, ...] = ()
    chunk: int | str | None = None
    says_all: bool = False
    strikes_all: bool = False
    method: str | None = None


def entries_in(text: str) -> dict[str, dict[str, Any]]:
    """The entries of a catalogue in YAML. Raises BadInput, which names the entry and its word."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, dict[str, Any]] = yaml.load(text, Loader=loader)
    for name, entry in found.items():
        record(entry, CatalogueEntry, name, f"{name}.")
    return found


class Catalogue:
    """Finds a named fault; names keep the order of the file. `brought` are entries of strangers."""

    def __init__(
        self,
        mechanisms: Registry[Fault],
        brought: Callable[[], Mapping[str, Mapping[str, Any]]] = dict,
    ) -> None:
        self.mechanisms = mechanisms
        self._brought = brought

    @cached_property
    def _entries(self) -> dict[str, dict[str, Any]]:
        """The entries of the file, without those of strangers."""
        return entries_in(files(PACKAGE).joinpath("catalogue.yaml").read_text("utf-8"))

    @cached_property
    def _faults(self) -> dict[str, NamedFault]:
        entries = {**self._entries, **self._brought()}
        return {name: self._named(name, entry) for name, entry in entries.items()}

    def unfit(self, name: str, entry: object, usual: str, brought: Mapping[str, Fault]) -> str:
        """Why a plug-in's entry cannot be in the catalogue; empty if it can.

        `usual` is its mechanism if it does not name one. `brought` are the mechanisms of plug-ins.
        """
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            return f"{name!r} is no name, expected small letters, digits and _, a letter first"
        if name in self._entries:
            return f"Reelmock has a fault {name} of its own, expected another name"
        try:
            read = msgspec.convert(entry, CatalogueEntry)
        except msgspec.ValidationError as error:
            return f"{name}: {error}"
        word = read.mechanism or usual
        if word not in (*self.mechanisms.own_names(), *brought):
            return f"{name}: there is no mechanism {word!r}"
        mechanism = brought[word] if word in brought else self.mechanisms.get(word)
        try:
            found = _with(mechanism, name, {"mechanism": word, **msgspec.to_builtins(entry)})
            found.read(found.example.get("with", {}))
        except (BadInput, KeyError) as error:
            return f"{name}: {error}"
        return ""

    def _named(self, name: str, entry: Mapping[str, Any]) -> NamedFault:
        return _with(self.mechanisms.get(entry["mechanism"]), name, entry)

    def entries_of(self, mechanism: str) -> dict[str, Mapping[str, Any]]:
        """The entries that name a mechanism, by the names that users see."""
        every = {**self._entries, **self._brought()}
        return {name: entry for name, entry in every.items() if entry["mechanism"] == mechanism}

    def names(self) -> tuple[str, ...]:
        """Every name, in the order of the file, strangers' behind them."""
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


def _with(mechanism: Fault, name: str, entry: Mapping[str, Any]) -> NamedFault:
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
        strikes_all=entry.get("strikes_all", False),
        method=entry.get("method"),
    )


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
                "default": parameter.written_default,
                **({"choices": list(parameter.choices)} if parameter.choices else {}),
            }
            for name, parameter in fault.parameters.items()
        },
        "example": fault.example,
    }
