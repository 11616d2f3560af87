"""A callback on its way out, as delivery faults may change it before it is written and sent."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from mockserver.domain.callback.delivery import Delivery, Message
from mockserver.domain.job.task import Task


class Parcel(Struct, frozen=True):
    """One attempt of one callback. Times are virtual.

    `hold_until_ms` puts the attempt off (`held_by` is the rule that did), `dropped` lets it be
    lost, `copies` are further
    deliveries to add, `deaf` means that an acknowledgement is not heard. `signed_ms` and
    `webhook_key` are what the signature is made from; `changes` are applied to the message.
    """

    task: Task
    delivery: Delivery
    now_ms: int
    signed_ms: int
    webhook_key: str
    hold_until_ms: int | None = None
    dropped: bool = False
    held_by: str = ""
    deaf: bool = False
    copies: tuple[Delivery, ...] = ()
    changes: tuple[Callable[[Message], Message], ...] = ()
