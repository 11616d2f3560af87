"""A folder of tapes: which tapes are there, and the jobs of one as a time line draws them."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from mockserver.control import tapes as shown
from mockserver.domain.input.errors import BadInput, Missing, nearest
from mockserver.domain.job.plan import Phase
from mockserver.domain.provider.provider import Provider
from mockserver.recorder.calibrate import failures_told
from mockserver.recorder.jobs import TapedJob, final_of, reel_of
from mockserver.recorder.matching import known_call
from mockserver.recorder.media import links_in
from mockserver.recorder.tape import TapeEntry, read_tape


class Shelf:
    """The HAR files of one folder. Raises BadInput if there is no such folder.

    `serve` serves a tape and gives the base URL; it is None if the server cannot do so.
    """

    def __init__(
        self,
        folder: Path,
        providers: Iterable[Provider],
        serve: Callable[[Path], str] | None = None,
    ) -> None:
        if not folder.is_dir():
            raise BadInput("tapes", str(folder), "a folder")
        self._folder = folder.absolute()
        self._providers = tuple(providers)
        self._serve = serve

    @property
    def replays_here(self) -> bool:
        """Whether `replayed` can serve a tape."""
        return self._serve is not None

    def listed(self) -> list[shown.Tape]:
        """Every HAR file, by name; one that is no tape says why."""
        return [self._listed(path) for path in self._files()]

    def opened(self, name: str) -> shown.OpenedTape:
        """One tape. Raises Missing, and BadInput for a file that is no tape."""
        path = self._file(name)
        try:
            return self._read(path)
        except ValueError as error:
            raise BadInput("tape", name, f"a tape ({_reason(error)})") from None

    def replayed(self, name: str) -> str:
        """The base URL of a server that replays a tape. Raises Missing and BadInput."""
        command = self.opened(name).tape.command
        if self._serve is None:
            raise BadInput("tape", name, f"a server that can replay it; this can: {command}")
        return self._serve(self._file(name))

    def _file(self, name: str) -> Path:
        """A name is only compared with those that are there, so it leads nowhere else."""
        files = {path.name: path for path in self._files()}
        if name not in files:
            raise Missing("tape", name, nearest(name, files))
        return files[name]

    def _files(self) -> list[Path]:
        return sorted(path for path in self._folder.glob("*.har") if path.is_file())

    def _listed(self, path: Path) -> shown.Tape:
        try:
            return self._read(path).tape
        except ValueError as error:
            name = path.name.encode("utf-8", "replace").decode()
            return shown.Tape(name, _reason(error), [], 0, 0, None, "")

    def _read(self, path: Path) -> shown.OpenedTape:
        path.name.encode()  # a name that is no UTF-8 could not be sent
        if path.resolve().parent != self._folder.resolve():
            raise BadInput("tape", path.name, "a file of this folder: it is a link to another one")
        entries = [entry for entry in read_tape(path) if entry.kind != "media"]
        jobs = list(self._jobs(entries))
        owners = {e.number: (n, p) for n, (p, job) in enumerate(jobs, 1) for e in _entries(job)}
        calls = [self._call(entry, *owners.get(entry.number, (0, None))) for entry in entries]
        tape = shown.Tape(
            path.name,
            why="",
            providers=sorted({call.provider for call in calls if call.provider}),
            jobs=len(jobs),
            calls=len(calls),
            recorded_ms=calls[0].at_ms if calls else None,
            command=f"reelmock replay {shlex.quote(str(path))}",
        )
        told = [_shown(n, p, job) for n, (p, job) in enumerate(jobs, 1)]
        return shown.OpenedTape(tape, told, calls)

    def _jobs(self, entries: Sequence[TapeEntry]) -> Iterator[tuple[Provider, TapedJob]]:
        found = [
            (p, job) for p in self._providers for job in reel_of(p, self._providers, entries).jobs
        ]
        yield from sorted(found, key=lambda pair: pair[1].created.started_ms)

    def _call(self, entry: TapeEntry, job: int, owner: Provider | None) -> shown.TapedCall:
        is_call = entry.kind == "call"
        known = known_call(self._providers, entry.method, entry.url) if is_call else None
        provider = known.provider if known else owner
        status = known.provider.judging.status(entry.status, entry.body) if known else entry.status
        return shown.TapedCall(
            entry.number,
            "exchange" if is_call else "delivery",
            job,
            provider.name if provider else "",
            known.operation.name if known else "",
            entry.method,
            entry.path,
            entry.status,
            status,
            round(entry.started_ms),
            round(entry.ended_ms),
        )


def _reason(error: ValueError) -> str:
    return f"expected {error.expected}" if isinstance(error, BadInput) else str(error)


def _entries(job: TapedJob) -> Iterator[TapeEntry]:
    yield job.created
    for told in job.replies.values():
        yield from told
    yield from job.callbacks


def _shown(ordinal: int, provider: Provider, job: TapedJob) -> shown.TapedJob:
    phase = _phase(provider, job)
    return shown.TapedJob(
        ordinal,
        job.task_id,
        provider.name,
        job.identity.operation,
        job.identity.model,
        job.identity.prompt,
        phase,
        round(job.created.started_ms),
        None if phase == "running" else round(job.ends_ms),
    )


def _phase(provider: Provider, job: TapedJob) -> Phase:
    """How a job ended, as its client was told; it runs if nobody told that."""
    last = [final_of(told)[1].body for told in job.replies.values()]
    last += [entry.request_body for entry in job.callbacks[:1]]
    if any(links_in(body) for body in (*last, job.created.body)):
        return "succeeded"
    return "failed" if any(failures_told(provider, [job])) else "running"
