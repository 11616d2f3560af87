"""The control API, `/_mock/v1`: one resource a file, each exports its calls as `ROUTES`.

A resource is found by its file name; `http`, `requests` and `responses` are what resources are made of.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route

from mockserver.admin.http.call import PREFIX, ControlCall
from mockserver.admin.http.guard import Denied, Guard
from mockserver.admin.http.metrics import PATH as METRICS_PATH
from mockserver.admin.http.metrics import Metrics
from mockserver.admin.http.serve import Desk, Endpoint, not_found, refusal, unavailable
from mockserver.domain.sandbox.snapshot import StoreUnavailable

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from mockserver.engine.core import Core
    from mockserver.settings import Settings
    from mockserver.stores.metered import Tallies
    from mockserver.web.player import Player


def calls() -> tuple[ControlCall, ...]:
    """Every call of every resource, in the order of the file names."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg)
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return tuple(call for module in modules for call in module.ROUTES)


def build(
    core: Core,
    settings: Settings,
    player: Player,
    tallies: Tallies | None = None,
) -> Starlette:
    """The ASGI application of the control API; `tallies` where metrics are on."""
    desk = Desk(core, settings, player, Guard(settings))
    metrics = Metrics(core, player, desk, tallies, is_open=settings.metrics_open)
    by_path: dict[str, dict[str, ControlCall]] = {}
    for call in calls():
        by_path.setdefault(call.operation.path, {})[call.operation.method] = call

    async def unknown_path(request: Request, error: Exception) -> Response:
        try:
            desk.let_in(request)
        except Denied as denied:
            return refusal(denied.status, str(denied))
        return not_found(request.scope["path"], [PREFIX + path for path in by_path])

    # A path without braces comes before one that would swallow it.
    paths = sorted(by_path, key=lambda path: path.count("{"))
    app = Starlette(
        routes=[
            Route(METRICS_PATH, metrics.serve),
            *(Route(PREFIX + path, Endpoint(desk, by_path[path])) for path in paths),
        ],
        exception_handlers={404: unknown_path, StoreUnavailable: unavailable},
    )
    app.router.redirect_slashes = False
    return app
