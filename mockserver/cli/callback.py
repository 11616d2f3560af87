"""`reelmock callback`: shows what was delivered, and delivers it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mockserver.cli.terminal.remote import Remote, Verbs, remote_options

if TYPE_CHECKING:
    from mockserver.control import Callback


@click.group("callback", cls=Verbs, short_help="Show callbacks and resend them.")
def callback() -> None:
    """Callbacks of a sandbox: when each was tried, and what the receiver answered."""


def _last(found: Callback) -> object:
    if not found.attempts:
        return found.note
    last = found.attempts[-1]
    return last["status"] or last["problem"]


@callback.command("list")
@click.option("--task", "task_id", metavar="ID", help="Only about this task.")
@remote_options
def list_all(remote: Remote, task_id: str | None) -> None:
    """List every callback, also those that are still to come."""
    log = remote.control.callbacks(remote.sandbox())
    found = [c for c in log if task_id in (None, c.task_id)]
    remote.show(
        found,
        ("id", "state", "attempts", "last answer", "url"),
        ((c.id, c.state, len(c.attempts), _last(c), c.url) for c in found),
    )


@callback.command("resend")
@click.argument("callback_id", metavar="ID")
@remote_options
def resend(remote: Remote, callback_id: str) -> None:
    """Deliver a callback once more, now."""
    found = remote.control.resend(callback_id, remote.sandbox())
    remote.say(found, f"{found.id}: {found.state}, the receiver said {_last(found)}")


COMMAND = callback
