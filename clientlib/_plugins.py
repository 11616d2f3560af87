"""Codecs that strangers bring by the entry point `reelmock.clients`: found when a list is needed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from clientlib._codec import Provider

VERSION = 1
"""Of `clientlib.sdk`; a plug-in says with `sdk = 1` that it was written for this one."""
GROUP = "reelmock.clients"


@cache
def brought() -> dict[str, EntryPoint]:
    """The codecs of installed packages by name; nothing is imported yet. `ValueError` for a name
    that two of them have."""
    from importlib.metadata import entry_points

    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=GROUP)):
        if entry.name in found:
            other = found[entry.name].module
            raise ValueError(f"plug-in {entry.module}: {other} brings a client of {entry.name} too")
        found[entry.name] = entry
    return found


def load(name: str) -> Provider:
    """The codec of a stranger; `ValueError`, one line, for one that cannot be used."""
    where = f"plug-in {name} of {GROUP} ({brought()[name].module})"
    try:
        module = import_module(brought()[name].module)
    except (Exception, SystemExit) as error:  # noqa: BLE001  whatever it is, one line tells it
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise ValueError(f"{where}: it does not load: {reason}") from None
    version = getattr(module, "sdk", None)
    if version != VERSION or isinstance(version, bool):
        raise ValueError(
            f"{where}: it names {version!r} as the SDK's version, expected sdk = {VERSION}"
        )
    codec: Provider | None = getattr(module, "PROVIDER", None)
    if codec is None:
        raise ValueError(f"{where}: it exports no PROVIDER")
    if codec.name != name:
        raise ValueError(f"{where}: its PROVIDER is called {codec.name!r}, expected {name!r}")
    return codec
