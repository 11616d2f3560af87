"""The status that a client of xcompute must act on."""

from __future__ import annotations

import pytest

from mockserver.providers.xcompute.judging import JUDGING


@pytest.mark.parametrize(
    ("status", "body", "acted_on"),
    [
        (200, b'{"success": false, "message": "no"}', 401),
        (200, b'{"success": true}', 200),
        (200, b'{"data": {"success": false}}', 200),
        (200, b'{"code": 200}', 200),
        (200, b'"success"', 200),
        (200, b"", 200),
        (500, b'{"success": false}', 500),
    ],
)
def test_a_refused_balance_says_so_in_a_body_of_200(
    status: int, body: bytes, acted_on: int
) -> None:
    assert JUDGING.status(status, body) == acted_on
