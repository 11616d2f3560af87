"""One line for each event, as a person at a terminal reads it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from threading import Condition, Thread
from typing import TYPE_CHECKING

import click

from mockserver.cli.terminal.plain import visible
from mockserver.cli.terminal.short_ids import short

if TYPE_CHECKING:
    from mockserver.control.records import Entry, Event

FINISH_S = 2.0  # real; what the journal has is told at once
REFUSED = 400  # from this status on, a call was refused


def line(event: Event) -> str:
    """Time, provider, operation, short task id, status, how long it took, faults, reason.

    In red where a call was refused, a fault struck or a job failed.
    """
    time = datetime.fromtimestamp(event.real_ms / 1000).strftime("%H:%M:%S.%f")[:-3]
    place = (event.provider, event.operation or event.kind, short(event.task_id))
    text = visible(" ".join([time, *filter(None, place), *_told(event)]))
    text = text.replace("\n", "\\n")
    return click.style(text, fg="red") if _is_bad(event) else text


class LiveLines:
    """Prints a line for each event of a server of this process, in a thread, until the server stops.

    It listens as everybody does, so a terminal that takes no text holds up no call. `err`: the lines
    go to stderr.
    """

    def __init__(
        self, base_url: str, token: str, ca: str | None, since_real_ms: int, *, err: bool = False
    ) -> None:
        self._err = err
        self._told: dict[str, int] = {}
        self._news = Condition()
        self._is_over = False
        heard = (base_url, token, ca, str(since_real_ms))
        Thread(target=self._show, args=heard, name="live", daemon=True).start()

    def finish(self, sandbox: str, number: int) -> None:
        """Waits until an entry of a sandbox has its line, and lets no line come afterwards."""
        with self._news:
            self._news.wait_for(lambda: self._is_over or self._has(sandbox, number), FINISH_S)
            self._is_over = True

    def _has(self, sandbox: str, number: int) -> bool:
        return self._told.get(sandbox, 0) >= number

    def _show(self, base_url: str, token: str, ca: str | None, place: str) -> None:
        from mockserver.control import Control, ControlError

        with (
            suppress(ControlError, OSError),
            Control(base_url, token, None, ca) as control,
            control.listen(place=place) as stream,
        ):
            for event in stream:
                if not self._print(event):
                    return
        with self._news:
            self._is_over = True
            self._news.notify()

    def _print(self, event: Event) -> bool:
        """Prints a line; False if no line is to come any more."""
        with self._news:
            if self._is_over:
                return False
            click.echo(line(event), err=self._err)
            self._told[event.sandbox] = event.seq or self._told.get(event.sandbox, 0)
            self._news.notify()
            return True


def status(event: Event | Entry) -> str:
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
