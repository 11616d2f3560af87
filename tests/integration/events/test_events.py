"""`/_mock/v1/events` over a real socket: what is told, in which order, and from where on."""

from __future__ import annotations

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control, ControlError
from tests.integration.events.conftest import polled, rest_of, some_of, submitted
from tests.support.serving import client_of, settings

EVENTS = "/_mock/v1/events"


def test_a_call_and_what_came_of_it_are_told_with_the_envelopes_own_code(
    client: httpx.Client, control: Control
) -> None:
    with control.listen("current", limit=3) as stream:
        task_id = submitted(client)
        client.post("/kie/api/v1/veo/generate", json={"model": "veo3_fasst", "prompt": "a"})
        made, phase, refused = rest_of(stream)
    assert (made.kind, made.operation, made.task_id) == ("exchange", "generate", task_id)
    assert (made.method, made.path) == ("POST", "/kie/api/v1/veo/generate")
    assert (made.status, made.code, made.took_ms) == (200, 200, 0)
    assert (phase.kind, phase.phase, phase.task_id) == ("phase", "queued", task_id)
    assert (refused.status, refused.code) == (200, 422)
    assert "veo3_fasst" in refused.reason


def test_the_end_of_a_reply_that_took_time_has_the_envelopes_own_code_too(
    client: httpx.Client, control: Control
) -> None:
    control.add_fault({"fault": "slow_body", "when": {"operation": "generate"}})
    control.set_clock("auto")
    with control.listen("current", kind="exchange,sent", limit=2) as stream:
        client.post("/kie/api/v1/veo/generate", json={"model": "veo3_fasst", "prompt": "a"})
        refused, sent = rest_of(stream)
    assert (sent.kind, sent.of) == ("sent", refused.seq)
    assert (sent.status, sent.code) == (200, 422)


def test_the_end_of_a_reply_names_the_scenario_of_its_call(
    client: httpx.Client, control: Control
) -> None:
    task_id = submitted(client, "a cat [mock:fail]")
    control.advance("10m")
    control.add_fault({"fault": "slow_body", "when": {"call_phase": "poll"}})
    control.set_clock("auto")
    with control.listen("current", kind="exchange,sent", limit=2) as stream:
        polled(client, task_id)
        told, sent = rest_of(stream)
    assert (told.scenario, sent.kind, sent.scenario) == ("fail", "sent", "fail")


def test_a_jump_of_the_clock_tells_the_phases_in_their_order_before_its_own_entry(
    client: httpx.Client, control: Control
) -> None:
    task_id = submitted(client)
    with control.listen("current", limit=3) as stream:
        control.advance("10m")
        found = rest_of(stream)
    assert [(e.kind, e.phase, e.task_id) for e in found] == [
        ("phase", "running", task_id),
        ("phase", "succeeded", task_id),
        ("clock", "", ""),
    ]
    assert found[0].virtual_ms < found[1].virtual_ms < found[2].virtual_ms


def test_a_phase_comes_by_itself_while_the_clock_runs(key: str) -> None:
    running = Running(settings(clock="real", speed=1000.0))
    try:
        with (
            client_of(running, key) as client,
            Control(running.base_url, key=key) as control,
            control.listen("current", kind="phase", limit=3) as stream,
        ):
            submitted(client)
            phases = [event.phase for event in rest_of(stream)]
    finally:
        running.stop()
    assert phases == ["queued", "running", "succeeded"]


def test_a_failed_job_says_why(client: httpx.Client, control: Control) -> None:
    with control.listen("current", kind="phase", limit=3) as stream:
        submitted(client, "a cat [mock:fail]")
        control.advance("10m")
        failed = rest_of(stream)[-1]
    assert failed.phase == "failed"
    assert failed.reason


def test_the_fault_that_struck_is_named_with_the_time_that_the_reply_took(
    client: httpx.Client, control: Control
) -> None:
    task_id = submitted(client)
    control.add_fault({"fault": "hang_up", "when": {"call_phase": "poll"}})
    with control.listen("current", kind="exchange,sent", limit=2) as stream:
        with pytest.raises(httpx.RemoteProtocolError):
            polled(client, task_id)
        begun, ended = rest_of(stream)
    assert (begun.took_ms, begun.faults[0]["struck"]) == (None, False)
    assert ended.of == begun.seq
    assert (ended.operation, ended.task_id) == ("record_info", task_id)
    assert ended.took_ms is not None
    assert [(f["fault"], f["struck"]) for f in ended.faults] == [("hang_up", True)]
    assert ended.what.startswith("ended early after ")


def test_a_reader_that_was_cut_off_goes_on_where_it_was(
    client: httpx.Client, control: Control
) -> None:
    kinds = {"kind": "exchange"}
    task_id = submitted(client)
    with control.listen("current", **kinds) as stream:
        polled(client, task_id)
        polled(client, task_id)
        (first,) = some_of(stream, 1)
        place = stream.place
    polled(client, task_id)
    with control.listen("current", place=place, limit=2, **kinds) as stream:
        missed = [event.seq for event in rest_of(stream)]
    assert place == str(first.seq)
    assert missed == [first.seq + 1, first.seq + 2]


