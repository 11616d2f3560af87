"""`reelmock run -- CMD`: a server, a fresh sandbox, and a command that finds both."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.terminal.options import CONFIG_FILE, server_options, settings_from
from mockserver.cli.terminal.starting import bindable, certificate_for, guarded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mockserver.control import Control

UNUSED = 2  # what a command that went well ends with where it called nobody


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
@click.option(
    "--allow-no-calls", is_flag=True, help="Let a command end well that did not call Reelmock."
)
@click.argument("command", nargs=-1, required=True)
def run(
    command: tuple[str, ...], extra: tuple[str, ...], allow_no_calls: bool, **flags: Any
) -> int:
    """Run CMD with base URLs and API keys of a fresh server in its environment.

    \b
    APIYI_BASE_URL   KIE_BASE_URL   XCOMPUTE_BASE_URL   OPENAI_BASE_URL
    APIYI_API_KEY    KIE_API_KEY    XCOMPUTE_API_KEY    OPENAI_API_KEY

    Ends with the command's exit code; with 2 when it ended well but did not call Reelmock, 127 when
    there is no such command, 126 when it cannot be run.
    """
    from mockserver.app import Running
    from mockserver.cli.terminal import child
    from mockserver.cli.terminal.address import address_of
    from mockserver.control import Control

    config = flags["config"] or CONFIG_FILE
    settings = guarded(settings_from({**flags, "port": flags["port"] or 0}))
    with certificate_for(settings) as certificate:
        with bindable(settings):
            server = Running(settings, certificate)
        try:
            ca = certificate.ca if certificate else None
            address = address_of(settings, server.base_url, server.app, ca)
            key = f"sk-run-{secrets.token_hex(8)}"
            exported = child.environment(address, key, extra)
            trust = str(ca) if ca else None
            with Control(server.base_url, settings.admin_token, key, trust) as control:
                control.create_sandbox(api_key=key, label="run")
                code = child.run(command, exported)
                used = _told(control, exported, config)
            return code if code or used or allow_no_calls else UNUSED
        finally:
            server.stop()


COMMAND = run


def _told(control: Control, exported: Mapping[str, str], config: Path) -> bool:
    """Says on stderr what came in with the key, and how its client coped; whether anything did."""
    from mockserver.cli.terminal import bill
    from mockserver.cli.terminal.plain import visible

    calls = list(control.entries(kind="exchange"))
    if calls:
        click.echo(visible(bill.bill(control, calls)), err=True)
        click.echo(visible(bill.coped(control, config)), err=True)
    else:
        click.echo(bill.unused(control, exported), err=True)
    return bool(calls)
