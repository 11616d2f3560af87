"""A server with one provider more, which a test makes of Kie: a plug-in in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from mockserver.app import Running
from tests.support.serving import settings

PREFIX = "/guest"
SOURCE = '''"""A guest that speaks as Kie does, but for what a test changes."""

from msgspec.structs import replace

from mockserver.providers.kie import PROVIDER as KIE
from mockserver.sdk.provider import *

sdk = 1
{more}
PROVIDER = replace(KIE, name="guest", title="A guest", hosts=(), {changes})
'''


class Serving:
    """A server of the test's own; `url` is the guest's base URL."""

    def __init__(self, folder: Path) -> None:
        self.running = Running(settings(clock="manual", plugins=(str(folder),)))
        self.base_url = self.running.base_url
        self.url = self.base_url + PREFIX

    def shown(self, path: str) -> str:
        """What the control API says, as it says it."""
        return httpx.get(f"{self.base_url}/_mock/v1{path}", trust_env=False).text


class Serve(Protocol):
    """Starts a server whose guest has some fields of its own, made with some lines `more`."""

    def __call__(self, changes: str, more: str = "") -> Serving: ...


def written(parent: Path, changes: str, more: str = "") -> Path:
    """A folder of plug-ins that holds the guest."""
    folder = parent / "plugins"
    folder.mkdir(parents=True)
    (folder / "guest.py").write_text(SOURCE.format(changes=changes, more=more), encoding="utf-8")
    return folder


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts a server whose guest has some fields of its own: `serve("unit='yen'")`."""
    started: list[Serving] = []

    def start(changes: str, more: str = "") -> Serving:
        started.append(Serving(written(tmp_path / str(len(started)), changes, more)))
        return started[-1]

    yield start
    for serving in started:
        serving.running.stop()
