"""The version of this Reelmock."""

from __future__ import annotations

from importlib.metadata import version

from mockserver.admin.http.call import Ask, served
from mockserver.control.operations import GET_VERSION
from mockserver.control.parts import Version


async def show(ask: Ask) -> Version:
    """Distribution, version, and the version of the control API."""
    return {"name": "reelmock", "version": version("reelmock"), "api": "v1"}


ROUTES = (served(GET_VERSION, show),)
