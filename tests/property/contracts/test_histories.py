"""Walks through the allowed edges obey the life cycle; a step off them does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import contracts
from contracts import Observation

TASKS = [
    (provider, task)
    for provider in contracts.providers()
    for task in contracts.life_cycle(provider)["tasks"]
]


@st.composite
def walks(draw, provider, task):
    """An exact history along the edges, with repeated polls and rising progress."""
    rules = contracts.life_cycle(provider)["tasks"][task]
    state = draw(st.sampled_from(rules["initial"]))
    at_ms = birth_ms = draw(st.integers(0, 10**12))
    progress, history = 0, []
    for _ in range(draw(st.integers(1, 8))):
        rule = rules["states"][state]
        at_ms = max(at_ms + draw(st.integers(0, 10**6)), rule.get("after_ms", 0) + birth_ms)
        at_ms = at_ms if history else birth_ms
        progress = draw(st.integers(progress, 100))
        stated = rule.get("progress", {}).get("const", progress)
        history.append(Observation(at_ms, state, draw(st.sampled_from([None, stated]))))
        state = draw(st.sampled_from([state, *rule["next"]]))
    return history


@pytest.mark.parametrize(("provider", "task"), TASKS)
@given(data=st.data())
def test_a_walk_along_the_edges_obeys(provider, task, data):
    history = data.draw(walks(provider, task))
    assert contracts.check_history(provider, history, task, exact=True) == []


@pytest.mark.parametrize(("provider", "task"), TASKS)
@given(data=st.data())
def test_any_part_of_a_lawful_history_is_lawful(provider, task, data):
    history = data.draw(walks(provider, task))
    kept = data.draw(st.lists(st.sampled_from(range(len(history))), unique=True))
    part = [history[number] for number in sorted({0, *kept})]
    assert contracts.check_history(provider, part, task) == []


@pytest.mark.parametrize(("provider", "task"), TASKS)
@given(data=st.data())
def test_a_history_read_backwards_is_unlawful_when_it_moved(provider, task, data):
    history = data.draw(walks(provider, task))
    words = [seen.status for seen in history]
    timed = zip((seen.at_ms for seen in history), reversed(words), strict=True)
    turned = [Observation(at_ms, word) for at_ms, word in timed]
    assert bool(contracts.check_history(provider, turned, task)) == (len(set(words)) > 1)
