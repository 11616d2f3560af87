"""`reelmock verify`: checks a host (mock or real) or recorded traffic against the contracts."""

from __future__ import annotations

import os
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
from mockserver.cli.terminal.numbers import NUMBER, within
from mockserver.cli.terminal.options import CONFIG_FILE, PLUGINS
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import whole_number
from mockserver.settings import load_plugins


@click.command("verify", short_help="Check a host or a HAR file against the contracts.")
@click.argument("provider", metavar="PROVIDER", default="")
@click.option("--base-url", metavar="URL", help="The host, such as https://api.kie.ai.")
@key_options
@click.option("--plan", is_flag=True, help="Show which calls would be made and what they cost.")
@click.option(
    "--budget",
    type=NUMBER,
    default=0.0,
    help="The most that the checks may cost, in the provider's own unit. [0]",
)
@click.option("--model", help="The model for the checks that cost money. [the cheapest]")
@click.option(
    "--price", type=NUMBER, help=("The price of one job, for a model whose price is not known.")
)
@click.option(
    "--har",
    type=click.Path(dir_okay=False, path_type=Path),
    help=("A file of recorded traffic to check."),
)
@PLUGINS
@click.option(
    "--only", multiple=True, metavar="NAME", help=("Run only this area or check; may be repeated.")
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="How to report the results; may be repeated. [console]",
)
@click.option(
    "--callback-url",
    metavar="URL",
    help=("The URL at which the host can reach our listener for callbacks."),
)
@click.option("--listen", default="127.0.0.1:0", metavar="HOST:PORT", help="[127.0.0.1:0]")
@click.option("--webhook-key", metavar="KEY", help="The key that signs callbacks.")
@CA_FILE
@PACE
@click.option(
    "--deadline",
    "deadline_s",
    type=within(0),
    metavar="SECONDS",
    help=("The longest time for a job."),
)
def verify(
    provider: str,
    reports: tuple[str, ...],
    listen: str,
    plugins: tuple[str, ...],
    **asked: Any,
) -> int:
    """Check PROVIDER at --base-url, or recorded traffic, against its contract.

    Without --budget it makes no call that may cost money.

    The exit code is 0 if the host conforms, 1 if it does not, and 2 if it could not be checked.
    """
    try:
        from contracts.verifier import main
    except ImportError as error:
        raise unmet(error) from None
    asked["plugins"] = load_plugins(plugins, os.environ, CONFIG_FILE)
    asked["reports"] = reports_from(reports)
    return main.run(main.Options(provider, listen=_endpoint(listen), **with_key(asked)))


COMMAND = verify


def _endpoint(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    number = whole_number(port)
    if not colon or not host or number is None or number > 65535:
        raise BadInput("listen", text, "HOST:PORT")
    return host.strip("[]"), number
