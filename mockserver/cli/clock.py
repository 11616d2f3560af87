"""`reelmock clock`: the virtual time of a sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mockserver.cli.terminal.numbers import NUMBER
from mockserver.cli.terminal.remote import Remote, Verbs, remote_options
from mockserver.domain.time.clock import MODES

if TYPE_CHECKING:
    from mockserver.control import Clock


@click.group("clock", cls=Verbs, short_help="Read and move a sandbox's clock.")
def clock() -> None:
    """The clock of a sandbox. Everything that a client can see follows it."""


def _say(remote: Remote, found: Clock) -> None:
    pace = f" at rate {found.rate:g}" if found.mode == "real" else ""
    remote.say(found, f"{found.now} ({found.now_ms}), mode {found.mode}{pace}")


@clock.command("show")
@remote_options
def show(remote: Remote) -> None:
    """Show the mode, the rate and the virtual time."""
    _say(remote, remote.control.clock(remote.sandbox()))


@clock.command("advance")
@click.argument("by", required=False)
@click.option("--to", help="An event (next_event, task_done, url_expiry), an ISO time or epoch ms.")
@click.option("--task", metavar="ID", help="The task whose event is meant. [any task]")
@remote_options
def advance(remote: Remote, by: str | None, to: str | None, task: str | None) -> None:
    """Move the clock on BY a span such as 90s, 3m, 23h59m, or --to a moment.

    The command ends when every callback that became due has been tried.
    """
    sandbox = remote.sandbox()
    task = task and remote.task(task, sandbox)
    _say(remote, remote.control.advance(by, to=to, task=task, sandbox=sandbox))


@clock.command("mode")
@click.argument("mode", type=click.Choice(MODES))
@click.option("--rate", type=NUMBER, help="For mode real: how many times as fast as real time. [1]")
@remote_options
def set_mode(remote: Remote, mode: str, rate: float | None) -> None:
    """Let the clock run (real), stand until you advance it (manual), or jump by itself (auto)."""
    _say(remote, remote.control.set_clock(mode, rate, remote.sandbox()))


@clock.command("rate")
@click.argument("rate", type=NUMBER)
@remote_options
def set_rate(remote: Remote, rate: float) -> None:
    """Let a clock in mode real run RATE times as fast as real time."""
    _say(remote, remote.control.set_clock(rate=rate, sandbox=remote.sandbox()))


COMMAND = clock
