"""What every flow gets: the codec, the time, the random numbers, and the limits of waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from clientlib._codec import Provider, SeveralApis
from clientlib._models import Pace, Timeouts
from clientlib._retry import Patience, RetryPolicy


@dataclass(frozen=True, slots=True)
class Context:
    """The pure half of a client."""

    provider: Provider
    now: Callable[[], float]
    dice: Callable[[], float]
    retry: RetryPolicy
    pace: Pace
    timeouts: Timeouts
    strict: bool = True

    def patience(self, until_s: float | None = None) -> Patience:
        """Start a retry budget that ends at `until_s` (a time) at the latest."""
        return Patience.begin(self.retry, self.now, self.dice, until_s)

    def speaking(self, options: object) -> Context:
        """The same, in the words of the API that a job's options choose."""
        if not isinstance(self.provider, SeveralApis):
            return self
        return replace(self, provider=self.provider.by_options(options))
