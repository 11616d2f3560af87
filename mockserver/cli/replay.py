"""`reelmock replay`: serves a recording as a provider, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from mockserver.cli.serve import serve_until_told
from mockserver.cli.terminal.options import server_options, settings_from
from mockserver.cli.terminal.taping import TAPING, taping_options
from mockserver.domain.input.errors import BadInput
from mockserver.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mockserver.recorder.beside import Beside


@click.command("replay", short_help="Serve a recording as a provider.")
@click.argument("tape", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--new-requests",
    type=click.Choice(["fail", "mock", "record"]),
    default="fail",
    help="What happens to a creation that is not on the tape. [fail]",
)
@click.option("--provider", metavar="NAME", default="", help="The provider to record. [the tape's]")
@taping_options
@server_options
@click.option("--json", "as_json", is_flag=True, help="Print the address as one line of JSON.")
def replay(tape: Path, new_requests: str, as_json: bool, **flags: Any) -> int:
    """Serve the jobs on TAPE (a HAR file) as a provider, until Ctrl-C.

    A client can make each job as often as it likes. A job takes as long as it took in the
    recording, unless --speed changes this. With --new-requests record, a creation that is not on
    the tape goes to the real provider, and its job is added to TAPE.
    """
    from mockserver.recorder.replay import RECORDED_PACE, plugins_of_tape

    asked = {name: flags.pop(name) for name in ("provider", *TAPING)}
    records = new_requests == "record"
    for name, value in asked.items():
        if value and not records:
            raise BadInput(name, value, "nothing, without --new-requests record")
    settings = settings_from(flags)
    if flags["speed"] is None and settings.speed == Settings().speed:
        settings = replace(settings, speed=RECORDED_PACE)
    around = _beside(tape, asked, settings) if records else None
    plugins = plugins_of_tape(settings.plugins, tape, "mock" if new_requests == "mock" else "fail")
    return serve_until_told(settings, as_json=as_json, plugins=plugins, around=around)


def _beside(
    tape: Path, asked: dict[str, Any], settings: Settings
) -> Callable[[Callable[..., Awaitable[None]], str], Beside]:
    from mockserver.proxy import Taping, recorder_beside

    return recorder_beside(Taping(out=tape, **asked), settings)


COMMAND = replay
