"""`reelmock task`: the tasks of a sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from mockserver.cli.terminal.columns import Column
from mockserver.cli.terminal.job_line import COLUMNS, Point, points, rows
from mockserver.cli.terminal.listed import TASK
from mockserver.cli.terminal.remote import Remote, Verbs, remote_options, table
from mockserver.domain.input.errors import clipped

if TYPE_CHECKING:
    from mockserver.control import Control
    from mockserver.control.records import WholeTask

PROMPT_CHARS = 100


@click.group("task", cls=Verbs, short_help="List tasks, and show what happened to one.")
def task() -> None:
    """The tasks that clients have submitted, and their plans."""


@task.command("list")
@remote_options
def list_all(remote: Remote) -> None:
    """List every task of a sandbox."""
    found = remote.control.tasks(remote.sandbox())
    remote.show(
        found,
        (
            Column("id", "id"),
            Column("provider", "word"),
            Column("model", "word"),
            Column("phase", "word"),
            Column("progress", "word", 2),
            Column("scenario", "word", 1),
            Column("price", "word", 3),
            Column("prompt", "text"),
        ),
        (
            (
                t.id,
                t.provider,
                t.model,
                t.phase,
                t.progress,
                t.scenario,
                f"{t.price:g} {t.unit}",
                clipped(t.prompt, PROMPT_CHARS),
            )
            for t in found
        ),
    )


@task.command("show")
@click.argument("task_id", metavar="ID", type=TASK)
@remote_options
def show(remote: Remote, task_id: str) -> None:
    """Show one task, and on one axis what happened to it and what is to come.

    The beginning of the ID is enough. The axis has its requests, phases, callbacks and faults, and
    a stream with a tick for each chunk.
    """
    sandbox = remote.sandbox()
    found = remote.control.task(remote.task(task_id, sandbox), sandbox)
    line = _time_line(remote.control, found, sandbox)
    if remote.as_json:
        click.echo(msgspec.json.encode({**msgspec.structs.asdict(found), "timeline": line}))
        return
    remote.show_one(
        found,
        {
            "id": found.id,
            "provider": f"{found.provider}, {found.operation}",
            "model": found.model,
            "prompt": found.prompt,
            "scenario": found.scenario,
            "phase": f"{found.phase}, {found.progress:g} %",
            "failure": found.failure,
            "price": f"{found.price:g} {found.unit}",
            "callback": found.callback_url,
            "videos": " ".join(found.urls),
        },
    )
    click.echo()
    table(COLUMNS, rows(line))


def _time_line(control: Control, found: WholeTask, sandbox: str) -> list[Point]:
    """What the journal, the plan and the callback log tell of a job."""
    entries = [
        *control.entries(sandbox, task_id=found.id),
        *control.entries(sandbox, kind="sent"),
        *control.entries(sandbox, kind="closed"),
    ]
    now_ms = control.clock(sandbox).now_ms
    return points(found, entries, control.callbacks(sandbox), now_ms)


COMMAND = task
