"""What happens, live, as server-sent events: in one sandbox or in all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from msgspec import convert

from mockserver.admin.http.call import Ask, served
from mockserver.admin.http.feed import Feed
from mockserver.admin.responses.entry import matched_shown
from mockserver.control.operations import LISTEN
from mockserver.control.records import Event
from mockserver.control.schemas import HIGHEST_STATUS, LAST_NUMBER
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.names import known
from mockserver.domain.input.quantity import span_ms
from mockserver.domain.journal.event import EVENT_KINDS
from mockserver.domain.provider.provider import CALL_PHASES
from mockserver.domain.reply.reply import encode_json
from mockserver.engine.listening import Listener, Place, read_place

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from mockserver.domain.journal import event

WORDS = ("provider", "operation", "call_phase", "task_id")
ALWAYS = ("missed", "gone")  # no filter hides that something is not told
HEARTBEAT_MS, LEAST_MS, MOST_MS = 15_000, 100, 300_000


async def listen(ask: Ask) -> Feed[Event]:
    """The stream."""
    fits, beat_ms = _filter(ask), _beat_ms(ask)
    limit = ask.number("limit", 0, LAST_NUMBER)
    if "limit" in ask.query and not limit:
        raise BadInput("limit", "0", f"a whole number from 1 to {LAST_NUMBER}")
    only = await _only(ask)
    listener = Listener(ask.core.listeners, only, _place(ask, only))
    return Feed(texts(listener, fits, limit, beat_ms), listener.waiter.give_up, ask.core.notifier)


def _place(ask: Ask, only: str) -> Place | None:
    """Where the reader stopped reading; None on its first connection. Raises BadInput."""
    if ask.last_event_id:
        return read_place(ask.last_event_id, only, "Last-Event-ID")
    after = ask.query.get("after", "")
    return read_place(after, only, "after") if after else None


async def _only(ask: Ask) -> str:
    """The sandbox that the query names; empty for all. Raises Missing, BadInput."""
    named = ask.query.get("sandbox", "")
    return (await replace(ask, params={"sandbox": named}).sandbox()).id if named else ""


def _beat_ms(ask: Ask) -> int:
    text = ask.query.get("heartbeat")
    if text is None:
        return HEARTBEAT_MS
    beat_ms = span_ms(text, "heartbeat")
    if not LEAST_MS <= beat_ms <= MOST_MS:
        raise BadInput("heartbeat", text, "a duration from 100ms to 5m")
    return beat_ms


def _filter(ask: Ask) -> Callable[[event.Event], bool]:
    """The events that the query asks for. Raises BadInput if no event can have such a value."""
    query = ask.query
    wanted = {name: query[name] for name in WORDS if name in query}
    if "provider" in wanted:
        known(wanted["provider"], ask.core.providers, "provider")
    if "call_phase" in wanted:
        known(wanted["call_phase"], CALL_PHASES, "call_phase")
    kinds = query["kind"].split(",") if "kind" in query else EVENT_KINDS
    for kind in kinds:
        known(kind, EVENT_KINDS, "kind")
    status = ask.number("status", 0, HIGHEST_STATUS) if "status" in query else None

    def fits(found: event.Event) -> bool:
        if found.kind in ALWAYS:
            return True
        return (
            found.kind in kinds
            and status in (None, found.status)
            and all(getattr(found, name) == value for name, value in wanted.items())
        )

    return fits


async def texts(
    listener: Listener, fits: Callable[[event.Event], bool], limit: int, beat_ms: int
) -> AsyncIterator[bytes]:
    """The stream in pieces. The first piece tells the position, so that nothing is missed from now on."""
    told = 0
    async for batch in listener.events(beat_ms):
        some = [found for found in batch if fits(found)]
        if limit:
            some = some[: limit - told]
        told += len(some)
        yield _piece(listener, some, whole=not limit or told < limit)
        if limit and told >= limit:
            return


def _piece(listener: Listener, some: list[event.Event], *, whole: bool) -> bytes:
    """Some events as text, or a heartbeat. If these are the `whole`, the last one tells the position."""
    place = b"id: %b\n" % listener.place.encode() if whole else b""
    if not some:
        return b": nothing new\n" + place + b"\n"
    blocks = [_block(found, listener.only) for found in some]
    blocks[-1] = place + _block(some[-1], "") if whole else blocks[-1]
    return b"".join(blocks)


def _block(found: event.Event, only: str) -> bytes:
    """One event. In a stream of `only` one sandbox its number is its id."""
    number = b"id: %d\n" % found.seq if only and found.seq else b""
    data = encode_json(shown(found) if found.faults else found)  # the rest looks alike
    return number + b"event: %b\ndata: %b\n\n" % (found.kind.encode(), data)


def shown(found: event.Event) -> Event:
    """An event as the control API shows it."""
    fields: dict[str, Any] = {name: getattr(found, name) for name in found.__struct_fields__}
    return convert({**fields, "faults": [matched_shown(m) for m in found.faults]}, Event)


ROUTES = (served(LISTEN, listen),)
