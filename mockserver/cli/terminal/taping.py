"""The options of every command that passes calls on to a real provider and records them."""

from __future__ import annotations

import click

from mockserver.cli.terminal.numbers import NUMBER
from mockserver.cli.terminal.option_sets import adding

taping_options = adding(
    click.option(
        "--upstream",
        metavar="URL",
        default="",
        help=("The server that gets the calls. [the provider's own host]"),
    ),
    click.option(
        "--upstream-ca",
        metavar="FILE",
        default="",
        help=("A PEM file with a CA to trust for that server."),
    ),
    click.option(
        "--budget",
        type=NUMBER,
        help=("The most that the calls may cost. [0; no limit on this machine]"),
    ),
    click.option(
        "--allow-unknown-price", is_flag=True, help="Pass on calls whose price is unknown."
    ),
    click.option(
        "--redact",
        "fields",
        multiple=True,
        metavar="NAME",
        help=("One more secret field, header or parameter; may be repeated."),
    ),
)
TAPING = ("upstream", "upstream_ca", "budget", "allow_unknown_price", "fields")
