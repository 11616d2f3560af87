"""`reelmock record`: a reverse proxy in front of a real provider that records whole jobs.

Ctrl-C and SIGTERM are its normal end: exit code 0.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.terminal.listed import PROVIDER
from mockserver.cli.terminal.options import listening_options, settings_from
from mockserver.cli.terminal.starting import bindable, certificate_for
from mockserver.cli.terminal.taping import taping_options

if TYPE_CHECKING:
    from mockserver.proxy import Recording


@click.command("record", short_help="Record real jobs through a proxy.")
@click.option(
    "--provider",
    required=True,
    type=PROVIDER,
    metavar="NAME",
    help=("The provider whose calls are recorded."),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=("The file to write."),
)
@taping_options
@click.option(
    "--media-bytes",
    type=int,
    default=0,
    help=("Keep videos of up to this many bytes. [0: only hash and size]"),
)
@listening_options
@click.option("--json", "as_json", is_flag=True, help="Print the address as one line of JSON.")
def record(
    port: int | None,
    host: str | None,
    public_url: str | None,
    tls: bool | None,
    as_json: bool,
    **asked: Any,
) -> int:
    """Pass a client's calls on to a real provider until Ctrl-C, and record them as HAR 1.2.

    Keys, cookies and signed links never reach the file. Without --budget, no call that costs money
    is passed on to another machine.
    """
    from mockserver.proxy import Recording, Taping

    flags = {"port": port, "host": host, "public_url": public_url, "tls": tls}
    settings = settings_from(flags)
    taping = Taping(**asked)
    with certificate_for(settings) as certificate:
        ca = str(certificate.ca) if certificate else ""

        def announce() -> None:
            click.echo(_line(recording, ca) if as_json else _banner(recording, taping.out, ca))

        with bindable(settings):
            recording = Recording(taping, settings, certificate, announce)
        recording.run()
    return 0


COMMAND = record


def _line(recording: Recording, ca: str) -> str:
    from msgspec import json

    address = {
        "base_url": recording.base_url,
        "provider": recording.provider.name,
        "upstream": recording.upstream.base_url,
        "ca": ca,
    }
    return json.encode(address).decode()


def _banner(recording: Recording, out: Path, ca: str) -> str:
    lines = [
        f"Taping {recording.provider.title} at {recording.base_url}",
        f"  upstream   {recording.upstream.base_url}",
        f"  tape       {out}",
    ]
    if ca:
        lines.append(f"  CA         {ca} (NODE_EXTRA_CA_CERTS, --cacert)")
    return "\n".join([*lines, "", "Press Ctrl-C to stop."])
