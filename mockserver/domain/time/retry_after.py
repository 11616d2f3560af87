"""How long a reply tells a client to wait: `Retry-After` and its forms (RFC 9110, 10.2.3)."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from mockserver.domain.input.quantity import whole_number


def wait_told_ms(exact: str, text: str, now_ms: int) -> int:
    """The wait in the client's real milliseconds; 0 if there is none or it cannot be read.

    `exact` is the value of `retry-after-ms`, which counts first. `text` is the value of
    `retry-after`: whole seconds or a date. Each is empty if the reply does not have it.
    """
    exact_ms, seconds = whole_number(exact), whole_number(text.strip())
    if exact_ms is not None:
        return exact_ms
    if seconds is not None:
        return seconds * 1000
    try:
        until_ms = parsedate_to_datetime(text).timestamp() * 1000
    except (ValueError, TypeError, OverflowError):
        return 0  # not a date: a fault may send anything
    return max(0, round(until_ms - now_ms))
