"""The command line. Each file of this folder is a command and exports `COMMAND`.

A command is loaded only when it is called. `terminal/` holds what commands share. Exit codes: 0
done, 1 the command's own verdict is no, 2 wrong input or an unmet condition (one line on stderr),
130 interrupted. `reelmock run` ends with the code of the command that it ran.
"""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from pathlib import Path

import click

from mockserver.cli.terminal.build import tell_version
from mockserver.cli.terminal.examples import with_examples
from mockserver.cli.terminal.plain import tolerant_streams, visible
from mockserver.domain.input.errors import BadInput, Missing, nearest

HERE = Path(__file__).parent
HELP = ("-h", "--help")
_NOT_WHOLE = re.compile("is not a valid integer( range)?")  # as click says it


class Commands(click.Group):
    """Finds commands by file name: `task.py` is `reelmock task`, `a_b.py` is `reelmock a-b`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in alphabetical order."""
        names = (path.stem for path in HERE.glob("*.py") if path.stem != "__init__")
        return sorted(name.replace("_", "-") for name in names)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """One command, loaded now; None when there is no such file."""
        if name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"{__name__}.{name.replace('-', '_')}").COMMAND
        return with_examples(command, name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but an error names the nearest command.

        Raises BadInput over a variable of ours that nobody reads; help is given anyway.
        """
        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            near = nearest(args[0], self.list_commands(ctx))
            ctx.fail(f"there is no command {args[0]!r}{near}")
        if not set(HELP) & set(args):
            from mockserver.settings import check_variables

            check_variables(os.environ)
        return super().resolve_command(ctx, args)


@click.command(cls=Commands, context_settings={"help_option_names": [*HELP]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=tell_version,
    help="Show the version, with the commit where it is known, and exit.",
)  # fmt: skip
def root() -> None:
    """A mock server and contract test kit for AI-video providers: APIYI, Kie.ai, xcompute."""


with_examples(root, "")


def main() -> None:
    """Runs `reelmock` and ends the process."""
    tolerant_streams()
    sys.exit(run_line(sys.argv[1:]))


def run_line(arguments: list[str]) -> int:
    """Runs one command line and returns its exit code.

    If the user made an error, it is told in one line on stderr.
    """
    try:
        code = root.main(arguments, prog_name="reelmock", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.UsageError as error:
        message = " ".join(error.format_message().split())
        message = _NOT_WHOLE.sub("is not a whole number", message)
        where = error.ctx.command_path if error.ctx else "reelmock"
        click.echo(visible(f"{where}: {message} ({where} --help)"), err=True)
        return 2
    except click.ClickException as error:
        click.echo(visible(f"reelmock: {error.format_message()}"), err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        return _reader_gone()
    except _expected() as error:
        click.echo(visible(f"reelmock: {' '.join(str(error).split())}"), err=True)
        return 2


def _expected() -> tuple[type[Exception], ...]:
    """Errors that the user can correct.

    They are looked up only when one was raised, so that this imports nothing.
    """
    known: list[type[Exception]] = [BadInput, Missing, OSError]
    for module, name in (("mockserver.control", "ControlError"), ("clientlib", "VideoError")):
        if module in sys.modules:
            known.append(getattr(sys.modules[module], name))
    return tuple(known)


def _reader_gone() -> int:
    """`reelmock … | head`: the reader has what it wanted, and nothing more is to be flushed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
