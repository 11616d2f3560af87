"""The document that describes this API, from the server that serves it."""

from __future__ import annotations

from typing import Any

from mockserver.admin.http.call import PREFIX, Ask, Call


async def show(ask: Ask) -> dict[str, Any]:
    """OpenAPI 3.1; its paths are those of this server, wherever that is reached."""
    ask.known_query()
    return {**ask.document(), "servers": [{"url": PREFIX}]}


ROUTES = (Call("GET", "/openapi.json", show),)
