"""`reelmock findings`: what a sandbox's client did wrong. Ends with 1 when there are errors."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from mockserver.cli.terminal.columns import Column
from mockserver.cli.terminal.listed import FINDING
from mockserver.cli.terminal.options import CONFIG_FILE, PLUGINS, plugins_from
from mockserver.cli.terminal.plain import visible
from mockserver.cli.terminal.remote import Remote, remote_options, table, terminal_width

if TYPE_CHECKING:
    from mockserver.cli.terminal.judged import Judged

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("findings", invoke_without_command=True, short_help="Say what a client did wrong.")
@click.pass_context
@click.option("--over", is_flag=True, help="The client has ended: judge also what it did not do.")
@click.option("--junit", is_flag=True, help="Print JUnit XML, one test case for each finding.")
@click.option(
    "--baseline", type=FILE, metavar="FILE",
    help="Count only findings that are not in this report of --json.",
)  # fmt: skip
@click.option(
    "--config", type=FILE, default=CONFIG_FILE, metavar="FILE",
    help="Settings as TOML: `ignore` names findings that do not count. [reelmock.toml]",
)  # fmt: skip
@remote_options
def findings(
    remote: Remote,
    ctx: click.Context,
    over: bool,
    junit: bool,
    baseline: Path | None,
    config: Path,
) -> int:
    """Say what the client of a sandbox did wrong, why it matters, and how to correct it.

    The exit code is 1 if there are errors, and 0 if there are only warnings or no findings. It is 2
    if there is nothing to judge: the key has no sandbox, or no client has called.
    """
    if ctx.invoked_subcommand:
        return 0
    from mockserver.cli.terminal.judged import check_called, judged, read_baseline

    before = read_baseline(baseline) if baseline else None
    sandbox = remote.sandbox_in_use()
    check_called(remote.control, sandbox)
    seen = judged(remote.control, remote.control.findings(sandbox, over=over), config, before)
    if junit:
        from mockserver.cli.campaigns.junit import findings_xml

        catalogue = [one["name"] for one in remote.control.finding_kinds()]
        click.echo(findings_xml(seen, catalogue))
    elif remote.as_json:
        remote.say(seen, "")
    else:
        _show(seen)
    return 1 if seen.counts["error"] else 0


@findings.command("list")
@PLUGINS
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_all(plugins: tuple[str, ...], as_json: bool) -> None:
    """List every finding that may come, with its severity."""
    found = plugins_from(plugins).findings.all()
    if as_json:
        from msgspec import json

        named = [{"name": f.name, "severity": f.severity, "title": f.title} for f in found]
        click.echo(json.encode(named))
        return
    rows = ((one.name, one.severity, one.title) for one in found)
    table((Column("name", "word"), Column("severity", "word"), Column("title")), rows)


@findings.command("explain")
@click.argument("name", type=FINDING)
@PLUGINS
def explain(name: str, plugins: tuple[str, ...]) -> None:
    """Explain the finding NAME: its evidence, and what would change the result."""
    one = plugins_from(plugins).findings.get(name)
    click.echo(f"{one.name} ({one.severity}): {one.title}")
    for label, text in (
        ("why", one.why),
        ("how to correct it", one.mend),
        ("evidence", one.rests_on),
        ("what would change the result", one.turned_by),
    ):
        click.echo(f"\n{label}")
        click.echo(
            fill(text, 96, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
        )


COMMAND = findings


def _show(seen: Judged) -> None:
    for found in seen.found:
        colour = {"error": "red", "warning": "yellow"}.get(found.severity)
        click.echo(click.style(f"{found.severity}: {found.title}", fg=colour, bold=True))
        _say("  ", visible(found.told))
        _say("  why      ", found.why)
        _say("  correct  ", found.mend)
        click.echo()
    if seen.not_judged:
        _say("", f"not judged (--json says why): {', '.join(seen.not_judged)}")
    for one in seen.aside:
        click.echo(one.told)
    for note in seen.notes:
        click.echo(note)
    click.echo(", ".join(f"{count} of {kind}" for kind, count in seen.counts.items()))


def _say(label: str, text: str) -> None:
    """A text behind its label, on as many lines as a terminal needs; in a pipe on one."""
    width = terminal_width()
    if width is None:
        click.echo(label + text)
        return
    below = " " * len(label)
    click.echo(
        fill(
            text,
            width,
            initial_indent=label,
            subsequent_indent=below,
            break_on_hyphens=False,
            break_long_words=False,
        )
    )
