"""Callbacks: when each attempt is due, and what an answer means.

pending ──► acknowledged          the receiver said yes
   │ └────► given_up              it never did, and the provider stopped trying
   └──────► not_allowed           Reelmock does not call this target
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.reply.reply import Headers

DeliveryState = Literal["pending", "acknowledged", "given_up", "not_allowed"]


AT_ONCE = "at_once"  # in the detail of a copy that goes out together with the first


class CallbackPolicy(Struct, frozen=True, gc=False):
    """How a provider delivers.

    Its time limit, the pauses before each retry, which answers count as yes, and whether it signs
    with the sandbox's webhook key.
    """

    timeout_ms: int
    retry_delays_ms: tuple[int, ...]
    stops_on_4xx: bool = False
    only_200: bool = False
    signs: bool = False


class Message(Struct, frozen=True, gc=False):
    """A callback as it is sent: in pieces of `chunk_bytes` with pauses between them, if not 0.

    The pause is real time, because nobody moves the clock in the middle of a delivery.
    """

    headers: Headers
    body: bytes
    chunk_bytes: int = 0
    chunk_gap_ms: int = 0


class Attempt(Struct, frozen=True, gc=False):
    """One attempt. Times are virtual, except `real_ms`. `status` is None if no answer came."""

    number: int
    at_ms: int
    ended_ms: int
    real_ms: int
    status: int | None = None
    problem: str = ""
    answer: str = ""


class Delivery(Struct, frozen=True, gc=False):
    """One callback of one task. `due_ms` is when the next attempt is due; None if no attempt is due.

    `withheld`: its job never ends. It becomes due when it would have been sent, but it is never
    sent.
    """

    id: str
    task_id: str
    provider: str
    event: str
    url: str
    event_ms: int
    due_ms: int | None
    state: DeliveryState = "pending"
    attempts: tuple[Attempt, ...] = ()
    note: str = ""
    detail: dict[str, Any] = {}

    @property
    def withheld(self) -> bool:
        """Whether it becomes due but is never sent."""
        return bool(self.detail.get("withheld"))


def acknowledges(attempt: Attempt, only_200: bool = False) -> bool:
    """Whether an answer counts as received: any 2xx, or only 200, as the documents say."""
    highest = 200 if only_200 else 299
    return attempt.status is not None and 200 <= attempt.status <= highest


def copy_of(
    delivery: Delivery, rule: str, number: int, due_ms: int, contradict: bool, at_once: bool = False
) -> Delivery:
    """One more delivery of the same event; no rule copies it again."""
    return replace(
        delivery,
        id=f"{delivery.id}:{rule}-{number}",
        due_ms=due_ms,
        attempts=(),
        state="pending",
        note=f"a copy, made by fault rule {rule}",
        detail={"copy": True, "contradict": contradict, "by": rule}
        | ({AT_ONCE: True} if at_once else {}),
    )


def after_attempt(
    delivery: Delivery, attempt: Attempt, policy: CallbackPolicy, ignores_ack: bool = False
) -> Delivery:
    """The delivery after an attempt: done, given up, or due again.

    `ignores_ack`: an acknowledgement does not count.
    """
    attempts = (*delivery.attempts, attempt)
    if acknowledges(attempt, policy.only_200) and not ignores_ack:
        return replace(delivery, attempts=attempts, state="acknowledged", due_ms=None)
    if delivery.state != "pending":  # one more attempt by hand changes nothing if it fails
        return replace(delivery, attempts=attempts, due_ms=None)
    final = policy.stops_on_4xx and attempt.status is not None and 400 <= attempt.status < 500
    if final or len(attempts) > len(policy.retry_delays_ms):
        return replace(delivery, attempts=attempts, state="given_up", due_ms=None)
    pause_ms = policy.retry_delays_ms[len(attempts) - 1]
    return replace(delivery, attempts=attempts, due_ms=attempt.ended_ms + pause_ms)


def not_allowed(delivery: Delivery, reason: str) -> Delivery:
    """The delivery that was never tried, with the reason for the callback log."""
    return replace(delivery, state="not_allowed", due_ms=None, note=reason)


def given_up(delivery: Delivery, reason: str) -> Delivery:
    """The delivery that is tried no more, with the reason for the callback log."""
    return replace(delivery, state="given_up", due_ms=None, note=reason)
