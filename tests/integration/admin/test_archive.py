"""A sandbox taken out of one server goes on in another one, whatever their stores."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from mockserver.app import Running
from mockserver.cli import run_line
from mockserver.control import Control, ControlError
from mockserver.engine.archive import export, masked_delivery, masked_task
from tests.integration.admin.conftest import Submit
from tests.support.advancing import on_server
from tests.support.receiver import Receiver
from tests.support.serving import settings

IMPORT = "/_mock/v1/sandboxes/import"


@pytest.fixture(scope="module", params=["memory", "redis"])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[Running]:
    """Another server, of each store."""
    changes: dict[str, object] = {"clock": "manual", "store": "memory"}
    if request.param == "redis":
        changes |= {"store": request.getfixturevalue("redis_url"), "store_prefix": "archive"}
    running = Running(settings(**changes))
    yield running
    running.stop()


@pytest.fixture
def there(elsewhere: Running, key: str) -> Iterator[Control]:
    """A control client of the other server, with the same key."""
    with Control(elsewhere.base_url, key=key) as there:
        yield there


def test_settings_tasks_money_and_time_go_along(
    control: Control, there: Control, submit: Submit
) -> None:
    control.change_sandbox(label="moved", balances={"apiyi": 3}, seed="7")
    ids = [submit(), submit("a cat [mock:fail]"), submit("a cat [mock:stall]")]
    control.advance("2m")
    made = there.import_sandbox(control.export_sandbox())
    assert made == there.sandbox() == control.sandbox()
    assert there.tasks() == control.tasks()
    assert [task.id for task in there.tasks()] == ids
    assert there.task(ids[0]) == control.task(ids[0])
    assert there.balance() == control.balance()
    assert there.clock() == control.clock()
    there.advance("10m")
    assert [task.phase for task in there.tasks()] == ["succeeded", "failed", "running"]
    assert there.journal().total > 0


def test_an_archive_in_pieces_is_the_one_that_would_be_written_at_once(
    server: Running, control: Control, submit_kie: Submit
) -> None:
    empty = {"tasks": [], "deliveries": []}
    control.add_fault({"fault": "extra_field", "with": {"field": "a", "value": empty}})
    submit_kie("a cat", callBackUrl="http://user:secret@127.0.0.1:9/c")
    written = control.export_sandbox()
    found = on_server(server, export(server.app.core.store, control.sandbox().id))
    masked = replace(
        found.archive,
        tasks=tuple([masked_task(task) for page in found.tasks for task in page]),
        deliveries=tuple([masked_delivery(one) for page in found.deliveries for one in page]),
    )
    assert len(masked.tasks) == len(masked.deliveries) == 1
    assert b"secret" not in written
    assert written == msgspec.json.encode(masked)


def test_the_next_submission_is_the_one_that_it_would_have_been_at_home(
    control: Control, there: Control, submit: Submit, elsewhere: Running, key: str
) -> None:
    submit()
    there.import_sandbox(control.export_sandbox())
    reply = httpx.post(
        f"{elsewhere.base_url}/apiyi/v1/videos",
        json={"model": "veo-3.1", "prompt": "a cat"},
        headers={"authorization": f"Bearer {key}"},
        trust_env=False,
    )
    assert reply.json()["id"] == submit()


def test_a_callback_that_is_to_come_is_delivered_by_the_other_server(
    control: Control, there: Control, submit_kie: Submit
) -> None:
    with closing(Receiver()) as receiver:
        task_id = submit_kie(callBackUrl=receiver.url)
        there.import_sandbox(control.export_sandbox())
        there.advance("10m")
        assert [body["data"]["taskId"] for body in receiver.received] == [task_id]
    (callback,) = there.callbacks()
    assert callback.state == "acknowledged"


def test_a_fault_rule_that_is_spent_stays_spent_and_numbers_go_on(
    control: Control, there: Control, client: httpx.Client
) -> None:
    rule = {"fault": "http_error", "times": 1, "when": {"provider": "apiyi"}}
    control.add_fault(rule)
    assert client.get("/apiyi/v1/models").status_code == 500
    there.import_sandbox(control.export_sandbox())
    assert there.faults() == control.faults()
    assert there.faults()[0]["state"] == "spent"
    assert there.add_fault(rule)["id"] == control.add_fault(rule)["id"] == "rule-2"


def test_an_archive_survives_a_second_journey(
    control: Control, there: Control, submit: Submit
) -> None:
    submit()
    archive = control.export_sandbox()
    there.import_sandbox(archive)
    assert json.loads(there.export_sandbox()) == json.loads(archive)


def test_the_archive_holds_no_key(control: Control, submit: Submit, key: str) -> None:
    submit()
    assert key.encode() not in control.export_sandbox()


def test_an_id_that_is_taken_is_refused_and_nothing_is_changed(control: Control) -> None:
    before = control.change_sandbox(label="before")
    archive = control.export_sandbox()
    with pytest.raises(ControlError) as caught:
        control.import_sandbox(archive)
    assert (caught.value.status, caught.value.field) == (422, "sandbox.id")
    assert control.sandbox() == before


def test_a_key_that_chooses_another_sandbox_is_refused_and_nothing_is_made(
    control: Control,
) -> None:
    archive = json.loads(control.export_sandbox())
    archive["sandbox"]["id"] = "other"
    with pytest.raises(ControlError) as caught:
        control.import_sandbox(json.dumps(archive).encode())
    assert (caught.value.status, caught.value.field) == (422, "keys")
    assert "other" not in [sandbox.id for sandbox in control.sandboxes()]


UPGRADE = {"variant": "4k", "index": 5, "asked_ms": 1, "ready_ms": None}


def _edited(archive: Any, path: str, value: object) -> bytes:
    *way, last = path.split(".")
    found = archive
    for step in way:
        found = found[int(step)] if step.isdecimal() else found[step]
    found[last] = value
    return json.dumps(archive).encode()


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("schema", 99, "schema"),
        ("sandbox", 3, "archive"),
        ("sandbox.id", "a/b", "sandbox.id"),
        ("sandbox.id", "import", "sandbox.id"),
        ("keys", ["sk-plain"], "keys"),
        ("sandbox.clock.rate", 2.0, "sandbox.clock.rate"),
        ("sandbox.clock.mode", "real", "sandbox.clock.rate"),
        ("sandbox.clock.virtual_base_ms", -1, "sandbox.clock.virtual_base_ms"),
        ("sandbox.scenario", {"name": "stal"}, "sandbox.scenario.name"),
        (
            "sandbox.scenario_rules",
            [{"scenario": {"name": "stal"}}],
            "sandbox.scenario_rules[0].scenario.name",
        ),
        ("sandbox.rules", [{"fault": "htp_error"}], "sandbox.rules[0].fault"),
        ("sandbox.dialect", {"kei": {}}, "sandbox.dialect"),
        ("sandbox.dialect", {"apiyi": {"taskid": "x"}}, "dialect.apiyi.taskid"),
        ("tasks.0.provider", "kei", "tasks[0].provider"),
        ("tasks.0.plan.steps", [], "tasks[0].plan.steps"),
        ("deliveries.0.provider", "kei", "deliveries[0].provider"),
        ("sandbox.speed", 0, "sandbox.speed"),
        ("sandbox.speed", 1e12, "sandbox.speed"),
        ("sandbox.seed", "", "sandbox.seed"),
        ("sandbox.patience_ms", 0, "sandbox.patience_ms"),
        ("sandbox.balances_micros", {"kei": 1}, "sandbox.balances_micros"),
        ("sandbox.quotas", [{"name": "", "limit": 1, "window_ms": 1}], "sandbox.quotas[0].name"),
        ("sandbox.quotas", [{"name": "a", "limit": -1, "window_ms": 1}], "sandbox.quotas[0].limit"),
        (
            "sandbox.quotas",
            [{"name": "a", "limit": 1, "window_ms": 0}],
            "sandbox.quotas[0].window_ms",
        ),
        ("books.ordinal", 0, "tasks[0].ordinal"),
        ("counters", {"fault:rules": -1}, "counters"),
        ("tasks.0.id", "a/b", "tasks[0].id"),
        ("tasks.0.ordinal", 0, "tasks[0].ordinal"),
        ("tasks.0.videos", 0, "tasks[0].videos"),
        ("tasks.0.videos", 3_000_000, "tasks[0].videos"),
        ("tasks.0.price_micros", -1, "tasks[0].price_micros"),
        ("tasks.0.media_ttl_ms", -1, "tasks[0].media_ttl_ms"),
        ("tasks.0.created_ms", -1, "tasks[0].created_ms"),
        ("tasks.0.base_url", "javascript:x", "tasks[0].base_url"),
        ("tasks.0.callback_url", "file:///etc/passwd", "tasks[0].callback_url"),
        ("tasks.0.plan.steps.1.at_ms", 0, "tasks[0].plan.steps[1].at_ms"),
        ("tasks.0.plan.steps.0.at_ms", -1, "tasks[0].plan.steps[0].at_ms"),
        ("tasks.0.plan.steps.0.progress", 1e9, "tasks[0].plan.steps[0].progress"),
        ("tasks.0.plan.results.failed_videos", [7], "tasks[0].plan.results.failed_videos"),
        ("tasks.0.plan.ticks", [1, 9.0, 90.2], "tasks[0].plan.ticks"),
        ("tasks.0.plan.ticks", [1001, 9.0, 90.2], "tasks[0].plan.ticks"),
        ("tasks.0.plan.ticks", [10, 90.2, 9.0], "tasks[0].plan.ticks"),
        ("tasks.0.plan.ticks", [10, -1.0, 90.2], "tasks[0].plan.ticks"),
        ("tasks.0.plan.ticks", [10, 9.0, 100.5], "tasks[0].plan.ticks"),
        ("tasks.0.upgrades", [UPGRADE], "tasks[0].upgrades[0].index"),
        ("deliveries.0.url", "ftp://x", "deliveries[0].url"),
        ("deliveries.0.due_ms", -1, "deliveries[0].due_ms"),
        ("deliveries.0.task_id", "nobody", "deliveries[0].task_id"),
        ("deliveries.0.provider", "xcompute", "deliveries[0].task_id"),
    ],
)
def test_an_archive_that_this_server_could_not_live_with_is_refused(
    control: Control, submit_kie: Submit, path: str, value: object, field: str
) -> None:
    submit_kie(callBackUrl="http://127.0.0.1:9/")
    archive = json.loads(control.export_sandbox())
    control.delete_sandbox()
    with pytest.raises(ControlError) as caught:
        control.import_sandbox(_edited(archive, path, value))
    assert caught.value.status == 422
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("second", "field"),
    [({}, "tasks[1].id"), ({"id": "other"}, "tasks[1].ordinal")],
)
def test_an_archive_with_two_jobs_of_one_id_or_number_is_refused(
    control: Control, submit: Submit, second: dict[str, Any], field: str
) -> None:
    submit()
    archive = json.loads(control.export_sandbox())
    control.delete_sandbox()
    archive["tasks"].append(archive["tasks"][0] | second)
    with pytest.raises(ControlError) as caught:
        control.import_sandbox(json.dumps(archive).encode())
    assert (caught.value.status, caught.value.field) == (422, field)


def test_an_archive_with_a_gif_of_a_size_that_there_is_not_is_refused(
    control: Control, submit: Submit
) -> None:
    submit()
    archive = json.loads(control.export_sandbox())
    control.delete_sandbox()
    archive["tasks"][0] |= {"gif": True, "resolution": "1080p"}
    with pytest.raises(ControlError) as caught:
        control.import_sandbox(json.dumps(archive).encode())
    assert (caught.value.status, caught.value.field) == (422, "tasks[0].gif")


def test_a_callback_of_a_provider_that_has_none_is_refused(
    control: Control, submit_kie: Submit
) -> None:
    submit_kie(callBackUrl="http://127.0.0.1:9/")
    archive = json.loads(control.export_sandbox())
    control.delete_sandbox()
    archive["tasks"][0]["provider"] = "apiyi"
    with pytest.raises(ControlError) as caught:
        control.import_sandbox(_edited(archive, "deliveries.0.provider", "apiyi"))
    assert (caught.value.status, caught.value.field) == (422, "deliveries[0].provider")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_is_400(client: httpx.Client, body: bytes) -> None:
    assert client.post(IMPORT, content=body).status_code == 400


def test_an_archive_may_be_longer_than_any_other_body(
    control: Control, client: httpx.Client
) -> None:
    archive = json.loads(control.export_sandbox())
    control.delete_sandbox()
    archive["sandbox"]["label"] = "x" * (2 * 1024 * 1024)
    reply = client.post(IMPORT, json=archive)
    assert reply.status_code == 201
    assert client.get(reply.headers["location"]).json()["label"] == archive["sandbox"]["label"]


@pytest.fixture
def line(
    server: Running, key: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Runs a command line with the test's key: exit code, stdout, stderr."""
    monkeypatch.setenv("REELMOCK_URL", server.base_url)
    monkeypatch.setenv("REELMOCK_KEY", key)

    def run(*words: str) -> tuple[int, str, str]:
        code = run_line(list(words))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_sandbox_goes_into_a_file_and_back(
    line: Callable[..., tuple[int, str, str]], control: Control, submit: Submit, tmp_path: Path
) -> None:
    task_id, file = submit(), tmp_path / "sandbox.json"
    assert line("sandbox", "export", "--out", str(file))[0] == 0
    code, out, _ = line("sandbox", "export")
    assert (code, json.loads(out)) == (0, json.loads(file.read_bytes()))
    control.delete_sandbox()
    code, out, _ = line("sandbox", "import", str(file))
    assert (code, "1 task" in out) == (0, True)
    assert control.tasks()[0].id == task_id


