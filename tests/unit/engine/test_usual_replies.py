"""What a scenario struck is told from the usual reply, which costs little and is the true one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace

from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.plan import differs_in_times_alone
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import Accepted, Submit
from mockserver.domain.provider.provider import Context, Provider
from mockserver.domain.reply.difference import first_difference
from mockserver.domain.reply.reply import Reply, Stream, unfolded
from mockserver.domain.sandbox.caller import Caller
from mockserver.domain.sandbox.decide import Decision, decide
from mockserver.domain.sandbox.sandbox import Books, Sandbox
from mockserver.domain.sandbox.snapshot import Snapshot
from mockserver.domain.scenario.scenario import Scenario
from mockserver.domain.time.clock import start_clock
from mockserver.engine.registry import Registry
from mockserver.engine.served import Served, usual_of_new
from tests.support.engine import BASE_URL, posted

NOW_MS = 1_700_000_000_000
PROVIDERS = {p.name: p for p in Registry[Provider]("mockserver.providers", "PROVIDER").all()}
SCENARIOS = Registry[Scenario]("mockserver.scenarios", "SCENARIO")


def said(prompt: str, *, streams: bool) -> dict[str, Any]:
    messages = [{"role": "user", "content": prompt}]
    return {"model": "veo-3.1", "stream": streams, "messages": messages}


BODIES = {
    ("apiyi", "create"): lambda prompt: {"model": "veo-3.1", "prompt": prompt},
    ("apiyi", "chat"): lambda prompt: said(prompt, streams=True),
    ("apiyi", "chat as a whole"): lambda prompt: said(prompt, streams=False),
    ("kie", "generate"): lambda prompt: {"model": "veo3_fast", "prompt": prompt},
    ("xcompute", "create"): lambda prompt: {"model": "veo3.1-fast", "prompt": prompt},
}


class Submission:
    """One submission to a fresh sandbox, decided under its scenario and under the usual one."""

    def __init__(self, provider: str, operation: str, directive: str, seed: int) -> None:
        spoken = PROVIDERS[provider]
        name = operation.partition(" ")[0]
        self.operation = next(each for each in spoken.operations if each.name == name)
        clock = start_clock("manual", NOW_MS, NOW_MS)
        self.inbound = posted(BODIES[provider, operation](f"a cat [mock:{directive}]"))
        sandbox = Sandbox("sb1", str(seed), clock)
        dialect = spoken.defaults
        self.context = Context(
            NOW_MS, "sb1", str(seed), clock, dialect, BASE_URL, request=self.inbound
        )
        command = self.operation.decode(self.inbound, self.context)
        assert isinstance(command, Submit)
        self.command = command
        self.snapshot = Snapshot(1, sandbox, Books())
        self.caller = Caller(spoken, name, "k", BASE_URL, NOW_MS, dialect)

    def decided(self, *, usual: bool) -> Decision:
        return decide(self.snapshot, self.caller, self.command, SCENARIOS, usual=usual)

    def encoded(self, task: Task) -> Reply:
        outcome = Accepted(task, self.command.reply_as)
        return self.operation.encode(outcome, self.inbound, self.context)


def assert_the_usual_reply_is_the_true_one(submission: Submission) -> str:
    """How the usual reply was found."""
    try:
        task = submission.decided(usual=False).task
    except Refusal:
        return "refused"
    assert task is not None
    if task.usual is None:
        return "nothing differs"
    reply = submission.encoded(task)
    served = Served(reply, submission.context, task, "")
    usual = usual_of_new(served, submission.encoded)
    other = submission.decided(usual=True).task
    assert other is not None
    true = submission.encoded(other)
    assert unfolded(usual) == unfolded(true)
    assert replace(other, scenario=task.scenario) == replace(task, plan=task.usual, usual=None)
    for now_ms in (NOW_MS, NOW_MS + 60_000, NOW_MS + 10**9):
        folded = first_difference(usual, reply, now_ms)
        assert folded == first_difference(unfolded(true), unfolded(reply), now_ms)
        assert folded == first_difference(unfolded(true), reply, now_ms)
    if not isinstance(reply.body, Stream):
        return "encoded"
    assert reply.body.size_bytes() == len(reply.body.whole())
    return "retimed" if differs_in_times_alone(task.plan, task.usual) else "encoded"


MORE = ("slow factor=0.1", "slow_queue for=0s", "fail at=0%", "fail at=60%", "stall at=100%")


@pytest.mark.parametrize(("provider", "operation"), BODIES)
def test_the_usual_reply_to_a_submission_is_what_succeed_would_have_given(
    provider: str, operation: str
) -> None:
    directives = (*SCENARIOS.names(), *MORE)
    found = Counter(
        assert_the_usual_reply_is_the_true_one(Submission(provider, operation, directive, seed))
        for directive in directives
        for seed in range(20)
    )
    ways = {"refused", "nothing differs", "encoded"}
    assert set(found) == (ways | {"retimed"} if operation == "chat" else ways)
