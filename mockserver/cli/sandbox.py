"""`reelmock sandbox`: the sandboxes of a running server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.terminal.columns import Column
from mockserver.cli.terminal.numbers import NUMBER
from mockserver.cli.terminal.remote import Remote, Verbs, pairs, remote_options
from mockserver.domain.input.counted import counted
from mockserver.domain.input.errors import SHOWN_CHARS, clipped
from mockserver.domain.input.quantity import number
from mockserver.domain.time.clock import MODES

if TYPE_CHECKING:
    from mockserver.control import Sandbox

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("sandbox", cls=Verbs, short_help="Make, show, empty and delete sandboxes.")
def sandbox() -> None:
    """Sandboxes of a running server. Each has its own clock, seed, tasks, money and journal."""


@sandbox.command("list")
@remote_options
def list_all(remote: Remote) -> None:
    """List every sandbox."""
    found = remote.control.sandboxes()
    remote.show(
        found,
        (
            Column("id", "id"),
            Column("label", "text"),
            Column("clock", "word"),
            Column("now", "word", 1),
            Column("speed", "word", 2),
            Column("scenario", "word"),
            Column("tasks", "word"),
        ),
        (
            (s.id, s.label, s.clock.mode, s.clock.now, s.speed, s.scenario.name, s.tasks)
            for s in found
        ),
    )


@sandbox.command("create")
@click.option("--id", help="The sandbox's id. [a new one]")
@click.option("--api-key", help="The API key that belongs to it. [a new one]")
@click.option("--label", help="A label for people to read.")
@click.option("--seed", help="The same seed, start and calls give the same bytes.")
@click.option("--clock", "mode", type=click.Choice(MODES), help="How virtual time passes.")
@click.option("--start", metavar="TIME", help="The virtual time at the beginning: ISO or epoch ms.")
@click.option("--rate", type=NUMBER, help="For mode real: how many times as fast as real time.")
@click.option("--speed", type=NUMBER, help="How much faster jobs are than the providers' jobs.")
@click.option("--scenario", help="The scenario of its tasks.")
@click.option("--webhook-key", help="The key that signs callbacks, such as Kie's.")
@click.option(
    "--balance",
    multiple=True,
    metavar="PROVIDER=UNITS",
    help=("How much may be spent at a provider."),
)
@remote_options
def create(
    remote: Remote,
    mode: str | None,
    start: str | None,
    rate: float | None,
    balance: tuple[str, ...],
    **settings: Any,
) -> None:
    """Make a sandbox and print the API key that belongs to it."""
    clock = {"mode": mode, "start": start, "rate": rate}
    given = {name: value for name, value in settings.items() if value is not None}
    made = remote.control.create_sandbox(
        **given,
        clock={name: value for name, value in clock.items() if value is not None},
        balances={name: _units(name, value) for name, value in pairs(balance, "--balance").items()},
    )
    remote.show_one(made, {"api_key": made.api_key, **_facts(made)})


@sandbox.command("show")
@click.argument("name", required=False)
@remote_options
def show(remote: Remote, name: str | None) -> None:
    """Show the settings of a sandbox."""
    found = remote.control.sandbox(remote.sandbox(name))
    remote.show_one(found, _facts(found))


@sandbox.command("reset")
@click.argument("name", required=False)
@remote_options
def reset(remote: Remote, name: str | None) -> None:
    """Delete tasks, money, callbacks and journal. Settings, keys and clock stay."""
    found = remote.control.reset_sandbox(remote.sandbox(name))
    remote.say(found, f"sandbox {found.id} is empty")


@sandbox.command("speed")
@click.argument("speed", type=NUMBER)
@remote_options
def set_speed(remote: Remote, speed: float) -> None:
    """Let the sandbox's next jobs run SPEED times as fast as the provider's."""
    found = remote.control.change_sandbox(remote.sandbox(), speed=speed)
    remote.say(found, f"sandbox {found.id}: jobs run {found.speed:g} times as fast from now on")


@sandbox.command("webhook-key")
@click.argument("webhook_key", metavar="KEY")
@remote_options
def set_webhook_key(remote: Remote, webhook_key: str) -> None:
    """Sign the sandbox's callbacks with KEY from now on; an empty KEY signs none."""
    found = remote.control.change_sandbox(remote.sandbox(), webhook_key=webhook_key)
    how = "signed with the new key" if found.has_webhook_key else "not signed"
    remote.say(found, f"sandbox {found.id}: callbacks are {how} from now on")


@sandbox.command("delete")
@click.argument("name", required=False)
@remote_options
def delete(remote: Remote, name: str | None) -> None:
    """Delete a sandbox with everything in it. Name it, or choose it with --key."""
    if not (name or remote.named or remote.key):
        raise click.UsageError("say which sandbox to delete")
    dropped = remote.control.sandbox(remote.sandbox(name)).id
    remote.control.delete_sandbox(dropped)
    remote.say({"deleted": dropped}, f"sandbox {dropped} is gone")


@sandbox.command("export")
@click.argument("name", required=False)
@click.option("--out", metavar="FILE", type=FILE, help="The file to write. [stdout]")
@remote_options
def export(remote: Remote, name: str | None, out: Path | None) -> None:
    """Write a sandbox as one JSON document.

    It has settings, money, tasks and callbacks. The journal is left out.
    """
    archive = remote.control.export_sandbox(remote.sandbox(name))
    if out is None:
        click.echo(archive)
        return
    out.write_bytes(archive)
    remote.say(
        {"exported": str(out), "size_bytes": len(archive)},
        f"{out}: {counted(len(archive), 'byte')}",
    )


@sandbox.command("import")
@click.argument("file", type=FILE)
@remote_options
def import_one(remote: Remote, file: Path) -> None:
    """Bring back the sandbox in FILE, with its own id and its keys."""
    found = remote.control.import_sandbox(file.read_bytes())
    remote.say(found, f"sandbox {found.id} is here, with {counted(found.tasks, 'task')}")


def _units(name: str, value: str) -> float:
    units = number(value)
    if units is None:
        raise click.UsageError(
            f"--balance: {name}={clipped(value, SHOWN_CHARS)} is not a number of units"
        )
    return units


def _facts(found: Sandbox) -> dict[str, object]:
    return {
        "id": found.id,
        "label": found.label,
        "seed": found.seed,
        "clock": f"{found.clock.mode}, {found.clock.now}",
        "speed": found.speed,
        "scenario": found.scenario.name,
        "options": found.scenario.options,
        "scenario rules": found.scenario_rules,
        "dialect": found.dialect,
        "balances": found.balances,
        "quotas": found.quotas,
        "keys": ", ".join(found.keys),
        "tasks": found.tasks,
    }


COMMAND = sandbox
