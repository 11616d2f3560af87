"""Sandboxes over the control API: made, found by key, changed, emptied, dropped."""

from __future__ import annotations

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control, ControlError
from tests.integration.admin.conftest import Submit


def test_a_new_sandbox_comes_with_a_key_that_chooses_it(server: Running, control: Control) -> None:
    made = control.create_sandbox(label="checkout", clock={"mode": "manual", "start": "2030-05-01"})
    assert made.api_key
    with Control(server.base_url, key=made.api_key) as own:
        found = own.sandbox()
    assert (found.id, found.label, found.api_key) == (made.id, "checkout", "")
    assert not found.opened_by_key
    assert found.clock.now == "2030-05-01T00:00:00.000Z"


def test_everything_may_be_set_at_creation(control: Control, key: str) -> None:
    made = control.create_sandbox(
        id=f"whole-{key}",
        api_key=f"{key}-a",
        keys=[f"{key}-b"],
        seed="7",
        clock={"mode": "real", "rate": 5},
        speed=30,
        scenario={"name": "fail", "options": {"at": "60%"}},
        scenario_rules=[{"scenario": "stall", "when": {"provider": "kie", "prompt": "dog"}}],
        dialect={"apiyi": {"task_id": "task"}},
        balances={"kie": 100.5, "apiyi": 3},
        webhook_key="secret",
        quotas=[{"name": "few", "limit": 2, "window": "10s"}],
    )
    assert (made.id, made.api_key, len(made.keys)) == (f"whole-{key}", f"{key}-a", 2)
    assert (made.seed, made.clock.rate, made.speed) == ("7", 5, 30)
    assert (made.scenario.name, made.scenario.options) == ("fail", {"at": "60%"})
    assert made.scenario_rules[0]["when"] == {"provider": "kie", "prompt": "dog"}
    assert made.dialect == {"apiyi": {"task_id": "task"}}
    assert made.balances == {"kie": 100.5, "apiyi": 3.0}
    assert made.has_webhook_key
    assert made.quotas[0]["window_ms"] == 10_000


def test_a_key_that_is_new_opens_its_sandbox_here_too(control: Control) -> None:
    assert control.sandbox().opened_by_key


def test_a_change_leaves_the_rest(control: Control) -> None:
    control.change_sandbox(balances={"kie": 5, "apiyi": 1}, label="one")
    changed = control.change_sandbox(balances={"kie": None})
    assert (changed.balances, changed.label) == ({"apiyi": 1.0}, "one")


def test_a_reset_empties_but_keeps_key_clock_and_settings(control: Control, submit: Submit) -> None:
    control.change_sandbox(label="kept")
    submit()
    now_ms = control.advance("1m").now_ms
    after = control.reset_sandbox()
    assert (after.tasks, after.label, after.clock.now_ms) == (0, "kept", now_ms)
    assert control.journal().entries == []


def test_a_deleted_sandbox_frees_its_keys(control: Control) -> None:
    made = control.create_sandbox()
    control.delete_sandbox(made.id)
    with pytest.raises(ControlError) as caught:
        control.sandbox(made.id)
    assert caught.value.status == 404
    again = control.create_sandbox(api_key=made.api_key)
    assert again.id != made.id


def test_further_keys_choose_the_same_sandbox(server: Running, control: Control, key: str) -> None:
    assert len(control.bind_keys(f"{key}-more")) == 2
    with Control(server.base_url, key=f"{key}-more") as other:
        assert other.sandbox().id == control.sandbox().id


def test_a_key_of_another_sandbox_cannot_be_bound(control: Control) -> None:
    taken = control.create_sandbox().api_key
    with pytest.raises(ControlError, match="no other sandbox") as caught:
        control.bind_keys(taken)
    assert taken not in str(caught.value)


def test_the_list_holds_every_sandbox(control: Control) -> None:
    made = control.create_sandbox()
    assert {made.id, control.sandbox().id} <= {sandbox.id for sandbox in control.sandboxes()}


def test_two_sandboxes_never_see_each_other(
    server: Running, control: Control, submit: Submit
) -> None:
    other_key = control.create_sandbox(clock={"mode": "manual"}).api_key
    with Control(server.base_url, key=other_key) as other:
        before = other.clock()
        task_id = submit()
        control.advance("10m")
        control.set_balance(apiyi=1)
        assert other.tasks() == []
        assert other.journal().entries == []
        assert other.clock() == before
        assert other.balance()["apiyi"].spent == 0
        assert other.sandbox().balances == {}
        with pytest.raises(ControlError, match="no task"):
            other.task(task_id)
    seen = httpx.get(
        f"{server.base_url}/apiyi/v1/videos/{task_id}",
        headers={"authorization": other_key},
        trust_env=False,
    )
    assert seen.status_code == 404


def test_the_same_seed_and_start_give_the_same_ids(server: Running, control: Control) -> None:
    ids = []
    for _ in range(2):
        made = control.create_sandbox(seed="s", clock={"mode": "manual", "start": 1_000_000})
        reply = httpx.post(
            f"{server.base_url}/apiyi/v1/videos",
            headers={"authorization": made.api_key},
            json={"model": "veo-3.1", "prompt": "a cat"},
            trust_env=False,
        )
        ids.append(reply.json()["id"])
    assert ids[0] == ids[1]
