"""From an HTTP request to a control call and back; every error comes as a problem document."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from mockserver.admin.http.bodies import Malformed
from mockserver.admin.http.call import Ask, ControlCall, Created
from mockserver.admin.http.feed import Feed, FeedResponse
from mockserver.admin.http.guard import Denied
from mockserver.admin.http.pieces import Pieces
from mockserver.domain.input.errors import BadInput, Missing, Refusal, nearest, shown
from mockserver.domain.reply.reply import encode_json
from mockserver.web.problems import problem, store_unavailable

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from mockserver.admin.http.guard import Guard
    from mockserver.engine.core import Core
    from mockserver.settings import Settings
    from mockserver.web.player import Player

LONGEST_VALUE = 200


class TooLarge(Exception):
    """The body is over the limit, which the text names."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"the body is over {max_bytes} bytes")


class Desk:
    """Serves control calls: checks access, reads the request, answers it."""

    def __init__(self, core: Core, settings: Settings, player: Player, guard: Guard) -> None:
        self._core = core
        self._settings = settings
        self._player = player
        self._guard = guard

    async def serve(
        self, request: Request, calls: dict[str, ControlCall]
    ) -> Response | FeedResponse:
        """The reply on one path; its calls differ by method."""
        call = calls.get("GET" if request.method == "HEAD" else request.method)
        try:
            fields = self.let_in(request)
            if call is None:
                return _not_allowed(request.method, calls)
            content = await _body(request, call.operation.max_body_bytes)
            return _response(await call.handle(self._ask(request, fields, content)))
        except Denied as denied:
            return refusal(denied.status, str(denied))
        except TooLarge as error:
            return refusal(413, str(error))
        except Malformed as error:
            return refusal(400, str(error))
        except BadInput as error:
            return _bad_input(error)
        except Missing as error:
            return refusal(404, str(error))
        except Refusal as error:
            return refusal(401, error.reason)

    def let_in(self, request: Request) -> dict[bytes, bytes]:
        """The headers of a request that passed the guard. Raises Denied."""
        fields = dict(request.scope["headers"])
        # Not `request.url`: older Starlette makes that of the Host header, which anybody may write.
        self._guard.check(request.scope["path"], request.scope["scheme"], fields)
        return fields

    def _ask(self, request: Request, fields: dict[bytes, bytes], content: bytes) -> Ask:
        return Ask(
            core=self._core,
            settings=self._settings,
            player=self._player,
            params=request.path_params,
            query=request.query_params,
            key="" if self._guard.is_bearer(fields) else _key(fields),
            content=content,
            base_url=_base_url(request, fields, self._settings.public_url),
            last_event_id=fields.get(b"last-event-id", b"").decode("latin-1"),
        )


class Endpoint:
    """One path of the control API as an ASGI application."""

    def __init__(self, desk: Desk, calls: dict[str, ControlCall]) -> None:
        self._desk = desk
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        with suppress(ClientDisconnect):
            response = await self._desk.serve(request, self._calls)
            await response(scope, receive, send)


def _base_url(request: Request, fields: dict[bytes, bytes], public_url: str) -> str:
    host = fields.get(b"host", b"").decode("latin-1")
    return public_url.rstrip("/") or f"{request.scope['scheme']}://{host}"


def _key(fields: dict[bytes, bytes]) -> str:
    """The API key of a request, given raw or as Bearer."""
    value = fields.get(b"authorization", b"").decode("latin-1").strip()
    scheme, _, rest = value.partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else value


async def _body(request: Request, max_bytes: int) -> bytes:
    """Raises TooLarge without reading on."""
    chunks: list[bytes] = []
    size_bytes = 0
    async for chunk in request.stream():
        size_bytes += len(chunk)
        if size_bytes > max_bytes:
            raise TooLarge(max_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


def _response(content: Any) -> Response | FeedResponse:
    if content is None:
        return Response(status_code=204)
    if isinstance(content, Feed):
        return FeedResponse(content)
    if isinstance(content, Pieces):
        return StreamingResponse(content.texts(), media_type="application/json")
    if not isinstance(content, Created):
        return Response(encode_json(content), media_type="application/json")
    headers = {"location": content.location}
    return Response(encode_json(content.content), 201, headers, "application/json")


def refusal(status: int, detail: str, **extra: object) -> Response:
    """A problem document as a response."""
    reply = problem(status, detail, **extra)
    assert isinstance(reply.body, bytes)
    return Response(reply.body, status, media_type="application/problem+json")


async def unavailable(request: Request, error: Exception) -> Response:
    """The reply while the store cannot be reached: the same as on every other path."""
    reply = store_unavailable(str(error))
    assert isinstance(reply.body, bytes)
    headers = {name.decode(): value.decode() for name, value in reply.headers}
    return Response(reply.body, reply.status, headers)


def _bad_input(error: BadInput) -> Response:
    """422 with the field, its value (cut where it is long) and what would be right."""
    value = error.value
    if value is not None and not isinstance(value, (bool, int, float)):
        value = value if isinstance(value, str) and len(value) <= LONGEST_VALUE else shown(value)
    return refusal(422, str(error), field=error.field, value=value, expected=error.expected)


def _not_allowed(method: str, calls: dict[str, ControlCall]) -> Response:
    """405 with the methods that the path has."""
    allowed = ", ".join(calls)
    response = refusal(405, f"{method} is not served here, expected {allowed}")
    response.headers["allow"] = allowed
    return response


def not_found(path: str, known: list[str]) -> Response:
    """404 with the nearest existing path."""
    return refusal(404, f"the control API has no path {shown(path)}{nearest(path, known)}")
