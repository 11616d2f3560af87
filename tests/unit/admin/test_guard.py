"""The guard of a server that listens off loopback."""

from __future__ import annotations

import pytest

from mockserver.admin.http.guard import Denied, Guard
from tests.support.serving import settings


@pytest.mark.parametrize("token", ["", "s3cret"])
def test_off_loopback_a_loopback_host_lets_nobody_in(token: str) -> None:
    guard = Guard(settings(host="0.0.0.0", admin_token=token))
    with pytest.raises(Denied) as caught:
        guard.check("/_mock/v1/sandboxes", "http", {b"host": b"localhost"})
    assert caught.value.status == 401


def test_an_empty_token_is_no_token() -> None:
    guard = Guard(settings(host="0.0.0.0"))
    with pytest.raises(Denied):
        guard.check("/_mock/v1/sandboxes", "http", {b"x-mock-admin-token": b""})


@pytest.mark.parametrize("origin", [b"", b"null", b"://"])
def test_an_origin_without_a_name_is_foreign(origin: bytes) -> None:
    guard = Guard(settings())
    with pytest.raises(Denied):
        guard.check("/_mock/v1/sandboxes", "http", {b"host": b"localhost", b"origin": origin})
