"""When to try again: backoff with full jitter, Retry-After in all its forms, a total deadline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from clientlib._codec import decimal
from clientlib._errors import DeadlineExceeded, VideoError
from clientlib._steps import Flow, T, Wait

Clock = Callable[[], float]
Dice = Callable[[], float]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How stubborn to be. `attempts` counts calls, the first included; pauses grow from `base_s`
    by doubling up to `cap_s`; `total_s` limits the whole of it."""

    attempts: int = 6
    base_s: float = 0.5
    cap_s: float = 20.0
    total_s: float = 180.0


@dataclass(frozen=True, slots=True)
class Patience:
    """A policy at work: what is left of it can be asked at any time."""

    policy: RetryPolicy
    now: Clock
    dice: Dice
    until_s: float

    @staticmethod
    def begin(
        policy: RetryPolicy, now: Clock, dice: Dice, until_s: float | None = None
    ) -> Patience:
        """Start counting; never longer than `until_s` (a time), when given."""
        own = now() + policy.total_s
        return Patience(policy, now, dice, own if until_s is None else min(own, until_s))

    def pause_s(self, attempt: int, error: VideoError) -> float | None:
        """How long to wait after the `attempt`-th call (from 1) failed; None to give up.

        What the provider asked for is a lower bound and is never cut short: when it does not fit
        before the deadline, trying again at all is pointless.
        """
        if attempt >= self.policy.attempts:
            return None
        pause = backoff_s(self.policy, attempt, self.dice())
        if error.retry_after_s is not None:
            pause += error.retry_after_s
        return pause if self.now() + pause < self.until_s else None


def backoff_s(policy: RetryPolicy, attempt: int, roll: float) -> float:
    """Full jitter: anything between nothing and the cap of this attempt, by `roll` in [0, 1).

    Spreading over the whole interval, rather than a little around its end, is what keeps many
    clients that failed together from coming back together.
    """
    # 2**60 seconds is past any cap: the exponent is bounded so that attempts need not be.
    return roll * min(policy.cap_s, policy.base_s * 2.0 ** min(attempt - 1, 60))


def retrying(call: Callable[[], Flow[T]], patience: Patience) -> Flow[T]:
    """Run `call()` again while it fails in a transient way. For calls that change nothing."""
    attempt = 1
    while True:
        try:
            return (yield from call())
        except VideoError as error:
            pause = patience.pause_s(attempt, error) if error.transient else None
            if pause is None:
                raise
        attempt += 1
        yield Wait(pause)


def retry_after_s(headers: Mapping[str, str], now_s: float) -> float | None:
    """Seconds that a reply asks to wait: `retry-after-ms`, `openai-poll-after-ms`, or
    `Retry-After` as seconds or as a date; None when it asks nothing that can be read.

    A date is compared with the reply's own `Date`, so that a wrong clock here does no harm.
    """
    for name in ("retry-after-ms", "openai-poll-after-ms"):
        if (ms := _number(headers.get(name))) is not None:
            return ms / 1000
    value = headers.get("retry-after", "").strip()
    if (seconds := _number(value)) is not None:
        return seconds
    at = _date_s(value)
    if at is None:
        return None
    sent = _date_s(headers.get("date", ""))
    return max(0.0, at - (now_s if sent is None else sent))


def past_deadline(message: str, cause: VideoError | None, **told: object) -> DeadlineExceeded:
    """A `DeadlineExceeded` that repeats what the last error knew."""
    if cause is None:
        return DeadlineExceeded(message, **told)  # type: ignore[arg-type]
    return DeadlineExceeded(
        f"{message}; last: {cause.message}",
        code=cause.code,
        request=cause.request,
        reply=cause.reply,
        retry_after_s=cause.retry_after_s,
        **told,  # type: ignore[arg-type]
    )


def _number(text: str | None) -> float | None:
    number = decimal((text or "").strip())
    return number if number is not None and 0 <= number < 10**9 else None


def _date_s(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError, OSError):
        return None
