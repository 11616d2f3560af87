"""Directives in prompts and rules over prompts, by example."""

import pytest

from mockserver.domain.input.errors import BadInput, Refusal
from mockserver.domain.scenario.scenario import Choice, Scenario, When, check_options, directive
from mockserver.engine.registry import Registry

SCENARIOS = Registry[Scenario]("mockserver.scenarios", "SCENARIO")


@pytest.mark.parametrize(
    ("prompt", "choice"),
    [
        ("a cat", None),
        ("a cat [mock]", None),
        ("[mock:instant]", Choice("instant")),
        ("[mock: instant ]", Choice("instant")),
        ("a [mock:slow factor=3] cat", Choice("slow", {"factor": "3"})),
        (
            "[mock:fail code=content_policy at=60%]",
            Choice("fail", {"code": "content_policy", "at": "60%"}),
        ),
        ("[mock:instant] [mock:stall]", Choice("instant")),
    ],
)
def test_a_directive_chooses_a_scenario_and_its_options(prompt: str, choice: Choice | None) -> None:
    assert directive(prompt, SCENARIOS.names) == choice


@pytest.mark.parametrize(
    ("prompt", "says"),
    [
        ("[mock:instant", "not closed"),
        ("[mock:]", "no scenario ''"),
        ("[mock:sucess]", "did you mean 'succeed'"),
        ("[mock:fail at]", "key=value"),
        ("[mock:fail =3]", "key=value"),
        ("[mock:fail at=]", "key=value"),
    ],
)
def test_a_directive_that_does_not_parse_says_what_is_wrong(prompt: str, says: str) -> None:
    with pytest.raises(Refusal, match=says) as caught:
        directive(prompt, SCENARIOS.names)
    assert caught.value.kind == "bad_directive"


def test_an_option_that_a_scenario_does_not_take_is_refused_with_those_it_takes() -> None:
    with pytest.raises(BadInput, match=r"slow\.facter.*did you mean 'factor'"):
        check_options(SCENARIOS.get("slow"), {"facter": 3})


def test_a_rule_matches_by_provider_model_and_prompt() -> None:
    when = When(provider="kie", prompt="cat|dog")
    assert when.answer("kie", "veo3", "a dog") == "yes"
    assert when.answer("kie", "veo3", "a fish") == "no"
    assert when.answer("apiyi", "veo3", "a dog") == "no"
    assert When().answer("apiyi", "veo3", "") == "yes"
