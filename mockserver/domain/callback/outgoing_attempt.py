"""A callback that is about to be sent; delivery faults may change it."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from mockserver.domain.callback.delivery import Delivery, Message
from mockserver.domain.job.task import Task


class OutgoingAttempt(Struct, frozen=True):
    """One attempt of one callback. Times are virtual.

    `hold_until_ms` delays the attempt, and `held_by` is the rule that delays it. `dropped` means
    that it is lost. `copies` are more deliveries to add. `ignores_ack` means that an acknowledgement does
    not count. The signature is made from `signed_ms` and `webhook_key`; one that is dated by real
    time is as much older or newer than the attempt. `changes` are applied to the message.
    """

    task: Task
    delivery: Delivery
    now_ms: int
    signed_ms: int
    webhook_key: str
    hold_until_ms: int | None = None
    dropped: bool = False
    held_by: str = ""
    ignores_ack: bool = False
    copies: tuple[Delivery, ...] = ()
    changes: tuple[Callable[[Message], Message], ...] = ()
