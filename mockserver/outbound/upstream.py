"""The real provider behind the recorder: requests go out as they came in, replies come piece by piece."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockserver.domain.input.errors import BadInput
from mockserver.domain.reply.reply import Headers

if TYPE_CHECKING:
    import httpx

CONNECT_S = 10.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Headers of one connection, which the next one has of its own.
HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding"}
    | {b"upgrade", b"host", b"expect"}
)
HTTP2_ONLY = "it may speak HTTP/2 only, and the recorder speaks HTTP/1.1"
READABLE = ("gzip", "deflate", "identity")  # encodings that a tape can be read in


class NoAnswer(Exception):
    """The upstream gave no answer; the message says why. `reached`: it may have had the request."""

    def __init__(self, why: str, *, reached: bool) -> None:
        super().__init__(why)
        self.reached = reached


class Coming:
    """A reply whose head has come. `pieces` are its bytes as they come, compressed as they were sent."""

    def __init__(self, response: httpx.Response, host: str) -> None:
        self.status = response.status_code
        self.headers: Headers = tuple(
            (name.lower(), value)
            for name, value in response.headers.raw
            if name.lower() not in HOP_BY_HOP
        )
        self._response = response
        self._host = host

    async def pieces(self) -> AsyncIterator[bytes]:
        """Each piece when it comes. Raises NoAnswer where the body breaks off."""
        import httpx

        try:
            async for piece in self._response.aiter_raw():
                yield piece
        except httpx.HTTPError as error:
            raise NoAnswer(f"{self._host} broke off: {_said(error)}", reached=True) from None


class Upstream:
    """One provider's host. `ca` is a PEM file to trust beside the usual ones, empty for none.

    Raises BadInput.
    """

    def __init__(self, base_url: str, ca: str = "") -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInput("upstream", base_url, "a URL such as https://api.kie.ai")
        self.base_url = base_url.rstrip("/")
        self.host = parts.netloc
        self.on_loopback = parts.hostname in LOOPBACK
        self._ca = ca
        self._client: httpx.AsyncClient | None = None

    def check(self) -> None:
        """Reads the certificates now. Raises BadInput."""
        self._opened()

    def _opened(self) -> httpx.AsyncClient:
        import httpx

        if self._client is None:
            self._client = httpx.AsyncClient(
                verify=self._trust(),
                trust_env=not self.on_loopback,  # a proxy would come between two on this machine
                timeout=httpx.Timeout(None, connect=CONNECT_S),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
                follow_redirects=False,
            )
        return self._client

    def _trust(self) -> ssl.SSLContext:
        import httpx

        context = httpx.create_ssl_context(trust_env=not self.on_loopback)
        if self._ca:
            try:
                context.load_verify_locations(cafile=self._ca)
            except (OSError, ssl.SSLError) as error:
                raise BadInput("upstream_ca", self._ca, f"a PEM file ({error})") from None
        return context

    @asynccontextmanager
    async def call(
        self, method: str, url: str, headers: Headers, body: bytes | AsyncIterator[bytes]
    ) -> AsyncIterator[Coming]:
        """Sends a request and gives the reply when its head is there. Raises NoAnswer.

        Redirects are passed on, so that a key stays with its host.
        """
        import httpx

        host = urlsplit(url).netloc
        request = httpx.Request(method, url, headers=_passed_on(headers, body), content=body)
        try:
            response = await self._opened().send(request, stream=True)
        except httpx.HTTPError as error:
            reached = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise NoAnswer(_explained(host, error), reached=reached) from None
        try:
            yield Coming(response, host)
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Closes idle connections."""
        if self._client is not None:
            await self._client.aclose()


def _passed_on(headers: Headers, body: bytes | AsyncIterator[bytes]) -> list[tuple[bytes, bytes]]:
    """Headers for the next connection; a body that is whole gets its length anew."""
    kept = [(k, v) for k, v in headers if k not in HOP_BY_HOP]
    if isinstance(body, bytes):
        kept = [(k, v) for k, v in kept if k != b"content-length" or body == b""]
    return [(k, _readable(v) if k == b"accept-encoding" else v) for k, v in kept]


def _readable(value: bytes) -> bytes:
    """The encodings that a client takes, without those that a tape could not be read in."""
    offers = [offer.strip() for offer in value.decode("latin-1").split(",")]
    kept = [offer for offer in offers if offer.partition(";")[0].strip().lower() in READABLE]
    return ", ".join(kept or ["identity"]).encode()


def _said(error: Exception) -> str:
    return str(error) or "the connection broke"


def _explained(host: str, error: Exception) -> str:
    """What went wrong on the way to a host, in one line."""
    said = _said(error)
    if "CERTIFICATE_VERIFY_FAILED" in said:
        why = said.partition("verify failed:")[2].split("(_ssl")[0].strip()
        return (
            f"the certificate of {host} is not trusted ({why}); --upstream-ca FILE trusts another"
        )
    if "NO_APPLICATION_PROTOCOL" in said or _is_http2(said):
        return f"{host} does not answer in HTTP/1.1: {HTTP2_ONLY}"
    if "SSL" in said or "TLS" in said:
        return f"no TLS with {host}: {said}"
    if type(error).__name__ in ("ConnectError", "ConnectTimeout"):
        return f"cannot reach {host}: {said}"
    return f"no answer from {host}: {said}"


def _is_http2(said: str) -> bool:
    """Whether what came in place of a status line begins as no text does, as HTTP/2's frames do."""
    return said == "illegal request line" or ("illegal status line" in said and "HTTP/2" in said)
