"""`reelmock run -- CMD`: starts a server and a new sandbox, and a command that finds both."""

from __future__ import annotations

import secrets
import shlex
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.terminal.options import CONFIG_FILE, server_options, settings_from
from mockserver.cli.terminal.starting import bindable, certificate_for, guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from mockserver.app import Running
    from mockserver.cli.terminal.live import LiveLines
    from mockserver.control import Control
    from mockserver.settings import Settings

UNSEEN = (
    "The guard sees what uses its proxy (HTTPS_PROXY, HTTP_PROXY), and the sockets of Python and node. "
    "It does not see a program with another environment (env -i, NO_PROXY), one in another language that "
    "uses no proxy, a library with sockets of its own (gRPC, pycurl), a bare IP address, or what runs on "
    "after the command."
)
UNUSED = 2  # the exit code if the command succeeded but made no call


GUARDS = ("providers", "all")


class RunCommand(click.Command):
    """`reelmock run`. If `--guard` took the first word of the command for its own, the error says so."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with the line that was meant."""
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            hint = _hint(given)
            if not hint:
                raise
            raise click.UsageError(f"{error.format_message()} {hint}", ctx) from None


def _hint(given: list[str]) -> str:
    if "--guard" not in given or "--" in given:
        return ""
    place = given.index("--guard") + 1
    word = given[place] if place < len(given) else "-"
    if word in GUARDS or word.startswith("-"):
        return ""
    meant = shlex.join(["reelmock", "run", *given[:place], "--", *given[place:]])
    return f"Write -- before the command: {meant}"


@click.command(
    "run",
    cls=RunCommand,
    short_help="Run a command against a new server.",
    context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False},
)
@server_options
@click.option(
    "--env",
    "extra",
    multiple=True,
    metavar="NAME=TEMPLATE",
    help="Set one more variable; {base_url}, {kie}, {key} and the like are replaced.",
)
@click.option(
    "--allow-no-calls", is_flag=True, help="Do not fail if the command made no call to Reelmock."
)
@click.option(
    "--guard", is_flag=False, flag_value="providers", type=click.Choice(GUARDS),
    help="Let no call out to a provider's real host (all: to no other machine), and fail if one was tried.",
)  # fmt: skip
@click.option("--watch", is_flag=True, help="Print a line on stderr for each call as it happens.")
@click.argument("command", nargs=-1, required=True)
def run(
    command: tuple[str, ...],
    extra: tuple[str, ...],
    allow_no_calls: bool,
    guard: str | None,
    watch: bool,
    **flags: Any,
) -> int:
    """Start a server, and run CMD with its base URLs and API keys in the environment.

    \b
    APIYI_BASE_URL   KIE_BASE_URL   XCOMPUTE_BASE_URL   OPENAI_BASE_URL
    APIYI_API_KEY    KIE_API_KEY    XCOMPUTE_API_KEY    OPENAI_API_KEY

    Ends with the command's exit code. The exit code is 2 if the command succeeded but made no
    call to Reelmock, 1 if --guard refused a call, 127 if there is no such command, and 126 if the
    command cannot be run.
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
                live = _live(server, settings, trust) if watch else None
                with _guarding(guard, server, exported) as (environment, let_out):
                    code = child.run(command, environment)
                if live:
                    _finish(live, control)
                used = _told(control, exported, config, code)
            refused = let_out()
            code = code or refused
            return code if code or used or allow_no_calls else UNUSED
        finally:
            server.stop()


COMMAND = run


@contextmanager
def _guarding(
    how: str | None, server: Running, exported: dict[str, str]
) -> Iterator[tuple[dict[str, str], Callable[[], int]]]:
    """The command's environment, and what tells afterwards which calls were refused: 1 if any was."""
    if how is None:
        yield exported, lambda: 0
        return
    from mockserver.cli.terminal.guard_environment import guarding
    from mockserver.cli.terminal.plain import visible
    from mockserver.embedded.guard import Guard, told

    guard = Guard(server.app.core.providers.values())

    def let_out() -> int:
        click.echo(visible(told(guard)), err=True)
        click.echo(UNSEEN, err=True)
        return 1 if guard.attempts else 0

    with guarding(guard, exported, is_closed=how == "all") as environment:
        yield environment, let_out


def _live(server: Running, settings: Settings, trust: str | None) -> LiveLines:
    """What prints the live lines, from the server's first moment on."""
    from mockserver.cli.terminal.live import LiveLines

    return LiveLines(server.base_url, settings.admin_token, trust, 0, err=True)


def _finish(live: LiveLines, control: Control) -> None:
    """Ends the live lines with that of the newest entry, before other text goes to stderr."""
    newest = deque(control.entries(), maxlen=1)
    live.finish(control.sandbox().id, newest[0].seq if newest else 0)


def _told(control: Control, exported: Mapping[str, str], config: Path, exit_code: int) -> bool:
    """Says on stderr what calls came with the key, and how the client coped.

    Returns whether any call came.
    """
    from mockserver.cli.terminal import bill
    from mockserver.cli.terminal.plain import visible

    calls = list(control.entries(kind="exchange"))
    if calls:
        click.echo(visible(bill.bill(control, calls)), err=True)
        click.echo(visible(bill.coped(control, config, exit_code)), err=True)
    else:
        click.echo(bill.unused(control, exported), err=True)
    return bool(calls)
