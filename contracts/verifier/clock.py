"""Real time, because the verifier talks to real hosts. Only this module waits."""

import time


def now_ms() -> int:
    """Milliseconds on a clock that never goes back."""
    return time.monotonic_ns() // 1_000_000


def wait_ms(span_ms: int) -> None:
    """Do nothing for a while."""
    # Hosts are polled at their advised pace, in real time.
    time.sleep(span_ms / 1000)  # noqa: TID251
