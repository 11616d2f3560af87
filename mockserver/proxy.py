"""Puts the recorder together: a provider's codec, its real host, a tape, and a server around them."""

from __future__ import annotations

import sys
from asyncio import Runner
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mockserver.domain.input.errors import BadInput
from mockserver.domain.provider.command import MICROS
from mockserver.engine.plugins import plugins_in
from mockserver.outbound.loop import Loop
from mockserver.outbound.upstream import Upstream
from mockserver.recorder.beside import Beside
from mockserver.recorder.file import TapeFile
from mockserver.recorder.jobs import reel_of
from mockserver.recorder.record import Recorder, RecorderOptions
from mockserver.recorder.spending import Spending
from mockserver.recorder.tape import read_log, read_tape
from mockserver.recorder.washing import Washer
from mockserver.web.server import Server, bind, reachable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mockserver.domain.provider.provider import Provider
    from mockserver.settings import Settings
    from mockserver.web.tls import Certificate


class Taping(Struct, frozen=True):
    """What is taped, into which file and for how much money. An empty `upstream` is the provider's
    own host. `budget` is in the provider's unit. None: nothing on another machine, everything on
    this one.
    """

    provider: str
    out: Path
    upstream: str = ""
    upstream_ca: str = ""
    budget: float | None = None
    allow_unknown_price: bool = False
    fields: tuple[str, ...] = ()
    media_bytes: int = 0


class Recording:
    """A recorder on a bound socket. `base_url` has no slash at its end.

    Raises BadInput, and OSError if the address is in use.
    """

    def __init__(
        self,
        taping: Taping,
        settings: Settings,
        certificate: Certificate | None = None,
        on_ready: Callable[[], None] | None = None,
    ) -> None:
        self.provider = plugins_in(settings.plugins).providers.get(taping.provider)
        self.upstream = Upstream(
            taping.upstream or f"https://{self.provider.hosts[0]}", taping.upstream_ca
        )
        self.upstream.check()
        spending = _spending(taping, self.provider, self.upstream)
        tape = _opened(taping.out, self.provider.name, self.upstream)
        try:
            self._listener = bind(settings.host, settings.port)
        except OSError:
            tape.close()
            raise
        scheme, port = "https" if certificate else "http", self._listener.getsockname()[1]
        self.base_url = f"{scheme}://{reachable(settings.host)}:{port}"
        self.recorder = Recorder(
            self.provider,
            self.upstream,
            tape,
            spending,
            Washer(taping.fields),
            RecorderOptions(
                settings.public_url.rstrip("/") or self.base_url, taping.media_bytes, _complain
            ),
        )
        files = {"ssl_certfile": certificate.chain} if certificate else {}
        keep_alive_s = settings.keep_alive_ms / 1000
        self._server = Server(
            self.recorder, self.recorder.stop, on_ready, timeout_keep_alive=keep_alive_s, **files
        )

    def run(self) -> None:
        """Serves in this thread until `stop` or a signal."""
        with Runner(loop_factory=Loop) as runner:
            runner.run(self._server.serve([self._listener]))

    def stop(self) -> None:
        """Makes `run` return; any thread may call it."""
        self._server.should_exit = True


class RunningRecording:
    """A recorder that listens in its own thread."""

    def __init__(self, taping: Taping, settings: Settings) -> None:
        self._recording = Recording(taping, settings)
        self.base_url = self._recording.base_url
        self._thread = Thread(target=self._recording.run, name="reelmock-record", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the recorder and waits until the tape is whole."""
        self._recording.stop()
        self._thread.join()


def recorder_beside(
    taping: Taping, settings: Settings
) -> Callable[[Callable[..., Awaitable[None]], str], Beside]:
    """A recorder beside the replay of the tape `out`, which gets what is new to it.

    Gives what puts both together when the address is known. Raises BadInput.
    """
    if settings.workers > 1:
        raise BadInput("workers", settings.workers, "1: only one process can write the tape")
    known = plugins_in(settings.plugins).providers.all()
    tape, log = read_tape(taping.out), read_log(taping.out)["log"]
    reels = {p.name: (p, reel_of(p, known, tape)) for p in known}
    taped = [name for name, (_, reel) in reels.items() if reel.jobs or reel.others]
    name = taping.provider or (taped[0] if len(taped) == 1 else "")
    if name not in reels:
        wanted = f"--provider NAME, one of: {', '.join(reels)}"
        raise BadInput("provider", name or " and ".join(taped), wanted)
    provider, reel = reels[name]
    upstream = Upstream(taping.upstream or f"https://{provider.hosts[0]}", taping.upstream_ca)
    upstream.check()
    spending = _spending(taping, provider, upstream)

    def around(replay: Callable[..., Awaitable[None]], base_url: str) -> Beside:
        options = RecorderOptions(settings.public_url.rstrip("/") or base_url, 0, _complain)
        file = _opened(taping.out, name, upstream, log)
        washer = Washer(taping.fields)
        recorder = Recorder(provider, upstream, file, spending, washer, options)
        return Beside(replay, recorder, provider, reel)

    return around


def _complain(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _spending(taping: Taping, provider: Provider, upstream: Upstream) -> Spending:
    micros = _budget_micros(taping.budget, upstream)
    return Spending(provider, micros, allows_unknown=taping.allow_unknown_price)


def _budget_micros(budget: float | None, upstream: Upstream) -> int | None:
    if budget is None:
        return None if upstream.on_loopback else 0
    if not 0 <= budget < 1e9:
        raise BadInput("budget", budget, "an amount of 0 or more, in the provider's unit")
    return round(budget * MICROS)


def _opened(
    out: Path, provider: str, upstream: Upstream, log: dict[str, Any] | None = None
) -> TapeFile:
    try:
        return TapeFile(out, {"provider": provider, "upstream": upstream.base_url}, log)
    except OSError as error:
        raise BadInput("out", str(out), f"a file that can be written ({error.strerror})") from None
