"""One call to a provider, and the answer to it, as the gateway and the engine exchange them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mockserver.domain.fault.match import Stake
from mockserver.domain.provider.provider import Inbound, Operation, Provider
from mockserver.domain.reply.reply import Reply

if TYPE_CHECKING:
    from mockserver.engine.visits import Visit


class Call(Struct, frozen=True, gc=False):
    """A request with its provider, operation and sandbox."""

    provider: Provider
    operation: Operation[Any]
    inbound: Inbound
    sandbox_id: str
    key: str
    base_url: str


class Answered(Struct, frozen=True, gc=False):
    """A reply, the number of its journal entry, and the moment at which it was decided.

    `stakes` are the places at which rules and the scenario show, if it is not known yet whether the
    reply is sent that far.
    """

    reply: Reply
    seq: int
    real_ms: int
    virtual_ms: int
    stakes: tuple[Stake, ...] = ()
    visit: Visit | None = None  # ends when the reply is sent
    ending: bytes = b""  # the event that completes a stream
