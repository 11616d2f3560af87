"""What becomes of a sandbox's tasks: the default scenario, and rules that come before it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mockserver.admin.http.call import Ask, Call
from mockserver.admin.requests.scenario import ChoiceGiven, RuleGiven, choice_from, rule_from
from mockserver.admin.responses.sandbox import choice_shown, rule_shown


class RulesGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Rules in the order in which they are tried; the first that matches counts."""

    rules: tuple[RuleGiven, ...]


async def show(ask: Ask) -> dict[str, Any]:
    """The scenario of submissions that no rule matches."""
    return choice_shown((await ask.sandbox()).scenario)


async def put(ask: Ask) -> dict[str, Any]:
    """Another default scenario, for tasks that are submitted from now on."""
    choice = choice_from(ask.body(ChoiceGiven), ask.core, "name")
    sandbox = await ask.sandbox()
    await ask.change(sandbox.id, lambda s: replace(s, scenario=choice))
    return choice_shown(choice)


async def show_rules(ask: Ask) -> dict[str, Any]:
    """The rules in the order in which they are tried."""
    return {"rules": [rule_shown(rule) for rule in (await ask.sandbox()).scenario_rules]}


async def put_rules(ask: Ask) -> dict[str, Any]:
    """Other rules in place of those there are."""
    given = ask.body(RulesGiven).rules
    rules = tuple(rule_from(rule, ask.core, f"rules[{index}]") for index, rule in enumerate(given))
    sandbox = await ask.sandbox()
    await ask.change(sandbox.id, lambda s: replace(s, scenario_rules=rules))
    return {"rules": [rule_shown(rule) for rule in rules]}


_SCENARIO = "/sandboxes/{sandbox}/scenario"
ROUTES = (
    Call("GET", _SCENARIO, show),
    Call("PUT", _SCENARIO, put),
    Call("GET", f"{_SCENARIO}/rules", show_rules),
    Call("PUT", f"{_SCENARIO}/rules", put_rules),
)
