"""What an HTTP status says, whoever reads it."""

from __future__ import annotations


def is_success(status: int) -> bool:
    """Whether it is of the class 2xx, in which a request was taken (RFC 9110, 15.3)."""
    return status // 100 == 2
