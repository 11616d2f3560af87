"""What a test works with: one sandbox, with everything that can be set and seen."""

from __future__ import annotations

import os
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol

from mockserver.control import Struck, rule_struck, scenario_struck
from mockserver.domain.finding.evidence import seconds
from mockserver.domain.finding.ignoring import Ignore, sift
from mockserver.domain.input import variables
from mockserver.domain.input.errors import BadInput, nearest
from mockserver.domain.input.no_proxy import no_proxy
from mockserver.domain.input.quantity import span_text
from mockserver.embedded import assertions
from mockserver.embedded.clock import SandboxClock
from mockserver.embedded.timeline_text import drawn
from mockserver.system import today

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mockserver.control import Balance, Callback, Entry, Findings, Found, Sandbox, Task
    from mockserver.domain.finding.ignoring import Sifted
    from mockserver.embedded.servers import RunningServer
    from mockserver.engine.matrix import Case


class Patch(Protocol):
    """Sets variables of this process's environment, and restores them at its end."""

    def setenv(self, name: str, value: str) -> None:
        """Sets one."""


def _span(seconds: float) -> str:
    """A sleep as a span, rounded up to milliseconds, so that the client slept at least that long."""
    return span_text(ceil(seconds * 1000))


class Reelmock:
    """A new sandbox. `api_key` chooses it, for every client or process that sends the key."""

    def __init__(self, server: RunningServer, sandbox: Sandbox, patch: Patch) -> None:
        self.url = server.base_url
        self.control = server.control
        self.id = sandbox.id
        self.api_key = sandbox.api_key
        self.seed = sandbox.seed
        self.patience = seconds(sandbox.patience_ms or 0)
        self.clock = SandboxClock(server.control, sandbox.id)
        self.case: Case | None = None
        self._case_rule = ""
        self._ignored = server.ignored
        self._providers = server.providers
        self._plugins = server.plugins
        self._patch = patch

    def base_url(self, provider: str) -> str:
        """The base URL to use in place of a provider's own, without a slash at its end."""
        if provider not in self._providers:
            near = nearest(provider, self._providers)
            raise BadInput("provider", provider, f"one of: {', '.join(self._providers)}{near}")
        return f"{self.url}/{provider}"

    def env(self) -> dict[str, str]:
        """Base URLs and keys under their usual names, for a subprocess or `os.environ`.

        Proxies of the environment are not used for them.
        """
        named = {variables.URL: self.url, variables.KEY: self.api_key}
        urls = {name: self.base_url(name) for name in self._providers}
        for name, provider in self._providers.items():
            urls = {sdk: urls[name] + path for sdk, path in provider.sdks.items()} | urls
        for name, url in urls.items():
            named[f"{name.upper()}_BASE_URL"] = url
            named[f"{name.upper()}_API_KEY"] = self.api_key
        if self._plugins:
            named[variables.PLUGINS] = ",".join(self._plugins)
        return named | no_proxy(os.environ)

    def full_env(self) -> dict[str, str]:
        """This process's environment together with `env()`, for `subprocess.run(env=…)`."""
        return {**os.environ, **self.env()}

    def setenv(self) -> None:
        """Puts `env()` into this process's environment until the test or the block ends."""
        for name, value in self.env().items():
            self._patch.setenv(name, value)

    # --- time

    def sleep(self, seconds: float) -> None:
        """Moves the clock on as far as a client would have slept; use it in place of `time.sleep`."""
        self.clock.advance(_span(seconds))

    async def asleep(self, seconds: float) -> None:
        """The same for a client on an event loop; use it in place of `asyncio.sleep`."""
        await self.clock.advance_async(_span(seconds))

    # --- what goes wrong

    def scenario(self, name: str, **options: Any) -> None:
        """Sets what happens to later jobs: `scenario("fail", code="content_policy")`."""
        self.control.set_scenario(name, self.id, **options)

    def fault(
        self,
        name: str,
        *,
        times: int | None = None,
        skip: int = 0,
        probability: float = 1.0,
        when: dict[str, Any] | None = None,
        until: str | int | None = None,
        lasts: str | None = None,
        **parameters: Any,
    ) -> str:
        """Sets a fault rule and returns its id: `fault("http_error", status=503, times=2)`.

        `when` says which calls it strikes: provider, operation, call_phase, prompt, …
        """
        rule: dict[str, Any] = {"fault": name, "with": parameters, "when": when or {}}
        rule |= {"times": times, "skip": skip, "probability": probability}
        rule |= {"until": until, "lasts": lasts}
        return self._add_rule(rule)

    def arm(self, case: Case) -> None:
        """Sets up a case of the marker `reelmock_faults`."""
        self.case = case
        if case.scenario:
            self.control.set_scenario_rules(case.scenario_rules, self.id)
        else:
            self._case_rule = self._add_rule(case.rule)

    def struck(self) -> Struck:
        """How often the case of `reelmock_faults` struck, or why it never did."""
        if self.case is None:
            raise BadInput("case", None, "a test with the marker reelmock_faults")
        if self.case.scenario:
            return scenario_struck(self.control, self.id, self.case.scenario)
        return rule_struck(self.control, self.id, self._case_rule)

    def _add_rule(self, rule: dict[str, Any]) -> str:
        given = {name: value for name, value in rule.items() if value is not None}
        return str(self.control.add_fault(given, self.id)["id"])

    # --- what happened

    @property
    def tasks(self) -> list[Task]:
        """Every job in its present state, in the order of submission."""
        return self.control.tasks(self.id)

    @property
    def journal(self) -> list[Entry]:
        """Every call, delivery and move of the clock, oldest first."""
        return list(self.control.entries(self.id))

    @property
    def callbacks(self) -> list[Callback]:
        """The callback log, with every attempt."""
        return self.control.callbacks(self.id)

    @property
    def spend(self) -> dict[str, float]:
        """What was spent at each provider, in its own unit, minus refunds."""
        return {name: balance.spent for name, balance in self.balances.items()}

    @property
    def balances(self) -> dict[str, Balance]:
        """Limit, rest and spending at each provider."""
        return self.control.balance(self.id)

    def findings(self, *, over: bool = False) -> Findings:
        """What the client did wrong until now; `over` means that it makes no more calls."""
        return self.control.findings(self.id, over=over)

    @property
    def outlasted(self) -> int:
        """How many connections a fault held until patience ended, because the client did not leave."""
        return self.control.sandbox(self.id).outlasted

    def timeline(self) -> str:
        """Calls, states, callbacks and faults on one line of virtual time, as text."""
        clock = self.clock.state()
        return drawn(self.control.timeline(self.id), self.id, clock.mode)

    # --- assertions that explain

    def assert_spent(self, max: float, provider: str | None = None) -> None:
        """Fails if more was spent: in dollars for all providers, or in one provider's unit."""
        __tracebackhide__ = True
        assertions.spent(self.balances, self.tasks, max, provider)

    def assert_called(self, operation: str, times: int | None = None) -> None:
        """Fails unless `provider.operation` was called, and exactly `times` times if that is given."""
        __tracebackhide__ = True
        assertions.called(self.journal, self.control.providers(), operation, times)

    def assert_no_findings(self, ignore: tuple[str, ...] | list[str] = ()) -> None:
        """Fails if the client did anything wrong, or made no call that could be judged.

        What `ignore` or reelmock.toml ignores does not count.
        """
        __tracebackhide__ = True
        assertions.was_used(self.journal)
        assertions.no_findings(self.sifted(ignore))

    def sifted(self, ignore: Sequence[str] = ()) -> Sifted[Found]:
        """The findings that count, and those that were left out. Raises BadInput for an unknown name."""
        known = [one["name"] for one in self.control.finding_kinds()]
        here = [Ignore(name, "ignored by the test") for name in ignore]
        found = self.findings(over=True).found
        return sift(found, (*self._ignored, *here), known, today())
