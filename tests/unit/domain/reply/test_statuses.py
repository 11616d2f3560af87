"""What an HTTP status says."""

from __future__ import annotations

from mockserver.domain.reply.statuses import is_success


def test_success_is_the_class_of_200_to_299() -> None:
    assert [is_success(status) for status in (0, 199, 200, 299, 300)] == [
        False,
        False,
        True,
        True,
        False,
    ]
