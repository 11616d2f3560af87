"""Bodies of control calls: whatever arrives, it is a record or a refusal that says where."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from mockserver.admin.http.bodies import MAX_DEPTH, Malformed, read
from mockserver.control.requests import SandboxGiven
from mockserver.domain.input.errors import BadInput

NAMES = [*SandboxGiven.__struct_fields__, "mode", "rate", "start", "name", "when", "other"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
@example({"clock": {"rate": 10**400}})
@effort(max_examples=50)
def test_any_json_is_read_or_refused_by_its_path(content: Any) -> None:
    try:
        read(json.dumps(content).encode(), SandboxGiven)
    except BadInput as error:
        assert error.expected
    except Malformed as error:
        assert str(error)


@given(st.binary(max_size=40))
@effort(max_examples=50)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        read(body, SandboxGiven)
    except (BadInput, Malformed) as error:
        assert str(error)


@pytest.mark.parametrize("depth", [MAX_DEPTH, MAX_DEPTH + 1])
def test_the_limit_of_nesting_is_exact(depth: int) -> None:
    body = b"[" * depth + b"]" * depth
    if depth > MAX_DEPTH:
        with pytest.raises(Malformed, match="nested"):
            read(body, list)
    else:
        assert read(body, list)


def test_a_key_may_come_twice_in_different_objects() -> None:
    rules = b'{"scenario_rules": [{"scenario": "a"}, {"scenario": "b"}]}'
    assert len(read(rules, SandboxGiven).scenario_rules) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "field", "value"),
    [
        ({"quotas": [{"name": "q", "limit": "x", "window": 1}]}, "quotas[0].limit", "x"),
        ({"scenario_rules": [{"scenario": "a", "when": {"model": 1}}]},
         "scenario_rules[0].when.model", 1),
        ({"clock": {"mode": "fast"}}, "clock.mode", "fast"),
    ],
)  # fmt: skip
def test_the_refused_value_is_found_by_its_path(content: Any, field: str, value: Any) -> None:
    with pytest.raises(BadInput) as caught:
        read(json.dumps(content).encode(), SandboxGiven)
    assert (caught.value.field, caught.value.value) == (field, value)
