"""`reelmock callback`: shows what was delivered, and delivers it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mockserver.cli.terminal.columns import Column
from mockserver.cli.terminal.remote import Remote, Verbs, remote_options
from mockserver.cli.terminal.short_ids import whole_id

if TYPE_CHECKING:
    from mockserver.control import Callback


@click.group("callback", cls=Verbs, short_help="Show callbacks and resend them.")
def callback() -> None:
    """Callbacks of a sandbox: when each was tried, and what the receiver answered."""


def _last(found: Callback) -> str:
    if not found.attempts:
        return found.note
    last = found.attempts[-1]
    return ": ".join(str(told) for told in (last["status"], last["problem"]) if told)


@callback.command("list")
@click.option("--task", "task_id", metavar="ID", help="Only about this task.")
@remote_options
def list_all(remote: Remote, task_id: str | None) -> None:
    """List every callback, also those that are still to come."""
    sandbox = remote.sandbox()
    log, wanted = remote.control.callbacks(sandbox), task_id and remote.task(task_id, sandbox)
    found = [c for c in log if wanted in (None, c.task_id)]
    remote.show(
        found,
        (
            Column("id", "word", 2),
            Column("task", "id"),
            Column("event", "word"),
            Column("state", "word"),
            Column("attempts", "word"),
            Column("last answer", "text"),
            Column("url", "text", 1),
        ),
        ((c.id, c.task_id, c.event, c.state, len(c.attempts), _last(c), c.url) for c in found),
    )


@callback.command("resend")
@click.argument("callback_id", metavar="ID")
@remote_options
def resend(remote: Remote, callback_id: str) -> None:
    """Deliver a callback once more, now."""
    sandbox = remote.sandbox()
    ids = [one.id for one in remote.control.callbacks(sandbox)]
    found = remote.control.resend(whole_id("callback", callback_id, ids), sandbox)
    remote.say(found, f"{found.id}: {found.state}, the receiver said {_last(found)}")


COMMAND = callback
