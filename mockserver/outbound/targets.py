"""Which addresses a callback may go to: loopback and private ones, public ones only when allowed."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from mockserver.engine.ports import Forbidden

NEVER = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this host
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "ff00::/8",  # multicast
        # Addresses outside the link-local range where clouds give a machine its credentials.
        "fd00:ec2::254/128",  # AWS
        "fd20:ce::254/128",  # Google
        "168.63.129.16/32",  # Azure
        "192.0.0.192/32",  # Oracle
        "100.100.100.200/32",  # Alibaba
    )
)
ENDS_IN_IPV4 = (ip_network("::/96"), ip_network("64:ff9b::/96"))  # compatible; NAT64


def parse_target(url: str) -> SplitResult:
    """The parts of a callback URL. Raises Forbidden if it is not a URL."""
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        raise Forbidden(f"{url!r} is no URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_valid:
        raise Forbidden(f"{url!r} is no http or https URL")
    return parts


def check_address(text: str, *, allow_public: bool) -> None:
    """Raises Forbidden for an address that must not be called; resolve names before."""
    objection = _objection(text, allow_public)
    if objection is not None:
        raise Forbidden(objection)


@lru_cache(maxsize=1024)
def _objection(text: str, allow_public: bool) -> str | None:
    """Why an address must not be called; None if it may."""
    address = _meant(ip_address(text.partition("%")[0]))
    if address.is_link_local or any(address in network for network in NEVER):
        return f"{address} is link-local, no host, or gives out credentials of clouds: never called"
    if not (address.is_loopback or address.is_private) and not allow_public:
        return f"{address} is public: delivered only with allow_public_callbacks"
    return None


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 address that is another way to write or reach it."""
    if isinstance(address, IPv4Address) or address.is_loopback:
        return address
    if address.sixtofour is not None:
        return address.sixtofour
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if any(address in network for network in ENDS_IN_IPV4):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
