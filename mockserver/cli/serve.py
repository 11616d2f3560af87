"""`reelmock serve`: the mock server, until Ctrl-C.

Ctrl-C and SIGTERM are the normal end of a server. The exit code is 0, so that `make serve` and
containers report no failure.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.terminal.collector import spare_collector
from mockserver.cli.terminal.live import LiveLines
from mockserver.cli.terminal.options import calibrated_plugins, server_options, settings_from
from mockserver.cli.terminal.starting import bindable, certificate_for, guarded

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockserver.app import Around
    from mockserver.cli.terminal.address import ServerAddress
    from mockserver.engine.plugins import Plugins
    from mockserver.settings import Settings
    from mockserver.web.root import Asgi


@click.command("serve", short_help="Run the mock server.")
@server_options
@click.option("--json", "as_json", is_flag=True, help="Print the address as one line of JSON.")
@click.option("--quiet", is_flag=True, help="On a terminal: print no line for each call.")
def serve(as_json: bool, quiet: bool, **flags: Any) -> int:
    """Run the mock server until Ctrl-C.

    On a terminal it prints a line for each call, callback and phase of a job.
    """
    live = sys.stdout.isatty() and not (quiet or as_json)
    settings = settings_from(flags)
    plugins = calibrated_plugins(settings, flags.get("config"))
    return serve_until_told(settings, as_json=as_json, plugins=plugins, live=live)


def serve_until_told(
    settings: Settings,
    *,
    as_json: bool,
    plugins: Plugins | None = None,
    live: bool = False,
    around: Callable[[Asgi, str], Around] | None = None,
) -> int:
    """Serves until a signal; gives the exit code. `plugins` take the place of the settings' own.

    `around` puts another application around the server's. `live`: prints a line for each thing that happens.
    """
    from msgspec.structs import replace

    from mockserver.app import Listening
    from mockserver.cli.terminal.address import address_of

    token_given = bool(settings.admin_token)
    settings = guarded(settings)
    with certificate_for(settings) as certificate:

        def announce() -> None:
            ca = certificate.ca if certificate else None
            address = address_of(settings, server.base_url, server.app, ca)
            if token_given:
                address = replace(address, admin_token="", admin_token_given=True)
            click.echo(_line(address) if as_json else _banner(address, settings))
            if live:
                now_ms = server.app.core.system.real_ms()
                token, trust = settings.admin_token, str(ca) if ca else None
                LiveLines(server.base_url, token, trust, now_ms)

        with bindable(settings):
            server = Listening(settings, certificate, announce, plugins, around)
        if settings.access_log:
            _log_requests()
        spare_collector()
        return 0 if server.run() else 2


COMMAND = serve


def _line(address: ServerAddress) -> str:
    from msgspec import json

    return json.encode(address).decode()


def _banner(address: ServerAddress, settings: Settings) -> str:
    from mockserver.dashboard import PAGE

    lines = [f"{click.style('Reelmock', bold=True)} {address.version} at {address.base_url}", ""]
    for provider in address.providers.values():
        sdks = [f"    {sdk} SDK  {url}" for sdk, url in provider.sdks.items()]
        lines += [f"  {provider.title}  {provider.base_url}", *sdks, f"    {provider.curl}", ""]
    rate = f", rate {settings.rate:g}" if settings.rate != 1 else ""
    lines += [
        f"  speed      {settings.speed:g}: jobs take 1/{settings.speed:g} of the providers' time",
        f"  clock      {settings.clock}{rate}",
        f"  keys       {_KEYS[settings.keys]}",
        f"  dashboard  {address.base_url}{PAGE}",
        f"  control    {address.control_url}",
    ]
    lines += [f"  plug-in    {what}: {where}" for what, where in address.brought.items()]
    if address.admin_token or address.admin_token_given:
        told = address.admin_token or "as given"
        lines.append(f"  token      {told} (Authorization: Bearer, on /_mock)")
    if address.ca:
        lines.append(f"  CA         {address.ca} (NODE_EXTRA_CA_CERTS, --cacert)")
    return "\n".join([*lines, "", "Press Ctrl-C to stop."])


_KEYS = {
    "open": "open: any key works, and each key has its own sandbox",
    "shared": "shared: any key works, and all keys share the sandbox default",
    "closed": "closed: only keys that were made over the control API work",
}


def _log_requests() -> None:
    log = logging.getLogger("uvicorn.access")
    log.addHandler(logging.StreamHandler())
    log.setLevel(logging.INFO)
