"""A rule that was never applied says which call came nearest, and what differed."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.domain.fault.compile import RuleCompiler
from mockserver.domain.fault.nearest import Came, beyond, nearest
from mockserver.domain.fault.rule import FaultRule, FaultWhen
from mockserver.domain.provider.provider import Provider
from mockserver.engine.registry import Registry
from tests.support.generate_docs import CATALOGUE

PROVIDERS = {p.name: p for p in Registry[Provider]("mockserver.providers", "PROVIDER").all()}
COMPILER = RuleCompiler(CATALOGUE, PROVIDERS)
USUAL: dict[str, Any] = {
    "provider": "kie",
    "operation": "record_info",
    "call_phase": "poll",
    "model": "veo3",
    "prompt": "a cat",
    "job_phase": "running",
    "progress": 40.0,
    "delivery": 0,
    "headers": ((b"user-agent", b"curl/8"),),
}


def said(when: dict[str, Any], *calls: dict[str, Any], fault: str = "http_error") -> str:
    compiled = COMPILER.compile(FaultRule(fault, when=FaultWhen(**when)))
    found = [Came(seq, **(USUAL | call)) for seq, call in enumerate(calls, 1)]
    return nearest(compiled, found, frozenset(COMPILER.places(compiled)))


@pytest.mark.parametrize(
    ("when", "differs"),
    [
        ({"provider": "apiyi"}, "provider was kie, not apiyi"),
        ({"operation": "generate"}, "operation was record_info, not generate"),
        ({"call_phase": "create"}, "call_phase was poll, not create"),
        ({"model": "veo3_fast"}, "model was veo3, not veo3_fast"),
        ({"job_phase": "queued"}, "job_phase was running, not queued"),
        ({"progress": (60, 80)}, "progress was 40 %, not 60 to 80 %"),
        ({"prompt": "dog"}, "the prompt does not match 'dog'"),
        ({"header": {"user-agent": "python"}}, "header user-agent did not match"),
        ({"header": {"x-who": "me"}}, "header x-who was not sent"),
    ],
)
def test_what_differs_is_named(when: dict[str, Any], differs: str) -> None:
    assert said(when, {}) == f"nearest was kie record_info (journal 1): {differs}"


def test_the_call_that_differs_least_is_the_nearest() -> None:
    when = {"call_phase": "poll", "model": "veo3_fast", "prompt": "dog"}
    far, near = {"prompt": "a cat"}, {"prompt": "a dog"}
    expected = "nearest was kie record_info (journal 2): model was veo3, not veo3_fast"
    assert said(when, far, near, far) == expected


MODELS = {"provider": "apiyi", "operation": "models", "call_phase": "account"}
DOWNLOAD = {"operation": "download", "call_phase": "download"}


def test_where_no_call_came_that_the_fault_can_strike_none_is_called_near() -> None:
    found = said({}, MODELS, {}, fault="media_truncated")
    assert found == "2 calls came, and none that media_truncated strikes: content, download"
    assert said({}, MODELS, DOWNLOAD, fault="media_truncated") == ""


def test_a_call_that_the_fault_can_strike_is_nearer_than_one_that_differs_in_less() -> None:
    when = {"job_phase": "succeeded", "prompt": "dog"}
    found = said(when, {"job_phase": "succeeded"}, DOWNLOAD, fault="media_truncated")
    assert found.startswith("nearest was kie download (journal 2): job_phase was running")


def test_a_call_as_it_was_wanted_leaves_nothing_to_say() -> None:
    assert said({"call_phase": "poll", "progress": (40, 60), "prompt": "cat"}, {}) == ""


def test_without_a_call_there_is_none_that_was_near() -> None:
    assert said({"call_phase": "poll"}) == "no call came"


def test_a_delivery_beyond_those_that_came_is_named() -> None:
    call = {"operation": "callback", "call_phase": "callback", "delivery": 1}
    found = said({"delivery": 3}, call, fault="callback_never")
    assert found == "nearest was kie callback (journal 1): it was delivery 1, not 3"


@pytest.mark.parametrize(
    ("wanted", "most", "text"),
    [
        (5, 3, "attempt 5 is meant, and 3 attempts came"),
        ("5-", 1, "attempt 5- is meant, and 1 attempt came"),
        (2, 0, "attempt 2 is meant, and no attempts came"),
        (3, 3, ""),
        ("2-4", 2, ""),
        (None, 9, ""),
    ],
)
def test_a_number_that_never_came_is_told(wanted: Any, most: int, text: str) -> None:
    assert beyond("attempt", wanted, most) == text
