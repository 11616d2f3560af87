"""`reelmock wait URL`: waits until a Reelmock answers there, for CI jobs that start a server."""

from __future__ import annotations

from threading import Event

import click

from mockserver.cli.terminal.starting import Unmet
from mockserver.domain.input import variables

PAUSE_S = 0.2


@click.command("wait", short_help="Wait until a server answers.")
@click.argument("url", default="http://127.0.0.1:8080", envvar=variables.URL)
@click.option(
    "--for",
    "within",
    default="60s",
    show_default=True,
    metavar="SPAN",
    help="The time after which the command gives up.",
)
@click.option(
    "--ca", envvar=variables.CA, metavar="FILE", help="The CA file of a server with --tls."
)
def wait(url: str, within: str, ca: str | None) -> None:
    """Wait until a Reelmock answers at URL, and print its version and address.

    The exit code is 0 if it answers, and 2 if it did not answer in time.
    """
    from mockserver.cli.terminal.acquaintance import ASK_S, version_of
    from mockserver.control import Control, ControlError
    from mockserver.domain.input.quantity import span_ms
    from mockserver.system import RealSystem

    clock = RealSystem()
    ends_ms = clock.real_ms() + span_ms(within, "for")
    with Control(url, ca=ca, timeout_s=ASK_S) as control:
        while True:
            try:
                found = version_of(control)
                break
            except ControlError as error:
                if clock.real_ms() >= ends_ms:
                    raise Unmet(f"no Reelmock answered within {within}: {error}") from None
            Event().wait(PAUSE_S)
    click.echo(f"Reelmock {found} answers at {control.base_url}")


COMMAND = wait
