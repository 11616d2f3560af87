"""`reelmock replay`: serves a recording as a provider, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import click
from msgspec.structs import replace

from mockserver.cli.serve import serve_until_told
from mockserver.cli.terminal.options import server_options, settings_from
from mockserver.settings import Settings

RECORDED_PACE = 1.0


@click.command("replay", short_help="Serve a recording as a provider.")
@click.argument("tape", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--new-requests",
    type=click.Choice(["fail", "mock"]),
    default="fail",
    help="What happens to a creation that is not on the tape. [fail]",
)
@server_options
@click.option("--json", "as_json", is_flag=True, help="Print the address as one line of JSON.")
def replay(tape: Path, new_requests: str, as_json: bool, **flags: Any) -> int:
    """Serve the jobs on TAPE (a HAR file) as a provider, until Ctrl-C.

    A client can make each job as often as it likes. A job takes as long as it took in the
    recording, unless --speed changes this.
    """
    from mockserver.recorder.replay import NewRequests, plugins_of_tape

    settings = settings_from(flags)
    if flags["speed"] is None and settings.speed == Settings().speed:
        settings = replace(settings, speed=RECORDED_PACE)
    plugins = plugins_of_tape(settings.plugins, tape, cast("NewRequests", new_requests))
    return serve_until_told(settings, as_json=as_json, plugins=plugins)


COMMAND = replay
