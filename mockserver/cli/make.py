"""`reelmock make`: makes a video from a prompt, at the mock or at a real provider."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.terminal.numbers import within
from mockserver.cli.terminal.starting import Unmet
from mockserver.control.trust import UNTRUSTED
from mockserver.domain.input import variables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clientlib import MakeOptions, Pace, Progress
    from clientlib._models import Image
    from clientlib._settings import Settings


LEAST_S = 0.2  # real seconds between polls of a Reelmock


@click.command("make", short_help="Make a video with the reference client.")
@click.argument("prompt")
@click.option("--provider", help="apiyi, kie, xcompute, or a provider of a package.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("video.mp4"),
    help="The file to write. [video.mp4]",
)
@click.option("--model", help="The model, by the provider's name. [its fast one]")
@click.option("--api", metavar="NAME", help="veo or jobs: which of Kie's two APIs. [veo]")
@click.option("--image", "images", multiple=True, help="A frame or reference image: file or URL.")
@click.option("--aspect", help="16:9 or 9:16.")
@click.option("--resolution", help="720p, 1080p or 4k, if the provider has it.")
@click.option(
    "--base-url",
    metavar="URL",
    help=("The provider's address. [<PROVIDER>_BASE_URL, or the real provider]"),
)
@click.option("--api-key", metavar="KEY", help="[<PROVIDER>_API_KEY]")
@click.option("--ca", envvar=variables.CA, metavar="FILE", help="A CA file to trust.")
@click.option(
    "--deadline",
    type=within(1),
    metavar="SECONDS",
    help=("The time after which the client gives up."),
)
@click.option(
    "--every",
    type=within(0.01),
    metavar="SECONDS",
    help="Between polls. [the provider's own pace; where a Reelmock answers, at its speed]",
)
def make(
    provider: str | None,
    deadline: float | None,
    every: float | None,
    images: tuple[str, ...],
    ca: str | None,
    **asked: Any,
) -> None:
    """Make a video of PROMPT and save it.

    Without --base-url or <PROVIDER>_BASE_URL the job goes to the real provider and costs money.

    The exit code is 1 if no video was made, and 2 if no job was submitted.
    """
    import clientlib

    if provider is None:
        names = ", ".join(_names())  # only here: packages may bring some
        raise click.UsageError(f"say which provider with --provider: one of {names}")
    sources: list[Image] = [image if "://" in image else Path(image) for image in images]
    try:
        pace, whom = _paced(provider, asked, ca, every)
        settings: Settings = {"ca": ca, "pace": pace}
        options = clientlib.MakeOptions(
            provider=provider, deadline_s=deadline, images=sources, settings=settings, **asked
        )
        click.echo(_made(options, whom))
    except clientlib.VideoError as error:
        if isinstance(error, ValueError):  # the client refused it before any call
            raise Unmet(str(error)) from None
        hint = "; --ca names the file of its CA" if UNTRUSTED in str(error) else ""
        raise click.ClickException(f"{error}{hint}") from None
    except ValueError as error:
        raise Unmet(str(error)) from None


COMMAND = make


def _names() -> tuple[str, ...]:
    """The providers that the client has codecs of. Raises Unmet over one that cannot be used."""
    import clientlib

    try:
        return clientlib.provider_names()
    except ValueError as error:
        raise Unmet(str(error)) from None


def _paced(
    provider: str, asked: Mapping[str, Any], ca: str | None, every: float | None
) -> tuple[Pace, str]:
    """How often to ask, and a line that says whom: as given, else as the provider wishes, and where
    a Reelmock answers at the speed of its jobs. Raises ValueError.
    """
    import clientlib
    from mockserver.cli.terminal.acquaintance import haste_at, reelmock_at

    with clientlib.Client(
        provider, base_url=asked["base_url"], api_key=asked["api_key"], ca=ca
    ) as client:
        pace, url = client.pace, client.base_url
        mock = "" if client.is_the_providers_own else reelmock_at(url, ca)
    if every is None and mock:
        key = asked["api_key"] or os.environ[f"{provider.upper()}_API_KEY"]
        haste = haste_at(url, key, ca)
        every = max(pace.every_s / haste, LEAST_S) if haste else LEAST_S
    if every is not None:
        pace = clientlib.Pace(every, pace.deadline_s)
    whom = f"Reelmock {mock}" if mock else provider
    return pace, f"{whom} at {url}: asks every {pace.every_s:g} s how far the job is"


def _made(options: MakeOptions, whom: str) -> Path:
    import clientlib

    shown = _bar if sys.stderr.isatty() else _lines
    with shown(whom) as tell:
        return clientlib.make(options, tell)


@contextmanager
def _lines(whom: str) -> Iterator[Callable[[Progress], None]]:
    """Prints a line for each change, for logs."""
    from clientlib import Snapshot, Submitted

    def tell(progress: Progress) -> None:
        if isinstance(progress, Submitted):
            price = progress.price
            click.echo(whom, err=True)
            click.echo(f"{progress.task_id} submitted, {price.amount:g} {price.unit}", err=True)
        elif isinstance(progress, Snapshot):
            share = "" if progress.progress is None else f" {progress.progress:g}%"
            click.echo(f"{progress.task_id} {progress.status}{share}", err=True)

    yield tell


@contextmanager
def _bar(whom: str) -> Iterator[Callable[[Progress], None]]:
    """Shows a bar: the progress of the job if the provider tells it, then the download."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from clientlib import Snapshot, Submitted

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        bar = bars.add_task("submitting", total=None)

        def tell(progress: Any) -> None:
            if isinstance(progress, Submitted):
                bars.console.print(whom, markup=False)
                bars.update(bar, description=progress.task_id)
            elif isinstance(progress, Snapshot):
                total = None if progress.progress is None else 100
                bars.update(
                    bar, description=progress.status, total=total, completed=progress.progress or 0
                )
            else:
                bars.update(
                    bar,
                    description="downloading",
                    total=progress.total_bytes,
                    completed=progress.received_bytes,
                )

        yield tell
