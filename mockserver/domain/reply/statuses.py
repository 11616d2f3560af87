"""The meaning of an HTTP status, for every reader."""

from __future__ import annotations


def is_success(status: int) -> bool:
    """Whether it is a status 2xx: the request was accepted (RFC 9110, 15.3)."""
    return status // 100 == 2
