"""Limits in mode auto: a client that really waits as long as it was told gets in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import convert
from msgspec.structs import replace

from mockserver.domain.fault.rule import FaultRule
from mockserver.domain.input.errors import BadInput
from mockserver.domain.provider.quota import Quota
from mockserver.domain.reply.reply import Reply
from mockserver.domain.time.clock import Mode
from tests.support.engine import Engine, asked, posted

KEY = "sk-limits"
JOB = {"prompt": "a cat", "model": "veo-3.1"}


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine(1_000_000, 2_000_000_000_000)
    yield engine
    engine.close()


def _mode(engine: Engine, mode: Mode) -> None:
    engine.run(
        engine.sandboxes.set_clock(
            engine.sandbox_id(KEY), lambda clock, real_ms: clock.with_mode(mode, real_ms)
        )
    )


def _limit(engine: Engine, quota: Quota) -> None:
    engine.run(
        engine.sandboxes.update(engine.sandbox_id(KEY), lambda s: replace(s, quotas=(quota,)))
    )


def _rule(engine: Engine, given: dict[str, Any]) -> None:
    sandbox_id = engine.sandbox_id(KEY)
    sandbox = engine.run(engine.sandboxes.load(sandbox_id)).sandbox
    now = sandbox.clock.instant(engine.system.now_ms)
    rules = engine.run(engine.exchange._faults.numbered(sandbox, (convert(given, FaultRule),), now))
    engine.run(engine.sandboxes.update(sandbox_id, lambda s: replace(s, rules=rules)))


def _create(engine: Engine) -> Reply:
    return engine.call(KEY, "apiyi", "create", posted(JOB))


def _told_s(reply: Reply) -> int:
    return int(dict(reply.headers)[b"retry-after"])


LIMITS = [
    Quota("window", 1, 10_000),
    Quota("jobs", 1, 1000, concurrent=True),
]


@pytest.mark.parametrize("quota", LIMITS, ids=lambda quota: quota.name)
def test_a_client_that_waits_as_it_was_told_is_let_in(engine: Engine, quota: Quota) -> None:
    _mode(engine, "auto")
    _limit(engine, quota)
    assert _create(engine).status == 200
    refused = _create(engine)
    assert refused.status == 429
    engine.system.now_ms += _told_s(refused) * 1000
    assert _create(engine).status == 200


@pytest.mark.parametrize("quota", LIMITS, ids=lambda quota: quota.name)
def test_one_that_comes_back_too_early_is_told_what_is_left(engine: Engine, quota: Quota) -> None:
    _mode(engine, "auto")
    _limit(engine, quota)
    _create(engine)
    told_s = _told_s(_create(engine))
    engine.system.now_ms += 3000
    assert _told_s(_create(engine)) == told_s - 3
    engine.system.now_ms += (told_s - 5) * 1000
    assert _told_s(_create(engine)) == 2


@pytest.mark.parametrize("quota", LIMITS, ids=lambda quota: quota.name)
def test_virtual_time_that_others_moved_passes_a_limit_too(engine: Engine, quota: Quota) -> None:
    _mode(engine, "auto")
    _limit(engine, quota)
    _create(engine)
    engine.advance(KEY, _told_s(_create(engine)) * 1000)
    assert _create(engine).status == 200


@pytest.mark.parametrize("quota", LIMITS, ids=lambda quota: quota.name)
def test_in_mode_manual_virtual_time_alone_counts(engine: Engine, quota: Quota) -> None:
    _limit(engine, quota)
    _create(engine)
    told_s = _told_s(_create(engine))
    engine.system.now_ms += 10 * told_s * 1000
    assert _told_s(_create(engine)) == told_s


def test_a_refusal_commits_nothing(engine: Engine) -> None:
    _mode(engine, "auto")
    _limit(engine, Quota("window", 1, 10_000, frozenset({"status"})))
    task_id = _created_id(engine)
    poll = asked(id=task_id)
    assert engine.call(KEY, "apiyi", "status", poll).status == 200
    before = engine.run(engine.sandboxes.load(engine.sandbox_id(KEY)))
    assert engine.call(KEY, "apiyi", "status", poll).status == 429
    assert engine.run(engine.sandboxes.load(engine.sandbox_id(KEY))) == before


@pytest.mark.parametrize("quota", LIMITS, ids=lambda quota: quota.name)
def test_a_refused_creation_commits_nothing(engine: Engine, quota: Quota) -> None:
    _mode(engine, "auto")
    _limit(engine, quota)
    _create(engine)
    before = engine.run(engine.sandboxes.load(engine.sandbox_id(KEY)))
    assert _create(engine).status == 429
    assert engine.run(engine.sandboxes.load(engine.sandbox_id(KEY))) == before


def test_what_is_refused_for_want_of_money_is_not_counted_by_a_window(engine: Engine) -> None:
    _limit(engine, LIMITS[0])
    sandbox_id = engine.sandbox_id(KEY)
    for micros in (0, 10_000_000):
        engine.run(
            engine.sandboxes.update(
                sandbox_id, lambda s, at=micros: replace(s, balances_micros={"apiyi": at})
            )
        )
        last = _create(engine).status
    assert last == 200


def _created_id(engine: Engine) -> str:
    from msgspec import json

    body = _create(engine).body
    assert isinstance(body, bytes)
    return str(json.decode(body)["id"])


OUTAGE = {"fault": "outage", "when": {"provider": "apiyi"}}


def test_an_outage_heals_for_a_client_that_waits(engine: Engine) -> None:
    _mode(engine, "auto")
    _rule(engine, OUTAGE | {"until": "5s"})
    assert _create(engine).status == 503
    engine.system.now_ms += 4999
    assert _create(engine).status == 503
    engine.system.now_ms += 1
    assert _create(engine).status == 200


def test_an_outage_begins_for_a_client_that_waits(engine: Engine) -> None:
    _mode(engine, "auto")
    _rule(engine, OUTAGE | {"from": "5s"})
    assert _create(engine).status == 200
    engine.system.now_ms += 5000
    assert _create(engine).status == 503


def test_an_outage_with_a_dated_end_counts_virtual_time_alone(engine: Engine) -> None:
    _mode(engine, "auto")
    _rule(engine, OUTAGE | {"until": engine.now_ms(KEY) + 5000})
    engine.system.now_ms += 60_000
    assert _create(engine).status == 503
    engine.advance(KEY, 5000)
    assert _create(engine).status == 200


def test_in_mode_manual_an_outage_waits_for_the_clock(engine: Engine) -> None:
    _rule(engine, OUTAGE | {"until": "5s"})
    engine.system.now_ms += 60_000
    assert _create(engine).status == 503


LASTING = OUTAGE | {"lasts": "2s"}


@pytest.mark.parametrize("mode", ["auto", "real"])
def test_an_outage_that_lasts_heals_that_long_after_the_first_call(
    engine: Engine, mode: Mode
) -> None:
    _mode(engine, mode)
    _rule(engine, LASTING)
    engine.system.now_ms += 60_000  # nobody calls for a minute: it has not begun
    assert [_create(engine).status for _ in range(3)] == [503, 503, 503]
    engine.system.now_ms += 1999
    assert _create(engine).status == 503
    engine.system.now_ms += 1
    assert _create(engine).status == 200


def test_a_client_that_waits_as_it_is_told_outlasts_an_outage(engine: Engine) -> None:
    _mode(engine, "auto")
    _rule(engine, LASTING | {"with": {"retry_after": "2s"}})
    engine.system.now_ms += 1000 * _told_s(_create(engine))
    assert _create(engine).status == 200


def test_in_mode_auto_an_outage_has_also_lasted_once_virtual_time_says_so(engine: Engine) -> None:
    _mode(engine, "auto")
    _rule(engine, LASTING)
    assert _create(engine).status == 503
    engine.advance(KEY, 2000)
    assert _create(engine).status == 200


def test_in_mode_manual_an_outage_lasts_until_the_clock_has_passed_it(engine: Engine) -> None:
    _rule(engine, LASTING)
    assert _create(engine).status == 503
    engine.system.now_ms += 60_000
    assert _create(engine).status == 503
    engine.advance(KEY, 2000)
    assert _create(engine).status == 200


def test_an_outage_lasts_again_after_a_reset(engine: Engine) -> None:
    _mode(engine, "auto")
    _rule(engine, LASTING)
    for _ in range(2):
        assert _create(engine).status == 503
        engine.system.now_ms += 2000
        assert _create(engine).status == 200
        engine.run(engine.sandboxes.reset(engine.sandbox_id(KEY)))


def test_a_rule_that_comes_after_a_reset_is_counted_apart_from_those_that_stayed(
    engine: Engine,
) -> None:
    sandbox_id = engine.sandbox_id(KEY)
    _rule(engine, LASTING)
    engine.run(engine.sandboxes.reset(sandbox_id))
    sandbox = engine.run(engine.sandboxes.load(sandbox_id)).sandbox
    now = sandbox.clock.instant(engine.system.now_ms)
    given = (convert(LASTING, FaultRule), convert(LASTING, FaultRule))
    rules = engine.run(engine.exchange._faults.numbered(sandbox, given, now))
    assert len({rule.serial for rule in (*sandbox.rules, *rules)}) == 3


def test_a_rule_lasts_from_the_first_call_that_it_changes(engine: Engine) -> None:
    _mode(engine, "auto")
    _rule(engine, LASTING | {"skip": 1})
    assert _create(engine).status == 200
    engine.system.now_ms += 60_000
    assert _create(engine).status == 503


def test_a_rule_says_that_it_is_healed_once_it_has_lasted(engine: Engine) -> None:
    _mode(engine, "auto")
    _rule(engine, LASTING)
    states = [_state(engine)]
    for _ in range(2):
        _create(engine)
        states.append(_state(engine))
        engine.system.now_ms += 2000
    assert states == ["active", "active", "healed"]


def _state(engine: Engine) -> str:
    sandbox = engine.run(engine.sandboxes.load(engine.sandbox_id(KEY))).sandbox
    (tally,) = engine.run(engine.exchange._faults.tallies(sandbox))
    now = sandbox.clock.instant(engine.system.now_ms)
    return str(tally.state(now, sandbox.clock.in_either))


@pytest.mark.parametrize("given", ["0s", "soon", "-2s", -1])
def test_a_rule_that_would_last_no_time_is_refused(engine: Engine, given: str | int) -> None:
    with pytest.raises(BadInput, match="lasts: "):
        _rule(engine, OUTAGE | {"lasts": given})


def test_a_fault_that_says_retry_after_refuses_as_often_as_times_says(engine: Engine) -> None:
    _mode(engine, "auto")
    _rule(engine, {"fault": "rate_limit", "with": {"retry_after": "2s"}, "times": 2})
    seen = []
    for _ in range(4):
        reply = _create(engine)
        seen.append(reply.status)
        engine.system.now_ms += 2000
    assert seen == [429, 429, 200, 200]
