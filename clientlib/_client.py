"""`Client` and `AsyncClient`, `Job` and `AsyncJob`: the flows, each behind one short method."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Unpack

from clientlib import _system
from clientlib._chat import StreamEvent
from clientlib._context import Context
from clientlib._download import OnTransfer, save
from clientlib._drivers import AsyncDriver, AsyncSleep, Driver, Sleep
from clientlib._http import AsyncWire, Wire
from clientlib._locate import Find, find_upgrade, find_url, find_video, upgraded
from clientlib._models import Image, Snapshot, Status
from clientlib._polling import refresh, wait, watch
from clientlib._settings import Core, OrderFields, Settings, order_of
from clientlib._stream import listen
from clientlib._submit import Track, extend, submit
from clientlib._uploads import upload

if TYPE_CHECKING:
    import httpx

    from clientlib._webhooks import CallbackReceiver


class Client(Core):
    """A blocking client of one provider.

    `api_key` and `base_url` default to `<PROVIDER>_API_KEY` and `<PROVIDER>_BASE_URL`, the latter
    then to the provider's real host. `client` is an `httpx.Client` of yours, which you close;
    `headers` go to the provider only. A proxy of the environment is not asked for this machine;
    `proxy` is, for every host. `ca` is a file of authorities to trust. `strict=False` sends what the
    documents rule out. The seams `sleep(seconds)`, `now()` (unix seconds) and `jitter()` (in
    [0, 1)) are real by default.
    """

    def __init__(
        self,
        provider: str,
        *,
        client: httpx.Client | None = None,
        sleep: Sleep = _system.sleep,
        **settings: Unpack[Settings],
    ) -> None:
        super().__init__(provider, settings)
        self._wire = Wire(self._address, client)
        self._driver = Driver(self._wire, sleep)

    def submit(self, prompt: str, **order: Unpack[OrderFields]) -> Job:
        """Create a task. Raises `UnsupportedRequest` before any call, a `ProviderError` when the
        provider refuses, `AmbiguousSubmission` when nobody can say; never creates two."""
        return Job(self, self._driver.run(submit(self._context, order_of(prompt, order))))

    def resume(self, task_id: str, *, options: Any = None) -> Job:
        """A job submitted earlier, perhaps by a process that is no more; makes no call. `options`
        are those it was submitted with, if they chose an API."""
        return Job(self, Track(task_id, options=options))

    def upload(self, image: Image) -> str:
        """Give the provider a JPEG, PNG or WebP image and get its link, for `images` of a job
        (kie, xcompute). A URL is returned as it is."""
        return self._driver.run(upload(self._context, image, self.is_the_providers_own))

    def stream(
        self,
        prompt: str,
        *,
        n: int = 1,
        deadline: float | None = None,
        **order: Unpack[OrderFields],
    ) -> Generator[StreamEvent]:
        """Create `n` videos over a live stream, events as they come (apiyi). Close the generator
        to stop listening. Raises as `submit` does, then `StreamInterrupted` or `JobFailed`."""
        return self._driver.iterate(listen(self._context, order_of(prompt, order), n, deadline))

    def download(
        self,
        url: str,
        path: str | os.PathLike[str],
        *,
        on_transfer: OnTransfer | None = None,
        deadline: float | None = None,
    ) -> Path:
        """Save a video by its URL, such as a `StreamVideo`'s; the key is not sent."""
        flow = save(self._context, find_url(url), Path(path), on_transfer, deadline)
        return self._driver.run(flow)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClient(Core):
    """A client of one provider for asyncio or trio: as `Client`, awaited. `sleep` may be a plain
    or an async function, `client` is an `httpx.AsyncClient`."""

    def __init__(
        self,
        provider: str,
        *,
        client: httpx.AsyncClient | None = None,
        sleep: AsyncSleep = _system.sleep_async,
        **settings: Unpack[Settings],
    ) -> None:
        super().__init__(provider, settings)
        self._wire = AsyncWire(self._address, client)
        self._driver = AsyncDriver(self._wire, sleep)

    async def submit(self, prompt: str, **order: Unpack[OrderFields]) -> AsyncJob:
        """As `Client.submit`."""
        return AsyncJob(
            self, await self._driver.run(submit(self._context, order_of(prompt, order)))
        )

    def resume(self, task_id: str, *, options: Any = None) -> AsyncJob:
        """As `Client.resume`."""
        return AsyncJob(self, Track(task_id, options=options))

    async def upload(self, image: Image) -> str:
        """As `Client.upload`."""
        return await self._driver.run(upload(self._context, image, self.is_the_providers_own))

    def stream(
        self,
        prompt: str,
        *,
        n: int = 1,
        deadline: float | None = None,
        **order: Unpack[OrderFields],
    ) -> AsyncGenerator[StreamEvent]:
        """As `Client.stream`; leave early through `contextlib.aclosing`."""
        return self._driver.iterate(listen(self._context, order_of(prompt, order), n, deadline))

    async def download(
        self,
        url: str,
        path: str | os.PathLike[str],
        *,
        on_transfer: OnTransfer | None = None,
        deadline: float | None = None,
    ) -> Path:
        """As `Client.download`."""
        flow = save(self._context, find_url(url), Path(path), on_transfer, deadline)
        return await self._driver.run(flow)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class _JobCore:
    """What both jobs remember, and how they find their videos."""

    _context: Context
    _track: Track

    @property
    def task_id(self) -> str:
        """The provider's id; `resume` takes it."""
        return self._track.task_id

    @property
    def snapshot(self) -> Snapshot | None:
        """The job as the client last saw it; None before the first poll."""
        return self._track.snapshot

    @property
    def status(self) -> Status:
        """The status that the client last saw; queued before the first poll."""
        return self._track.snapshot.status if self._track.snapshot else Status.QUEUED

    def _find(self, resolution: str | None, index: int, deadline_s: float | None) -> Find:
        if resolution is None:
            return find_video(self._context, self._track, index, deadline_s)
        return find_upgrade(self._context, self._track, resolution, index, deadline_s)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.task_id} {self.status}>"


