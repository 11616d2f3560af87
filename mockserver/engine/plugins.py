"""Everything that can be plugged in: ours, and what strangers bring beside it.

A stranger's plug-in is known from then on like one of ours, by its name. It hides none of ours, and
no other one's: who brings a name that is taken is refused, in one line.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mockserver.domain.provider.provider import Provider
from mockserver.engine.catalogue import Catalogue
from mockserver.engine.registry import Registry

if TYPE_CHECKING:
    from mockserver.domain.fault.fault import Fault
    from mockserver.domain.finding.finding import Finding
    from mockserver.domain.scenario.scenario import Scenario
    from mockserver.engine.plugin_sources import Source

CONSTANTS = ("PROVIDER", "SCENARIO", "FAULT", "FINDING")
OTHERS = ("CHECKS", "SUBJECT")  # what a file may bring to the contracts, which read it themselves
ENTRIES = "CATALOGUE"  # of a fault: the names under which users see it
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
# Words that stand beside the names of providers: in the environment and templates of a command.
TAKEN = frozenset({"openai", "reelmock", "base_url", "control_url", "key", "ca"})


class Brought(Struct, frozen=True):
    """What strangers bring: plug-ins by constant and name, entries of the catalogue of faults, and
    where each came from."""

    plugins: dict[str, dict[str, Any]]
    entries: dict[str, Mapping[str, Any]]
    where: dict[str, str]  # "scenario hiccup" -> its file or package

    @classmethod
    def none(cls) -> Brought:
        """Nothing at all."""
        return cls({constant: {} for constant in CONSTANTS}, {}, {})


class Plugins:
    """Ours, those of installed packages, and those that lie in `folders`.

    They are looked for when the first list is needed. Raises BadInput over one that cannot be used,
    then and at every later need.
    """

    def __init__(self, folders: tuple[str, ...] = ()) -> None:
        self.folders = folders
        self.providers: Registry[Provider] = Registry(
            "mockserver.providers", "PROVIDER", lambda: self.brought.plugins["PROVIDER"]
        )
        self.scenarios: Registry[Scenario] = Registry(
            "mockserver.scenarios", "SCENARIO", lambda: self.brought.plugins["SCENARIO"]
        )
        self.mechanisms: Registry[Fault] = Registry(
            "mockserver.faults", "FAULT", lambda: self.brought.plugins["FAULT"]
        )
        self.findings: Registry[Finding] = Registry(
            "mockserver.findings", "FINDING", lambda: self.brought.plugins["FINDING"]
        )
        self.faults = Catalogue(self.mechanisms, lambda: self.brought.entries)

    @cached_property
    def brought(self) -> Brought:
        """What strangers bring. Raises BadInput."""
        from mockserver.engine.plugin_sources import sources

        found = Brought.none()
        for source in sources(self.folders):
            self._take(source, found)
        return found

    def with_provider(self, provider: Provider) -> Plugins:
        """The same with one more provider, in place of one that a stranger brings under its name.

        Raises BadInput.
        """
        from mockserver.engine.plugin_sources import NotLoaded

        found, where = Plugins(self.folders), f"the provider {provider.name}"
        brought = found.brought.plugins["PROVIDER"]
        if provider.name in found.providers.own_names():
            if found.providers.get(provider.name) is not provider:
                raise NotLoaded(where, f"there is a provider {provider.name} already")
            return found
        brought.pop(provider.name, None)
        if why := self._unfit_provider(provider, found.brought):
            raise NotLoaded(where, why)
        brought[provider.name] = provider
        return found

    def check(self) -> None:
        """Raises BadInput over a plug-in that cannot be used."""
        _ = self.brought  # found now, or not at all

    def _take(self, source: Source, found: Brought) -> None:
        from mockserver.engine.plugin_sources import NotLoaded

        constants = [source.constant] if source.constant else list(CONSTANTS)
        taken = [each for each in constants if hasattr(source.module, each)]
        entries = getattr(source.module, ENTRIES, None) if "FAULT" in constants else None
        is_for_others = not source.constant and any(hasattr(source.module, e) for e in OTHERS)
        if not taken and entries is None and is_for_others:
            return
        if not taken and entries is None:
            raise NotLoaded(source.where, f"it exports nothing of: {', '.join(constants)}")
        for constant in taken:
            self._take_one(source, constant, found)
        if entries is not None:
            self._take_entries(source, entries, found)
        elif "FAULT" in taken:
            reason = f"its fault has no name for users, expected {ENTRIES} = {{name: entry}}"
            raise NotLoaded(source.where, reason)

    def _take_one(self, source: Source, constant: str, found: Brought) -> None:
        from mockserver.engine.plugin_guards import guarded
        from mockserver.engine.plugin_sources import NotLoaded

        plugin, kind = getattr(source.module, constant), constant.lower()
        why = _unfit(plugin, constant, source.name)
        if not why and plugin.name in self._registry(constant).own_names():
            why = f"Reelmock has a {kind} {plugin.name} of its own, expected another name"
        if not why and plugin.name in found.plugins[constant]:
            there = found.where[f"{kind} {plugin.name}"]
            why = f"{there} brings a {kind} {plugin.name} too, expected one of them"
        if not why and isinstance(plugin, Provider):
            why = self._unfit_provider(plugin, found)
        if why:
            raise NotLoaded(source.where, why)
        home = str(getattr(source.module, "__file__", ""))
        found.plugins[constant][plugin.name] = guarded(plugin, source.where, home)
        found.where[f"{kind} {plugin.name}"] = source.where

    def _registry(self, constant: str) -> Registry[Any]:
        registries: tuple[Registry[Any], ...] = (
            self.providers,
            self.scenarios,
            self.mechanisms,
            self.findings,
        )
        return next(each for each in registries if each.constant == constant)

    def _unfit_provider(self, provider: Provider, found: Brought) -> str:
        """Why a provider cannot be addressed beside the others; empty if it can."""
        if provider.name in TAKEN:
            return f"no provider can be called {provider.name}, which means something else"
        if not any(each.call_phase == "create" for each in provider.operations):
            return "its provider has no operation of the call phase create"
        if not provider.models:
            return "its provider has no model"
        others = [self.providers.get(name) for name in self.providers.own_names()]
        others += found.plugins["PROVIDER"].values()
        for other in others:
            if shared := set(provider.hosts) & set(other.hosts):
                return f"the host {min(shared)} is that of {other.name}"
        return ""

    def _take_entries(self, source: Source, entries: object, found: Brought) -> None:
        """Names of faults over the mechanism of the same file, or over any other."""
        from mockserver.engine.plugin_sources import NotLoaded

        if not isinstance(entries, Mapping) or not entries:
            raise NotLoaded(source.where, f"{ENTRIES}: expected a mapping of names to entries")
        mechanisms = {**found.plugins["FAULT"]}
        for name, entry in entries.items():
            why = self.faults.unfit(name, entry, source.name, mechanisms)
            if not why and name in found.entries:
                why = f"{found.where[f'fault name {name}']} brings a fault {name} too"
            if why:
                raise NotLoaded(source.where, f"{ENTRIES}: {why}")
            found.entries[name] = {"mechanism": source.name, **entry}
            found.where[f"fault name {name}"] = source.where


def _kinds() -> Mapping[str, type[Provider | Scenario | Fault | Finding]]:
    """What each constant is. A server without plug-ins of strangers need not know that to start."""
    from mockserver.domain.fault.fault import Fault
    from mockserver.domain.finding.finding import Finding
    from mockserver.domain.scenario.scenario import Scenario

    return {"PROVIDER": Provider, "SCENARIO": Scenario, "FAULT": Fault, "FINDING": Finding}


def _unfit(plugin: Any, constant: str, name: str) -> str:
    """Why this is not a plug-in of its kind with this name; empty if it is one."""
    wanted = _kinds()[constant]
    if not isinstance(plugin, wanted):
        return f"{constant} is a {type(plugin).__name__}, expected a {wanted.__name__}"
    if plugin.name != name:
        return f"{constant} is called {plugin.name!r}, expected {name!r}, as its file or entry point is"
    if not _NAME.fullmatch(name):
        return f"{name!r} is no name, expected small letters, digits and _, a letter first"
    return ""


def plugins_in(folders: tuple[str, ...]) -> Plugins:
    """The plug-ins of these folders and of installed packages, found once for this process."""
    return _found_once(folders, tuple(sys.path))


@cache
def _found_once(folders: tuple[str, ...], paths: tuple[str, ...]) -> Plugins:
    """Found anew where packages are looked for elsewhere by now."""
    return Plugins(folders)
