"""`reelmock diff`: compares two of contract, mock, tape and live host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click

from mockserver.cli.terminal.checking import (
    CA_FILE,
    PACE,
    key_options,
    reports_from,
    unmet,
    with_key,
)
from mockserver.cli.terminal.numbers import within

MOCK_SPEED = 1000.0  # nobody waits for a mock


@click.command("diff", short_help="Compare contract, mock, tape and live host.")
@click.argument("a")
@click.argument("b")
@click.option(
    "--provider", metavar="NAME", help=("The provider whose messages these are. [the tape's]")
)
@click.option(
    "--budget",
    type=within(0),
    default=0.0,
    help=("The most that calls to a live host may cost. [0]"),
)
@key_options
@CA_FILE
@PACE
@click.option(
    "--update",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the needed change of the contract to this file, as a patch.",
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="How to report the results: console, json, junit or github; may be repeated. [console]",
)
def diff(a: str, b: str, provider: str | None, reports: tuple[str, ...], **asked: Any) -> int:
    """Compare A with B. Each is `contract`, `mock`, a HAR file or a base URL.

    The exit code is 0 if no difference breaks a client, 1 if one does, and 2 if they could not be
    compared.
    """
    try:
        from contracts.drift import main
    except ImportError as error:
        raise unmet(error) from None
    mock = partial(_mock, provider, (a, b))
    given = {"reports": reports_from(reports), "mock": mock, **with_key(asked)}
    return main.run(main.Options(a, b, provider, **given))


COMMAND = diff


@contextmanager
def _mock(provider: str | None, words: tuple[str, str]) -> Iterator[str]:
    """A mock as long as it is needed; returns the provider's base URL there."""
    from contracts import providers
    from contracts.drift.sides import provider_of
    from mockserver.app import Running
    from mockserver.settings import load_settings

    name = provider or provider_of(words, providers())
    running = Running(load_settings({"port": 0, "speed": MOCK_SPEED, "clock": "auto"}, {}))
    try:
        yield f"{running.base_url}/{name}"
    finally:
        running.stop()