@pytest.mark.parametrize(
    ("content", "hint"),
    [(None, "nowhere.json"), ("no json", "no valid JSON"), ('{"schema": 2}', "sandbox")],
)
def test_a_file_that_is_no_archive_is_one_line_and_exit_2(
    line: Callable[..., tuple[int, str, str]], tmp_path: Path, content: str | None, hint: str
) -> None:
    file = tmp_path / "nowhere.json"
    if content is not None:
        file.write_text(content)
    code, out, err = line("sandbox", "import", str(file))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert hint in err


def test_an_archive_cannot_be_written_into_a_folder_that_is_not_there(
    line: Callable[..., tuple[int, str, str]], control: Control, tmp_path: Path
) -> None:
    control.sandbox()
    code, out, err = line("sandbox", "export", "--out", str(tmp_path / "no" / "file.json"))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "No such file" in err


def test_a_sandbox_whose_key_was_never_set_goes_along_too(
    server: Running, elsewhere: Running
) -> None:
    key = "${KEY_OF_" + elsewhere.base_url.rpartition(":")[2] + "}"
    call = "/apiyi/v1/models"
    httpx.get(
        f"{server.base_url}{call}", headers={"authorization": f"Bearer {key}"}, trust_env=False
    )
    with Control(server.base_url, key=key) as here, Control(elsewhere.base_url, key=key) as there:
        assert there.import_sandbox(here.export_sandbox()) == there.sandbox()
        there.delete_sandbox()