class Job(_JobCore):
    """One task of a `Client`."""

    def __init__(self, client: Client, track: Track) -> None:
        self._track = track
        self._context = client._context.speaking(track.options)
        self._driver = client._driver
        self._client = client

    def refresh(self) -> Snapshot:
        """Ask for the status once, with retries. No status raises an error."""
        return self._driver.run(refresh(self._context, self._track))

    def wait(self, deadline: float | None = None) -> Snapshot:
        """Wait for success, at most `deadline` seconds (the provider's advice by default).

        Raises `JobFailed`, `JobExpired`, `DeadlineExceeded`, or what the provider refuses with.
        """
        return self._driver.run(wait(self._context, self._track, deadline))

    def progress(self, deadline: float | None = None) -> Generator[Snapshot]:
        """Each change until the job ends, with its end. A failure raises no error."""
        return self._driver.iterate(watch(self._context, self._track, deadline))

    def download(
        self,
        path: str | os.PathLike[str],
        *,
        resolution: str | None = None,
        index: int = 0,
        on_transfer: OnTransfer | None = None,
        deadline: float | None = None,
    ) -> Path:
        """Save the video, or its `1080p` or `4k` version (kie), waiting for either first.

        `deadline` (seconds) holds for each of waiting, upgrading and downloading. On any error
        there is no file, final or temporary, and a file that was there before is untouched.
        """
        find = self._find(resolution, index, deadline)
        return self._driver.run(save(self._context, find, Path(path), on_transfer, deadline))

    def upgrade(
        self, resolution: str, *, index: int = 0, deadline: float | None = None
    ) -> tuple[str, ...]:
        """Orders a better version, waits for it, and gives its URLs (kie)."""
        flow = upgraded(self._context, self._track, resolution, index, deadline)
        return self._driver.run(flow)

    def extend(self, prompt: str, **more: Any) -> Job:
        """A new job that continues this video (kie). It never creates two, like `submit`."""
        flow = extend(self._context, self._track, prompt, **more)
        return Job(self._client, self._driver.run(flow))

    def wait_for_callback(
        self, receiver: CallbackReceiver, deadline: float | None = None
    ) -> Snapshot:
        """Wait as `wait` does, but ask when `receiver` has heard of this task, and seldom
        otherwise: a callback is a hint, and one may be lost."""
        return self._driver.run(receiver.confirmed(self._context, self._track, deadline))


class AsyncJob(_JobCore):
    """One task of an `AsyncClient`: like `Job`, but awaited."""

    def __init__(self, client: AsyncClient, track: Track) -> None:
        self._track = track
        self._context = client._context.speaking(track.options)
        self._driver = client._driver
        self._client = client

    async def refresh(self) -> Snapshot:
        """As `Job.refresh`."""
        return await self._driver.run(refresh(self._context, self._track))

    async def wait(self, deadline: float | None = None) -> Snapshot:
        """As `Job.wait`."""
        return await self._driver.run(wait(self._context, self._track, deadline))

    def progress(self, deadline: float | None = None) -> AsyncGenerator[Snapshot]:
        """As `Job.progress`; leave early through `contextlib.aclosing`."""
        return self._driver.iterate(watch(self._context, self._track, deadline))

    async def download(
        self,
        path: str | os.PathLike[str],
        *,
        resolution: str | None = None,
        index: int = 0,
        on_transfer: OnTransfer | None = None,
        deadline: float | None = None,
    ) -> Path:
        """As `Job.download`."""
        find = self._find(resolution, index, deadline)
        return await self._driver.run(save(self._context, find, Path(path), on_transfer, deadline))

    async def upgrade(
        self, resolution: str, *, index: int = 0, deadline: float | None = None
    ) -> tuple[str, ...]:
        """As `Job.upgrade`."""
        flow = upgraded(self._context, self._track, resolution, index, deadline)
        return await self._driver.run(flow)

    async def extend(self, prompt: str, **more: Any) -> AsyncJob:
        """As `Job.extend`."""
        flow = extend(self._context, self._track, prompt, **more)
        return AsyncJob(self._client, await self._driver.run(flow))

    async def wait_for_callback(
        self, receiver: CallbackReceiver, deadline: float | None = None
    ) -> Snapshot:
        """As `Job.wait_for_callback`."""
        return await self._driver.run(receiver.confirmed(self._context, self._track, deadline))
