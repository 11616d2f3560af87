"""Which addresses a callback may go to: loopback and private ones, public ones only when allowed."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from mockserver.engine.ports import Forbidden


def parse_target(url: str) -> SplitResult:
    """The parts of a callback URL. Raises Forbidden when it is none."""
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        raise Forbidden(f"{url!r} is no URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_valid:
        raise Forbidden(f"{url!r} is no http or https URL")
    return parts


def check_address(text: str, *, allow_public: bool) -> None:
    """Raises Forbidden for an address that may not be called; names must be resolved before."""
    objection = _objection(text, allow_public)
    if objection is not None:
        raise Forbidden(objection)


@lru_cache(maxsize=1024)
def _objection(text: str, allow_public: bool) -> str | None:
    """Why an address may not be called; None when it may."""
    address: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return f"{address} is link-local or no host: never called"
    if not (address.is_loopback or address.is_private) and not allow_public:
        return f"{address} is public: delivered only with allow_public_callbacks"
    return None
