"""The invariant to be proudest of: nothing that may have been accepted is ever sent again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientlib import AmbiguousSubmission, ProviderError, Request, TransportFailure, VideoError
from clientlib._models import Order
from clientlib._submit import submit
from tests.support.client_clock import VirtualClock
from tests.support.client_jobs import IDS, PROVIDERS
from tests.support.client_play import NO_CONNECTION, NO_REPLY, Played, context, play

ENVELOPES = {
    "apiyi": {"id": IDS["apiyi"], "status": "queued"},
    "kie": {"code": 200, "msg": "success", "data": {"taskId": IDS["kie"]}},
    "xcompute": {"code": 200, "data": [{"status": "submitted", "task_id": IDS["xcompute"]}]},
}
ERRORS = {
    "apiyi": lambda code: {"error": {"code": "x", "message": "x", "type": "x"}},
    "kie": lambda code: {"code": code, "msg": "x", "data": None},
    "xcompute": lambda code: {"error": {"code": code, "message": "x", "type": "x"}},
}
TURNED_AWAY = (400, 401, 402, 403, 404, 422, 429)
UNCLEAR = (408, 500, 502, 503, 504, 529)


def body(told: Any, **more: Any) -> Played:
    return Played(pieces=(json.dumps(told).encode(),), **more)


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[tuple[bool, Any]]]:
    """A provider and what it does to each creation: (may it have accepted?, the outcome)."""
    provider = draw(st.sampled_from(PROVIDERS))
    outcomes: list[tuple[bool, Any]] = [(False, NO_CONNECTION), (True, NO_REPLY)]
    outcomes.append((True, body(ENVELOPES[provider])))
    outcomes.append((True, Played(pieces=(b'{"id": "vid',), breaks=True)))
    outcomes.append((True, Played(pieces=(b"<html>",))))
    outcomes += [(False, body(ERRORS[provider](s), status=s)) for s in TURNED_AWAY]
    outcomes += [(True, body(ERRORS[provider](s), status=s)) for s in UNCLEAR]
    if provider == "kie":
        outcomes += [(False, body(ERRORS["kie"](s))) for s in TURNED_AWAY]
        outcomes += [(True, body(ERRORS["kie"](s))) for s in UNCLEAR]
    again = [o for o in outcomes if o[1] is NO_CONNECTION or getattr(o[1], "status", 0) == 429]
    first = draw(st.lists(st.sampled_from(again), max_size=4))
    return provider, [*first, *draw(st.lists(st.sampled_from(outcomes), min_size=1))]


@given(histories())
def test_nothing_that_may_have_been_accepted_is_sent_again(
    history: tuple[str, list[tuple[bool, Any]]],
) -> None:
    provider, outcomes = history
    left = list(outcomes)
    maybe_accepted = 0
    clock = VirtualClock()

    def host(request: Request) -> Played | TransportFailure:
        nonlocal maybe_accepted
        assert maybe_accepted == 0, "sent again after it may have been accepted"
        may, outcome = left.pop(0) if len(left) > 1 else left[0]
        maybe_accepted += may
        return outcome  # type: ignore[no-any-return]

    try:
        track = play(submit(context(provider, clock), Order("a cat")), host, clock)
        assert track.task_id == IDS[provider]
        assert maybe_accepted == 1
    except AmbiguousSubmission as error:
        assert maybe_accepted == 1
        assert not error.retry_safe
    except VideoError as error:
        assert maybe_accepted == 0
        assert isinstance(error, ProviderError | TransportFailure)
        assert error.retry_safe


def test_the_property_can_fail() -> None:
    """The outcomes called unclear are those that the client calls ambiguous."""
    clock = VirtualClock()
    with pytest.raises(AmbiguousSubmission):
        play(submit(context("kie", clock), Order("a cat")), lambda _: NO_REPLY, clock)
