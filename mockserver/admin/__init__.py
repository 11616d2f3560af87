"""The control API, `/_mock/v1`: one resource a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from mockserver.engine.core import Core
    from mockserver.settings import Settings
    from mockserver.web.player import Player


def build(core: Core, settings: Settings, player: Player) -> Starlette:
    """The ASGI application of the control API."""

    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[Route("/_mock/v1/health", health)])
