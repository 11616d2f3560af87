"""What a reply tells a client to wait: `Retry-After` and its forms (RFC 9110, 10.2.3)."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from mockserver.domain.input.quantity import whole_number


def wait_told_ms(exact: str, text: str, now_ms: int) -> int:
    """The wait in the client's own milliseconds; 0 for nothing, and for what cannot be read.

    `exact` is the value of `retry-after-ms`, which counts first; `text` that of `retry-after`, whole
    seconds or a date. Either is empty where the reply has none.
    """
    exact_ms, seconds = whole_number(exact), whole_number(text.strip())
    if exact_ms is not None:
        return exact_ms
    if seconds is not None:
        return seconds * 1000
    try:
        until_ms = parsedate_to_datetime(text).timestamp() * 1000
    except (ValueError, TypeError, OverflowError):
        return 0  # no date: a fault may send anything
    return max(0, round(until_ms - now_ms))
