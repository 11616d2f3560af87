"""What only the wire shows: forms as SDKs send them, limits, late replies, foreign links."""

from __future__ import annotations

from http.client import HTTPConnection

import pytest

from mockserver.app import Running
from mockserver.findings.ignored_retry_after import UNDER_WAY_MS
from tests.integration.findings.bench import CHAT, RECORD, Bench, bench, download
from tests.support.patience import PATIENCE_S


def named(client: Bench, **run: object) -> set[str]:
    client.run = dict(run)
    return {one.name for one in client.findings().found}


@pytest.mark.parametrize(("field", "found"), [("seconds", True), ("prompt", False)])
def test_an_ignored_parameter_of_a_form_is_seen(server: Running, field: str, found: bool) -> None:
    with bench(server.base_url) as client:
        parts = {"model": "veo-3.1", "prompt": "a cat", field: "8"}
        files = {name: (None, value) for name, value in parts.items()}
        client.http.post("/apiyi/v1/videos", files=files).raise_for_status()
        assert ("sent_ignored_parameter" in named(client)) == found


FRAME = b"\x89PNG\r\n\x1a\n" + bytes(40_000)  # more than the journal keeps of a body


def with_a_frame(client: Bench, prompt: str) -> str:
    """A job whose first frame comes before everything else in its form; its id."""
    parts = {
        "input_reference": ("a.png", FRAME, "image/png"),
        "model": (None, "veo-3.1-fl"),
        "prompt": (None, prompt),
        "seconds": (None, "8"),
    }
    return str(client.http.post("/apiyi/v1/videos", files=parts).json()["id"])


@pytest.mark.parametrize(("second", "found"), [("a dog in a lake", 0), ("a cat on a roof", 1)])
def test_two_long_bodies_that_begin_alike_are_compared_whole(
    server: Running, second: str, found: int
) -> None:
    with bench(server.base_url) as client:
        for prompt in ("a cat on a roof", second):
            task = with_a_frame(client, prompt)
            client.http.get(f"/apiyi/v1/videos/{task}").raise_for_status()
        told = [one.name for one in client.findings().found]
        assert told == ["submitted_twice"] * found


def test_what_stands_behind_the_kept_part_of_a_body_is_not_judged(server: Running) -> None:
    with bench(server.base_url) as client:
        with_a_frame(client, "a cat")
        report = client.findings()
        assert report.found == []
        assert "only the beginning is kept" in report.not_judged["sent_ignored_parameter"]


def test_a_call_whose_parameters_nobody_lists_is_not_judged_by_them(server: Running) -> None:
    with bench(server.base_url) as client:
        client.control.set_scenario("instant", client.sandbox)
        client.http.post("/apiyi/v1/chat/completions", json=CHAT | {"seconds": 8})
        reason = client.findings().not_judged["sent_ignored_parameter"]
        assert reason == "no document lists the parameters of apiyi chat"


@pytest.mark.parametrize("waits", [True, False])
def test_a_limit_that_was_told_for_one_task_counts_for_the_next(
    server: Running, waits: bool
) -> None:
    with bench(server.base_url) as client:
        first, second = client.create(), client.create(prompt="a dog")
        client.fault("rate_limit", retry_after="20s", when={"call_phase": "poll"})
        client.http.get("/kie/api/v1/veo/record-info", params={"taskId": first})
        if waits:
            client.advance("20s")
        client.poll(second)
        assert ("ignored_retry_after" in named(client)) == (not waits)


def polled_together(client: Bench, tasks: list[str]) -> int:
    """Asks for all tasks at once, each on a connection of its own; how far the calls lay apart."""
    where, headers = client.http.base_url, {"authorization": client.http.headers["authorization"]}
    wires = [HTTPConnection(where.host, where.port or 80, timeout=PATIENCE_S) for _ in tasks]
    for wire, task in zip(wires, tasks, strict=True):
        wire.request("GET", f"{RECORD}?taskId={task}", headers=headers)
    assert [wire.getresponse().status for wire in wires] == [429] * len(tasks)
    for wire in wires:
        wire.close()
    polls = list(client.control.entries(client.sandbox, operation="record_info"))
    return polls[-1].real_ms - polls[0].real_ms


def test_polls_that_are_under_way_together_ignore_no_limit(server: Running) -> None:
    for _ in range(50):  # until the machine lets them be together
        with bench(server.base_url) as client:
            tasks = [client.create(prompt=prompt) for prompt in ("a cat", "two dogs", "some fish")]
            client.fault("rate_limit", None, retry_after="20s", when={"call_phase": "poll"})
            if polled_together(client, tasks) >= UNDER_WAY_MS:
                continue
            assert "ignored_retry_after" not in named(client)
            client.poll(tasks[0])
            assert "ignored_retry_after" in named(client)
            return
    pytest.fail("never together")


@pytest.mark.parametrize(
    ("fault", "given", "found"),
    [
        ("extra_field", {"field": "data.billing"}, True),
        ("missing_field", {"field": "data.successFlag"}, False),
    ],
)
def test_an_end_was_told_where_a_fault_only_added_something(
    server: Running, fault: str, given: dict[str, str], found: bool
) -> None:
    with bench(server.base_url) as client:
        task = client.finished()
        client.fault(fault, None, when={"call_phase": "poll"}, **given)
        for _ in range(4):
            client.poll(task)
        assert ("polled_after_the_end" in named(client)) == found


@pytest.mark.parametrize("fetches", [True, False])
def test_who_fetches_the_link_of_a_foreign_callback_trusted_it_though_it_failed(
    server: Running, fetches: bool
) -> None:
    with bench(server.base_url) as client:
        client.fault("callback_unknown_id")
        client.finished(callBackUrl=client.hook.url)
        if fetches:
            told = client.hook.received[0].json()
            reply = download(told["data"]["info"]["resultUrls"][0])
            assert reply is not None
            assert reply.status_code == 404
        found = "trusted_foreign_callback" in named(client, exit_code=1)
        assert found == fetches


def test_an_id_that_was_never_set_is_seen_in_a_body(server: Running) -> None:
    with bench(server.base_url) as client:
        client.http.post("/kie/api/v1/veo/get-4k-video", json={"taskId": None})
        assert named(client) == {"ignored_envelope_code"}


def test_an_empty_id_in_a_path_is_seen(server: Running) -> None:
    with bench(server.base_url) as client:
        client.http.get("/apiyi/v1/videos//content")
        assert named(client) == {"ignored_envelope_code"}
