"""The demo's seven jobs, each as a client of its provider would do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clientlib import (
    CallbackReceiver,
    Client,
    Job,
    KieOptions,
    Snapshot,
    StreamProgress,
    StreamStarted,
    StreamVideo,
    Transfer,
)
from mockserver.cli.demo_steps.film import Film
from mockserver.cli.demo_steps.studio import WEBHOOK_KEY, Studio

PROMPT = "a cat on a skateboard"


@dataclass(slots=True)
class Take:
    """One job and its result. The thread that runs the job writes it, and the screen reads it."""

    provider: str
    mode: str
    drive: Callable[[Take, Studio], None]
    task_id: str = ""
    states: list[str] = field(default_factory=list)
    share: float = 0.0
    real_s: float = 0.0
    cost: str = ""
    problem: str = ""
    films: list[Film] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    @property
    def name(self) -> str:
        """A word for the key and the files."""
        return "-".join([self.provider, *self.mode.lower().replace("=", "").split()])

    @property
    def key(self) -> str:
        """The job's own API key, which opens a sandbox of its own."""
        return f"sk-demo-{self.name}"

    def file(self, studio: Studio, number: int = 1) -> Path:
        """The file for a video of this job."""
        return studio.folder / f"{self.name}-{number}.mp4"

    def saw(self, state: str) -> None:
        """Notes a state, once."""
        if not self.states or self.states[-1] != state:
            self.states.append(state)


def takes() -> list[Take]:
    """The seven jobs before they begin."""
    return [
        Take("apiyi", "async", _polled),
        Take("apiyi", "SSE n=2", _streamed),
        Take("kie", "polling", _polled),
        Take("kie", "callback", _called_back),
        Take("kie", "1080p", _upgraded),
        Take("kie", "jobs API", _of_the_jobs_api),
        Take("xcompute", "polling", _polled),
    ]


def _submit(
    take: Take, client: Client, callback_url: str | None = None, options: KieOptions | None = None
) -> Job:
    job = client.submit(PROMPT, aspect="16:9", callback_url=callback_url, options=options)
    take.task_id = job.task_id
    take.saw(job.status)
    return job


def _follow(take: Take, job: Job) -> None:
    for snapshot in job.progress():
        _seen(take, snapshot)


def _seen(take: Take, snapshot: Snapshot) -> None:
    take.saw(snapshot.status)
    take.share = max(take.share, 0.9 * (snapshot.progress or 0) / 100)


def _save(take: Take, job: Job, studio: Studio, resolution: str | None = None) -> None:
    path = take.file(studio)
    take.share = max(take.share, 0.9)

    def told(transfer: Transfer) -> None:
        if transfer.total_bytes:
            take.share = 0.9 + 0.1 * transfer.received_bytes / transfer.total_bytes

    take.files.append(job.download(path, resolution=resolution, on_transfer=told))
    take.saw("saved")


def _polled(take: Take, studio: Studio, options: KieOptions | None = None) -> None:
    with studio.client(take.provider, take.key) as client:
        job = _submit(take, client, options=options)
        _follow(take, job)
        _save(take, job, studio)


def _of_the_jobs_api(take: Take, studio: Studio) -> None:
    _polled(take, studio, KieOptions(api="jobs"))


def _streamed(take: Take, studio: Studio) -> None:
    with studio.client(take.provider, take.key) as client:
        urls: list[str] = []
        for event in client.stream(PROMPT, n=2, aspect="16:9"):
            if isinstance(event, StreamStarted):
                take.task_id = event.stream_id
            elif isinstance(event, StreamProgress):
                take.share = 0.9 * event.percent / 100
            elif isinstance(event, StreamVideo):
                urls.append(event.url)
            studio.sleep(0)  # looks up whether the demo is ended
            take.saw(type(event).__name__.removeprefix("Stream").lower())
        for number, url in enumerate(urls, 1):
            take.files.append(client.download(url, take.file(studio, number)))
        take.saw("saved")


def _called_back(take: Take, studio: Studio) -> None:
    receiver = CallbackReceiver(
        take.provider, key=WEBHOOK_KEY, now=studio.now, tolerance_s=TOLERANCE_S
    )
    with receiver.listen() as url, studio.client(take.provider, take.key) as client:
        job = _submit(take, client, url)
        take.saw("callback" if _heard(receiver, job.task_id, studio) else "no callback")
        _seen(take, job.refresh())
        _save(take, job, studio)
    if "callback" not in take.states:
        take.problem = "no callback came"


def _heard(receiver: CallbackReceiver, task_id: str, studio: Studio) -> bool:
    """Whether a callback came in time; looks up now and then whether the demo is ended."""
    for _ in range(round(CALLBACK_WITHIN_S / LOOK_UP_S)):
        if receiver.hint(task_id, LOOK_UP_S):
            return True
        studio.sleep(0)
    return False


def _upgraded(take: Take, studio: Studio) -> None:
    with studio.client(take.provider, take.key) as client:
        job = _submit(take, client)
        _follow(take, job)
        job.upgrade("1080p")
        take.saw("upgraded")
        _save(take, job, studio, "1080p")


# The sandbox's clock begins when its key is first seen, the client's before the server: each real
# second between them is a virtual minute.
TOLERANCE_S = 86_400.0
LOOK_UP_S = 0.25  # real
CALLBACK_WITHIN_S = 20.0  # real; a job takes 90 virtual seconds in the middle
