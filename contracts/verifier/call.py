"""A call that a check plans to make, with what it may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """A call that a check plans to make."""

    method: str
    path: str
    """May contain the provider's calls `{poll}`, the state of an unknown job, and `{create}`."""
    creates: int = 0
    """How many paid jobs it may start at most."""
    charge: float = 0.0
    """What it costs in addition at most, in the provider's unit."""
