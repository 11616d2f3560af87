"""Plug-ins found by their file name in a folder, imported when they are first asked for."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Generic, TypeVar, cast

from mockserver.domain.input.errors import BadInput, nearest

T = TypeVar("T")


class Registry(Generic[T]):
    """The plug-ins of one package; each module exports the one constant `constant`."""

    def __init__(self, package: str, constant: str) -> None:
        self.package = package
        self.constant = constant
        self._loaded: dict[str, T] = {}
        self.names = cache(self._names)

    def _names(self) -> tuple[str, ...]:
        folder = importlib.import_module(self.package).__path__
        return tuple(sorted(module.name for module in pkgutil.iter_modules(folder)))

    def get(self, name: str) -> T:
        """The plug-in of a name. Raises BadInput with the nearest name for an unknown one."""
        found = self._loaded.get(name)
        if found is None:
            if name not in self.names():
                near = nearest(name, self.names())
                raise BadInput(
                    self.constant.lower(), name, f"one of: {', '.join(self.names())}{near}"
                )
            module = importlib.import_module(f"{self.package}.{name}")
            found = self._loaded[name] = cast("T", getattr(module, self.constant))
        return found

    def all(self) -> tuple[T, ...]:
        """Every plug-in, in the order of the names."""
        return tuple(self.get(name) for name in self.names())