def test_the_query_begins_behind_a_number_where_no_header_can_be_sent(
    client: httpx.Client, control: Control
) -> None:
    task_id = submitted(client)
    polled(client, task_id)
    with control.listen("current", after=0, kind="exchange", limit=2) as stream:
        assert [event.seq for event in rest_of(stream)] == [1, 2]
    with control.listen("current", after=0, place="1", kind="exchange", limit=1) as stream:
        assert [event.seq for event in rest_of(stream)] == [2]


def test_a_phase_that_nobody_was_told_of_comes_after_the_resumption(
    client: httpx.Client, control: Control
) -> None:
    with control.listen("current") as stream:
        task_id = submitted(client)
        some_of(stream, 1)
        place = stream.place
    control.advance("10m")
    with control.listen("current", place=place, kind="phase", limit=3) as stream:
        found = [(event.task_id, event.phase) for event in rest_of(stream)]
    assert found == [(task_id, phase) for phase in ("queued", "running", "succeeded")]


def test_a_listener_to_all_hears_a_sandbox_that_opens_meanwhile_and_resumes_in_each(
    server: Running, client: httpx.Client, control: Control, key: str
) -> None:
    task_id = submitted(client)
    with client_of(server, f"{key}-new") as newcomer:
        with control.listen(kind="exchange") as stream:
            polled(client, task_id)
            other_id = submitted(newcomer)
            first, second = some_of(stream, 2)
            place = stream.place
        polled(newcomer, other_id)
        polled(client, task_id)
        with control.listen(place=place, kind="exchange", limit=2) as stream:
            later = rest_of(stream)
    assert first.task_id == task_id
    assert (second.task_id, second.seq) == (other_id, 1)
    assert {(e.sandbox, e.seq) for e in later} == {
        (first.sandbox, first.seq + 1),
        (second.sandbox, second.seq + 1),
    }


def test_every_filter_leaves_out_what_does_not_match(
    client: httpx.Client, control: Control
) -> None:
    wanted = submitted(client)
    other = submitted(client)
    filters = {
        "provider": "kie",
        "operation": "record_info",
        "call_phase": "poll",
        "task_id": wanted,
        "status": 200,
        "kind": "exchange",
    }
    with control.listen("current", limit=1, **filters) as stream:
        client.get("/apiyi/v1/models")
        client.get("/kie/api/v1/chat/credit")
        polled(client, other)
        polled(client, wanted)
        (only,) = rest_of(stream)
    assert (only.task_id, only.operation) == (wanted, "record_info")


@pytest.mark.parametrize(
    ("field", "value", "right"),
    [
        ("provider", "kai", "kie"),
        ("call_phase", "pol", "poll"),
        ("kind", "exchange,cloc", "clock"),
        ("status", "x", "whole number"),
        ("limit", "0", "from 1"),
        ("heartbeat", "1ms", "100ms to 5m"),
        ("heartbeat", "soon", "duration"),
        ("after", "x", "id of an event"),
        ("after", "1,2:sb", "id of an event"),
        ("color", "red", "one of"),
    ],
)
def test_a_wrong_query_is_refused_by_name(
    client: httpx.Client, control: Control, field: str, value: str, right: str
) -> None:
    control.clock()
    reply = client.get(EVENTS, params={"sandbox": "current", field: value})
    assert (reply.status_code, reply.json()["field"]) == (422, field)
    assert right in reply.json()["detail"]


def test_a_place_that_no_stream_gave_and_a_sandbox_that_is_not_there_are_refused(
    client: httpx.Client, control: Control
) -> None:
    control.clock()
    wrong = client.get(f"{EVENTS}?sandbox=current", headers={"last-event-id": "1:2"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "Last-Event-ID")
    with pytest.raises(ControlError, match="nowhere") as missing, control.listen("nowhere"):
        pass
    assert missing.value.status == 404


def test_silence_is_filled_with_heartbeats_that_tell_the_place(client: httpx.Client) -> None:
    submitted(client)
    query = {"sandbox": "current", "heartbeat": "100ms"}
    with client.stream("GET", EVENTS, params=query, timeout=15) as reply:
        lines = reply.iter_lines()
        found = [next(lines) for _ in range(6)]
    assert found == [": nothing new", "id: 1", ""] * 2
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"


def test_a_head_request_ends_at_once(client: httpx.Client) -> None:
    assert client.head(EVENTS).status_code == 200


def test_the_stream_asks_for_the_token_as_every_control_call_does(key: str) -> None:
    running = Running(settings(admin_token="t0ken"))
    try:
        assert httpx.get(running.base_url + EVENTS, trust_env=False).status_code == 401
        with Control(running.base_url, "t0ken", key) as control, control.listen() as stream:
            assert stream.place
    finally:
        running.stop()
