"""The document that describes this API, from the server that serves it."""

from __future__ import annotations

from typing import cast

from mockserver.admin.http.call import PREFIX, Ask, served
from mockserver.control.document import document
from mockserver.control.operations import GET_OPENAPI
from mockserver.control.parts import OpenApi


async def show(ask: Ask) -> OpenApi:
    """OpenAPI 3.1; its paths are those of this server, wherever that is reached."""
    return cast("OpenApi", {**document(), "servers": [{"url": PREFIX}]})


ROUTES = (served(GET_OPENAPI, show),)
