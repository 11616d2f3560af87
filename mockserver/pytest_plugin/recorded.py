"""A test against a real provider, once: what it saw is taped, and replayed from then on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from msgspec import Struct

from mockserver.control import ControlError
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.variables import RECORD, RECORD_KEY, RECORD_UPSTREAM

if TYPE_CHECKING:
    from mockserver.embedded.servers import Servers

MARK = "reelmock_recorded"


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What the marker asks for. `tape` lies beside the test; `budget` is in the provider's unit."""

    provider: str
    tape: str
    budget: float = 0.0


class Recorded(Struct, frozen=True):
    """Where the client calls, and with which key. `is_live`: it is the real provider, and taped."""

    base_url: str
    api_key: str
    is_live: bool


@contextmanager
def recorded(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Recorded]:
    """The real provider if it is to be taped, else the tape. Skips a test that has neither."""
    try:
        asked = _asked(request.node)
        tape = request.node.path.parent / asked.tape
        if os.environ.get(RECORD) == "1":
            with _live(asked, tape) as live:
                yield live
            return
        if not tape.is_file():
            pytest.skip(f"{asked.tape} is not there: {RECORD}=1 records it, for {asked.budget:g}")
        with _replayed(asked, tape, servers) as played:
            yield played
    except (BadInput, ControlError) as error:
        raise pytest.fail.Exception(f"the marker {MARK}: {error}", pytrace=False) from None


def _asked(node: pytest.Item) -> Asked:
    marker = node.get_closest_marker(MARK)
    given: dict[str, Any] = dict(marker.kwargs) if marker and not marker.args else {}
    try:
        return msgspec.convert(given, Asked)
    except msgspec.ValidationError as error:
        expected = f"provider='kie', tape='job.har', budget=60 ({error})"
        raise BadInput(MARK, given, expected) from None


@contextmanager
def _live(asked: Asked, tape: Path) -> Iterator[Recorded]:
    """A recorder before the real provider."""
    from mockserver.proxy import RunningRecording, Taping
    from mockserver.settings import load_settings

    key = os.environ.get(RECORD_KEY, "")
    if not key:
        raise BadInput(RECORD_KEY, key, "the API key of the provider, in the environment")
    upstream, budget = os.environ.get(RECORD_UPSTREAM, ""), asked.budget
    taping = Taping(asked.provider, tape, upstream, budget=budget)
    recording = RunningRecording(taping, load_settings({"port": 0}, {}))
    try:
        yield Recorded(recording.base_url, key, True)
    finally:
        recording.stop()


@contextmanager
def _replayed(asked: Asked, tape: Path, servers: Servers) -> Iterator[Recorded]:
    server = servers.get("open", tape)
    sandbox = server.control.create_sandbox(clock={"mode": "auto"})
    try:
        yield Recorded(f"{server.base_url}/{asked.provider}", sandbox.api_key, False)
    finally:
        server.control.delete_sandbox(sandbox.id)
