"""`reelmock make`: a video from a prompt, from the mock or a real provider."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.terminal.starting import Unmet

if TYPE_CHECKING:
    from collections.abc import Callable

    from clientlib import MakeOptions, Progress
    from clientlib._models import Image
    from clientlib._settings import Settings


@click.command("make", short_help="Make a video with the reference client.")
@click.argument("prompt")
@click.option("--provider", required=True, help="apiyi, kie, xcompute, or that of a package.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("video.mp4"))
@click.option("--model", help="The provider's name of a model. [its fast one]")
@click.option("--image", "images", multiple=True, help="A frame or reference: file or URL.")
@click.option("--aspect", help="16:9 or 9:16.")
@click.option("--resolution", help="720p, 1080p or 4k, where the provider has it.")
@click.option("--base-url", metavar="URL", help="[<PROVIDER>_BASE_URL, else the provider itself]")
@click.option("--api-key", metavar="KEY", help="[<PROVIDER>_API_KEY]")
@click.option("--deadline", type=click.FloatRange(1), metavar="SECONDS", help="When to give up.")
@click.option("--every", type=click.FloatRange(min=0.01), metavar="SECONDS", help="Between polls.")
def make(
    provider: str,
    deadline: float | None,
    every: float | None,
    images: tuple[str, ...],
    **asked: Any,
) -> None:
    """Make a video of PROMPT and save it.

    Without --base-url or <PROVIDER>_BASE_URL it goes to the real provider, and costs.

    Exit code 1 when no video was made, 2 when it was not even asked for.
    """
    import clientlib

    sources: list[Image] = [image if "://" in image else Path(image) for image in images]
    settings: Settings = {} if every is None else {"pace": clientlib.Pace(every)}
    options = clientlib.MakeOptions(
        provider=provider, deadline_s=deadline, images=sources, settings=settings, **asked
    )
    try:
        click.echo(_made(options))
    except clientlib.VideoError as error:
        if isinstance(error, ValueError):  # ruled out before any call
            raise Unmet(str(error)) from None
        raise click.ClickException(str(error)) from None
    except ValueError as error:
        raise Unmet(str(error)) from None


COMMAND = make


def _made(options: MakeOptions) -> Path:
    import clientlib

    shown = _bar if sys.stderr.isatty() else _lines
    with shown() as tell:
        return clientlib.make(options, tell)


@contextmanager
def _lines() -> Iterator[Callable[[Progress], None]]:
    """A line for each change, for logs."""
    from clientlib import Snapshot, Submitted

    def tell(progress: Progress) -> None:
        if isinstance(progress, Submitted):
            price = progress.price
            click.echo(f"{progress.task_id} submitted, {price.amount:g} {price.unit}", err=True)
        elif isinstance(progress, Snapshot):
            share = "" if progress.progress is None else f" {progress.progress:g}%"
            click.echo(f"{progress.task_id} {progress.status}{share}", err=True)

    yield tell


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    """A bar: the job where the provider says how far it is, then the download."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from clientlib import Snapshot, Submitted

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        bar = bars.add_task("submitting", total=None)

        def tell(progress: Any) -> None:
            if isinstance(progress, Submitted):
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
