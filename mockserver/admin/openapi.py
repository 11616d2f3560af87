"""The documents that describe this API and those of the providers, from the server that serves them."""

from __future__ import annotations

from typing import cast

from mockserver.admin.http.call import PREFIX, Ask, served
from mockserver.control.document import document
from mockserver.control.operations import GET_OPENAPI, GET_PROVIDER_OPENAPI
from mockserver.control.parts import OpenApi
from mockserver.domain.input.errors import Missing, nearest


async def show(ask: Ask) -> OpenApi:
    """OpenAPI 3.1; its paths are relative to this server."""
    return cast("OpenApi", {**document(), "servers": [{"url": PREFIX}]})


async def show_provider(ask: Ask) -> OpenApi:
    """OpenAPI 3.1 of a provider in one piece; its paths are those of the mock."""
    name = ask.params["provider"]
    if name not in ask.core.providers:
        raise Missing("provider", name, nearest(name, ask.core.providers))
    return cast("OpenApi", {**ask.core.describe(name), "servers": [{"url": f"/{name}"}]})


ROUTES = (served(GET_OPENAPI, show), served(GET_PROVIDER_OPENAPI, show_provider))
