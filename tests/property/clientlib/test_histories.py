"""A state machine that lives arbitrary lives of a job, with noise on the line, and checks what
the client makes of them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from clientlib import (
    JobError,
    JobExpired,
    JobFailed,
    Request,
    RetryPolicy,
    Snapshot,
    Status,
    VideoError,
)
from clientlib._polling import read_once, refresh, wait
from clientlib._submit import Track
from tests.support.client_clock import VirtualClock
from tests.support.client_jobs import FAILED, IDS, PROVIDERS, QUEUED, RUNNING, SUCCEEDED
from tests.support.client_play import NO_CONNECTION, NO_REPLY, Host, Played, context, play

URL = "https://media.example/a.mp4"
RANK = {
    Status.QUEUED: 0,
    Status.RUNNING: 1,
    Status.SUCCEEDED: 2,
    Status.FAILED: 2,
    Status.EXPIRED: 2,
}
WORDS = {
    Status.QUEUED: QUEUED,
    Status.RUNNING: RUNNING,
    Status.SUCCEEDED: SUCCEEDED,
    Status.FAILED: FAILED,
}
NOISE = (
    NO_REPLY,
    NO_CONNECTION,
    Played(500),
    Played(503, {"retry-after": "3"}),
    Played(429),
    Played(307),
    Played(pieces=(b"<html>",)),
    Played(pieces=(b'{"id":',), breaks=True),
    Played(pieces=(b"{}",)),
)


def told(provider: str, status: Status, progress: int) -> Played:
    """A provider's own words for a state."""
    word: Any = WORDS[status][provider]
    url = [URL] if status is Status.SUCCEEDED else None
    body: dict[str, Any] = {
        "apiyi": {"id": IDS["apiyi"], "status": word, "progress": progress},
        "kie": {
            "code": 200,
            "data": {"taskId": IDS["kie"], "successFlag": word, "response": {"resultUrls": url}},
        },
        "xcompute": {
            "code": 200,
            "data": {
                "id": IDS["xcompute"],
                "status": word,
                "progress": progress,
                "result": {"videos": [{"url": url}]},
            },
        },
    }[provider]
    return Played(pieces=(json.dumps(body).encode(),))


class Life(RuleBasedStateMachine):
    """The model is the job as the provider has it; the client only sees replies."""

    @initialize(provider=st.sampled_from(PROVIDERS))
    def submitted(self, provider: str) -> None:
        self.provider = provider
        self.clock = VirtualClock()
        self.context = context(provider, self.clock, retry=RetryPolicy(attempts=2))
        self.track = Track(IDS[provider], self.clock.now())
        self.status, self.progress = Status.QUEUED, 0
        self.shown: list[Snapshot] = []

    def seen_ended(self) -> bool:
        """Whether the client has been told of the end."""
        return self.track.snapshot is not None and self.track.snapshot.status.terminal

    def ask(self, host: Host) -> Snapshot:
        snapshot = play(read_once(self.context, self.track), host, self.clock)
        self.shown.append(snapshot)
        return snapshot

    @precondition(lambda self: not self.status.terminal)
    @rule(by=st.integers(0, 60))
    def advances(self, by: int) -> None:
        self.status, self.progress = Status.RUNNING, min(99, self.progress + by)

    @precondition(lambda self: not self.status.terminal)
    @rule(end=st.sampled_from([Status.SUCCEEDED, Status.FAILED]))
    def ends(self, end: Status) -> None:
        self.status, self.progress = end, 100

    @rule()
    def is_asked(self) -> None:
        snapshot = self.ask(lambda _: told(self.provider, self.status, self.progress))
        if self.provider != "kie" or self.status.terminal:
            assert snapshot.status is self.status
        if snapshot.status is Status.SUCCEEDED and self.provider != "apiyi":
            assert snapshot.videos == (URL,)

    @precondition(lambda self: not self.status.terminal or self.seen_ended())
    @rule(progress=st.integers(0, 99), earlier=st.sampled_from([Status.QUEUED, Status.RUNNING]))
    def a_stale_replica_answers(self, progress: int, earlier: Status) -> None:
        if self.status is Status.QUEUED:
            earlier = Status.QUEUED  # a replica is behind, never ahead
        self.ask(lambda _: told(self.provider, earlier, min(progress, self.progress)))

    @precondition(lambda self: self.seen_ended())
    @rule(end=st.sampled_from([Status.SUCCEEDED, Status.FAILED]))
    def another_end_is_claimed(self, end: Status) -> None:
        self.ask(lambda _: told(self.provider, end, 100))

    @rule(noise=st.sampled_from(NOISE))
    def the_line_is_noisy(self, noise: Any) -> None:
        before = self.track.snapshot
        try:
            self.ask(lambda _: noise)
        except VideoError as error:
            assert error.transient
        assert self.track.snapshot is before

    @rule(noise=st.sampled_from(NOISE))
    def a_refresh_survives_one_loss(self, noise: Any) -> None:
        replies = [noise, told(self.provider, self.status, self.progress)]
        flow = refresh(self.context, self.track)
        self.shown.append(play(flow, lambda _: replies.pop(0), self.clock))

    @rule(noise=st.lists(st.sampled_from(NOISE), max_size=5), end=st.sampled_from([1, 2, 3]))
    def is_waited_for(self, noise: list[Any], end: int) -> None:
        if not self.status.terminal:
            self.status = Status.SUCCEEDED if end == 1 else Status.FAILED
            self.progress = 100
        left = list(noise)
        started_s = self.clock.now()

        def host(request: Request) -> Any:
            return left.pop(0) if left else told(self.provider, self.status, self.progress)

        try:
            snapshot = play(wait(self.context, self.track), host, self.clock)
            assert self.status is Status.SUCCEEDED
            self.shown.append(snapshot)
        except JobError as error:
            assert isinstance(error, JobFailed | JobExpired)
            assert self.status is Status.FAILED
            self.shown.append(error.snapshot)
        assert self.clock.now() - started_s <= 601

    @invariant()
    def nothing_goes_back(self) -> None:
        if len(getattr(self, "shown", ())) < 2:
            return
        earlier, later = self.shown[-2:]
        assert RANK[later.status] >= RANK[earlier.status]
        if earlier.status.terminal:
            assert later.status is earlier.status
        elif earlier.progress is not None and later.progress is not None:
            assert later.progress >= earlier.progress


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)
