"""A rule that is wrong, or could never match, is refused with the nearest valid word."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mockserver.domain.fault.compile import RuleCompiler
from mockserver.domain.fault.fault import Fault
from mockserver.domain.fault.match import CompiledRule
from mockserver.domain.fault.rule import FaultRule
from mockserver.domain.input.errors import BadInput
from mockserver.domain.provider.provider import Provider
from mockserver.engine.catalogue import Catalogue
from mockserver.engine.registry import Registry

PROVIDERS = {p.name: p for p in Registry[Provider]("mockserver.providers", "PROVIDER").all()}
COMPILER = RuleCompiler(Catalogue(Registry[Fault]("mockserver.faults", "FAULT")), PROVIDERS)


def compiled_rule(**rule: Any) -> CompiledRule:
    return COMPILER.compile(msgspec.convert(rule, FaultRule))


@pytest.mark.parametrize("fault", COMPILER.catalogue.all(), ids=lambda fault: fault.name)
def test_every_example_can_match(fault: Any) -> None:
    assert COMPILER.places(compiled_rule(**fault.example))


WRONG = [
    ({"fault": "hangup"}, "did you mean 'hang_up'"),
    ({"fault": "http_error", "with": {"statsu": 500}}, "did you mean 'status'"),
    ({"fault": "http_error", "with": {"status": 200}}, "400 to 599"),
    ({"fault": "http_error", "with": {"shape": "htlm"}}, "did you mean 'html'"),
    ({"fault": "http_error", "when": {"provider": "kei"}}, "did you mean 'kie'"),
    ({"fault": "http_error", "when": {"operation": "crate"}}, "did you mean 'create'"),
    ({"fault": "http_error", "when": {"model": "veo-3.2"}}, "did you mean 'veo-3.1'"),
    ({"fault": "http_error", "when": {"job_phase": "runing"}}, "did you mean 'running'"),
    ({"fault": "http_error", "when": {"method": "HEED"}}, "did you mean 'HEAD'"),
    ({"fault": "http_error", "when": {"method": "POST", "call_phase": "poll"}}, "that can match"),
    ({"fault": "media_head_refused", "when": {"method": "GET"}}, "that can match"),
    ({"fault": "http_error", "when": {"call_phase": "pol"}}, "did you mean 'poll'"),
    ({"fault": "http_error", "when": {"prompt": "("}}, "a regular expression"),
    ({"fault": "http_error", "when": {"header": {"a": "("}}}, "a regular expression"),
    ({"fault": "http_error", "when": {"attempt": "0"}}, "a number from 1"),
    ({"fault": "http_error", "when": {"call": "5-3"}}, "a number from 1"),
    ({"fault": "http_error", "when": {"progress": [60, 20]}}, "in order"),
    ({"fault": "http_error", "probability": 1.5}, "0 to 1"),
    ({"fault": "http_error", "times": 0}, "1 or more"),
    ({"fault": "http_error", "skip": -1}, "0 or more"),
    ({"fault": "http_error", "when": {"chunk": 3}}, "does not strike a stream"),
    ({"fault": "stream_cut", "when": {"chunk": "progres"}}, "did you mean 'progress'"),
    ({"fault": "stream_cut", "when": {"chunk": 0}}, "1 or more"),
    (
        {"fault": "stream_cut", "when": {"chunk": "progress", "provider": "kie"}},
        "streams there have no kinds of chunks",
    ),
    ({"fault": "stream_cut", "when": {"provider": "kie"}}, "phase stream"),
    ({"fault": "stream_cut", "when": {"operation": "create"}}, "phase stream"),
    ({"fault": "media_corrupt", "when": {"call_phase": "poll"}}, "phase content or download"),
    ({"fault": "callback_late", "when": {"provider": "apiyi"}}, "sent by kie and xcompute"),
    (
        {"fault": "http_error", "when": {"call_phase": "create", "job_phase": "running"}},
        "no job phase",
    ),
    ({"fault": "http_error", "when": {"provider": "kie", "model": "veo-3.1"}}, "one of: veo3"),
    ({"fault": "hang_up", "with": {"at": "hed"}}, "did you mean 'head'"),
    ({"fault": "set_header"}, "a name that"),
    ({"fault": "duplicate_header", "with": {"name": "content-length"}}, "other than"),
    ({"fault": "latency", "with": {"low": "2s", "high": "1s"}}, "at most `high`"),
    ({"fault": "body_of"}, "the body, as JSON or text"),
    ({"fault": "media_wrong_length", "with": {"offset": 0}}, "other than 0"),
    ({"fault": "quota_requests", "with": {"window": "0s"}}, "a span longer than 0"),
]


@pytest.mark.parametrize(("rule", "says"), WRONG, ids=[str(rule) for rule, _ in WRONG])
def test_a_rule_that_could_never_match_is_refused(rule: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput) as refusal:
        compiled_rule(**rule)
    assert says in str(refusal.value)


def test_a_latency_may_have_one_value_as_both_bounds() -> None:
    assert compiled_rule(fault="latency", **{"with": {"low": "2s", "high": "2s", "delay": "2s"}})


def test_a_method_is_for_the_operations_that_have_it_and_head_for_those_of_get() -> None:
    for method in ("GET", "HEAD"):
        compiled = compiled_rule(fault="http_error", when={"method": method, "provider": "apiyi"})
        assert ("apiyi", "status") in COMPILER.places(compiled)
        assert ("apiyi", "create") not in COMPILER.places(compiled)
    compiled = compiled_rule(fault="http_error", when={"method": "POST", "provider": "apiyi"})
    assert COMPILER.places(compiled) == (("apiyi", "create"), ("apiyi", "chat"))


def test_a_rule_touches_only_the_places_that_its_when_names() -> None:
    compiled = compiled_rule(fault="http_error", when={"call_phase": "poll", "provider": "kie"})
    assert COMPILER.places(compiled) == (("kie", "record_info"), ("kie", "task_record"))
    everywhere = COMPILER.places(compiled_rule(fault="http_error"))
    assert {provider for provider, _ in everywhere} == set(PROVIDERS)
    assert all(operation != "callback" for _, operation in everywhere)
