"""`reelmock fault`: explains each fault, and sets the rules that let it happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.terminal.columns import Column
from mockserver.cli.terminal.listed import FAULT
from mockserver.cli.terminal.numbers import NUMBER
from mockserver.cli.terminal.options import PLUGINS, plugins_from
from mockserver.cli.terminal.remote import Remote, Verbs, cell, pairs, remote_options, table

if TYPE_CHECKING:
    from mockserver.domain.fault.fault import NamedFault


@click.group("fault", cls=Verbs, short_help="Set rules that let things go wrong.")
def fault() -> None:
    """A fault rule says what goes wrong, for which calls, how often, and until when."""


@fault.command("list")
@PLUGINS
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_all(plugins: tuple[str, ...], as_json: bool) -> None:
    """List every fault, with what a client sees of it."""
    from msgspec import json

    from mockserver.engine.catalogue import explained

    found = plugins_from(plugins).faults.all()
    if as_json:
        click.echo(json.encode([explained(each) for each in found]))
    else:
        columns = (Column("name", "word"), Column("family", "word"), Column("sees"))
        table(columns, ((f.name, f.family, f.sees) for f in found))


@fault.command("show")
@click.argument("name", type=FAULT)
@PLUGINS
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(name: str, plugins: tuple[str, ...], as_json: bool) -> None:
    """Explain one fault: its parameters, where it strikes, and an example of a rule."""
    from msgspec import json

    from mockserver.engine.catalogue import explained

    found = plugins_from(plugins).faults.get(name)
    if as_json:
        click.echo(json.encode(explained(found)))
        return
    click.echo(f"{found.name} ({found.family}, strikes {found.stage})\n\n{found.sees}\n")
    parameters = found.parameters
    if parameters:
        rows = (
            (key, p.kind, p.written_default, _choices(p.choices, p.summary))
            for key, p in parameters.items()
        )
        table(("with", "kind", "default", "meaning"), rows)
        click.echo()
    click.echo(_example(found))


def _choices(choices: tuple[str, ...], summary: str) -> str:
    return f"{summary} ({', '.join(choices)})" if choices else summary


def _example(found: NamedFault) -> str:
    import msgspec

    return "Example of a rule:\n\n" + msgspec.yaml.encode(dict(found.example)).decode().rstrip()


@fault.command("rules")
@remote_options
def rules(remote: Remote) -> None:
    """Show a sandbox's rules: how often each matched, was applied and struck, or why not."""
    found = remote.control.faults(remote.sandbox())
    remote.show(
        found,
        (
            Column("id", "word"),
            Column("fault", "word"),
            Column("when", "prose", 1),
            Column("state", "word"),
            Column("matched", "word", 2),
            Column("applied", "word", 2),
            Column("struck", "word"),
            Column("held back"),
        ),
        (
            (
                r["id"],
                r["fault"],
                ", ".join(f"{name}={cell(value)}" for name, value in r.get("when", {}).items()),
                r["state"],
                r["matched"],
                r["applied"],
                r["struck"],
                r["nearest"] or r["held_back"],
            )
            for r in found
        ),
    )


@fault.command("add")
@click.argument("name", type=FAULT)
@click.argument("options", nargs=-1, metavar="[KEY=VALUE]...")
@click.option(
    "--when", multiple=True, metavar="KEY=VALUE", help="A condition, such as operation=create."
)
@click.option("--times", type=int, help="How many calls the rule changes. [all]")
@click.option(
    "--skip",
    type=int,
    help=("How many calls the rule leaves out before it begins to change calls."),
)
@click.option(
    "--probability",
    type=NUMBER,
    help=("The chance from 0 to 1, drawn from the sandbox's seed. [1]"),
)
@click.option(
    "--from",
    "from_",
    metavar="MOMENT",
    help=("When the rule begins: a span from now, an ISO time or epoch ms."),
)
@click.option(
    "--until",
    metavar="MOMENT",
    help=("When the rule ends by itself: a span, an ISO time or epoch ms."),
)
@click.option(
    "--lasts",
    metavar="SPAN",
    help=("How long the rule lasts after the first call that it changes."),
)
@click.option("--note", help="A text for the journal, each time the rule is applied.")
@click.option("--id", "rule_id", help="A name for the rule. [rule-N]")
@remote_options
def add(
    remote: Remote,
    name: str,
    options: tuple[str, ...],
    when: tuple[str, ...],
    from_: str | None,
    rule_id: str | None,
    **limits: Any,
) -> None:
    """Add a rule for the fault NAME, such as: add http_error status=503 --when operation=create."""
    given = {"id": rule_id, "from": from_, **limits}
    rule: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    conditions = {key: _value(text) for key, text in pairs(when, "--when").items()}
    rule |= {"fault": name, "with": pairs(options, "options"), "when": conditions}
    added = remote.control.add_fault(rule, remote.sandbox())
    remote.say(added, f"{added['id']}: {added['fault']} is set")


def _value(text: str) -> Any:
    """A condition: JSON if it is a list or an object, else the text."""
    from msgspec import DecodeError, json

    if not text.startswith(("[", "{")):
        return text
    try:
        return json.decode(text)
    except DecodeError as error:
        raise click.UsageError(f"--when: {text!r} is not JSON ({error})") from None


@fault.command("remove")
@click.argument("rule")
@remote_options
def remove(remote: Remote, rule: str) -> None:
    """Remove one rule."""
    remote.control.remove_fault(rule, remote.sandbox())
    remote.say({"removed": rule}, f"{rule} is gone")


@fault.command("clear")
@remote_options
def clear(remote: Remote) -> None:
    """Remove all rules."""
    remote.control.clear_faults(remote.sandbox())
    remote.say({"rules": []}, "no fault rules")


COMMAND = fault
