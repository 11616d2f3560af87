"""The life cycles have their form, and agree with the schemas they name."""

import json
from copy import deepcopy

import pytest
from jsonschema import Draft202012Validator

import contracts
from contracts.registry import ROOT
from tests.support.some import some

STATES = [
    pytest.param(provider, word, rule, id=f"{provider}-{task}-{word}")
    for provider in contracts.providers()
    for task, rules in contracts.life_cycle(provider)["tasks"].items()
    for word, rule in rules["states"].items()
]
STREAMS = [
    pytest.param(provider, grammar, id=f"{provider}-{name}")
    for provider in contracts.providers()
    for name, grammar in contracts.life_cycle(provider).get("streams", {}).items()
]


def _places(rule_name):
    """The places in a body of which the rules of the states say `must` or `never`."""
    return [
        pytest.param(provider, rule["message"], where, id=f"{state.id}-{where}")
        for state in STATES
        for provider, _, rule in [state.values]
        for where in rule.get(rule_name, [])
    ]


@pytest.mark.parametrize("provider", contracts.providers())
def test_a_life_cycle_has_its_form(provider):
    form = json.loads((ROOT / "meta" / "lifecycle.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    Draft202012Validator(form).validate(contracts.life_cycle(provider))


@pytest.mark.parametrize("provider", contracts.providers())
def test_every_state_is_known_reachable_and_ends(provider):
    for rules in some(contracts.life_cycle(provider)["tasks"].values()):
        states = rules["states"]
        reached = set(rules["initial"])
        for rule in states.values():
            assert rule["message"] in contracts.messages(provider)
            assert set(rule["next"]) <= set(states)
            reached |= set(rule["next"])
        assert reached == set(states)
        for word, rule in states.items():
            assert rule["terminal"] == (set(rule["next"]) <= {"gone"}), word


@pytest.mark.parametrize(("provider", "grammar"), STREAMS)
def test_every_kind_of_event_is_known_and_reachable(provider, grammar):
    reached = set(grammar["initial"])
    for rule in grammar["kinds"].values():
        assert rule["message"] in contracts.messages(provider)
        reached |= set(rule["next"])
    assert reached == {*grammar["kinds"], "terminator", "end"}


@pytest.mark.parametrize(("provider", "message", "where"), _places("must"))
def test_what_a_state_must_carry_its_schema_demands(provider, message, where):
    carrying = [data for data in _valid(provider, message) if _has(data, where)]
    for data in some(carrying):
        assert contracts.validate(provider, message, _without(data, where))


@pytest.mark.parametrize(("provider", "message", "where"), _places("never"))
def test_what_a_state_never_carries_its_schema_refuses(provider, message, where):
    parts = {"/data/response/resultUrls": ("/data/response", {"resultUrls": ["http://a.example"]})}
    place, value = parts.get(where, (where, {"videos": []}))
    tried = [_put(data, place, value) for data in _valid(provider, message)]
    for body in some(body for body in tried if body is not None):
        assert contracts.validate(provider, message, body)


def _valid(provider, message):
    return [
        test["data"]
        for group in contracts.cases(provider)
        if group["message"] == message
        for test in group["tests"]
        if test["valid"]
    ]


def _parent(data, where):
    *path, last = where.split("/")[1:]
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data, last


def _has(data, where):
    parent, last = _parent(data, where)
    return isinstance(parent, dict) and last in parent


def _without(data, where):
    copy = deepcopy(data)
    parent, last = _parent(copy, where)
    del parent[last]
    return copy


def _put(data, where, value):
    copy = deepcopy(data)
    parent, last = _parent(copy, where)
    if not isinstance(parent, dict):
        return None
    parent[last] = value
    return copy
