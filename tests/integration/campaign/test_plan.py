"""Which cases there are, and which field of a reply a fault is aimed at."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.cli.campaigns.aim import aimed, fields
from mockserver.cli.campaigns.plan import within_reach
from mockserver.cli.campaigns.verdict import has_traceback
from mockserver.control import Body, Entry
from mockserver.domain.input.errors import BadInput
from mockserver.domain.provider.provider import CALL_PHASES
from mockserver.engine.matrix import JOB, LIFECYCLE, Case, cases
from mockserver.engine.plugins import plugins_in
from tests.integration.campaign.test_verdicts import seen

TASK = "1" * 32


def test_every_named_fault_has_a_case_and_every_case_a_name_of_its_own() -> None:
    every = cases()
    faults = plugins_in(()).faults.all()
    assert {fault.name for fault in faults} <= {case.fault for case in every}
    assert len({case.name for case in every}) == len(every)
    assert {case.family for case in every} == {LIFECYCLE, *(fault.family for fault in faults)}
    assert {case.phase for case in every} == {JOB, *CALL_PHASES}


def test_a_scenario_strikes_the_job_itself() -> None:
    lived = cases([LIFECYCLE])
    assert {case.phase for case in lived} == {JOB}
    assert {"succeed", "instant"}.isdisjoint(case.scenario for case in lived)


@pytest.mark.parametrize(
    ("provider", "begins"),
    [("kie", "one of what calls of kie can have: exchange, media, "), (None, "one of: exchange, ")],
)
def test_a_family_that_a_provider_lacks_is_told_as_such(provider: str | None, begins: str) -> None:
    word = "stream" if provider else "strem"
    with pytest.raises(BadInput) as refused:
        cases([word], provider=provider)
    assert refused.value.expected.startswith(begins)


def test_cases_are_chosen_by_family_fault_and_phase() -> None:
    assert {case.family for case in cases(["stream"])} == {"stream"}
    assert [case.name for case in cases(["reset"], ["poll"])] == ["reset@poll"]
    assert cases(["media"], ["create"]) == ()
    with pytest.raises(BadInput, match="did you mean 'stream'"):
        cases(["strem"])
    with pytest.raises(BadInput, match="did you mean 'poll'"):
        cases(phases=["pol"])


def test_a_rule_says_where_it_strikes_and_how_often() -> None:
    (case,) = cases(["stream_cut"], provider="apiyi", times=1)
    assert case.rule["when"] == {"call_phase": "stream", "chunk": "progress", "provider": "apiyi"}
    assert case.rule["times"] == 1


def test_only_phases_that_were_called_are_within_reach() -> None:
    every = cases(["http_error", "fail"])
    reached = within_reach(every, ["create", "poll"], all_of_them=False)
    assert {case.phase for case in reached} == {"create", "poll", JOB}
    assert within_reach(every, [], all_of_them=True) == list(every)


def entry(phase: str, body: Any, **changes: Any) -> Entry:
    text = body if isinstance(body, str) else json.dumps(body)
    shown = Body(len(text), False, text)
    given: dict[str, Any] = {name: "" for name in Entry.__struct_fields__}
    given |= {
        "seq": 1,
        "real_ms": 0,
        "virtual_ms": 0,
        "status": 200,
        "code": 200,
        "kind": "exchange",
    }
    given |= {"call_phase": phase, "request_headers": [], "reply_headers": [], "faults": []}
    given |= {"request_body": None, "reply_body": shown, "detail": {}}
    return Entry(**(given | changes))


@pytest.mark.parametrize(
    ("phase", "body", "path"),
    [
        ("create", {"code": 200, "data": {"taskId": TASK}}, "data.taskId"),
        ("create", {"data": [{"status": "submitted", "task_id": TASK}]}, "data.0.task_id"),
        ("poll", {"data": {"taskId": TASK, "successFlag": 0}}, "data.successFlag"),
        ("poll", {"id": TASK, "status": "queued"}, "status"),
        ("content", {"id": TASK, "url": "http://h/a.mp4"}, "url"),
        ("upgrade", {"data": {"resultUrl": "http://h/a.mp4"}}, "data.resultUrl"),
        ("account", {"code": 200, "data": 5}, "code"),
    ],
)
def test_a_fault_is_aimed_at_what_matters_at_its_phase(phase: str, body: Any, path: str) -> None:
    at = fields([entry(phase, body)], {TASK})
    assert at == {phase: path}
    case = Case("x", "exchange", "x", phase, {"with": {"field": "id"}}, damages_field=True)
    assert aimed(case, at).rule["with"] == {"field": path}


def test_a_fault_that_damages_no_field_is_left_as_it_is() -> None:
    (case,) = cases(["extra_field"], ["create"])
    assert aimed(case, {"create": "data.taskId"}) == case


def test_replies_that_say_nothing_aim_at_nothing() -> None:
    entries = [entry("poll", "no json"), entry("create", {"id": TASK}, status=500)]
    assert fields(entries, {TASK}) == {}


@pytest.mark.parametrize(
    "output",
    [
        "panic: runtime error\n\ngoroutine 1 [running]:",
        'Exception in thread "main" java.lang.IllegalStateException',
        "thread 'main' panicked at src/main.rs:3:5",
        "PHP Fatal error:  Uncaught Exception",
        "app.rb:3:in `make': no video (RuntimeError)",
        "Segmentation fault (core dumped)",
    ],
)
def test_a_stack_trace_of_any_language_is_one(output: str) -> None:
    assert has_traceback(seen(exit_code=1, output=output))


def test_a_message_is_no_stack_trace() -> None:
    assert not has_traceback(seen(exit_code=1, output="no video: HTTP 503 at 12:30:05\nat last"))
