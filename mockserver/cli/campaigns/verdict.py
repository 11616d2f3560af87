"""What a case's outcome is called: pure, from what was watched."""

from __future__ import annotations

import re

from msgspec import Struct

from mockserver.domain.errors import BadInput, nearest

# From best to worst; what comes before is a pass when a later one is required.
VERDICTS = (
    "recovered",
    "failed_cleanly",
    "failed_with_a_traceback",
    "hung",
    "overspent",
    "lied",
)
# No verdict about the client: its fault never struck, or it never called.
UNJUDGED = ("not_struck", "not_reached")
MEANING = {
    "recovered": "exit code 0 and a complete video, for the price of one",
    "failed_cleanly": "an exit code other than 0, and no stack trace",
    "failed_with_a_traceback": "an unhandled exception, or a crash",
    "hung": "still running at the deadline, and killed",
    "overspent": "more jobs were paid than without the fault",
    "lied": "exit code 0, but no complete video",
    "not_struck": "the fault found nothing to strike",
    "not_reached": "no call reached the server",
}
_TRACES = re.compile(
    r"""^Traceback\ \(most\ recent\ call\ last\)      # Python
      | ^\s+at\ .+:\d+(?::\d+)?\)?$                   # JavaScript, Java
      | ^(?:panic:|goroutine\ \d+)                    # Go
      | ^Exception\ in\ thread                        # Java
      | ^thread\ '.*'\ panicked\ at                   # Rust
      | ^(?:PHP\ )?Fatal\ error:                      # PHP
      | ^.+:\d+:in\ [`'].+'(?:$|:)                    # Ruby
      | ^Segmentation\ fault
      | ^Unhandled\ exception                         # .NET
    """,
    re.MULTILINE | re.VERBOSE,
)
_CENT = 1e-6


class Watched(Struct, frozen=True):
    """What was seen of one run. `exit_code` is None when it was killed at the deadline.

    `complete` says whether it ended with what the run without a fault ended with; money is in USD.
    """

    exit_code: int | None
    output: str
    calls: int
    struck: bool
    complete: bool
    spent: float
    usual_spent: float


def has_traceback(watched: Watched) -> bool:
    """Whether a run ended in an exception that nobody caught, or by a signal."""
    crashed = watched.exit_code is not None and (watched.exit_code < 0 or watched.exit_code > 128)
    return crashed or _TRACES.search(watched.output) is not None


def verdict(watched: Watched) -> str:
    """One of VERDICTS or UNJUDGED."""
    if not watched.calls:
        return "not_reached"
    if not watched.struck:
        return "not_struck"
    if watched.exit_code == 0 and not watched.complete:
        return "lied"
    if watched.exit_code is None:
        return "hung"
    if watched.spent > watched.usual_spent + _CENT:
        return "overspent"
    if watched.exit_code == 0:
        return "recovered"
    return "failed_with_a_traceback" if has_traceback(watched) else "failed_cleanly"


def is_below(found: str, required: str) -> bool:
    """Whether a verdict is worse than the one required. What was not judged never is, but for
    a run that never called: that is no pass."""
    if found == "not_reached":
        return True
    return found in VERDICTS and VERDICTS.index(found) > VERDICTS.index(required)


def checked(required: str) -> str:
    """A verdict as a user writes it, with dashes or spaces too. Raises BadInput."""
    word = required.strip().lower().replace("-", "_").replace(" ", "_")
    if word not in VERDICTS:
        expected = f"one of: {', '.join(VERDICTS)}{nearest(word, VERDICTS)}"
        raise BadInput("require", required, expected)
    return word


def in_words(found: str) -> str:
    """A verdict as people read it."""
    return found.replace("_", " ")
