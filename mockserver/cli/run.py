"""`reelmock run -- CMD`: a server, a fresh sandbox, and a command that finds both."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.terminal.options import server_options, settings_from
from mockserver.cli.terminal.starting import bindable, certificate_for, guarded

if TYPE_CHECKING:
    from pathlib import Path

    from mockserver.settings import Settings


@click.command(
    "run",
    short_help="Run a command against a fresh server.",
    context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False},
)
@server_options
@click.option(
    "--env",
    "extra",
    multiple=True,
    metavar="NAME=TEMPLATE",
    help="Export one more variable; {base_url}, {kie}, {key} and the like are filled in.",
)
@click.argument("command", nargs=-1, required=True)
def run(command: tuple[str, ...], extra: tuple[str, ...], **flags: Any) -> int:
    """Run CMD with base URLs and API keys of a fresh server in its environment.

    \b
    APIYI_BASE_URL   KIE_BASE_URL   XCOMPUTE_BASE_URL   OPENAI_BASE_URL
    APIYI_API_KEY    KIE_API_KEY    XCOMPUTE_API_KEY    OPENAI_API_KEY

    Ends with the command's exit code; with 127 when there is no such command, 126 when it cannot
    be run.
    """
    from mockserver.app import Running
    from mockserver.cli.terminal import child
    from mockserver.cli.terminal.address import address_of

    settings = guarded(settings_from({**flags, "port": flags["port"] or 0}))
    with certificate_for(settings) as certificate:
        with bindable(settings):
            server = Running(settings, certificate)
        try:
            ca = certificate.ca if certificate else None
            address = address_of(settings, server.base_url, server.app, ca)
            key = f"sk-run-{secrets.token_hex(8)}"
            with _billed(settings, server.base_url, key, ca):
                return child.run(command, child.environment(address, key, extra))
        finally:
            server.stop()


COMMAND = run


@contextmanager
def _billed(settings: Settings, base_url: str, key: str, ca: Path | None) -> Iterator[None]:
    """Gives the key a sandbox, and says at the end what came in with it, on stderr."""
    from mockserver.cli.terminal.bill import bill
    from mockserver.control import Control

    with Control(base_url, settings.admin_token, key, str(ca) if ca else None) as control:
        control.create_sandbox(api_key=key, label="run")
        try:
            yield
        finally:
            click.echo(bill(control), err=True)
