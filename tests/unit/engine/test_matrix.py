"""Which cases a matrix has: those of a provider are at calls that it has, and strike it alone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import span_ms
from mockserver.engine.matrix import LIFECYCLE, cases

KIE = {"create", "poll", "upgrade", "download", "account", "callback", "job"}


def test_a_provider_limits_the_matrix_to_calls_that_it_has() -> None:
    assert {case.phase for case in cases(provider="kie")} == KIE
    assert {case.phase for case in cases()} == KIE | {"content", "stream"}
    assert "callback" not in {case.phase for case in cases(provider="apiyi")}


def test_every_rule_of_a_provider_names_it() -> None:
    rules = [case.rule for case in cases(provider="kie") if case.rule]
    assert len(rules) > 50
    assert {rule["when"]["provider"] for rule in rules} == {"kie"}


def test_a_scenario_is_a_rule_for_the_jobs_of_its_provider() -> None:
    (fail,) = cases(["fail"], provider="kie")
    (rule,) = fail.scenario_rules
    assert rule == {"scenario": {"name": "fail"}, "when": {"provider": "kie"}}
    (anywhere,) = cases(["fail"])[0].scenario_rules
    assert anywhere["when"] == {}


def test_a_fault_rule_has_no_scenario() -> None:
    faults = [case for case in cases() if case.family != LIFECYCLE]
    assert faults
    assert {case.scenario_rules for case in faults} == {()}


def test_a_field_that_a_fault_sets_is_aimed_unless_the_fault_names_it() -> None:
    aimed = {
        case.fault: case.damages_field for case in cases(["set_field", "stream_content_filter"])
    }
    assert aimed == {"set_field": True, "stream_content_filter": False}


def test_an_outage_heals_by_time_where_other_faults_are_spent() -> None:
    rules = [case.rule for case in cases(["outage", "http_error"], times=3)]
    limits = {(rule["fault"], rule.get("times"), rule.get("lasts")) for rule in rules}
    assert limits == {("outage", None, "2s"), ("http_error", 3, None)}


def test_without_a_number_of_times_no_fault_heals() -> None:
    rules = [case.rule for case in cases() if case.rule]
    assert rules
    assert [rule for rule in rules if {"times", "lasts"} & set(rule)] == []


MAY_LOSE_MS = 3000
ENDS_WITH_THE_CLIENT = {"no_answer", "stream_stall"}  # until the client gives up
VIRTUAL = {  # the clock takes these, and nobody waits for them
    "callback_before_status",
    "callback_failure_after_success",
    "callback_late",
    "callback_slow_chunks",  # the receiver's time, a few pieces of 10 ms
    "callback_stale_signature",
    "callback_success_after_failure",
    "media_expired_early",
    "quota_late_refund",
    "stream_heartbeats",  # fill a wait that is there without them
}


def _spans_ms(rule: dict[str, Any]) -> int:
    """What a rule takes, all its spans together, each as often as it comes."""
    options = rule["with"]
    spans = [span_ms(value, name) for name, value in _timed(rule)]
    return sum(spans) * options.get("pieces", 1)


def _timed(rule: dict[str, Any]) -> list[tuple[str, str]]:
    told = rule["with"] | ({"lasts": rule["lasts"]} if "lasts" in rule else {})
    return [
        (name, value) for name, value in told.items() if re.fullmatch(r"\d+(ms|s|m|h)", str(value))
    ]


def test_a_case_costs_a_client_that_waits_or_gives_up_no_more_than_three_seconds() -> None:
    timed = {case.fault: case.rule for case in cases(times=1) if case.rule and _timed(case.rule)}
    waited = {name: _spans_ms(rule) for name, rule in timed.items()}
    assert set(waited) >= ENDS_WITH_THE_CLIENT | VIRTUAL
    costly = {name for name, lost_ms in waited.items() if lost_ms > MAY_LOSE_MS}
    assert costly <= ENDS_WITH_THE_CLIENT | VIRTUAL
    costing = set(waited) - ENDS_WITH_THE_CLIENT - VIRTUAL
    assert costing >= {
        "latency",
        "rate_limit",
        "slow_body",
        "media_slow",
        "outage",
        "quota_requests",
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"provider": "kei"}, "did you mean 'kie'"),
        ({"phases": ["creat"]}, "did you mean 'create'"),
        ({"wanted": ["exchang"]}, "did you mean 'exchange'"),
        ({"times": 0}, "1 or more"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest(
    given: dict[str, object], told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        cases(**given)  # type: ignore[arg-type]
