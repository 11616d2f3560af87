"""What holds for every fault there is, and for any two of them together."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.app import Running
from mockserver.engine.profiles import shipped
from tests.property.faults.day import Day
from tests.property.faults.strategies import NAMES, rule, rules
from tests.support.some import some

_numbers = itertools.count(1)
BATCH = 6
BATCHES = [NAMES[start : start + BATCH] for start in range(0, len(NAMES), BATCH)]
over_sockets = settings(
    max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def run(server: Running, given_rules: list[dict[str, Any]], name: str = "") -> list[Any]:
    """One day; sandboxes of the same name see the same ids and URLs."""
    day = Day(server, name or f"day{next(_numbers)}", given_rules)
    try:
        return day.run()
    finally:
        day.close()


def test_a_probability_of_0_is_the_identity(server: Running) -> None:
    usual = run(server, [], "identity")
    assert run(server, [rule(name, probability=0) for name in NAMES], "identity") == usual


@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: batch[0])
def test_the_same_start_seed_and_calls_give_the_same_bytes(
    server: Running, batch: tuple[str, ...]
) -> None:
    given_rules = [rule(name, probability=0.5) for name in batch]
    name = f"same-{batch[0]}"
    assert run(server, given_rules, name) == run(server, given_rules, name)


def test_a_day_under_the_hostile_profile_is_three_times_the_same(server: Running) -> None:
    hostile = shipped("hostile", server.app.core).faults
    given_rules = [msgspec.to_builtins(each) for each in hostile]
    first, *others = (run(server, given_rules, "hostile") for _ in range(3))
    assert others == [first, first]


def test_a_fault_touches_only_what_its_when_names(server: Running) -> None:
    usual = run(server, [], "elsewhere")
    prompted = [rule(name, when={"prompt": "no prompt says this"}) for name in NAMES]
    another = [{"fault": "http_error", "when": {"provider": "xcompute"}}]
    assert run(server, [*prompted, *another], "elsewhere") == usual


@given(st.lists(rules(), min_size=2, max_size=2))
@over_sockets
def test_composing_any_two_never_crashes_the_server(
    server: Running, two: list[dict[str, Any]]
) -> None:
    for seen in some(run(server, two)):
        if seen[0] == 500:
            assert seen[2] != b"Internal Server Error", seen


@given(st.lists(rules(), min_size=1, max_size=5))
@over_sockets
def test_two_sandboxes_do_not_disturb_one_another(
    server: Running, given_rules: list[dict[str, Any]]
) -> None:
    usual = run(server, [], "bystander")
    name = f"struck{next(_numbers)}"
    struck, bystander = Day(server, name, given_rules), Day(server, "bystander", [])
    try:
        struck.run()
        assert bystander.run() == usual
    finally:
        struck.close()
        bystander.close()


@given(st.lists(rules(), min_size=1, max_size=5))
@over_sockets
def test_after_any_faults_a_clean_request_is_served_and_nothing_accepted_is_lost(
    server: Running, given_rules: list[dict[str, Any]]
) -> None:
    day = Day(server, f"after{next(_numbers)}", given_rules)
    try:
        seen = day.run()
        day.control.clear_faults()
        known = {task.id for task in day.control.tasks()}
        created = day.http.post(
            "/apiyi/v1/videos", json={"model": "veo-3.1", "prompt": "[mock:instant]"}
        ).json()
        assert day.http.get(f"/apiyi/v1/videos/{created['id']}").json()["status"] == "completed"
        assert {task.id for task in day.control.tasks()} == known | {created["id"]}
        if seen[0][0] == 200 and not any(r["fault"].endswith("_field") for r in given_rules):
            assert known
        for task_id in known:
            assert day.http.get(f"/apiyi/v1/videos/{task_id}").json()["id"] == task_id
    finally:
        day.close()
