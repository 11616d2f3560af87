"""The contracts themselves are tested: what breaks one rule of a schema must be rejected."""

import pytest

import contracts
from tests.support.contract_mutants import Mutator

MESSAGES = [
    (name, message) for name in contracts.providers() for message in contracts.messages(name)
]


def valid_instances(provider, message):
    return [
        test["data"]
        for group in contracts.cases(provider)
        if group["message"] == message
        for test in group["tests"]
        if test["valid"]
    ]


@pytest.mark.parametrize(("provider", "message"), MESSAGES)
def test_every_mutant_of_a_valid_instance_is_rejected(provider, message):
    mutator = Mutator(provider, message)
    killed, survivors = 0, []
    for instance in valid_instances(provider, message):
        spoken = contracts.dialects(provider, message, instance)
        for mutant in mutator.mutants(instance):
            if contracts.validate(provider, message, mutant.instance):
                killed += 1
            elif contracts.dialects(provider, message, mutant.instance) == spoken:
                survivors.append(mutant)
    assert not survivors, survivors
    assert killed, "no rule of this schema was broken: the check checked nothing"
