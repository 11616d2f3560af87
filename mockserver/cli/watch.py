"""`reelmock watch`: what a running server does, as it happens."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from mockserver.cli.terminal.following import followed
from mockserver.cli.terminal.live import line
from mockserver.cli.terminal.remote import Remote, remote_options


@click.command("watch", short_help="Show calls, callbacks and jobs as they happen.")
@click.option("--provider", help="Only events of this provider.")
@click.option("--operation", help="Only events of this operation.")
@click.option("--call-phase", help="Only events of this call phase: create, poll, …")
@click.option("--status", type=int, help="Only events with this HTTP status.")
@click.option("--task", "task_id", metavar="ID", help="Only events about this task.")
@click.option("--kind", help="Only events of these kinds, with commas: exchange,phase,…")
@click.option(
    "--after", metavar="NUMBER", default="", help="Begin behind this journal entry; 0: all."
)
@click.option("--limit", type=click.IntRange(min=1), help="End after so many events.")
@remote_options
def watch(
    remote: Remote, after: str, limit: int | None, task_id: str | None, **filters: Any
) -> None:
    """Show what happens in a sandbox, or in all of them, until Ctrl-C.

    A key or --sandbox chooses the sandbox; without them, all sandboxes are shown.
    If the server is started again, the command goes on by itself.
    """
    sandbox = remote.sandbox() if remote.named or remote.key else ""
    filters["task_id"] = task_id and remote.task(task_id, sandbox)
    for event in followed(remote.control, sandbox, after, limit, **filters):
        text = msgspec.json.encode(event).decode() if remote.as_json else line(event)
        click.echo(text)


COMMAND = watch
