"""Which Reelmock this is."""

from __future__ import annotations

from importlib.metadata import version

from mockserver.admin.http.call import Ask, Call


async def show(ask: Ask) -> dict[str, str]:
    """Distribution, version, and the version of the control API."""
    return {"name": "reelmock", "version": version("reelmock"), "api": "v1"}


ROUTES = (Call("GET", "/version", show),)
