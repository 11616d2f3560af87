"""Real time: the verifier talks to real hosts. The only place of this package that waits."""

import time


def now_ms() -> int:
    """Milliseconds on a clock that never goes back."""
    return time.monotonic_ns() // 1_000_000


def wait_ms(span_ms: int) -> None:
    """Do nothing for a while."""
    # Hosts are polled at the pace they advise, in their own time.
    time.sleep(span_ms / 1000)  # noqa: TID251
