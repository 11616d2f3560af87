"""A plug-in with one thing wrong is told so, and nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from mockserver.conformance import (
    NotConformant,
    check_fault,
    check_finding,
    check_provider,
    check_scenario,
)
from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.plan import outcome_step
from mockserver.domain.provider.provider import Provider
from mockserver.engine.plugins import Plugins
from mockserver.sdk.fault import Fault, Hit, Parameter, Reply, with_headers
from mockserver.sdk.finding import Evidence, Finding, NotJudged, Sighting
from mockserver.sdk.provider import Context, json_reply
from mockserver.sdk.scenario import Plan, PlanRequest, Scenario, success

OURS = Plugins()
COUNT = itertools.count()


def plan(request: PlanRequest) -> Plan:
    return success(request, request.queue_ms, request.run_ms)


def late(request: PlanRequest) -> Plan:
    made = plan(request)
    return replace(made, steps=tuple(replace(s, at_ms=s.at_ms + 1) for s in made.steps))


def restless(request: PlanRequest) -> Plan:
    return replace(plan(request), hd_ms=next(COUNT))


def wordy(request: PlanRequest) -> Plan:
    made = plan(request)
    return replace(made, steps=tuple(replace(s, word="odd") for s in made.steps))


def refuses(request: PlanRequest) -> Plan:
    raise Refusal("tired", "it will not")


def chokes(request: PlanRequest) -> Plan:
    made = plan(request)
    int(request.options.get("n", 1))
    return made


def scenario(make: Any = plan, **changes: Any) -> Scenario:
    return Scenario(**{"name": "mine", "summary": "is mine", "make": make, **changes})


SCENARIOS = {
    "name: 'Mine' is no name": scenario(name="Mine"),
    "summary: it is empty": scenario(summary=" "),
    "options.n: nothing says": scenario(options={"n": ""}),
    "breaks: there is no law 'gravity'": scenario(breaks="gravity"),
    "breaks: no plan of it breaks terminal_is_final": scenario(breaks="terminal_is_final"),
    "with its usual options it raises ZeroDivisionError": scenario(lambda request: 1 // 0),
    "it makes a int, expected a Plan": scenario(lambda request: 1),
    "the first step is at 1 ms": scenario(late),
    "two different plans": scenario(restless),
    "it breaks the law words_are_documented": scenario(wordy),
    "it refuses with 'tired'": scenario(refuses),
    "options.n: over 'no value of this is like it' it raises ValueError": scenario(
        chokes, options={"n": "a number"}
    ),
}


@pytest.mark.parametrize("told", SCENARIOS)
def test_a_scenario_is_told_what_is_wrong(told: str) -> None:
    with pytest.raises(NotConformant) as raised:
        check_scenario(SCENARIOS[told])
    assert told in raised.value.problems[0]


def stamp(reply: Reply, hit: Hit) -> Reply:
    return with_headers(reply, (b"x-stamp", b"1"))


def counts(reply: Reply, hit: Hit) -> Reply:
    return with_headers(reply, (b"x-stamp", b"%d" % next(COUNT)))


def breaks(reply: Reply, hit: Hit) -> Reply:
    raise LookupError("lost")


def fault(reply: Any = stamp, **changes: Any) -> Fault:
    usual = {"name": "mine", "summary": "is mine", "stage": "after", "reply": reply}
    return Fault(**{**usual, **changes})


ENTRY = {"family": "exchange", "sees": "A stamp.", "example": {"when": {"operation": "create"}}}
FAULTS: dict[str, tuple[Fault, dict[str, Any]]] = {
    "summary: it is empty": (fault(summary=""), {"mine": ENTRY}),
    "it strikes in 0 ways": (fault(None), {"mine": ENTRY}),
    "parameters.n: nothing says": (
        fault(parameters={"n": Parameter("count", "")}),
        {"mine": ENTRY},
    ),
    "no entry of the catalogue names it": (fault(), {}),
    "the entry mine: Object missing required field `sees`": (
        fault(),
        {"mine": {"family": "exchange", "example": {}}},
    ),
    "the example of mine is no rule": (
        fault(),
        {"mine": {**ENTRY, "example": {"when": {"operation": "crate"}}}},
    ),
    "mine: over JSON it raises LookupError": (fault(breaks), {"mine": ENTRY}),
    "mine: over JSON it makes two different changes": (fault(counts), {"mine": ENTRY}),
    "mine: by its example it changes none": (fault(lambda reply, hit: reply), {"mine": ENTRY}),
}


@pytest.mark.parametrize("told", FAULTS)
def test_a_fault_is_told_what_is_wrong(told: str) -> None:
    with pytest.raises(NotConformant) as raised:
        check_fault(*FAULTS[told])
    assert told in raised.value.problems[0]


def test_a_fault_of_somebody_s_own_shape_is_tried_on_that() -> None:
    def teapot(reply: Reply, hit: Hit) -> Reply:
        return with_headers(reply, (b"x-tea", b"1")) if reply.status == 418 else reply

    with pytest.raises(NotConformant, match="it changes none"):
        check_fault(fault(teapot), {"mine": ENTRY})
    check_fault(fault(teapot), {"mine": ENTRY}, {"a teapot": Reply(418, (), b"")})


def finding(look: Callable[[Evidence], Any], **changes: Any) -> Finding:
    texts = {name: "words" for name in ("title", "why", "mend", "rests_on", "turned_by")}
    return Finding(**{"name": "mine", "severity": "info", "look": look, **texts, **changes})


def always(evidence: Evidence) -> list[Sighting]:
    return [Sighting("it is there", ())]


def elsewhere(evidence: Evidence) -> list[Sighting]:
    return [Sighting("it happened", (10**6,))] if len(evidence.tasks) > 1 else []


def somebody(evidence: Evidence) -> list[Sighting]:
    return [Sighting("it happened", (), "task_of_no_one")] if len(evidence.tasks) > 1 else []


def hurries(evidence: Evidence) -> list[Sighting]:
    first = evidence.entries[0]
    return [Sighting("it began", (first.seq,))] if len(evidence.tasks) > 1 else []


def moody(evidence: Evidence) -> list[Sighting]:
    if len(evidence.tasks) < 2:
        return []
    return [Sighting(f"number {next(COUNT)}", ())]


def silent(evidence: Evidence) -> list[Sighting]:
    return []


FINDINGS = {
    "mend: it is empty": finding(silent, mend=""),
    "severity: 'fatal' is not one of": finding(silent, severity="fatal"),
    "of the client that did nothing it says: it is there": finding(always),
    "points at entries that are not in the journal: [1000000]": finding(elsewhere),
    "names a job that nobody knows: task_of_no_one": finding(somebody),
    "over the client that was nobody it raises IndexError": finding(hurries),
    "it says two different things": finding(moody),
    "NotJudged without a reason": finding(lambda evidence: NotJudged("")),
}


@pytest.mark.parametrize("told", FINDINGS)
def test_a_finding_is_told_what_is_wrong(told: str) -> None:
    with pytest.raises(NotConformant) as raised:
        check_finding(FINDINGS[told])
    assert told in raised.value.problems[0]


def test_a_finding_that_is_right_is_told_nothing() -> None:
    check_finding(finding(silent))


def provider(**changes: Any) -> Provider:
    """Kie's record under another name, with something changed."""
    usual = {"name": "mine", "hosts": (), **changes}
    return replace(OURS.providers.get("kie"), **usual)


