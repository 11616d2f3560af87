"""What the commands share that check against the contracts: `verify` and `diff`."""

from __future__ import annotations

from pathlib import Path

import click

from mockserver.cli.terminal.numbers import within
from mockserver.cli.terminal.starting import Unmet
from mockserver.domain.input import variables

KEY_FILE = click.option(
    "--key-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=("A file that holds the API key."),
)
CA_FILE = click.option(
    "--ca", envvar=variables.CA, type=click.Path(path_type=Path), help="A CA file to trust."
)
PACE = click.option(
    "--pace", "pace_s", type=within(0), metavar="SECONDS", help=("The pause between two polls.")
)


def reports_from(texts: tuple[str, ...]) -> tuple[tuple[str, Path | None], ...]:
    """The formats of `--report FORMAT[=FILE]`, each with its file; the console if none is given."""
    parts = [text.partition("=") for text in texts or ("console",)]
    return tuple([(name, Path(file) if file else None) for name, _, file in parts])


def unmet(error: ImportError) -> Unmet:
    """The packages that read schemas are not installed."""
    return Unmet(f"{error.name} is missing: pip install jsonschema referencing")
