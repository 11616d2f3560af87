"""Callbacks go to this machine and private networks; nowhere else unless it is allowed, and to
some addresses never."""

from __future__ import annotations

import pytest

from mockserver.engine.ports import Forbidden
from mockserver.outbound.targets import check_address

HERE = ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]
PRIVATE = ["10.0.0.1", "172.16.9.9", "192.168.1.255", "fd12:3456::1", "::ffff:10.0.0.1"]
PUBLIC = ["8.8.8.8", "2001:4860:4860::8888", "100.64.0.1", "::ffff:8.8.8.8"]
NEVER = [
    "169.254.169.254",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",  # metadata of AWS, in a private range
    "fd20:ce::254",  # of Google
    "192.0.0.192",  # of Oracle
    "100.100.100.200",  # of Alibaba
    "168.63.129.16",  # of Azure
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "255.255.255.255",
    "240.0.0.1",
    "224.0.0.1",
    "ff02::1",
    "::ffff:169.254.169.254",
    "::ffff:255.255.255.255",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",  # the same through NAT64
    "2002:a9fe:a9fe::1",  # and through 6to4
]


def objection(address: str, *, allow_public: bool) -> str:
    try:
        check_address(address, allow_public=allow_public)
    except Forbidden as reason:
        return str(reason)
    return ""


@pytest.mark.parametrize("address", HERE + PRIVATE)
def test_this_machine_and_private_networks_are_called(address: str) -> None:
    assert objection(address, allow_public=False) == ""


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_called_only_when_that_is_allowed(address: str) -> None:
    assert "allow_public_callbacks" in objection(address, allow_public=False)
    assert objection(address, allow_public=True) == ""


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("allow_public", [False, True])
def test_some_addresses_are_never_called(address: str, allow_public: bool) -> None:
    assert "never called" in objection(address, allow_public=allow_public)
