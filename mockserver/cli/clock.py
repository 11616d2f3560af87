"""`reelmock clock`: virtual time of a sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mockserver.cli.terminal.remote import Remote, Verbs, remote_options
from mockserver.domain.time.clock import MODES

if TYPE_CHECKING:
    from mockserver.control import Clock


@click.group("clock", cls=Verbs, short_help="Read and move a sandbox's clock.")
def clock() -> None:
    """The clock of a sandbox: everything a client can see follows it."""


def _say(remote: Remote, found: Clock) -> None:
    pace = f" at rate {found.rate:g}" if found.mode == "real" else ""
    remote.say(found, f"{found.now} ({found.now_ms}), mode {found.mode}{pace}")


@clock.command("show")
@remote_options
def show(remote: Remote) -> None:
    """Show mode, rate and the virtual time."""
    _say(remote, remote.control.clock(remote.sandbox()))


@clock.command("advance")
@click.argument("by", required=False)
@click.option("--to", help="next_event, task_done, url_expiry, an ISO time or epoch ms.")
@click.option("--task", metavar="ID", help="Whose landmark. [any task's]")
@remote_options
def advance(remote: Remote, by: str | None, to: str | None, task: str | None) -> None:
    """Move the clock on BY a span such as 90s, 3m, 24h, or --to a moment.

    Ends when every callback that was due has been tried.
    """
    _say(remote, remote.control.advance(by, to=to, task=task, sandbox=remote.sandbox()))


@clock.command("mode")
@click.argument("mode", type=click.Choice(MODES))
@click.option("--rate", type=float, help="For mode real: how fast. [1]")
@remote_options
def set_mode(remote: Remote, mode: str, rate: float | None) -> None:
    """Let the clock run (real), stand until advanced (manual), or jump by itself (auto)."""
    _say(remote, remote.control.set_clock(mode, rate, remote.sandbox()))


@clock.command("rate")
@click.argument("rate", type=float)
@remote_options
def set_rate(remote: Remote, rate: float) -> None:
    """Run a real clock RATE times as fast."""
    _say(remote, remote.control.set_clock(rate=rate, sandbox=remote.sandbox()))


COMMAND = clock
