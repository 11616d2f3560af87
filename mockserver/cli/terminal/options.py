"""The options of every command that starts a server, and the settings they make."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.domain.time.clock import MODES
from mockserver.settings import FILE, Settings, load_plugins, load_settings

if TYPE_CHECKING:
    from mockserver.engine.plugins import Plugins

CONFIG_FILE = Path(FILE)
PLUGINS = click.option(
    "--plugins", multiple=True, metavar="DIR", help="A folder of plug-ins; may be repeated. [none]"
)

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--port", type=int, help="Port to listen on; 0 takes a free one."),
    click.option("--host", help="Address to listen on. [127.0.0.1]"),
    click.option("--speed", type=float, help="How much faster jobs are than the providers'. [60]"),
    click.option("--clock", type=click.Choice(MODES), help="How virtual time passes. [real]"),
    click.option("--rate", type=float, help="How fast a real clock runs. [1]"),
    click.option("--clock-start", metavar="TIME", help="Where virtual time begins: ISO or ms."),
    click.option(
        "--keys",
        type=click.Choice(["open", "shared", "closed"]),
        help="Whether a new API key opens its own sandbox. [open]",
    ),
    click.option("--public-url", metavar="URL", help="Base of the URLs that are handed out."),
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        help="Settings as TOML. [reelmock.toml, if there is one]",
    ),
    click.option("--seed", help="Same seed and same calls give the same jobs."),
    click.option("--profile", metavar="NAME|FILE", help="What goes wrong: calm, flaky, … [none]"),
    PLUGINS,
    click.option("--scenario", help="What becomes of a job. [succeed]"),
    click.option("--webhook-key", metavar="KEY", help="Signs Kie's callbacks."),
    click.option("--tls/--no-tls", default=None, help="Serve https with a throw-away CA."),
    click.option("--admin-token", metavar="TOKEN", help="Guards the control API."),
    click.option("--allow-host", multiple=True, metavar="NAME", help="A further Host let in."),
    click.option(
        "--allow-public-callbacks/--no-allow-public-callbacks",
        default=None,
        help="Deliver callbacks to public addresses too.",
    ),
    click.option(
        "--callback-timeout",
        metavar="SPAN",
        help="Real time a receiver has, such as 1s. [as documented]",
    ),
    click.option(
        "--keep-alive", metavar="SPAN", help="How long a connection may be idle, 75s or more. [75s]"
    ),
    click.option("--store", metavar="URL", help="memory, or redis://… for replicas. [memory]"),
    click.option("--store-prefix", metavar="TEXT", help="Begins every key in Redis. [reelmock]"),
    click.option("--state", metavar="FILE", help="Keeps sandboxes over a restart (memory store)."),
    click.option("--workers", type=int, help="Processes on one port, with a shared store. [1]"),
    click.option("--log", type=click.Choice(["text", "json"]), help="json: a line per request."),
    click.option("--metrics/--no-metrics", default=None, help="Prometheus at /_mock/metrics."),
    click.option(
        "--metrics-open/--no-metrics-open", default=None, help="Metrics need no admin token."
    ),
    click.option("--access-log/--no-access-log", default=None, help="One line per request."),
)


def server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options of a server to a command; it gets them as keyword arguments."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def settings_from(flags: Mapping[str, Any]) -> Settings:
    """Settings from flags, environment and file; an unset flag is None. Raises BadInput."""
    given = {name: value for name, value in flags.items() if value not in (None, ())}
    config = given.pop("config", None) or (CONFIG_FILE if CONFIG_FILE.is_file() else None)
    return load_settings(given, os.environ, config)


def plugins_from(given: tuple[str, ...], config: Path = CONFIG_FILE) -> Plugins:
    """The plug-ins of a command that starts no server: ours and those of its folders.

    The folders come from the command line, else the environment, else the file. Raises BadInput.
    """
    from mockserver.engine.plugins import plugins_in

    return plugins_in(load_plugins(given, os.environ, config))
