"""Scenarios as people choose them, tried out once before they are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mockserver.domain.input.errors import BadInput, Refusal
from mockserver.domain.input.names import known
from mockserver.domain.input.pattern import ready
from mockserver.domain.scenario.given import ChoiceGiven, ScenarioRuleGiven
from mockserver.domain.scenario.scenario import (
    Choice,
    PlanRequest,
    ScenarioRule,
    check_options,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mockserver.domain.provider.provider import Provider
    from mockserver.domain.scenario.scenario import Scenario
    from mockserver.engine.core import Core


def choice_from(
    given: str | ChoiceGiven, core: Core, path: str, provider: str | None = None
) -> Choice:
    """A scenario that makes a plan with these options, for one provider or any. Raises BadInput."""
    wanted = ChoiceGiven(given) if isinstance(given, str) else given
    known(wanted.name, core.scenarios.names(), path)
    scenario = core.scenarios.get(wanted.name)
    check_options(scenario, wanted.options)
    providers = [core.providers[provider]] if provider else list(core.providers.values())
    _try_out(scenario, wanted.options, providers)
    return Choice(wanted.name, wanted.options)


def rule_from(given: ScenarioRuleGiven, core: Core, path: str) -> ScenarioRule:
    """A rule that can match something. Raises BadInput."""
    when = given.when
    if not 0 <= given.probability <= 1:
        raise BadInput(f"{path}.probability", given.probability, "a number from 0 to 1")
    providers = list(core.providers.values())
    if when.provider is not None:
        known(when.provider, core.providers, f"{path}.when.provider")
        providers = [core.providers[when.provider]]
    if when.model is not None:
        models = [model.name for provider in providers for model in provider.models]
        known(when.model, models, f"{path}.when.model")
    if when.prompt is not None:
        ready(when.prompt, f"{path}.when.prompt")
    choice = choice_from(given.scenario, core, f"{path}.scenario", when.provider)
    return ScenarioRule(choice, when, given.probability)


def _try_out(scenario: Scenario, options: dict[str, Any], providers: Iterable[Provider]) -> None:
    """Raises BadInput when no provider's job can be planned: a failure code may be one's own."""
    request = PlanRequest(0, "trial", 1000, 1000, 1000, 1000, 1, {}, options)
    refusal: BadInput | None = None
    for provider in providers:
        try:
            scenario.make(replace(request, failures=provider.failures, refusals=provider.refusals))
        except Refusal:
            return  # a scenario that refuses the creation did what it is for
        except BadInput as error:
            refusal = refusal or error
        else:
            return
    if refusal is not None:
        raise refusal
