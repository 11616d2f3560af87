"""The fault rules of a sandbox: set, list with their counts, and remove them; and the catalogue of faults."""

from __future__ import annotations

import dataclasses
from typing import cast

import msgspec
from msgspec.structs import replace

from mockserver.admin.http.call import CURRENT, PREFIX, Ask, Created, served
from mockserver.control import operations, parts
from mockserver.control.records import FaultRules, Faults
from mockserver.control.requests import FaultRulesGiven
from mockserver.domain.fault.fault import NamedFault
from mockserver.domain.fault.rule import FaultRule
from mockserver.domain.input.errors import Missing, nearest
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.engine.catalogue import explained
from mockserver.engine.faults import Tally
from mockserver.engine.unapplied import why_unapplied


async def show(ask: Ask) -> FaultRules:
    """Every rule with how often it matched, was applied and struck, and why it was not applied."""
    sandbox = await ask.sandbox()
    await ask.core.reports.settled(sandbox.id)
    tallies = await ask.core.faults.tallies(sandbox)
    return FaultRules([await _tally_shown(tally, ask, sandbox) for tally in tallies])


async def _tally_shown(tally: Tally, ask: Ask, sandbox: Sandbox) -> parts.FaultTally:
    fared = {
        "state": tally.state(ask.now(sandbox.clock), sandbox.clock.in_either),
        "matched": tally.matched,
        "applied": tally.applied,
        "struck": tally.struck,
        "fired": tally.applied,  # the old word, for one version
        "held_back": tally.held_back,
        "nearest": await why_unapplied(ask.core.faults, sandbox, tally),
    }
    return cast("parts.FaultTally", rule_shown(tally.rule) | fared)


def rule_shown(rule: FaultRule) -> parts.KeptFaultRule:
    """A rule in the form in which it can be set again."""
    shown: parts.KeptFaultRule = msgspec.to_builtins(
        replace(rule, serial=0, from_real_ms=None, until_real_ms=None)
    )
    return {"id": rule.id, **shown}


async def add(ask: Ask, given: FaultRule) -> Created[parts.KeptFaultRule]:
    """Adds a rule after the existing ones."""
    sandbox = await ask.sandbox()
    (rule,) = await ask.core.faults.numbered(sandbox, (given,), ask.now(sandbox.clock))
    await ask.change(sandbox.id, lambda s: replace(s, rules=(*s.rules, rule)))
    location = f"{PREFIX}/sandboxes/{sandbox.id}/faults/{rule.id}"
    return Created(rule_shown(rule), location)


async def put(ask: Ask, given: FaultRulesGiven) -> FaultRules:
    """Replaces all rules with these."""
    sandbox = await ask.sandbox()
    bare = replace(sandbox, rules=())
    rules = await ask.core.faults.numbered(bare, given.rules, ask.now(sandbox.clock))
    await ask.change(sandbox.id, lambda s: replace(s, rules=rules))
    return await show(ask)


async def clear(ask: Ask) -> None:
    """Removes all rules."""
    sandbox = await ask.sandbox()
    await ask.change(sandbox.id, lambda s: replace(s, rules=()))


async def show_one(ask: Ask) -> parts.FaultTally:
    """One rule with its counts. Raises Missing."""
    sandbox = await ask.sandbox()
    rule = _named(sandbox, ask.params["rule"])
    await ask.core.reports.settled(sandbox.id)
    tallies = await ask.core.faults.tallies(replace(sandbox, rules=(rule,)))
    return await _tally_shown(tallies[0], ask, sandbox)


async def remove(ask: Ask) -> None:
    """Removes one rule. Raises Missing."""
    sandbox = await ask.sandbox()
    rule = _named(sandbox, ask.params["rule"])
    await ask.change(
        sandbox.id, lambda s: replace(s, rules=tuple(r for r in s.rules if r.id != rule.id))
    )


def _named(sandbox: Sandbox, rule_id: str) -> FaultRule:
    for rule in sandbox.rules:
        if rule.id == rule_id:
            return rule
    raise Missing("fault rule", rule_id, nearest(rule_id, [rule.id for rule in sandbox.rules]))


async def show_mine(ask: Ask) -> FaultRules:
    """The rules of the sandbox that the request's key chooses."""
    return await show(dataclasses.replace(ask, params={"sandbox": CURRENT}))


async def catalogue(ask: Ask) -> Faults:
    """Every fault by name."""
    return Faults([_explained(fault) for fault in ask.core.faults.rule_compiler.catalogue.all()])


async def catalogue_entry(ask: Ask) -> parts.Fault:
    """One fault by name. Raises Missing."""
    known = ask.core.faults.rule_compiler.catalogue
    name = ask.params["fault"]
    if name not in known.names():
        raise Missing("fault", name, nearest(name, known.names()))
    return _explained(known.get(name))


def _explained(fault: NamedFault) -> parts.Fault:
    return cast("parts.Fault", explained(fault))


ROUTES = (
    served(operations.LIST_MY_FAULT_RULES, show_mine),
    served(operations.LIST_FAULTS, catalogue),
    served(operations.GET_FAULT, catalogue_entry),
    served(operations.LIST_FAULT_RULES, show),
    served(operations.ADD_FAULT_RULE, add),
    served(operations.SET_FAULT_RULES, put),
    served(operations.CLEAR_FAULT_RULES, clear),
    served(operations.GET_FAULT_RULE, show_one),
    served(operations.REMOVE_FAULT_RULE, remove),
)
