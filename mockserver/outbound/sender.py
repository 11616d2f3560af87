"""Posts callbacks. The name is resolved first, then its address is checked, and this address is called."""

from __future__ import annotations

import asyncio
import socket
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from mockserver.engine.notifier import Waiter
from mockserver.engine.ports import Answer, Forbidden
from mockserver.outbound.idle import Idle
from mockserver.outbound.targets import check_address, parse_target

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    import httpx

    from mockserver.domain.callback.delivery import Message

ANSWER_CAP_BYTES = 4096
IDLE_LANES = 64
SHOWN = 200  # characters that are shown of a text that is not a URL


@dataclass(slots=True)
class Left:
    """How much of a message was sent: its head, and a number of bytes of the body."""

    head: bool = False
    sent_bytes: int = 0


async def _heard(left: Left, message: Message, event: str, info: object) -> None:
    """What httpcore reports about a request that is being sent."""
    if event.endswith("send_request_headers.complete"):
        left.head = True
    elif event.endswith("send_request_body.complete"):
        left.sent_bytes = len(message.body)


class HttpSender:
    """Implements `engine.ports.Sender` with httpx, which is loaded at the first callback."""

    def __init__(self, *, allow_public: bool) -> None:
        self._allow_public = allow_public
        self._client: httpx.AsyncClient | None = None  # writes requests but does not send them
        self._tls: ssl.SSLContext | None = None
        self._idle: Idle[httpx.AsyncHTTPTransport] = Idle(IDLE_LANES)

    async def send(self, url: str, message: Message, timeout_ms: int) -> Answer:
        """Posts a message.

        Redirects are not followed, and the answer is cut at a limit. Raises Forbidden.
        """
        import httpx

        parts = parse_target(url)
        host, left = parts.hostname or "", Left()
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                address = await self._resolved(host, port)
                return await self._post(url, host, address, message, left)
        except TimeoutError:
            problem = f"no answer within {timeout_ms} ms"
            return Answer(None, problem, "", True, left.head, left.sent_bytes)
        except socket.gaierror as error:  # the name may have an address later
            return Answer(None, f"{host} cannot be resolved ({error})")
        except httpx.InvalidURL as error:
            raise Forbidden(f"{url[:SHOWN]!r} is no URL ({error})") from None
        except httpx.HTTPError as error:
            problem = f"{type(error).__name__}: {error}".rstrip(": ")
            return Answer(None, problem, "", False, left.head, left.sent_bytes)

    async def _resolved(self, host: str, port: int) -> str:
        """The address to call. Raises socket.gaierror where the name has no address, Forbidden where
        it is no name or any of its addresses is off limits.
        """
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError as error:
            raise Forbidden(f"{host} cannot be resolved ({error})") from None
        addresses = [str(info[4][0]) for info in found]
        for address in addresses:
            check_address(address, allow_public=self._allow_public)
        return addresses[0]

    async def _post(
        self, url: str, host: str, address: str, message: Message, left: Left
    ) -> Answer:
        request = self._request(url, host, address, message, left)
        origin = (request.url.scheme, host, request.url.port)
        lane, is_whole = self._idle.take(origin) or self._lane(), False
        try:
            response = await lane.handle_async_request(request)
            text = b""
            try:
                async for chunk in response.aiter_raw():
                    text += chunk[: ANSWER_CAP_BYTES - len(text)]
                    if len(text) >= ANSWER_CAP_BYTES:
                        break
            finally:
                await response.aclose()
            is_whole = True
        finally:
            surplus = self._idle.put(origin, lane) if is_whole else lane
            if surplus is not None:
                await surplus.aclose()
        return Answer(response.status_code, text=text.decode("utf-8", "replace"))

    def _request(
        self, url: str, host: str, address: str, message: Message, left: Left
    ) -> httpx.Request:
        import httpx

        if self._client is None:
            # Receivers in tests often show a certificate that no authority has signed.
            self._client = httpx.AsyncClient(verify=False, trust_env=False, timeout=None)
        target, headers = _aimed(url, address)
        return self._client.build_request(
            "POST",
            target,
            content=_pieces(message, left) if message.chunk_bytes else message.body,
            headers=[headers[0], *message.headers, *headers[1:]],
            extensions={"sni_hostname": host, "trace": partial(_heard, left, message)},
        )

    def _lane(self) -> httpx.AsyncHTTPTransport:
        """A transport with one connection, for one request at a time.

        The pool of a client looks at all its requests and connections for every request. With 64
        requests this took longer than sending them.
        """
        import httpx

        if self._tls is None:
            self._tls = httpx.create_ssl_context(verify=False, trust_env=False)
        one = httpx.Limits(max_connections=1)
        return httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False, limits=one)

    async def close(self) -> None:
        """Closes idle connections."""
        for lane in self._idle.empty():
            await lane.aclose()


@lru_cache(maxsize=256)
def _aimed(url: str, address: str) -> tuple[httpx.URL, tuple[tuple[bytes, bytes], ...]]:
    """The URL with the address in place of the name, and the headers that the URL needs."""
    import httpx

    named = httpx.URL(url)
    headers = [(b"host", named.netloc)]
    if named.userinfo:
        pair = f"{named.username}:{named.password}".encode()
        headers.append((b"authorization", b"Basic " + b64encode(pair)))
    return named.copy_with(host=address), tuple(headers)


async def _pieces(message: Message, left: Left) -> AsyncIterator[bytes]:
    """The body in pieces with a real pause between them: sent without a length, in HTTP chunks."""
    for start in range(0, len(message.body), message.chunk_bytes):
        if start:
            left.sent_bytes = start
            await Waiter().rest(message.chunk_gap_ms)
        yield message.body[start : start + message.chunk_bytes]
