"""The use cases with everything they need, for the control API and the web shell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.domain.journal.journal import Contact
from mockserver.domain.provider.provider import Provider
from mockserver.domain.scenario.scenario import Scenario
from mockserver.engine.callbacks import Callbacks
from mockserver.engine.downloads import Downloads
from mockserver.engine.exchange import Exchange
from mockserver.engine.faults import Faults
from mockserver.engine.listening import Listeners
from mockserver.engine.notifier import Notifier
from mockserver.engine.plugins import Plugins
from mockserver.engine.ports import Store, System, Tapes
from mockserver.engine.registry import Registry
from mockserver.engine.reports import Reports
from mockserver.engine.sandboxes import Sandboxes


@dataclass(frozen=True, slots=True)
class Core:
    """One running Reelmock without its shell.

    `describe` gives the OpenAPI document of a provider, and raises Missing if there is none.
    `judge` says what the contract has to say of a call or callback. `tapes` is None without a folder.
    """

    store: Store
    system: System
    notifier: Notifier
    plugins: Plugins
    providers: Mapping[str, Provider]
    scenarios: Registry[Scenario]
    sandboxes: Sandboxes
    faults: Faults
    exchange: Exchange
    downloads: Downloads
    callbacks: Callbacks
    reports: Reports
    listeners: Listeners
    describe: Callable[[str], Mapping[str, Any]]
    judge: Callable[[Contact], Mapping[str, Any]]
    tapes: Tapes | None
