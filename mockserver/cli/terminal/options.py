"""The options of every command that starts a server, and the settings they make."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.terminal.numbers import NUMBER
from mockserver.cli.terminal.option_sets import adding
from mockserver.domain.time.clock import MODES
from mockserver.settings import FILE, Settings, load_calibrations, load_plugins, load_settings

if TYPE_CHECKING:
    from mockserver.engine.plugins import Plugins

CONFIG_FILE = Path(FILE)
PLUGINS = click.option(
    "--plugins",
    multiple=True,
    metavar="DIR",
    help=("A folder with plug-ins; may be repeated. [none]"),
)

_PORT = click.option("--port", type=int, help="The port to listen on; 0 takes a free port.")
_HOST = click.option("--host", help="The address to listen on. [127.0.0.1]")
_PUBLIC_URL = click.option(
    "--public-url",
    metavar="URL",
    help="The base of all URLs in replies. [the server's own address]",
)
_TLS = click.option(
    "--tls/--no-tls", default=None, help="Serve https, with a CA that exists only for this run."
)
# where to listen, for a command that serves no mock
listening_options = adding(_PORT, _HOST, _PUBLIC_URL, _TLS)

server_options = adding(
    _PORT,
    _HOST,
    click.option(
        "--speed", type=NUMBER, help=("How much faster jobs are than the providers' jobs. [60]")
    ),
    click.option("--clock", type=click.Choice(MODES), help="How virtual time passes. [real]"),
    click.option(
        "--rate",
        type=NUMBER,
        help=("For clock mode real: how many times as fast as real time. [1]"),
    ),
    click.option(
        "--clock-start",
        metavar="TIME",
        help=("The virtual time at the start: ISO or epoch ms. [now]"),
    ),
    click.option(
        "--keys",
        type=click.Choice(["open", "shared", "closed"]),
        help="Whether a new API key opens its own sandbox. [open]",
    ),
    _PUBLIC_URL,
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        help="A file with settings as TOML. [reelmock.toml, if it exists]",
    ),
    click.option("--seed", help="The same seed and the same calls give the same jobs."),
    click.option(
        "--profile",
        metavar="NAME|FILE",
        help=("A profile of things that go wrong: calm, flaky, … [none]"),
    ),
    PLUGINS,
    click.option("--scenario", help="What happens to each job. [succeed]"),
    click.option(
        "--webhook-key", metavar="KEY", help="The key that signs callbacks, such as Kie's."
    ),
    _TLS,
    click.option("--admin-token", metavar="TOKEN", help="The token that the control API asks for."),
    click.option(
        "--allow-host",
        multiple=True,
        metavar="NAME",
        help=("One more Host header to accept; may be repeated."),
    ),
    click.option(
        "--allow-public-callbacks/--no-allow-public-callbacks",
        default=None,
        help="Deliver callbacks also to public addresses.",
    ),
    click.option(
        "--callback-timeout",
        metavar="SPAN",
        help="Real time in which a receiver must answer, such as 1s. [as documented]",
    ),
    click.option(
        "--keep-alive", metavar="SPAN", help="How long a connection may be idle, 75s or more. [75s]"
    ),
    click.option(
        "--store",
        metavar="URL",
        help=("Where sandboxes are kept: memory, or redis://… for replicas. [memory]"),
    ),
    click.option(
        "--store-prefix", metavar="TEXT", help=("The first part of every key in Redis. [reelmock]")
    ),
    click.option(
        "--state",
        metavar="FILE",
        help=("A file that keeps sandboxes when the server restarts (memory store)."),
    ),
    click.option(
        "--tapes", metavar="DIR", help=("A folder of recordings that the dashboard shows. [none]")
    ),
    click.option(
        "--workers",
        type=int,
        help=("The number of processes on one port; they need a shared store. [1]"),
    ),
    click.option(
        "--log",
        type=click.Choice(["text", "json"]),
        help=("json writes one line for each request, with the fields of a live line."),
    ),
    click.option(
        "--metrics/--no-metrics", default=None, help=("Serve Prometheus metrics at /_mock/metrics.")
    ),
    click.option(
        "--metrics-open/--no-metrics-open",
        default=None,
        help=("Serve metrics without asking for the admin token."),
    ),
    click.option(
        "--access-log/--no-access-log", default=None, help=("Write one line for each request.")
    ),
)


def settings_from(flags: Mapping[str, Any]) -> Settings:
    """Settings from flags, environment and file; an unset flag is None. Raises BadInput."""
    given = {name: value for name, value in flags.items() if value not in (None, ())}
    config = given.pop("config", None) or (CONFIG_FILE if CONFIG_FILE.is_file() else None)
    return load_settings(given, os.environ, config)


def calibrated_plugins(settings: Settings, config: Path | None) -> Plugins | None:
    """The plug-ins of a server whose settings file says what was measured; None without. Raises
    BadInput."""
    found = load_calibrations(config or CONFIG_FILE)
    if not found:
        return None
    from mockserver.domain.provider.calibration import calibrated
    from mockserver.engine.plugins import Plugins

    plugins = Plugins(settings.plugins)
    for name, calibration in found.items():
        plugins.providers.put(name, calibrated(plugins.providers.get(name), calibration))
    return plugins


def plugins_from(given: tuple[str, ...], config: Path = CONFIG_FILE) -> Plugins:
    """The plug-ins of a command that starts no server: ours and those in its folders.

    The folders come from the command line; if it names none, from the environment; if that names
    none, from the file. Raises BadInput.
    """
    from mockserver.engine.plugins import plugins_in

    return plugins_in(load_plugins(given, os.environ, config))
