"""What commands for a running server share: its address, the sandbox, and how to show results."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click
import msgspec

from mockserver.cli.terminal.columns import Column, laid_out
from mockserver.cli.terminal.option_sets import adding
from mockserver.cli.terminal.plain import visible
from mockserver.cli.terminal.short_ids import whole_id
from mockserver.domain.input import variables
from mockserver.domain.input.errors import nearest

if TYPE_CHECKING:
    from mockserver.control import Control

DEFAULT_URL = "http://127.0.0.1:8080"
CURRENT = "current"  # the sandbox of the key
ABSENT = 404
FACTS = (Column("", "word"), Column(""))

_taking = adding(
    click.option(
        "--url",
        envvar=variables.URL,
        default=DEFAULT_URL,
        help=f"Where the server is. [{DEFAULT_URL}]",
    ),
    click.option("--key", envvar=variables.KEY, help="An API key; it chooses the sandbox."),
    click.option(
        "--sandbox",
        help="The sandbox's id, or its beginning. [the sandbox of the key, or the only one]",
    ),
    click.option("--token", envvar=variables.TOKEN, help="The server's admin token."),
    click.option("--ca", envvar=variables.CA, help="The CA file of a server with --tls."),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
)


class Verbs(click.Group):
    """A group of commands. If a command does not exist, the error names the nearest one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a suggestion."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            ctx.fail(f"there is no command {args[0]!r}{nearest(args[0], self.commands)}")
        return super().resolve_command(ctx, args)


@dataclass(frozen=True, slots=True)
class Remote:
    """A server to control, and how the user wants to see the results."""

    control: Control
    key: str | None
    named: str | None
    as_json: bool

    def sandbox(self, named: str | None = None) -> str:
        """The sandbox to work on: by the beginning of its id, or the key's, or the only one.

        Raises UsageError.
        """
        named = named or self.named
        if named:
            return self._whole_sandbox(named)
        if self.key:
            return CURRENT
        ids = [sandbox.id for sandbox in self.control.sandboxes()]
        if len(ids) == 1:
            return ids[0]
        known = f"one of: {', '.join(ids[:10])}" if ids else "the server has no sandbox yet"
        raise click.UsageError(f"say which sandbox with --sandbox or --key; {known}")

    def _whole_sandbox(self, begins: str) -> str:
        """The id of a sandbox from its beginning. Raises UsageError."""
        if begins == CURRENT or _is_there(lambda: self.control.sandbox(begins)):
            return begins
        return whole_id("sandbox", begins, [one.id for one in self.control.sandboxes()])

    def task(self, begins: str, sandbox: str) -> str:
        """The id of a task from its beginning; no sandbox: of any. Raises UsageError."""
        if sandbox and _is_there(lambda: self.control.task(begins, sandbox)):
            return begins
        there = [sandbox] if sandbox else [one.id for one in self.control.sandboxes()]
        ids = [task.id for sandbox in there for task in self.control.tasks(sandbox)]
        return whole_id("task", begins, ids)

    def sandbox_in_use(self) -> str:
        """As `sandbox`, but a key that nobody has used opens no sandbox.

        Raises UsageError, Unmet.
        """
        from mockserver.cli.terminal.starting import Unmet
        from mockserver.domain.job.ids import key_hash
        from mockserver.engine.sandboxes import SHARED_ID

        found = self.sandbox()
        if self.key and not self.named:
            there = self.control.sandboxes()
            used = any(key_hash(self.key) in one.keys or one.id == SHARED_ID for one in there)
            if not used:
                raise Unmet("no sandbox has this key: no client has called with it yet")
        return found

    def show(
        self, content: Any, columns: Iterable[str | Column], rows: Iterable[Iterable[object]]
    ) -> None:
        """The content as JSON, or its rows as a table."""
        if self.as_json:
            click.echo(msgspec.json.encode(content))
            return
        headings, lines = tuple(columns), tuple(rows)
        table(headings, lines)
        if headings and not lines:
            whose = " in the sandbox of this key" if self.key and not self.named else ""
            click.echo(f"nothing{whose}", err=True)

    def show_one(self, content: Any, facts: Mapping[str, object]) -> None:
        """The content as JSON, or its facts, one on each line."""
        self.show(content, (), facts.items())

    def say(self, content: Any, text: str) -> None:
        """The content as JSON, or one line."""
        click.echo(msgspec.json.encode(content) if self.as_json else visible(text))


def _is_there(look: Callable[[], object]) -> bool:
    """Whether the server has what is looked for. Raises ControlError over any other answer."""
    from mockserver.control import ControlError

    try:
        look()
    except ControlError as error:
        if error.status != ABSENT:
            raise
        return False
    return True


def remote_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options for server, sandbox and output to a command.

    The command gets them as its first argument, a Remote.
    """

    @wraps(command)
    def steered(
        *args: Any,
        url: str,
        key: str | None,
        sandbox: str | None,
        token: str | None,
        ca: str | None,
        as_json: bool,
        **options: Any,
    ) -> Any:
        with _connected(url, token, key, ca) as control:
            return command(Remote(control, key, sandbox, as_json), *args, **options)

    return _taking(steered)


@contextmanager
def _connected(url: str, token: str | None, key: str | None, ca: str | None) -> Iterator[Control]:
    from mockserver.control import Control  # a help text does not need httpx

    with Control(url, token, key, ca) as control:
        yield control


def table(columns: Iterable[str | Column], rows: Iterable[Iterable[object]]) -> None:
    """Rows under headings; without headings, names and values.

    On a terminal it is as wide as that (`COLUMNS` says another width). In a pipe, each row is one
    line.
    """
    headings = [column if isinstance(column, Column) else Column(column) for column in columns]
    cells = [[_on_one_line(cell(value)) for value in row] for row in rows]
    heading, *lines = laid_out(headings or FACTS, cells, terminal_width())
    if headings:
        click.secho(heading, bold=True)
    for line in lines:
        click.echo(line)


def terminal_width() -> int | None:
    """The columns of the terminal, or as many as `COLUMNS` says; None if the output is no terminal."""
    return get_terminal_size().columns if sys.stdout.isatty() else None


def _on_one_line(text: str) -> str:
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def cell(value: object) -> str:
    """A value as a table shows it."""
    if value is None or value == "":
        return "-"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (dict, list, tuple)):
        return msgspec.json.encode(value).decode() if value else "-"
    return str(value)


def pairs(words: Iterable[str], what: str) -> dict[str, str]:
    """`KEY=VALUE` words as a mapping. Raises UsageError."""
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals):
            raise click.UsageError(f"{what}: {word!r} is not KEY=VALUE")
        found[name] = value
    return found
