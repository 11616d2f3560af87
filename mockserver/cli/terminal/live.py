"""One line for each event, as a person at a terminal reads it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from threading import Thread
from typing import TYPE_CHECKING

import click

from mockserver.cli.terminal.plain import visible

if TYPE_CHECKING:
    from mockserver.control.records import Event

SHORT_ID_CHARS = 8
REFUSED = 400  # from this status on, a call was refused


def line(event: Event) -> str:
    """Time, provider, operation, short task id, status, how long it took, faults, reason.

    In red where a call was refused, a fault struck or a job failed.
    """
    time = datetime.fromtimestamp(event.real_ms / 1000).strftime("%H:%M:%S.%f")[:-3]
    place = (event.provider, event.operation or event.kind, event.task_id[:SHORT_ID_CHARS])
    text = visible(" ".join([time, *filter(None, place), *_told(event)]))
    text = text.replace("\n", "\\n")
    return click.style(text, fg="red") if _is_bad(event) else text


def show_live(base_url: str, token: str, ca: str | None, since_real_ms: int) -> None:
    """Prints a line for each event of a server of this process, in a thread, until the server stops.

    It listens as everybody does, so a terminal that takes no text holds up no call.
    """
    place = str(since_real_ms)
    Thread(target=_show, args=(base_url, token, ca, place), name="live", daemon=True).start()


def _show(base_url: str, token: str, ca: str | None, place: str) -> None:
    from mockserver.control import Control, ControlError

    with (
        suppress(ControlError, OSError),
        Control(base_url, token, None, ca) as control,
        control.listen(place=place) as stream,
    ):
        for event in stream:
            click.echo(line(event))


def status(event: Event) -> str:
    """The HTTP status, and behind it the envelope's own where that is another."""
    if not event.status:
        return "no answer"
    differs = event.code not in (0, event.status)
    return f"{event.status} · {event.code}" if differs else str(event.status)


def _told(event: Event) -> list[str]:
    """What is said of an event, part by part."""
    if event.kind == "phase":
        return [event.phase, event.reason]
    if event.kind not in ("exchange", "sent", "delivery"):
        return [event.what]
    took = "" if event.took_ms is None else f"{event.took_ms} ms"
    struck = [f"fault {fault['fault']}" for fault in event.faults if fault["struck"]]
    return list(filter(None, [status(event), took, *struck, event.reason, event.what]))


def _is_bad(event: Event) -> bool:
    struck = any(fault["struck"] for fault in event.faults)
    refused = max(event.status, event.code) >= REFUSED
    return struck or refused or event.phase == "failed" or event.kind == "missed"
