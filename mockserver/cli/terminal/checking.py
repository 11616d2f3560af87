"""What the commands share that check against the contracts: `verify` and `diff`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mockserver.cli.terminal.numbers import within
from mockserver.cli.terminal.starting import Unmet
from mockserver.domain.input import variables

_FILE = click.Path(dir_okay=False, path_type=Path)
_KEY_OPTIONS = (
    click.option(
        "--api-key",
        "key",
        metavar="KEY",
        help="The API key of the host. [REELMOCK_VERIFY_KEY; a host on this machine needs none]",
    ),
    click.option(
        "--api-key-file",
        "key_file",
        metavar="FILE",
        type=_FILE,
        help="A file that holds the API key.",
    ),
    click.option("--key", "old_key", hidden=True),  # a control command's --key chooses a sandbox
    click.option("--key-file", "old_key_file", type=_FILE, hidden=True),
)
CA_FILE = click.option(
    "--ca", envvar=variables.CA, type=click.Path(path_type=Path), help="A CA file to trust."
)
PACE = click.option(
    "--pace", "pace_s", type=within(0), metavar="SECONDS", help=("The pause between two polls.")
)


def key_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that give a provider's key, with their old names; see `with_key`."""
    for option in reversed(_KEY_OPTIONS):
        command = option(command)
    return command


def with_key(asked: dict[str, Any]) -> dict[str, Any]:
    """What was asked, with `key` and `key_file` also if their options had the old names."""
    for name in ("key", "key_file"):
        old = asked.pop(f"old_{name}")
        if old is not None:
            option = name.replace("_", "-")
            told = f"--{option} is called --api-{option} now; 0.3.0 ends the old name"
            click.echo(f"reelmock: {told}", err=True)
            asked[name] = asked[name] or old
    return asked


def reports_from(texts: tuple[str, ...]) -> tuple[tuple[str, Path | None], ...]:
    """The formats of `--report FORMAT[=FILE]`, each with its file; the console if none is given."""
    parts = [text.partition("=") for text in texts or ("console",)]
    return tuple([(name, Path(file) if file else None) for name, _, file in parts])


def unmet(error: ImportError) -> Unmet:
    """The packages that read schemas are not installed."""
    return Unmet(f"{error.name} is missing: pip install jsonschema referencing")
