"""Decides which callers may use the control API: those with the token, or with a Host that no
foreign page can send.

A page that the developer happens to have open can reach a server on this machine in two ways: a
cross-site request, which carries a foreign Origin, and a name of its own that it lets resolve to
127.0.0.1 (DNS rebinding), which arrives as Host. Both are refused. Nothing here sends CORS headers.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockserver.control.operations import OPERATIONS
from mockserver.domain.input import variables
from mockserver.settings import LOOPBACK

if TYPE_CHECKING:
    from mockserver.settings import Settings

TOKEN_HEADER = b"x-mock-admin-token"
NO_TOKEN = (
    "X-Mock-Admin-Token: missing or wrong, expected the token that the server was given or printed "
    f"at its start; on the command line: --token or {variables.TOKEN}"
)
OPEN_PATHS = frozenset(f"/_mock/v1{found.path}" for found in OPERATIONS if found.is_open)


class Denied(Exception):
    """A control call is refused."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Guard:
    """Lets a request in or raises Denied."""

    def __init__(self, settings: Settings) -> None:
        self._token = settings.admin_token.encode()
        self._token_needed = bool(settings.admin_token) or not settings.on_loopback
        public = urlsplit(settings.public_url)
        self._public_origin = f"{public.scheme}://{public.netloc}".lower() if public.netloc else ""
        self._names = LOOPBACK | {name.lower() for name in settings.allow_host}
        if public.hostname:
            self._names |= {public.hostname}

    def check(self, path: str, scheme: str, fields: dict[bytes, bytes]) -> None:
        """Raises Denied with 401 (token) or 403 (Host, Origin)."""
        if path in OPEN_PATHS:
            return
        host = fields.get(b"host", b"").decode("latin-1").lower()
        origin = fields.get(b"origin")
        if origin is not None and not self._is_own(origin.decode("latin-1").lower(), scheme, host):
            raise Denied(403, "Origin: a page from elsewhere may not use the control API")
        if self._token_needed:
            if not self.is_token(fields):
                raise Denied(401, NO_TOKEN)
        elif _name(host) not in self._names:
            raise Denied(403, f"Host: {_name(host)!r} is not let in; see --allow-host")

    def is_token(self, fields: dict[bytes, bytes]) -> bool:
        """Whether a request carries the token, in its own header or as Bearer."""
        return self._matches(fields.get(TOKEN_HEADER)) or self.is_bearer(fields)

    def is_bearer(self, fields: dict[bytes, bytes]) -> bool:
        """Whether the Authorization header holds the token, and so no API key."""
        return self._matches(_bearer(fields.get(b"authorization", b"")))

    def _matches(self, given: bytes | None) -> bool:
        return bool(self._token) and given is not None and compare_digest(given, self._token)

    def _is_own(self, origin: str, scheme: str, host: str) -> bool:
        return bool(origin) and origin in (f"{scheme}://{host}", self._public_origin)


def _bearer(value: bytes) -> bytes | None:
    scheme, _, rest = value.partition(b" ")
    return rest.strip() if scheme.lower() == b"bearer" else None


def _name(host: str) -> str:
    """A Host without its port and an IPv6 address without its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
