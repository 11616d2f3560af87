"""Where the demo's jobs run: one server, a key for each job, and clients that use its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from clientlib import Client
from mockserver.app import Running
from mockserver.cli.terminal.bill import price
from mockserver.control import Control, ControlError
from mockserver.settings import Settings

WEBHOOK_KEY = "reelmock-demo"


class Ended(Exception):
    """The demo is broken off."""

    def __str__(self) -> str:
        return "ended by Ctrl-C"


@dataclass(frozen=True, slots=True)
class Studio:
    """`rate` is how many virtual seconds pass in a real one; `real_s` is the real clock."""

    base_url: str
    folder: Path
    rate: float
    began_s: float
    real_s: Callable[[], float]
    ended: Event = field(default_factory=Event)

    def end(self) -> None:
        """Everything that waits in the studio stops waiting, with an error."""
        self.ended.set()

    def now(self) -> float:
        """Virtual unix seconds, as on the server's clock."""
        return self.began_s + (self.real_s() - self.began_s) * self.rate

    def sleep(self, seconds: float) -> None:
        """Lets virtual seconds pass. Raises Ended."""
        if self.ended.wait(seconds / self.rate):
            raise Ended

    def cost(self, provider: str, key: str) -> str:
        """The price of a key's jobs at one provider; empty for a key that was never used."""
        with Control(self.base_url, key=key) as control:
            try:
                return price(control.balance()[provider])
            except ControlError:
                return ""

    def client(self, provider: str, key: str) -> Client:
        """The reference client with a key, and so a sandbox, of its own."""
        return Client(
            provider,
            api_key=key,
            base_url=f"{self.base_url}/{provider}",
            sleep=self.sleep,
            now=self.now,
        )


@contextmanager
def open_studio(folder: Path, rate: float, real_s: Callable[[], float]) -> Iterator[Studio]:
    """A server on a free loopback port whose time passes `rate` times as fast."""
    settings = Settings(port=0, speed=1.0, rate=rate, seed="demo", webhook_key=WEBHOOK_KEY)
    began_s = real_s()
    server = Running(settings)
    try:
        yield Studio(server.base_url, folder, rate, began_s, real_s)
    finally:
        server.stop()
