"""What a provider answers to each kind of refusal: its status, and the code and the words of the body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from mockserver.domain.provider.provider import Provider


class Refused(Struct, frozen=True):
    """The answer to one kind. Where the body has no code or no message, it is empty."""

    name: str
    status: int
    code: int | str
    message: str


def refusals(provider: Provider) -> Iterator[Refused]:
    """The answer to each kind, with the usual dialect."""
    from mockserver.domain.input.errors import Refusal
    from mockserver.domain.provider.provider import Context, Inbound
    from mockserver.domain.time.clock import ClockState

    context = Context(
        now_ms=0,
        sandbox_id="",
        seed="",
        clock=ClockState("manual", 0, 0, 0.0),
        dialect={switch.name: switch.default for switch in provider.dialect},
        base_url="",
        request=Inbound("GET", "/"),
    )
    for kind in provider.refusals:
        reply = provider.refuse(Refusal(kind, ""), context)
        content = _content(reply.body)
        code, message = (_first(content, names) for names in (("code",), ("message", "msg")))
        yield Refused(kind, reply.status, code, str(message))


def _content(body: object) -> Any:
    try:
        return msgspec.json.decode(body) if isinstance(body, bytes) else None
    except msgspec.DecodeError:
        return None


def _first(content: Any, names: tuple[str, ...]) -> int | str:
    """The value of the outermost field with one of these names; empty if there is none."""
    level = [content]
    while level:
        found = [one for one in level if isinstance(one, dict)]
        for one in found:
            for name in names:
                value = one.get(name)
                if isinstance(value, int | str) and value != "":
                    return value
        level = [value for one in found for value in one.values()]
    return ""
