"""The client against every named fault, in every call phase where it can strike.

Each case meets the synchronous or the asynchronous client, in turn; with REELMOCK_MATRIX=all both.

Whatever strikes, the end is one of the named ones: the video, whole, on the disk; a typed error;
or the admission that nobody can say whether a task was created. Never two tasks, never credits
spent twice, never half a file, never a wait without an end.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import clientlib
from clientlib import VideoError
from mockserver.app import Running
from mockserver.control import Control
from tests.support.client_matrix import LIMIT_S, Case, Result, cases, lives, run
from tests.support.serving import settings

KINDS = ("sync", "async")
ERRORS = {
    name
    for name, value in vars(clientlib).items()
    if isinstance(value, type) and issubclass(value, VideoError)
}
UPGRADES = {"kie-1080p": 5.0, "kie-4k": 120.0}
"""Credits that come on top of the tasks' own prices, once."""
HARMLESS = [
    "latency",
    "slow_body",
    "wrong_content_type",
    "extra_field",
    "duplicate_header",
    "missing_header",
    "rate_limit_headers",
    "huge_body",
    "quota_requests",
    "quota_concurrent",
    "rate_limit",
    "stream_stall",
    "stream_split_utf8",
    "stream_joined_events",
    "stream_split_event",
    "stream_crlf",
    "stream_no_blank",
    "stream_ids",
    "stream_empty_choices",
    "stream_heartbeats",
    "stream_duplicated",
    "stream_reordered",
    "stream_progress_back",
    "stream_missing_role",
    "stream_after_done",
    "stream_malformed_event",
    "stream_content_filter",
    "media_slow",
    "media_wrong_type",
    "media_range_ignored",
]
"""What a creation or a stream survives when it strikes once: nothing is lost, only odd or late."""
FATAL = ("quota_balance", "quota_late_refund", "callback_success_after_failure")
"""What ends a job although it struck only once: no money, or a job that failed."""


@pytest.fixture(scope="module")
def mock() -> Iterator[Running]:
    """A server whose clock moves by itself to the next thing that matters."""
    running = Running(settings(clock="auto"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def control(mock: Running) -> Iterator[Control]:
    """The server's control API."""
    with Control(mock.base_url) as control:
        yield control


def recorded(case: Case, kind: str, result: Result) -> Result:
    """The result, kept for whoever asks for the matrix as a table."""
    if path := os.environ.get("CLIENT_MATRIX"):
        with Path(path).open("a") as file:
            file.write(f"{kind}\t{case}\t{result.outcome}\t{result.virtual_s:.0f}\n")
    return result


def way(case: Case) -> tuple[object, ...]:
    """How a case strikes, wherever it does."""
    return case.fault, case.scenario, case.times, case.accepted


def chosen(every: Iterable[Case]) -> list[tuple[str, Case]]:
    """Each case with the kinds of client that it meets, in turn among those that strike alike.

    A way of striking that has one place meets both.
    """
    found = list(every)
    if os.environ.get("REELMOCK_MATRIX") == "all":
        return [(kind, case) for case in found for kind in KINDS]
    places, turns = Counter(map(way, found)), Counter[tuple[object, ...]]()
    pairs = []
    for case in found:
        turn, turns[way(case)] = turns[way(case)] % 2, turns[way(case)] + 1
        kinds = KINDS if places[way(case)] == 1 else KINDS[turn : turn + 1]
        pairs.extend((kind, case) for kind in kinds)
    return pairs


@pytest.mark.parametrize(("kind", "case"), chosen(cases()), ids=str)
def test_every_fault_in_every_phase_has_a_named_end(
    case: Case, kind: str, mock: Running, control: Control, tmp_path: Path
) -> None:
    result = recorded(case, kind, run(case, kind, mock, control, tmp_path))
    assert result.fired, "the fault did not strike"
    holds(case, result)
    if case.times and recoverable(case):
        assert result.outcome == "video"


@pytest.mark.parametrize(("kind", "case"), chosen(lives()), ids=str)
def test_every_life_of_a_job_has_a_named_end(
    case: Case, kind: str, mock: Running, control: Control, tmp_path: Path
) -> None:
    holds(case, recorded(case, kind, run(case, kind, mock, control, tmp_path)))


def test_both_clients_meet_every_fault_once_and_always_and_every_case_meets_one() -> None:
    met = {(kind, case.fault, case.times) for kind, case in chosen(cases())}
    faults = {case.fault for case in cases()}
    assert len(faults) > 50
    assert met >= {(kind, fault, times) for kind in KINDS for fault in faults for times in (0, 1)}
    assert {case for _, case in chosen(cases())} == set(cases())


def holds(case: Case, result: Result) -> None:
    """What must be true however it ended."""
    saved = result.outcome == "video"
    assert saved or result.outcome == "ambiguous" or result.outcome in ERRORS
    assert result.whole == saved
    assert result.files == (("cat.mp4",) if saved else ())
    # One task for a submission, one for an extension.
    assert result.tasks <= 1 + (case.flow == "kie-extend")
    assert result.spent <= result.price + UPGRADES.get(case.flow, 0.0) + 1e-9
    assert result.virtual_s <= LIMIT_S


def recoverable(case: Case) -> bool:
    """Whether a client that tries again has to get its video after one strike."""
    if case.fault in FATAL:
        return False
    creating = case.phase in ("create", "stream") or case.flow == "kie-extend"
    return case.fault in HARMLESS if creating else True
