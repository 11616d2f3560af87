"""`reelmock task`: the tasks of a sandbox."""

from __future__ import annotations

import click

from mockserver.cli.terminal.columns import Column
from mockserver.cli.terminal.remote import Remote, Verbs, remote_options
from mockserver.domain.input.errors import clipped

PROMPT_CHARS = 100


@click.group("task", cls=Verbs, short_help="List tasks and show their plans.")
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
@click.argument("task_id", metavar="ID")
@remote_options
def show(remote: Remote, task_id: str) -> None:
    """Show one task with its plan."""
    sandbox = remote.sandbox()
    found = remote.control.task(remote.task(task_id, sandbox), sandbox)
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
    if not remote.as_json:
        click.echo()
        start_ms = found.created_ms
        remote.show(
            None,
            ("after s", "phase", "progress", "failure"),
            (
                (
                    f"{(step['at_ms'] - start_ms) / 1000:.3f}",
                    step["word"] or step["phase"],
                    step["progress"],
                    step["failure"] and step["failure"]["name"],
                )
                for step in found.plan["steps"]
            ),
        )


COMMAND = task
