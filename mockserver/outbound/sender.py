"""Posts callbacks. The address is checked after the name is resolved, and that address is called."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from mockserver.engine.bell import Patience
from mockserver.engine.ports import Answer, Forbidden
from mockserver.outbound.targets import check_address, parse_target

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from mockserver.domain.delivery import Message

ANSWER_CAP_BYTES = 4096


class HttpSender:
    """Implements `engine.ports.Sender` over httpx, which is loaded at the first callback."""

    def __init__(self, *, allow_public: bool) -> None:
        self._allow_public = allow_public
        self._client: httpx.AsyncClient | None = None

    async def send(self, url: str, message: Message, timeout_ms: int) -> Answer:
        """Posts a message; redirects are not followed, the answer is capped. Raises Forbidden."""
        import httpx

        parts = parse_target(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                address = await self._resolved(host, port)
                return await self._post(url, host, address, message)
        except TimeoutError:
            return Answer(problem=f"no answer within {timeout_ms} ms", timed_out=True)
        except httpx.HTTPError as error:
            return Answer(problem=f"{type(error).__name__}: {error}".rstrip(": "))

    async def _resolved(self, host: str, port: int) -> str:
        """The address to call. Raises Forbidden when any address of the name is off limits."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Forbidden(f"{host} cannot be resolved ({error})") from None
        addresses = [str(info[4][0]) for info in found]
        for address in addresses:
            check_address(address, allow_public=self._allow_public)
        return addresses[0]

    async def _post(self, url: str, host: str, address: str, message: Message) -> Answer:
        import httpx

        if self._client is None:
            # Receivers of a test bench often show a certificate that nobody signed.
            self._client = httpx.AsyncClient(verify=False, trust_env=False, timeout=None)
        target = httpx.URL(url)
        headers = [(b"host", target.netloc), *message.headers]
        request = self._client.build_request(
            "POST",
            target.copy_with(host=address),
            content=_pieces(message) if message.chunk_bytes else message.body,
            headers=headers,
            extensions={"sni_hostname": host},
        )
        response = await self._client.send(request, stream=True)
        try:
            text = b""
            async for chunk in response.aiter_raw():
                text += chunk[: ANSWER_CAP_BYTES - len(text)]
                if len(text) >= ANSWER_CAP_BYTES:
                    break
        finally:
            await response.aclose()
        return Answer(response.status_code, text=text.decode("utf-8", "replace"))

    async def close(self) -> None:
        """Closes idle connections."""
        if self._client is not None:
            await self._client.aclose()


async def _pieces(message: Message) -> AsyncIterator[bytes]:
    """The body in pieces, with a real pause between two: sent without a length, in HTTP chunks."""
    for start in range(0, len(message.body), message.chunk_bytes):
        if start:
            await Patience().rest(message.chunk_gap_ms)
        yield message.body[start : start + message.chunk_bytes]
