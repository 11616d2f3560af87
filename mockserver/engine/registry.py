"""Plug-ins found by their file name in a folder, imported when they are first asked for."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from mockserver.domain.input.errors import BadInput, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


class Registry(Generic[T]):
    """The plug-ins of one package; each module exports the one constant `constant`.

    `brought` gives those that strangers bring, by name. They come behind ours, in every list.
    """

    def __init__(
        self, package: str, constant: str, brought: Callable[[], Mapping[str, T]] = dict
    ) -> None:
        self.package = package
        self.constant = constant
        self._brought = brought
        self._loaded: dict[str, T] = {}
        self.own_names = cache(self._own_names)
        self.names = cache(self._names)

    def _own_names(self) -> tuple[str, ...]:
        folder = importlib.import_module(self.package).__path__
        return tuple(sorted(module.name for module in pkgutil.iter_modules(folder)))

    def _names(self) -> tuple[str, ...]:
        return (*self.own_names(), *sorted(self._brought()))

    def get(self, name: str) -> T:
        """The plug-in of a name. Raises BadInput with the nearest name for an unknown one."""
        found = self._loaded.get(name)
        if found is None:
            if name not in self.own_names() and name not in self.names():
                near = nearest(name, self.names())
                raise BadInput(
                    self.constant.lower(), name, f"one of: {', '.join(self.names())}{near}"
                )
            found = self._loaded[name] = self._load(name)
        return found

    def _load(self, name: str) -> T:
        if name not in self.own_names():
            return self._brought()[name]
        module = importlib.import_module(f"{self.package}.{name}")
        return cast("T", getattr(module, self.constant))

    def put(self, name: str, plugin: T) -> None:
        """Puts another plug-in in the place of the one with this name, in this list only."""
        self.get(name)
        self._loaded[name] = plugin

    def all(self) -> tuple[T, ...]:
        """Every plug-in: ours in the order of their names, then those that strangers bring."""
        return tuple(self.get(name) for name in self.names())
