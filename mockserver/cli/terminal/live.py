"""One line for each event, as a person at a terminal reads it."""

from __future__ import annotations

from datetime import datetime
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
