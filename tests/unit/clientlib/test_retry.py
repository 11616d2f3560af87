"""Backoff, Retry-After in all its forms, and the ends of patience."""

from __future__ import annotations

import pytest

from clientlib import RateLimited, RetryPolicy
from clientlib._retry import Patience, backoff_s, retry_after_s

NOW_S = 1_765_000_000.0  # Sat, 06 Dec 2025 05:46:40 GMT


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e300"}, None),
        ({"retry-after": "1_0"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "x", "retry-after": "9"}, 9.0),
        ({"openai-poll-after-ms": "250"}, 0.25),
        ({"retry-after": "Sat, 06 Dec 2025 05:47:10 GMT"}, 30.0),
        ({"retry-after": "Sat, 06 Dec 2025 05:00:00 GMT"}, 0.0),
        (
            {
                "retry-after": "Sat, 06 Dec 2025 09:00:05 GMT",
                "date": "Sat, 06 Dec 2025 09:00:00 GMT",
            },
            5.0,
        ),
        ({"retry-after": "Sat, 99 Dec 2025 05:47:10 GMT"}, None),
    ],
)
def test_retry_after_is_read_in_every_form(headers: dict[str, str], expected: float | None) -> None:
    assert retry_after_s(headers, NOW_S) == expected


def test_backoff_doubles_up_to_its_cap_and_is_spread_over_the_whole_interval() -> None:
    policy = RetryPolicy(base_s=1, cap_s=10)
    assert [backoff_s(policy, attempt, 1.0) for attempt in range(1, 7)] == [1, 2, 4, 8, 10, 10]
    assert backoff_s(policy, 3, 0.0) == 0
    assert backoff_s(policy, 3, 0.5) == 2
    assert backoff_s(policy, 10_000, 1.0) == 10


def test_patience_ends_with_the_attempts_or_with_the_time() -> None:
    error = RateLimited("slow")
    policy = RetryPolicy(attempts=3, base_s=1, total_s=5)
    patience = Patience.begin(policy, lambda: NOW_S, lambda: 0.5)
    assert patience.pause_s(1, error) == 0.5
    assert patience.pause_s(2, error) == 1
    assert patience.pause_s(3, error) is None
    error.retry_after_s = 4.9
    assert patience.pause_s(1, error) is None
    error.retry_after_s = 4
    assert patience.pause_s(1, error) == 4.5


def test_patience_never_outlasts_the_callers_deadline() -> None:
    patience = Patience.begin(RetryPolicy(total_s=100), lambda: NOW_S, lambda: 0.5, NOW_S + 2)
    assert patience.until_s == NOW_S + 2
