"""Scenario, dialect, money, journal and tasks over the control API, seen from a client's side."""

from __future__ import annotations

import httpx
import pytest

from mockserver.control import Control, ControlError
from tests.integration.admin.conftest import Submit
from tests.support.serving import settings


def test_the_default_scenario_decides_what_becomes_of_a_task(
    control: Control, submit: Submit
) -> None:
    control.set_scenario("fail", at="60%")
    assert control.scenario().options == {"at": "60%"}
    task_id = submit()
    control.advance(to="task_done")
    task = control.task(task_id)
    assert (task.phase, task.scenario) == ("failed", "fail")
    assert task.failure
    assert task.plan["steps"][-2]["progress"] == 60.0


def test_the_first_rule_that_matches_comes_before_the_default(
    control: Control, submit: Submit
) -> None:
    rules = [{"scenario": "instant", "when": {"prompt": "^now", "model": "veo-3.1"}}]
    assert control.set_scenario_rules(rules)[0]["scenario"]["name"] == "instant"
    assert [control.task(submit(prompt)).scenario for prompt in ("now", "later")] == [
        "instant",
        "succeed",
    ]
    assert len(control.scenario_rules()) == 1


@pytest.mark.parametrize(
    ("rule", "field", "hint"),
    [
        ({"scenario": "stal"}, "rules[0].scenario", "stall"),
        ({"scenario": {"name": "fail", "options": {"cod": "x"}}}, "fail.cod", "code"),
        ({"scenario": {"name": "fail", "options": {"code": "x"}}}, "fail.code", "one of"),
        ({"scenario": "fail", "when": {"provider": "kei"}}, "rules[0].when.provider", "kie"),
        ({"scenario": "fail", "when": {"model": "veo3_fst"}}, "rules[0].when.model", "veo3_fast"),
        ({"scenario": "fail", "when": {"prompt": "("}}, "rules[0].when.prompt", "regular"),
        ({"scenario": "fail", "when": {"promt": "a"}}, "rules[0].when.promt", "prompt"),
    ],
)
def test_a_rule_that_could_never_work_is_refused(
    control: Control, rule: dict[str, object], field: str, hint: str
) -> None:
    with pytest.raises(ControlError) as caught:
        control.set_scenario_rules([rule])
    assert caught.value.field == field
    assert hint in str(caught.value)


def test_the_catalogues_name_every_scenario_and_provider(control: Control) -> None:
    scenarios = {scenario.name: scenario for scenario in control.scenarios()}
    assert scenarios["succeed"].lawful
    assert "at" in scenarios["fail"].options
    providers = {provider["name"]: provider for provider in control.providers()}
    assert set(providers) == {"apiyi", "kie", "xcompute"}
    assert all(p["models"] and p["operations"] and p["failures"] for p in providers.values())


def test_a_dialect_switch_changes_what_the_provider_sends(control: Control, submit: Submit) -> None:
    assert submit().startswith("video_")
    control.set_dialect("apiyi", task_id="task")
    assert control.dialect()["apiyi"]["task_id"] == "task"
    assert submit().startswith("task_")
    control.set_dialect("apiyi", task_id=None)
    assert submit().startswith("video_")


@pytest.mark.parametrize("switches", [{"task_idd": "task"}, {"task_id": "tusk"}])
def test_an_unknown_switch_or_value_is_refused(control: Control, switches: dict[str, str]) -> None:
    with pytest.raises(ControlError, match=r"dialect\.apiyi") as caught:
        control.set_dialect("apiyi", **switches)
    assert caught.value.status == 422


def test_a_balance_is_used_up_and_refunded(
    control: Control, client: httpx.Client, submit: Submit
) -> None:
    submit("a cat [mock:fail]")
    spent = control.balance()["apiyi"].spent
    assert spent > 0
    limited = control.set_balance(apiyi=spent)["apiyi"]
    assert (limited.left, limited.unit) == (0.0, "USD")
    refused = client.post("/apiyi/v1/videos", json={"model": "veo-3.1", "prompt": "a"})
    assert refused.status_code >= 400
    control.advance(to="task_done")
    assert control.balance()["apiyi"].left == spent
    assert control.set_balance(apiyi=None)["apiyi"].limit is None


DOLLARS = {
    "apiyi": ("/apiyi/v1/videos", "veo-3.1", 0.25, 0.25),
    "kie": ("/kie/api/v1/veo/generate", "veo3_fast", 60.0, 0.3),
    "xcompute": ("/xcompute/v1/videos/generations", "veo3.1-fast", 0.14, 0.14),
}


@pytest.mark.parametrize("provider", DOLLARS)
def test_what_a_job_costs_is_told_in_the_provider_s_unit_and_in_dollars(
    control: Control, client: httpx.Client, provider: str
) -> None:
    path, model, spent, dollars = DOLLARS[provider]
    assert client.post(path, json={"model": model, "prompt": "a cat"}).status_code == 200
    balance = control.balance()[provider]
    assert (balance.spent, balance.spent_usd) == (spent, dollars)


def test_the_journal_is_filtered_paged_and_cleared(control: Control, submit: Submit) -> None:
    first, _ = submit(), submit()
    control.advance("1s")
    whole = control.journal()
    assert [e.kind for e in whole.entries] == ["exchange", "exchange", "clock"]
    assert (whole.dropped, whole.total, whole.next) == (0, 3, None)
    assert [e.task_id for e in control.entries(task_id=first)] == [first]
    numbers = [entry.seq for entry in whole.entries]
    assert numbers == sorted(set(numbers))
    assert [e.seq for e in control.entries(limit=1, kind="exchange")] == numbers[:2]
    assert control.journal(status=404).entries == []
    page = control.journal(limit=2)
    assert page.next == numbers[1]
    control.clear_journal()
    assert control.journal().entries == []
    submit()
    assert control.journal().entries[0].seq > numbers[-1]


def test_journal_bodies_are_text_or_base64_and_say_when_they_are_cut(
    control: Control, client: httpx.Client, submit: Submit
) -> None:
    submit("画" * 10_000)
    client.post("/apiyi/v1/videos", content=b"\xff\xfe")
    long, binary = (entry.request_body for entry in control.entries())
    assert long is not None and binary is not None
    assert long.truncated and long.size_bytes > 30_000
    assert long.text.rstrip("画").endswith('"')
    assert (binary.base64, binary.truncated) == ("//4=", False)


def test_no_key_is_ever_shown(control: Control, key: str, submit: Submit) -> None:
    submit()
    shown = str([*control.entries(), *control.tasks(), *control.sandboxes()])
    assert key not in shown


def test_tasks_are_listed_in_pages(client: httpx.Client, control: Control, submit: Submit) -> None:
    ids = [submit() for _ in range(5)]
    page = client.get("/_mock/v1/sandboxes/current/tasks", params={"limit": 2}).json()
    assert ([task["id"] for task in page["tasks"]], page["next"], page["total"]) == (ids[:2], 2, 5)
    assert [task.id for task in control.tasks()] == ids


def test_health_counts_and_version_says_which(control: Control, submit: Submit) -> None:
    before = control.health()["tasks"]
    submit()
    health = control.health()
    store = settings().store.partition(":")[0]
    assert (health["status"], health["store"], health["tasks"]) == ("ok", store, before + 1)
    assert control.version()["api"] == "v1"
