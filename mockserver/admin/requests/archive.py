"""Reads an archive, and refuses one that this server could not work with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from mockserver.admin.http.bodies import Malformed
from mockserver.admin.requests.archived import check_archived
from mockserver.admin.requests.settings import checked_id
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.names import known
from mockserver.domain.time.clock import LAST_MS, MAX_RATE
from mockserver.engine.archive import Archive, read_archive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mockserver.domain.fault.compile import RuleCompiler
    from mockserver.domain.provider.provider import Provider
    from mockserver.domain.sandbox.sandbox import Sandbox
    from mockserver.domain.scenario.scenario import Scenario
    from mockserver.domain.time.clock import ClockState
    from mockserver.engine.core import Core
    from mockserver.engine.registry import Registry

_KEY_HASH = re.compile(r"(?:unset)?[0-9a-f]{12}")


def archive_from(content: bytes, core: Core) -> Archive:
    """The archive; this server knows every name in it. Raises Malformed and BadInput."""
    try:
        msgspec.json.decode(content, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Malformed(f"the body is no valid JSON: {error}") from None
    archive = read_archive(content)
    checked_id(archive.sandbox.id, "sandbox.id")
    for key in archive.keys:
        if not _KEY_HASH.fullmatch(key):
            raise BadInput("keys", key, "hashes of keys, 12 hex digits each")
    _check_clock(archive.sandbox.clock)
    check_names(archive, core.providers, core.scenarios, core.faults.rule_compiler)
    for index, task in enumerate(archive.tasks):
        if not task.plan.steps:
            raise BadInput(f"tasks[{index}].plan.steps", [], "a first step at least")
    check_archived(archive, core)
    return archive


def _check_clock(clock: ClockState) -> None:
    runs = clock.mode == "real"
    if (not 0 < clock.rate <= MAX_RATE) if runs else clock.rate != 0:
        expected = f"above 0, at most {MAX_RATE:g}" if runs else f"0 in mode {clock.mode}"
        raise BadInput("sandbox.clock.rate", clock.rate, expected)
    if not 0 <= clock.virtual_base_ms <= LAST_MS:
        expected = "a moment before the year 10000"
        raise BadInput("sandbox.clock.virtual_base_ms", clock.virtual_base_ms, expected)


def check_names(
    archive: Archive,
    providers: Mapping[str, Provider],
    scenarios: Registry[Scenario],
    rule_compiler: RuleCompiler,
) -> None:
    """Raises BadInput for names that another version or a plug-in has and this server lacks."""
    _check_choices(archive.sandbox, scenarios)
    _check_rules(archive.sandbox, rule_compiler)
    for provider, switches in archive.sandbox.dialect.items():
        known(provider, providers, "sandbox.dialect")
        for switch, value in switches.items():
            providers[provider].check_dialect(switch, value)
    for index, task in enumerate(archive.tasks):
        known(task.provider, providers, f"tasks[{index}].provider")
    for index, delivery in enumerate(archive.deliveries):
        known(delivery.provider, providers, f"deliveries[{index}].provider")


def _check_choices(sandbox: Sandbox, scenarios: Registry[Scenario]) -> None:
    known(sandbox.scenario.name, scenarios.names(), "sandbox.scenario.name")
    for index, rule in enumerate(sandbox.scenario_rules):
        field = f"sandbox.scenario_rules[{index}].scenario.name"
        known(rule.scenario.name, scenarios.names(), field)


def _check_rules(sandbox: Sandbox, rule_compiler: RuleCompiler) -> None:
    for index, fault in enumerate(sandbox.rules):
        try:
            rule_compiler.compile(fault)
        except BadInput as error:
            field = f"sandbox.rules[{index}].{error.field}"
            raise BadInput(field, error.value, error.expected) from None
