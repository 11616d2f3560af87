"""From a prompt to a file, in one call: what `reelmock make` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clientlib import _system
from clientlib._client import Client
from clientlib._codec import refuse
from clientlib._drivers import Sleep
from clientlib._models import Image, Price, Snapshot, Transfer
from clientlib._settings import OrderFields, Settings, options_of


@dataclass(frozen=True, slots=True)
class MakeOptions:
    """What to make and where to put it. `settings` and `sleep` are further arguments
    of `Client`."""

    prompt: str
    provider: str
    out: Path
    model: str | None = None
    images: Sequence[Image] = ()
    aspect: str | None = None
    resolution: str | None = None
    base_url: str | None = None
    api_key: str | None = None
    deadline_s: float | None = None
    api: str | None = None
    """Which of the provider's APIs, where it has several."""
    settings: Settings = field(default_factory=Settings)
    sleep: Sleep = _system.sleep


@dataclass(frozen=True, slots=True)
class Submitted:
    """The task exists; whatever happens now, `Client.resume(task_id)` finds it."""

    task_id: str
    price: Price


Progress = Submitted | Snapshot | Transfer
"""What `on_progress` is told: once that it was submitted, then each change of the job, then how
the download advances."""


def make(options: MakeOptions, on_progress: Callable[[Progress], None] | None = None) -> Path:
    """Submit, wait, download; returns the file's path or raises a `VideoError`.

    Key and address come from the options, else from `<PROVIDER>_API_KEY` and
    `<PROVIDER>_BASE_URL`, the address then from the provider.
    """
    tell = on_progress or (lambda progress: None)
    wanted: OrderFields = {
        "model": options.model,
        "aspect": options.aspect,
        "resolution": options.resolution,
        "options": options_of(options.provider, options.api),
    }
    settings: Settings = {
        "api_key": options.api_key,
        "base_url": options.base_url,
        **options.settings,
    }
    if not options.out.parent.is_dir():
        raise refuse("out", f"{options.out.parent} is no directory")
    with Client(options.provider, sleep=options.sleep, **settings) as client:
        wanted["images"] = [_sendable(client, image) for image in options.images]
        price = client.price(options.prompt, **wanted)
        job = client.submit(options.prompt, **wanted)
        tell(Submitted(job.task_id, price))
        for snapshot in job.progress(options.deadline_s):
            tell(snapshot)
        return job.download(options.out, on_transfer=tell, deadline=options.deadline_s)


def _sendable(client: Client, image: Image) -> Image:
    """A link where the provider takes links only and keeps images; else the image as it is."""
    return client.upload(image) if client.keeps_images else image
