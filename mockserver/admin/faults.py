"""Fault rules of a sandbox: set, shown with how they fared, taken away; and every fault by name."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mockserver.admin.http.call import CURRENT, PREFIX, Answer, Ask, Call
from mockserver.domain.fault.rule import FaultRule
from mockserver.domain.input.errors import Missing, nearest
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.engine.catalogue import explained
from mockserver.engine.faults import Tally
from mockserver.engine.unapplied import why_unapplied


class RulesGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Rules in the order in which they strike."""

    rules: tuple[FaultRule, ...]


async def show(ask: Ask) -> dict[str, Any]:
    """Every rule with how often it matched, was applied, struck, and why it was not."""
    sandbox = await ask.sandbox()
    await ask.core.reports.settled(sandbox.id)
    tallies = await ask.core.faults.tallies(sandbox)
    return {"rules": [await _tally_shown(tally, ask, sandbox) for tally in tallies]}


async def _tally_shown(tally: Tally, ask: Ask, sandbox: Sandbox) -> dict[str, Any]:
    return {
        **rule_shown(tally.rule),
        "state": tally.state(ask.now(sandbox.clock), sandbox.clock.in_either),
        "matched": tally.matched,
        "applied": tally.applied,
        "struck": tally.struck,
        "fired": tally.applied,  # the old word, for one version
        "held_back": tally.held_back,
        "nearest": await why_unapplied(ask.core.faults, sandbox, tally),
    }


def rule_shown(rule: FaultRule) -> dict[str, Any]:
    """A rule as it could be given again."""
    shown: dict[str, Any] = msgspec.to_builtins(
        replace(rule, serial=0, from_real_ms=None, until_real_ms=None)
    )
    return {"id": rule.id, **shown}


async def add(ask: Ask) -> Answer:
    """One more rule, behind those that are set."""
    given = ask.body(FaultRule)
    sandbox = await ask.sandbox()
    (rule,) = await ask.core.faults.numbered(sandbox, (given,), ask.now(sandbox.clock))
    await ask.change(sandbox.id, lambda s: replace(s, rules=(*s.rules, rule)))
    location = f"{PREFIX}/sandboxes/{sandbox.id}/faults/{rule.id}"
    return Answer(201, rule_shown(rule), location)


async def put(ask: Ask) -> dict[str, Any]:
    """These rules in place of all that were set."""
    given = ask.body(RulesGiven)
    sandbox = await ask.sandbox()
    bare = replace(sandbox, rules=())
    rules = await ask.core.faults.numbered(bare, given.rules, ask.now(sandbox.clock))
    await ask.change(sandbox.id, lambda s: replace(s, rules=rules))
    return await show(ask)


async def clear(ask: Ask) -> None:
    """No rules at all."""
    sandbox = await ask.sandbox()
    await ask.change(sandbox.id, lambda s: replace(s, rules=()))


async def show_one(ask: Ask) -> dict[str, Any]:
    """One rule with how it fared. Raises Missing."""
    sandbox = await ask.sandbox()
    rule = _named(sandbox, ask.params["rule"])
    await ask.core.reports.settled(sandbox.id)
    tallies = await ask.core.faults.tallies(replace(sandbox, rules=(rule,)))
    return await _tally_shown(tallies[0], ask, sandbox)


async def remove(ask: Ask) -> None:
    """Takes one rule away. Raises Missing."""
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


async def show_mine(ask: Ask) -> dict[str, Any]:
    """The rules of the sandbox that the request's key chooses."""
    return await show(dataclasses.replace(ask, params={"sandbox": CURRENT}))


async def catalogue(ask: Ask) -> dict[str, Any]:
    """Every fault by name."""
    return {"faults": [explained(fault) for fault in ask.core.faults.armoury.catalogue.all()]}


async def catalogue_entry(ask: Ask) -> dict[str, Any]:
    """One fault by name. Raises Missing."""
    known = ask.core.faults.armoury.catalogue
    name = ask.params["fault"]
    if name not in known.names():
        raise Missing("fault", name, nearest(name, known.names()))
    return explained(known.get(name))


_FAULTS = "/sandboxes/{sandbox}/faults"
ROUTES = (
    Call("GET", "/faults", show_mine),
    Call("GET", "/faults/catalogue", catalogue),
    Call("GET", "/faults/catalogue/{fault}", catalogue_entry),
    Call("GET", _FAULTS, show),
    Call("POST", _FAULTS, add),
    Call("PUT", _FAULTS, put),
    Call("DELETE", _FAULTS, clear),
    Call("GET", _FAULTS + "/{rule}", show_one),
    Call("DELETE", _FAULTS + "/{rule}", remove),
)
