"""The life cycles have their form, and agree with the schemas they name."""

import json
from copy import deepcopy

import pytest
from jsonschema import Draft202012Validator

import contracts
from contracts.registry import ROOT

STATES = [
    pytest.param(provider, word, rule, id=f"{provider}-{task}-{word}")
    for provider in contracts.providers()
    for task, rules in contracts.life_cycle(provider)["tasks"].items()
    for word, rule in rules["states"].items()
]


@pytest.mark.parametrize("provider", contracts.providers())
def test_a_life_cycle_has_its_form(provider):
    form = json.loads((ROOT / "meta" / "lifecycle.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    Draft202012Validator(form).validate(contracts.life_cycle(provider))


@pytest.mark.parametrize("provider", contracts.providers())
def test_every_state_is_known_reachable_and_ends(provider):
    for rules in contracts.life_cycle(provider)["tasks"].values():
        states = rules["states"]
        reached = set(rules["initial"])
        for rule in states.values():
            assert rule["message"] in contracts.messages(provider)
            assert set(rule["next"]) <= set(states)
            reached |= set(rule["next"])
        assert reached == set(states)
        for word, rule in states.items():
            assert rule["terminal"] == (set(rule["next"]) <= {"gone"}), word


@pytest.mark.parametrize("provider", contracts.providers())
def test_every_kind_of_event_is_known_and_reachable(provider):
    for grammar in contracts.life_cycle(provider).get("streams", {}).values():
        reached = set(grammar["initial"])
        for rule in grammar["kinds"].values():
            assert rule["message"] in contracts.messages(provider)
            reached |= set(rule["next"])
        assert reached == {*grammar["kinds"], "terminator", "end"}


@pytest.mark.parametrize(("provider", "word", "rule"), STATES)
def test_what_a_state_must_carry_its_schema_demands(provider, word, rule):
    for where in rule.get("must", []):
        for data in _valid(provider, rule["message"]):
            if _has(data, where):
                assert contracts.validate(provider, rule["message"], _without(data, where)), where
        assert any(_has(data, where) for data in _valid(provider, rule["message"])), where


@pytest.mark.parametrize(("provider", "word", "rule"), STATES)
def test_what_a_state_never_carries_its_schema_refuses(provider, word, rule):
    parts = {"/data/response/resultUrls": ("/data/response", {"resultUrls": ["http://a.example"]})}
    for where in rule.get("never", []):
        place, value = parts.get(where, (where, {"videos": []}))
        tried = [_put(data, place, value) for data in _valid(provider, rule["message"])]
        bodies = [body for body in tried if body is not None]
        assert bodies, where
        for body in bodies:
            assert contracts.validate(provider, rule["message"], body), where


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