KIE = OURS.providers.get("kie")


def mute(refusal: Refusal, context: Context) -> Reply:
    return json_reply(400, {}) if refusal.kind != "not_found" else json_reply(200, {"code": 200})


def deaf(refusal: Refusal, context: Context) -> Reply:
    return replace(KIE.refuse(refusal, context), status=400, body=b"")


def same_record(outcome: Any, inbound: Any, context: Any) -> Reply:
    return json_reply(200, {"code": 200, "data": {"taskId": outcome.task.id}})


def linkless(outcome: Any, inbound: Any, context: Any) -> Reply:
    data = {"taskId": outcome.task.id, "phase": outcome.state.phase}
    return json_reply(200, {"code": 200, "data": data})


def polled(encode: Any) -> Provider:
    operations = [
        replace(one, encode=encode) if one.call_phase == "poll" else one for one in KIE.operations
    ]
    return provider(operations=tuple(operations))


def truthful(task: Any, delivery: Any, context: Any) -> Any:
    plan = replace(task.plan, results=replace(task.plan.results, contradict_callback=False))
    return KIE.callback(replace(task, plan=plan), delivery, context)


def truthful_of_failures(task: Any, delivery: Any, context: Any) -> Any:
    failed = outcome_step(task.plan).phase == "failed"
    return (truthful if failed else KIE.callback)(task, delivery, context)


PROVIDERS = {
    "title: it is empty": provider(title=""),
    "operations: no operation has the call phase poll": provider(operations=KIE.operations[:1]),
    "operations: late has the call phase 'ask', not one of create, poll, content": provider(
        operations=(*KIE.operations, replace(KIE.operations[1], name="late", call_phase="ask"))
    ),
    "operations: generate is there 2 times": provider(
        operations=(*KIE.operations, replace(KIE.operations[0], path="/other"))
    ),
    "models: there is none": provider(models=()),
    "models: veo3 costs -1": provider(
        models=(replace(KIE.models[1], price_micros=-1), *KIE.models)
    ),
    "usd_per_unit: 0": provider(usd_per_unit=0),
    "failures: there is none": provider(failures={}),
    "refusals: nothing words 'rate_limited'": provider(
        refusals=tuple(kind for kind in KIE.refusals if kind != "rate_limited")
    ),
    "callback and callback_policy": provider(callback=None),
    "the host api.kie.ai is that of kie": provider(hosts=("api.kie.ai",)),
    "there is a provider xcompute already": provider(name="xcompute"),
    "a call about no such job is no refusal to judges": provider(refuse=mute),
    "a call without a key is refused without a word": provider(refuse=deaf),
    "a poll says after succeed what it said before": polled(same_record),
    "a job that is done names no video": polled(linkless),
    "the callback after succeed is the same if results.contradict_callback is set": provider(
        callback=truthful
    ),
    "the callback after fail is the same if results.contradict_callback is set": provider(
        callback=truthful_of_failures
    ),
}


@pytest.mark.parametrize("told", PROVIDERS)
def test_a_provider_is_told_what_is_wrong(told: str) -> None:
    with pytest.raises(NotConformant) as raised:
        check_provider(PROVIDERS[told], {"model": "veo3_fast", "prompt": "a cat"})
    assert told in raised.value.problems[0]


def test_a_provider_whose_creations_need_more_is_given_an_order() -> None:
    with pytest.raises(NotConformant, match="a creation is refused"):
        check_provider(provider(), {"model": "no-such-model", "prompt": "a cat"})
    check_provider(provider())
