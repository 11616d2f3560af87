"""`reelmock campaign -- CMD`: the command once per fault and phase, and how it coped."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.terminal.numbers import NUMBER
from mockserver.cli.terminal.options import CONFIG_FILE, PLUGINS, plugins_from
from mockserver.cli.terminal.signals import handled, leave
from mockserver.domain.input.counted import counted
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import span_ms

if TYPE_CHECKING:
    from mockserver.cli.campaigns.attempt import Trial
    from mockserver.cli.campaigns.outcome import Campaign, CaseOutcome
    from mockserver.control import Control

# A command with `--only` need not repeat these values.
USUAL = {
    "provider": None, "times": 1, "deadline": "60s", "rate": None, "speed": 60.0,
    "config": CONFIG_FILE,
}  # fmt: skip
CONNECT_RETRIES = 4  # 3.5 s in all: longer than a case has connections refused
PIPE_COLUMNS = 160  # wide enough for every phase
FILE = click.Path(path_type=Path, dir_okay=False)


def _listed(
    context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """Words that are given several times or with commas between them."""
    return tuple(word for text in given for word in text.split(",") if word)


def _in_a_folder(
    context: click.Context, option: click.Parameter, given: Path | None
) -> Path | None:
    """The file of a report; its folder must exist.

    Without this check, a wrong folder would be noticed only after all cases have run.
    """
    if given is not None and not given.absolute().parent.is_dir():
        raise BadInput(option.opts[0].lstrip("-"), str(given), "a file in a folder that exists")
    return given


_report = partial(click.option, type=FILE, callback=_in_a_folder, metavar="FILE")


@click.command(
    "campaign",
    short_help="Run a command once per fault, and see how it copes.",
    context_settings={"allow_interspersed_args": False},
)
@click.option("--provider", metavar="NAME", help="Let faults strike only this provider.")
@click.option(
    "--faults",
    multiple=True,
    callback=_listed,
    metavar="WORD,…",
    help=("Names of families or of single faults. [all]"),
)
@click.option(
    "--phases",
    multiple=True,
    callback=_listed,
    metavar="PHASE,…",
    help="Call phases, or job for scenarios. [the phases that the command calls]",
)
@click.option(
    "--only",
    multiple=True,
    callback=_listed,
    metavar="CASE,…",
    help=("Run only these cases, such as reset@poll."),
)
@click.option(
    "--times", type=click.IntRange(0), default=1, show_default=True,
    help="How often a fault strikes; 0: always.",
)  # fmt: skip
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    metavar="N",
    help="How many cases run at the same time.",
)
@click.option(
    "--deadline",
    default="60s",
    show_default=True,
    metavar="SPAN",
    help="Real time that a run may take, besides the time that it must wait.",
)
@click.option(
    "--rate", type=NUMBER, help=("Use a clock in mode real, this many times as fast. [mode auto]")
)
@click.option(
    "--speed",
    type=NUMBER,
    default=60.0,
    show_default=True,
    help=("How much faster jobs are than the providers' jobs."),
)
@click.option("--seed", help="The same seed gives the same jobs. [a new one]")
@click.option(
    "--env", "extra", multiple=True, metavar="NAME=TEMPLATE",
    help="Set one more variable; {kie}, {apiyi}, {base_url} and {key} are replaced.",
)  # fmt: skip
@click.option(
    "--tls", is_flag=True, help=("Serve https, with a CA that exists only for this campaign.")
)
@PLUGINS
@_report("--html", help="Write an HTML page with every case's time line.")
@_report("--junit", help="Write JUnit XML.")
@_report("--json", "json_file", help="Write all results as JSON, for --baseline.")
@_report("--markdown", help="Write the table as Markdown.")
@click.option(
    "--baseline",
    type=FILE,
    metavar="FILE",
    help=("Fail only if a case is worse than in this file of --json."),
)
@click.option(
    "--config", type=FILE, default=CONFIG_FILE, metavar="FILE",
    help="Settings as TOML: `ignore` names findings that do not count. [reelmock.toml]",
)  # fmt: skip
@click.option(
    "--require", default="failed_cleanly", show_default=True, metavar="VERDICT",
    help="Fail if a case is worse than this.",
)  # fmt: skip
@click.option(
    "--all", "every", is_flag=True, help="Print every case, not only those that went wrong."
)
@click.argument("command", nargs=-1, required=True)
def campaign(command: tuple[str, ...], every: bool, **flags: Any) -> int:
    """Run CMD once without a fault, and then once for each fault and phase.

    Each run has a sandbox of its own. CMD finds base URLs and keys in its environment, as under
    `reelmock run`. `{tmp}` in CMD is a folder of the run. If CMD writes a video there, it must be
    the video of this run's job.

    The exit code is 1 if a case is worse than --require or than in --baseline, and 2 if no case
    could be judged.
    """
    from mockserver.cli.campaigns import baseline, plan, verdict
    from mockserver.domain.finding.ignoring import sift
    from mockserver.settings import load_ignored
    from mockserver.system import today

    required = verdict.checked(flags["require"])
    ignores = load_ignored(flags["config"])
    before = baseline.read(flags["baseline"]) if flags["baseline"] else None
    times = flags["times"] or None
    plugins = plugins_from(flags["plugins"], flags["config"])
    cases = plan.asked_for(
        flags["faults"], flags["phases"], flags["only"], flags["provider"], times, plugins
    )
    flags["plugins"] = plugins.folders
    with handled(leave), _served(command, flags) as (control, trial):
        if flags["provider"] not in (None, *trial.address.providers):
            raise BadInput(
                "provider", flags["provider"], f"one of: {', '.join(trial.address.providers)}"
            )
        known = [one["name"] for one in control.finding_kinds()]
        sift((), ignores, known, today())  # a wrong name is an error before the first run
        done, order = _run(control, trial, cases, flags)
        done = done.without(ignores, known, today())
    failing = baseline.failing(done.outcomes, required, before)
    _show(done, failing, flags, every=every)
    for line in baseline.told(failing, required, before):
        click.echo(line)
    if order is not None:
        raise order
    return 1 if failing else 0


COMMAND = campaign


@contextmanager
def _served(command: tuple[str, ...], flags: dict[str, Any]) -> Iterator[tuple[Control, Trial]]:
    """A server for the campaign, and the data that all its cases share."""
    from mockserver.app import Running
    from mockserver.cli.campaigns.attempt import Trial
    from mockserver.cli.campaigns.process import Children
    from mockserver.cli.terminal.address import address_of
    from mockserver.cli.terminal.starting import certificate_for
    from mockserver.control import Control
    from mockserver.settings import load_settings

    deadline_ms = span_ms(flags["deadline"], "deadline")
    if deadline_ms <= 0:
        raise BadInput("deadline", flags["deadline"], "more than 0, such as 60s")
    rate, seed = flags["rate"], flags["seed"] or secrets.token_hex(4)
    settings = load_settings(
        {
            "port": 0,
            "speed": flags["speed"],
            "callback_timeout": "1s",
            "rate": rate,
            "plugins": flags["plugins"],
            "tls": flags["tls"],
        },
        {},
    )
    with certificate_for(settings) as certificate:
        server = Running(settings, certificate)
        ca = certificate.ca if certificate else None
        try:
            connect = partial(
                Control,
                server.base_url,
                ca=str(ca) if ca else None,
                connect_retries=CONNECT_RETRIES,
            )
            with connect() as control:
                yield (
                    control,
                    Trial(
                        command=command,
                        address=address_of(settings, server.base_url, server.app, ca),
                        extra=flags["extra"],
                        deadline_s=deadline_ms / 1000,
                        clock={"mode": "real", "rate": rate} if rate else {"mode": "auto"},
                        speed=flags["speed"],
                        seed=seed,
                        repeat=_repeat(flags, seed),
                        children=Children(),
                        real_ms=server.app.core.system.real_ms,
                        connect=connect,
                    ),
                )
        finally:
            server.stop()


def _repeat(flags: dict[str, Any], seed: str) -> tuple[str, ...]:
    """The command line of one case, up to `--only`."""
    words = ["reelmock", "campaign", "--seed", seed]
    for name, usual in USUAL.items():
        given = flags[name]
        if given not in (usual, None):
            words += [f"--{name}", f"{given:g}" if isinstance(given, float) else str(given)]
    if flags["tls"]:
        words += ["--tls"]
    for folder in flags["plugins"]:
        words += ["--plugins", folder]
    for assignment in flags["extra"]:
        words += ["--env", assignment]
    return tuple(words)


def _run(
    control: Control, trial: Trial, cases: tuple[Any, ...], flags: dict[str, Any]
) -> tuple[Campaign, SystemExit | None]:
    """Does the run without a fault, and then every case that the command reaches.

    If a signal stops the campaign, the results so far are returned, together with the exit.
    """
    from rich.console import Console

    from mockserver.cli.campaigns import plan
    from mockserver.cli.campaigns.progress import telling
    from mockserver.cli.campaigns.running import Course

    order: SystemExit | None = None
    with telling(Console(stderr=True)) as teller:
        course = Course(control, trial, flags["jobs"], teller)
        try:
            usual = course.first()
            named = bool(flags["phases"] or flags["only"])
            tried = plan.within_reach(cases, usual.seen.phases, all_of_them=named)
            course.rest(usual, tried, plan.left_out(cases, tried))
        except SystemExit as stop:
            order = stop
            if course.campaign() is None:
                raise
    done = course.campaign()
    assert done is not None, "the run without a fault is over"
    return done, order


def _show(
    done: Campaign, failing: list[CaseOutcome], flags: dict[str, Any], *, every: bool
) -> None:
    """Prints the table, and writes the reports that the user asked for."""
    from rich.console import Console

    from mockserver.cli.campaigns import junit, page, report, table

    console = Console(width=None if sys.stdout.isatty() else PIPE_COLUMNS)
    table.show(console, done)
    report.show(console, done, failing, every=every, whole=bool(flags["only"]))
    written: dict[str, Callable[[], bytes]] = {
        "html": lambda: page.page(done).encode(),
        "junit": lambda: junit.campaign_xml(done, failing).encode(),
        "json_file": done.as_json,
        "markdown": lambda: table.markdown(done).encode(),
    }
    for name, content in written.items():
        if flags[name]:
            flags[name].write_bytes(content())
    worse = "worse than the baseline" if flags["baseline"] else f"below {flags['require']}"
    rest = f", {len(done.not_run)} not run" if done.not_run else ""
    took = f"{counted(len(done.outcomes), 'case')} in {done.real_ms / 1000:.1f} s"
    click.echo(f"\n{took}{rest}; {len(failing)} {worse}")
