"""The only file that knows httpx: opens requests, reads bodies, names what goes wrong.

httpx is imported when a client is made, not with the package. Replies are never decoded on the
way (`Accept-Encoding: identity`), so that byte counts mean what the headers say, and redirects
are never followed by themselves, so that no key travels where it was not sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from clientlib._errors import TransportFailure
from clientlib._models import Head, Request, Timeouts

if TYPE_CHECKING:
    import ssl

    import httpx

UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"  # as OpenSSL says it
log = logging.getLogger("clientlib")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the provider is and how to get there. `authorization` goes into `key_header`, or is the
    query parameter `key_query` if there is one, and is never shown."""

    base_url: str
    authorization: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeouts: Timeouts = field(default_factory=Timeouts)
    proxy: str | None = field(default=None, repr=False)
    key_header: str = "Authorization"
    ca: str | None = None
    """A file with the authorities to trust in place of the usual ones."""
    key_query: str = ""


class Wire:
    """Opens bodies over an `httpx.Client`, its own or the caller's."""

    def __init__(self, address: Address, client: httpx.Client | None = None) -> None:
        import httpx

        self._address = address
        self._owned = client is None
        self._client = client or httpx.Client(**_reached(address))

    def body(self) -> Body:
        """A slot for one body at a time."""
        return Body(self._client, self._address)

    def close(self) -> None:
        """Close the connections, unless the caller brought them."""
        if self._owned:
            self._client.close()


class AsyncWire:
    """Opens bodies over an `httpx.AsyncClient`, its own or the caller's."""

    def __init__(self, address: Address, client: httpx.AsyncClient | None = None) -> None:
        import httpx

        self._address = address
        self._owned = client is None
        self._client = client or httpx.AsyncClient(**_reached(address))

    def body(self) -> AsyncBody:
        """A slot for one body at a time."""
        return AsyncBody(self._client, self._address)

    async def close(self) -> None:
        """Close the connections, unless the caller brought them."""
        if self._owned:
            await self._client.aclose()


class Body:
    """One open reply, blocking."""

    def __init__(self, client: httpx.Client, address: Address) -> None:
        self._client = client
        self._address = address
        self._close: Callable[[], None] | None = None
        self._chunks: Any = None

    def open(self, request: Request, silence_s: float | None) -> Head:
        """Send a request; whatever was open is closed first."""
        self.close()
        with _Translated(request):
            outgoing = _outgoing(self._client, self._address, request, silence_s)
            response = self._client.send(outgoing, stream=True, auth=None, follow_redirects=False)
        self._close, self._chunks = response.close, response.iter_raw()
        return _head(request, response)

    def read(self) -> bytes | None:
        """The next bytes, None at the end."""
        with _Translated():
            chunk: bytes | None = next(self._chunks, None)
            return chunk

    def close(self) -> None:
        """Let the reply go; a body not read to its end costs its connection."""
        close, self._close = self._close, None
        if close:
            with _Translated():
                close()


class AsyncBody:
    """One open reply, on an event loop."""

    def __init__(self, client: httpx.AsyncClient, address: Address) -> None:
        self._client = client
        self._address = address
        self._close: Callable[[], Any] | None = None
        self._chunks: Any = None

    async def open(self, request: Request, silence_s: float | None) -> Head:
        """Send a request; whatever was open is closed first."""
        await self.close()
        with _Translated(request):
            outgoing = _outgoing(self._client, self._address, request, silence_s)
            response = await self._client.send(
                outgoing, stream=True, auth=None, follow_redirects=False
            )
        self._close, self._chunks = response.aclose, response.aiter_raw()
        return _head(request, response)

    async def read(self) -> bytes | None:
        """The next bytes, None at the end."""
        with _Translated():
            chunk: bytes | None = await anext(self._chunks, None)
            return chunk

    async def close(self) -> None:
        """Let the reply go; a body not read to its end costs its connection."""
        close, self._close = self._close, None
        if close:
            with _Translated():
                await close()


# No proxy of the environment can reach a server on this machine.
_DIRECT = ("all://127.0.0.1", "all://localhost", "all://[::1]")


def _reached(address: Address) -> dict[str, Any]:
    """Arguments of a client of httpx: which proxy, which hosts without one, whom to trust."""
    direct = {} if address.proxy else dict.fromkeys(_DIRECT)
    return {"proxy": address.proxy, "mounts": direct, "verify": _tls(address.ca)}


@cache
def _tls(ca: str | None) -> ssl.SSLContext:
    """One for all clients of a process: reading the certificates costs more than a request."""
    import ssl

    import httpx

    try:
        return ssl.create_default_context(cafile=ca) if ca else httpx.create_ssl_context()
    except OSError as error:
        raise ValueError(f"ca: {ca!r} is no PEM file ({error.strerror or error})") from None


def _outgoing(
    client: httpx.Client | httpx.AsyncClient,
    address: Address,
    request: Request,
    silence_s: float | None,
) -> httpx.Request:
    import httpx

    limits = address.timeouts
    read_s = limits.read_s if silence_s is None else silence_s
    base_url = request.base_url or address.base_url
    built = client.build_request(
        request.method,
        base_url + request.url if request.to_provider else request.url,
        params=dict(request.query) or None,
        json=request.json,
        data=dict(request.form) if request.form else None,
        files=[(u.field, (u.filename, u.content, u.content_type)) for u in request.files] or None,
        timeout=httpx.Timeout(
            connect=limits.connect_s, read=read_s, write=limits.write_s, pool=limits.pool_s
        ),
    )
    if built.url.scheme not in ("http", "https"):
        raise httpx.UnsupportedProtocol(f"Not an http(s) URL: {request.url}")
    for secret in ("authorization", "cookie", address.key_header):
        built.headers.pop(secret, None)  # a caller's own client may carry some for every host
    built.headers["accept-encoding"] = "identity"
    built.headers.update(request.headers)
    if request.to_provider:
        built.headers.update(address.headers)
        if address.key_query:
            built.url = built.url.copy_merge_params({address.key_query: address.authorization})
        else:
            built.headers[address.key_header] = address.authorization
    return built


def _head(request: Request, response: httpx.Response) -> Head:
    log.debug("%s -> %d", request, response.status_code)
    return Head(response.status_code, {k.lower(): v for k, v in response.headers.items()})


class _Translated:
    """Turns what httpx raises into a `TransportFailure` that says whether anything was sent."""

    def __init__(self, request: Request | None = None) -> None:
        self._request = request

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        import httpx

        if not isinstance(error, httpx.HTTPError | httpx.InvalidURL | httpx.StreamError):
            return
        unsent = isinstance(
            error,
            httpx.ConnectError
            | httpx.ConnectTimeout
            | httpx.PoolTimeout
            | httpx.ProxyError
            | httpx.UnsupportedProtocol
            | httpx.InvalidURL,
        )
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        log.debug("%s -> %s", self._request or "reading", what)
        in_vain = isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL)
        transient = not in_vain and UNTRUSTED not in what
        raise TransportFailure(
            what, sent=not unsent, request=self._request, transient=transient
        ) from error
