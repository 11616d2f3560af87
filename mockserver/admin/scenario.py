"""What happens to a sandbox's tasks: the default scenario, and the rules that come before it."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.admin.http.call import Ask, served
from mockserver.admin.responses.sandbox import choice_shown, rule_shown
from mockserver.control import operations
from mockserver.control.records import Choice, ScenarioRules
from mockserver.control.requests import ScenarioRulesGiven
from mockserver.domain.scenario.given import ChoiceGiven
from mockserver.engine.choices import choice_from, rule_from


async def show(ask: Ask) -> Choice:
    """The scenario of submissions that no rule matches."""
    return choice_shown((await ask.sandbox()).scenario)


async def put(ask: Ask, given: ChoiceGiven) -> Choice:
    """Sets the default scenario for tasks that are submitted from now on."""
    choice = choice_from(given, ask.core, "name")
    sandbox = await ask.sandbox()
    await ask.change(sandbox.id, lambda s: replace(s, scenario=choice))
    return choice_shown(choice)


async def show_rules(ask: Ask) -> ScenarioRules:
    """The scenario rules, in the order in which they are tried."""
    return ScenarioRules([rule_shown(rule) for rule in (await ask.sandbox()).scenario_rules])


async def put_rules(ask: Ask, given: ScenarioRulesGiven) -> ScenarioRules:
    """Replaces the scenario rules."""
    rules = tuple(
        rule_from(rule, ask.core, f"rules[{index}]") for index, rule in enumerate(given.rules)
    )
    sandbox = await ask.sandbox()
    await ask.change(sandbox.id, lambda s: replace(s, scenario_rules=rules))
    return ScenarioRules([rule_shown(rule) for rule in rules])


ROUTES = (
    served(operations.GET_SCENARIO, show),
    served(operations.SET_SCENARIO, put),
    served(operations.LIST_SCENARIO_RULES, show_rules),
    served(operations.SET_SCENARIO_RULES, put_rules),
)
