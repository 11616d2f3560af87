"""`reelmock new KIND NAME`: writes a small plug-in that works, and its test."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    """Write a plug-in of KIND called NAME, and its test. No existing file is overwritten.

    A provider comes with its contracts too, a folder for `reelmock verify`.
    """
    _check(kind, name)
    plugin, test, folder = into / f"{name}.py", into / f"test_{name}.py", into / f"{name}_contracts"
    told = [str(plugin), str(test)]
    next_lines = [f"pytest {test}", f"reelmock serve --plugins {into}"]
    texts = {plugin: _filled(f"{kind}.txt", name), test: _filled(f"test_{kind}.txt", name)}
    if kind == "provider":
        texts |= {folder / path: text for path, text in _contracts(name)}
        told.append(f"{folder}/")
        where = f"--base-url http://127.0.0.1:8080/{name} --plugins {into}"
        next_lines.append(f"reelmock verify {name} {where} --budget 1")
    for file in (plugin, test, *([folder] if kind == "provider" else [])):
        if file.exists():
            raise Unmet(f"{file} is there already; take another name, or move it")
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    click.echo("\n".join([*told, "", *(f"  {line}" for line in next_lines)]))


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


def _contracts(name: str) -> Iterator[tuple[str, str]]:
    """Path and text of each file of a provider's contracts."""
    folder = files(TEMPLATES).joinpath("contracts")
    for part in (folder, folder.joinpath("schemas")):
        for file in sorted(part.iterdir(), key=lambda each: each.name):
            if file.is_file():
                path = f"{'' if part is folder else 'schemas/'}{file.name.replace('.txt', '.py')}"
                yield path, _named(file.read_text("utf-8"), name)


def _filled(template: str, name: str) -> str:
    return _named(files(TEMPLATES).joinpath(template).read_text("utf-8"), name)


def _named(text: str, name: str) -> str:
    # JSON schemas have words with a dollar of their own
    return Template(text).safe_substitute(name=name, title=name.replace("_", " ").capitalize())
