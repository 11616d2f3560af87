"""What the control API says of one call, one callback and one job: contract, rules, answers."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

from mockserver.control import Control, ControlError
from tests.integration.events.conftest import submitted
from tests.support.receiver import Receiver

CREATE = "/kie/api/v1/veo/generate"
POLL = "/kie/api/v1/veo/record-info"
HERE = "/_mock/v1/sandboxes/current"


def test_a_call_that_conforms_names_its_messages_and_who_says_so(
    client: httpx.Client, control: Control
) -> None:
    submitted(client)
    verdict = control.verdict(1)
    assert verdict.call == "POST /api/v1/veo/generate (generateVideo)"
    assert verdict.request and verdict.reply
    assert verdict.request["fits"] == ["generate_request"]
    assert verdict.reply["fits"] == ["task_created"]
    assert "docs.kie.ai" in verdict.reply["source"]
    assert verdict.request["problems"] == verdict.reply["problems"] == []


def test_what_deviates_is_told_with_its_place_and_source(
    client: httpx.Client, control: Control
) -> None:
    client.post(CREATE, json={"model": "veo9", "prompt": "a cat"})
    control.add_fault({"fault": "missing_field", "with": {"field": "data.taskId"}})
    assert "taskId" not in client.post(CREATE, json={"model": "veo3", "prompt": "a cat"}).text
    [wrong] = (control.verdict(1).request or {})["problems"]
    assert (wrong["pointer"], wrong["got"]) == ("/model", '"veo9"')
    assert "docs.kie.ai" in wrong["source"]
    entry = control.journal(kind="exchange").entries[-1]
    reply = control.verdict(entry.seq).reply or {}
    assert [problem["pointer"] for problem in reply["problems"]] == ["/data"]
    assert reply["fits"] == []


def test_a_callback_is_held_to_those_of_the_provider(
    client: httpx.Client, control: Control
) -> None:
    receiver = Receiver()
    body = {"model": "veo3_fast", "prompt": "a cat", "callBackUrl": receiver.url}
    client.post(CREATE, json=body)
    control.advance("10m")
    [delivery] = control.journal(kind="delivery").entries
    verdict = control.verdict(delivery.seq)
    assert verdict.request and verdict.request["fits"][0] == "callback"
    assert verdict.reply is None
    receiver.close()


def test_what_cannot_be_judged_is_told(client: httpx.Client, control: Control) -> None:
    client.get("/kie/api/v1/veo/no-such-call")
    client.post(CREATE, content=b"")
    for entry in (1, 2):
        verdict = control.verdict(entry)
        assert verdict.request and verdict.request["unchecked"]
    with pytest.raises(ControlError, match="the journal has had 2 entries"):
        control.verdict(3)


def test_without_the_extra_the_verdict_names_what_is_missing() -> None:
    code = """
import sys
sys.modules["jsonschema"] = None
from mockserver.app import _judged
from mockserver.domain.journal.journal import Exchange
call = Exchange(real_ms=0, virtual_ms=0, provider="kie", method="GET", status=200,
                path="/kie/api/v1/chat/credit", reply_body=b"{}",
                reply_headers=((b"content-type", b"application/json"),))
print(_judged(call))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "pip install jsonschema referencing" in done.stdout, done.stderr


def test_why_a_rule_did_not_match_a_call(client: httpx.Client, control: Control) -> None:
    submitted(client)
    of_polls = {"fault": "http_error", "when": {"call_phase": "poll", "provider": "xcompute"}}
    control.add_fault(of_polls)
    control.add_fault({"fault": "http_error", "when": {"call_phase": "create"}})
    client.post(CREATE, json={"model": "veo3", "prompt": "a dog"})
    entry = control.journal(kind="exchange").entries[-1]
    [passed] = control.passed_rules(entry.seq)
    assert (passed["rule"], passed["fault"]) == ("rule-1", "http_error")
    assert passed["why"] == "provider was kie, not xcompute; call_phase was create, not poll"
    assert [one["why"] for one in control.passed_rules(1)][1].startswith("the call is as the rule")


def test_the_answers_of_a_job_are_those_that_a_poll_gets_and_nothing_notices(
    client: httpx.Client, control: Control
) -> None:
    task = submitted(client)
    control.advance("10m")
    control.add_fault({"fault": "http_error", "with": {"status": 503}})
    before = control.journal().total
    record, of_jobs = control.answers(task)
    assert control.journal().total == before
    assert record["path"] == f"/api/v1/veo/record-info?taskId={task}"
    assert (record["operation"], of_jobs["operation"]) == ("record_info", "task_record")
    control.clear_faults()
    assert client.get(POLL, params={"taskId": task}).text == record["text"]


@pytest.mark.parametrize(
    ("create", "body", "poll"),
    [
        ("/apiyi/v1/videos", {"model": "veo-3.1"}, "/apiyi/v1/videos/{}"),
        ("/xcompute/v1/videos/generations", {"model": "veo3.1-fast"}, "/xcompute/v1/tasks/{}"),
    ],
)
def test_answers_of_the_other_providers_are_their_own(
    client: httpx.Client, control: Control, create: str, body: dict[str, str], poll: str
) -> None:
    assert client.post(create, json={"prompt": "a cat", **body}).status_code == 200
    [task] = control.tasks()
    [answer] = control.answers(task.id)
    assert client.get(poll.format(task.id)).text == answer["text"]


def test_a_pending_callback_is_dropped_and_another_is_not(
    client: httpx.Client, control: Control
) -> None:
    receiver = Receiver()
    body = {"model": "veo3_fast", "prompt": "a cat", "callBackUrl": receiver.url}
    client.post(CREATE, json=body)
    [pending] = control.callbacks()
    dropped = control.drop(pending.id)
    assert (dropped.state, dropped.due_ms, dropped.note) == ("given_up", None, "dropped by hand")
    control.advance("10m")
    assert receiver.received == []
    assert (
        control.journal(kind="control").entries[-1].reason == f"callback {pending.id} was dropped"
    )
    with pytest.raises(ControlError, match="this one is given_up"):
        control.drop(pending.id)
    control.resend(pending.id)
    receiver.wait_for(1)
    receiver.close()
