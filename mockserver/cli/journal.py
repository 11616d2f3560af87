"""`reelmock journal`: what happened in a sandbox."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

import click

from mockserver.cli.terminal.columns import Column
from mockserver.cli.terminal.exchange_text import whole
from mockserver.cli.terminal.live import status
from mockserver.cli.terminal.remote import Remote, Verbs, remote_options
from mockserver.control.schemas import CALL_FORMS
from mockserver.domain.input.counted import counted
from mockserver.domain.input.errors import Missing

COLUMNS = (
    Column("seq", "word"),
    Column("kind", "word"),
    Column("provider", "word"),
    Column("operation", "word"),
    Column("task", "id"),
    Column("status", "word"),
    Column("faults", "text"),
    Column("path", "text", 2),
    Column("reason", "text", 1),
)


@click.group("journal", cls=Verbs, short_help="Show and empty a sandbox's journal.")
def journal() -> None:
    """The journal of a sandbox: calls, callbacks, moves of the clock."""


@journal.command("list")
@click.option("--provider", help="Only entries of this provider.")
@click.option("--operation", help="Only entries of this operation.")
@click.option(
    "--call-phase",
    help=("Only entries of this call phase: create, poll, content, stream, download, …"),
)
@click.option("--status", type=int, help="Only entries with this HTTP status.")
@click.option("--task", "task_id", metavar="ID", help="Only entries about this task.")
@click.option("--kind", help="Only entries of this kind: exchange, delivery, clock, …")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    help="How many of the newest entries.",
)
@remote_options
def list_some(remote: Remote, limit: int, task_id: str | None, **filters: Any) -> None:
    """List the newest entries. The oldest of them comes first."""
    sandbox = remote.sandbox()
    filters["task_id"] = task_id and remote.task(task_id, sandbox)
    found = deque(remote.control.entries(sandbox, **filters), maxlen=limit)
    remote.show(
        list(found),
        COLUMNS,
        (
            (
                e.seq,
                e.kind,
                e.provider,
                e.operation,
                e.task_id,
                status(e) if e.status else None,
                ", ".join([*map(_fared, e.faults), *map(_undecided, e.undecided)]),
                e.path,
                e.reason,
            )
            for e in found
        ),
    )


def _fared(fault: Mapping[str, Any]) -> str:
    """A fault of an entry, and whether it was applied and struck."""
    how = "struck" if fault["struck"] else "applied" if fault["applied"] else "held back"
    return f"{fault['fault']} {how}"


def _undecided(rule: Mapping[str, Any]) -> str:
    """A scenario rule of an entry that ran out of time."""
    return f"scenario {rule['scenario']} held back"


@journal.command("show")
@click.argument("number", type=click.IntRange(min=1))
@click.option(
    "--as",
    "form",
    type=click.Choice(CALL_FORMS),
    help="Print only the request, for a shell, as HAR with its reply, or as a test.",
)
@remote_options
def show(remote: Remote, number: int, form: str | None) -> None:
    """Show one entry whole: request, reply, what rules decided, and the request as curl."""
    sandbox = remote.sandbox()
    if form:
        text = remote.control.call_text(number, form, sandbox)
        remote.say({"text": text}, text.rstrip("\n"))
        return
    page = remote.control.journal(sandbox, after=number - 1, limit=1)
    found = next((entry for entry in page.entries if entry.seq == number), None)
    if found is None:
        had = f"; the journal has had {counted(page.total, 'entry', 'entries')}"
        raise Missing("entry", str(number), had)
    is_call = found.kind == "exchange"
    line = "\n\n" + remote.control.call_text(number, sandbox=sandbox) if is_call else ""
    remote.say(found, whole(found) + line)


@journal.command("clear")
@remote_options
def clear(remote: Remote) -> None:
    """Delete every entry."""
    remote.control.clear_journal(remote.sandbox())
    remote.say({"cleared": True}, "the journal is empty")


COMMAND = journal
