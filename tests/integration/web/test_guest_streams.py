"""A stream's chunks have the kinds, moments and end that its own provider gives them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import httpx
import pytest

from mockserver.control import Control, ControlError
from tests.support.guest_providers import Serve, Serving
from tests.support.some import some

WATCHED = """
from mockserver.providers.kie import decode

BYE = b"event: bye\\ndata: 1\\n\\n"
PARTS = tuple(b"data: %d\\n\\n" % n for n in range(30))


def watch(outcome, inbound, context):
    plan = outcome.task.plan
    end = outcome_step(plan)
    kinds = ("hello", *("part",) * 29, "bye")
    moments = ("start", *("running",) * 29)
    stream = Stream(plan, outcome.task.created_ms, end.at_ms, b"", kinds, moments, PARTS, BYE)
    return Reply(200, SSE_HEADERS, stream)


WATCH = Operation(
    "watch", "POST", "/watch", "stream", decode.generate, watch,
    chunk_kinds=("hello", "part", "bye"), ending=BYE,
)
"""
CHANGES = "operations=(*KIE.operations, WATCH)"
WHOLE = b"".join(b"data: %d\n\n" % n for n in range(30)) + b"event: bye\ndata: 1\n\n"


def watched(serving: Serving, rule: dict[str, Any]) -> tuple[bytes, bool, bool]:
    """A stream under a rule: what came, whether it came to its end, whether the rule struck."""
    with Control(serving.base_url) as control:
        sandbox = control.create_sandbox()
        control.set_clock("auto", sandbox=sandbox.id)
        control.add_fault(rule, sandbox.id)
        came = b""
        with (
            suppress(httpx.RemoteProtocolError),
            httpx.stream(
                "POST",
                f"{serving.url}/watch",
                json={"prompt": "a cat"},
                headers={"authorization": f"Bearer {sandbox.api_key}"},
                trust_env=False,
            ) as reply,
        ):
            for piece in reply.iter_raw():
                came += piece
        (sent,) = control.entries(sandbox.id, kind="sent")
        (tally,) = control.faults(sandbox.id)
        return came, sent.detail["done"], tally["struck"] == 1


def test_a_rule_strikes_a_kind_of_chunk_that_its_provider_has(serve: Serve) -> None:
    when = {"provider": "guest", "chunk": "part"}
    came, done, struck = watched(serve(CHANGES, WATCHED), {"fault": "stream_cut", "when": when})
    assert struck
    assert came == b"data: 0\n\n", "the chunks before the first of that kind"
    assert not done


def test_a_stream_has_as_many_chunks_as_its_provider_sends(serve: Serve) -> None:
    rule = {"fault": "stream_cut", "when": {"chunk": 25}}
    came, done, struck = watched(serve(CHANGES, WATCHED), rule)
    assert struck
    assert b"data: 23" in came
    assert b"data: 25" not in came
    assert not done


def test_a_stream_that_ends_in_pieces_has_ended_with_its_providers_own_event(serve: Serve) -> None:
    came, done, struck = watched(serve(CHANGES, WATCHED), {"fault": "stream_split_event"})
    assert (came, done, struck) == (WHOLE, True, True)
    came, done, struck = watched(serve(CHANGES, WATCHED), {"fault": "stream_crlf"})
    assert (b"event: bye\r\ndata: 1\r\n" in came, done, struck) == (True, True, True)


def test_a_kind_of_chunk_that_no_provider_has_is_refused_with_the_nearest(serve: Serve) -> None:
    serving = serve(CHANGES, WATCHED)
    with Control(serving.base_url) as control:
        sandbox = control.create_sandbox()
        for when in some(({"chunk": "helo"}, {"chunk": "helo", "provider": "guest"})):
            with pytest.raises(ControlError, match="did you mean 'hello'"):
                control.add_fault({"fault": "stream_cut", "when": when}, sandbox.id)
        with pytest.raises(ControlError, match="one of: hello, part, bye"):
            when = {"chunk": "progress", "provider": "guest"}
            control.add_fault({"fault": "stream_cut", "when": when}, sandbox.id)
