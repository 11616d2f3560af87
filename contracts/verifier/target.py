"""The host under test. The only file of this package that imports an HTTP client, and lazily."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from contracts.counted import counted
from contracts.verifier.errors import CouldNotRun

if TYPE_CHECKING:
    from httpx import BaseTransport, Client

TIMEOUT_S = 60.0
MAX_BODY_BYTES = 64 << 20
UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"  # as OpenSSL says it
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Answer:
    """One exchange, as it came."""

    method: str
    path: str
    """Without the base URL; whole for another host."""
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type with its parameters; empty if there is none."""
        return self.headers.get("content-type", "")

    @property
    def json(self) -> Any:
        """The body as JSON; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> HTTP {self.status}"


class Target:
    """A base URL with one connection pool. Keys are sent, and never kept elsewhere."""

    def __init__(
        self, base_url: str, transport: "BaseTransport | None" = None, ca: Path | None = None
    ) -> None:
        """Take a base URL such as `http://127.0.0.1:8080/kie`. `ca` is a file of authorities to
        trust instead of the usual ones. Raises CouldNotRun.
        """
        host = _host(base_url)
        if host is None:
            raise CouldNotRun(f"not a base URL: {base_url!r} (such as https://api.kie.ai)")
        self.base_url = base_url.rstrip("/")
        self.host = host
        self._client = _client(transport, self.on_loopback, ca)

    @property
    def on_loopback(self) -> bool:
        """Whether the host is this machine."""
        return self.host in LOOPBACK

    def call(
        self,
        method: str,
        path: str,
        authorization: str | None = None,
        key_header: str = "authorization",
        key_query: str = "",
        body: object = _MISSING,
        content: bytes | None = None,
        accept: str = "*/*",
        extra: Mapping[str, str] | None = None,
        follow: bool = False,
    ) -> Answer:
        """Make one call. `body` is sent as JSON, `content` as it is. Raises CouldNotRun.

        The key is sent in `key_header`, or as the query parameter `key_query` if there is one.
        Redirects are followed only if the caller wants it, so that the key stays with its host.
        """
        import httpx

        headers = {"accept": accept, "user-agent": "reelmock-verify", **(extra or {})}
        if authorization is not None and not key_query:
            headers[key_header] = authorization
        if body is not _MISSING:
            content = json.dumps(body, ensure_ascii=False).encode()
        if content is not None:
            headers["content-type"] = "application/json"
        url = path if "://" in path else self.base_url + path
        try:
            to = httpx.URL(url)
            if authorization is not None and key_query:
                to = to.copy_merge_params({key_query: authorization})
            with self._client.stream(
                method, to, headers=headers, content=content, follow_redirects=follow
            ) as reply:
                received = _read(reply.iter_bytes())
                names = {name.lower(): value for name, value in reply.headers.items()}
                return Answer(method, path, reply.status_code, names, received)
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            hint = "; --ca names the file of its CA" if UNTRUSTED in reason else ""
            raise CouldNotRun(f"cannot reach {urlsplit(url).netloc}: {reason}{hint}") from error
        except httpx.InvalidURL as error:
            raise CouldNotRun(f"not a URL: {url!r} ({error})") from error

    def absolute(self, url: str) -> str:
        """Make a full URL from a URL in a reply."""
        return urljoin(self.base_url + "/", url)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _read(chunks: Any) -> bytes:
    received = bytearray()
    for chunk in chunks:
        received += chunk
        if len(received) > MAX_BODY_BYTES:
            break
    return bytes(received)


def _host(base_url: str) -> str | None:
    """The host of an http(s) URL; None if it is not such a URL."""
    try:
        parts = urlsplit(base_url)
        is_whole = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return None
    return parts.hostname if is_whole else None


def _client(transport: "BaseTransport | None", on_loopback: bool, ca: Path | None) -> "Client":
    import ssl

    import httpx

    try:
        trusted = ssl.create_default_context(cafile=ca) if ca else True
    except OSError as error:
        raise CouldNotRun(f"cannot read the CA file {ca}: {error.strerror or error}") from None

    # The environment's proxies would be between the verifier and a host on this machine.
    return httpx.Client(
        timeout=TIMEOUT_S, transport=transport, trust_env=not on_loopback, verify=trusted
    )


def looks_like_video(answer: Answer) -> Iterator[str]:
    """Yield why an answer is not a whole MP4 file."""
    if answer.status != 200:
        yield f"{answer}"
    elif answer.body[4:8] != b"ftyp":
        yield f"no MP4 file: it begins with {answer.body[:12]!r}"
    length = answer.headers.get("content-length")
    if length is not None and length != str(len(answer.body)):
        yield f"Content-Length {length}, but {counted(len(answer.body), 'byte')} came"
