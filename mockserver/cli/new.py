"""`reelmock new KIND NAME`: writes a small plug-in that works, and its test."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from mockserver.cli.terminal.starting import Unmet
from mockserver.domain.input.errors import BadInput

KINDS = ("provider", "scenario", "fault", "finding")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
TEMPLATES = "mockserver.cli.plugin_templates"
FOLDER = Path("plug-ins")


@click.command("new", short_help="Write a small plug-in of your own, as a start.")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), default=FOLDER, metavar="DIR",
    help="The folder for plug-in and test; it is made if it does not exist. [plug-ins]",
)  # fmt: skip
def new(kind: str, name: str, into: Path) -> None:
    """Write a plug-in of KIND called NAME, and its test. No existing file is overwritten."""
    _check(kind, name)
    plugin, test = into / f"{name}.py", into / f"test_{name}.py"
    for file in (plugin, test):
        if file.exists():
            raise Unmet(f"{file} is there already; take another name, or move it")
    into.mkdir(parents=True, exist_ok=True)
    plugin.write_text(_filled(f"{kind}.txt", name), "utf-8")
    test.write_text(_filled(f"test_{kind}.txt", name), "utf-8")
    click.echo(f"{plugin}\n{test}\n\n  pytest {test}\n  reelmock serve --plugins {into}")


COMMAND = new


def _check(kind: str, name: str) -> None:
    """Raises BadInput for a name that no plug-in can have."""
    from mockserver.engine.plugins import TAKEN, plugins_in

    if not NAME.fullmatch(name):
        raise BadInput("name", name, "small letters, digits and _, a letter first")
    if name.startswith(("test_", "conftest")) or (kind == "provider" and name in TAKEN):
        raise BadInput("name", name, "a name that has no other meaning")
    ours = plugins_in(())
    taken = {
        "provider": ours.providers.names(),
        "scenario": ours.scenarios.names(),
        "fault": (*ours.mechanisms.names(), *ours.faults.names()),
        "finding": ours.findings.names(),
    }
    if name in taken[kind]:
        raise BadInput("name", name, f"another name: there is a {kind} of that name already")


def _filled(template: str, name: str) -> str:
    text = files(TEMPLATES).joinpath(template).read_text("utf-8")
    return Template(text).substitute(name=name, title=name.replace("_", " ").capitalize())
