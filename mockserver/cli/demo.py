"""`reelmock demo`: one job for each provider and mode, from a prompt to a checked video."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.cli.terminal.numbers import within
from mockserver.domain.input.counted import counted

if TYPE_CHECKING:
    from mockserver.cli.demo_steps.jobs import Take
    from mockserver.cli.demo_steps.studio import Studio

RATE = 60.0
INTERRUPTED = 130
NEXT = """
Next, in this folder:

the server, until Ctrl-C
  {reelmock} serve
a video from it, in another shell
  {reelmock} make "a cat" --provider kie --base-url http://127.0.0.1:8080/kie --api-key sk-me
your program against a server of its own
  {reelmock} run -- YOUR COMMAND
all commands
  {reelmock} --help"""


@click.command("demo", short_help="Run seven jobs at all providers and check their videos.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for the videos. [demo-videos]",
)
@click.option(
    "--rate",
    type=within(1, 600),
    default=RATE,
    help=("How many times as fast as real time the clock runs. [60]"),
)
def demo(out: Path | None, rate: float) -> int:
    """Start a server, run seven jobs with the reference client, and check every file.

    The exit code is 0 only if every file is a complete MP4 of the right size.
    """
    from mockserver.cli.demo_steps import screen, studio
    from mockserver.cli.demo_steps.jobs import takes
    from mockserver.cli.terminal.signals import handled
    from mockserver.system import RealSystem

    system = RealSystem()
    folder = out or Path("demo-videos")
    folder.mkdir(parents=True, exist_ok=True)
    jobs = takes()
    opened = studio.open_studio(folder, rate, lambda: system.real_ms() / 1000)
    with opened as place, handled(lambda number, frame: place.end()):
        click.echo(f"Reelmock at {place.base_url}, videos go to {folder}")
        with screen.live(jobs):
            _run_all(jobs, place)
    screen.results(jobs, rate)
    failed = [job for job in jobs if job.problem]
    files = sum(len(job.films) for job in jobs)
    click.echo(
        f"{counted(files, 'file')} checked, {len(failed)} of {counted(len(jobs), 'job')} failed"
    )
    if place.ended.is_set():
        return INTERRUPTED
    click.echo(next_lines())
    return 1 if failed else 0


COMMAND = demo


def _run_all(jobs: list[Take], place: Studio) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from mockserver.cli.terminal.signals import result

    with ThreadPoolExecutor(len(jobs)) as pool:
        for running in [pool.submit(run_take, job, place) for job in jobs]:
            result(running)


def next_lines() -> str:
    """What to type next, with the name under which this shell finds the command."""
    from shutil import which

    called = Path(sys.argv[0])
    found = which("reelmock")
    name = "reelmock" if found and Path(found).samefile(called) else str(called)
    return NEXT.format(reelmock=name)


def run_take(job: Take, place: Studio) -> None:
    """Runs one job; an error becomes its `problem`."""
    from clientlib import VideoError
    from mockserver.cli.demo_steps.film import examine
    from mockserver.cli.demo_steps.studio import Ended

    began_s = place.real_s()
    try:
        job.drive(job, place)
    except (VideoError, OSError, Ended) as error:
        job.problem = str(error)
    job.real_s = place.real_s() - began_s
    job.cost = place.cost(job.provider, job.key)
    job.films = [examine(path) for path in job.files]
    wanted = (1920, 1080) if job.mode == "1080p" else (1280, 720)
    for film in job.films:
        if film.problem or (film.width, film.height) != wanted:
            found = film.problem or f"{film.width}x{film.height}"
            job.problem = job.problem or f"{film.path.name}: {found}"
    if not job.films:
        job.problem = job.problem or "no file"
