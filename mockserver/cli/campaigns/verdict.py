"""The verdict of a case: pure, from what was seen."""

from __future__ import annotations

import re

from msgspec import Struct

from mockserver.cli.campaigns.proof import Proof
from mockserver.cli.campaigns.seen import Paid
from mockserver.domain.input.errors import BadInput, nearest

# From best to worst. Verdicts before the required one are a pass.
VERDICTS = (
    "recovered",
    "failed_cleanly",
    "failed_with_a_traceback",
    "hung",
    "overspent",
    "lied",
)
# These say nothing about the client: its fault never struck, or the client never called.
UNJUDGED = ("not_struck", "not_reached")
MEANING = {
    "recovered": "exit code 0, all that the run without a fault gave, and no more paid",
    "failed_cleanly": "an exit code other than 0, and no stack trace",
    "failed_with_a_traceback": "an unhandled exception, or a crash",
    "hung": "still running at its deadline, also in a second run by itself, and killed",
    "overspent": "more was paid than without the fault",
    "lied": "exit code 0, but not all that the run without a fault gave",
    "not_struck": "the fault changed nothing that the command received",
    "not_reached": "no call reached the server",
}
_TRACES = re.compile(
    r"""^(?:\ \ \+\ Exception\ Group\ )?Traceback\ \(most\ recent\ call\ last\)  # Python
      | ^\s+at\ .+:\d+(?::\d+)?\)?$                   # JavaScript, Java
      | ^\nNode\.js\ v\d+\.\d+\.\d+$                  # node, which threw something that is no Error
      | ^(?:panic:|goroutine\ \d+)                    # Go
      | ^Exception\ in\ thread                        # Java
      | ^thread\ '.*'\ (?:\(\d+\)\ )?panicked\ at      # Rust
      | ^(?:PHP\ )?Fatal\ error:                      # PHP
      | ^.+:\d+:in\ [`'].+'(?:$|:)                    # Ruby
      | ^Segmentation\ fault
      | ^Unhandled\ exception                         # .NET
    """,
    re.MULTILINE | re.VERBOSE,
)
_CENT = 1e-6
_KILLED = range(129, 193)  # what a shell gives for signals 1 to 64; `exit(-1)` gives 255


class Watched(Struct, frozen=True):
    """What was seen of one run. `exit_code` is None if it was killed at the deadline.

    `ending` says whether it reached what the run without a fault reached. Money is in USD.
    `why_not_struck` is empty if the fault struck. `waiting` says how long a run lasted that was
    killed, and `waited_for` what it did then.
    """

    exit_code: int | None
    output: str
    calls: int
    why_not_struck: str
    ending: Proof
    paid: Paid
    usual_paid: Paid
    waiting: str = ""
    waited_for: str = ""


def has_traceback(watched: Watched) -> bool:
    """Whether a run ended with an exception that was not caught, or by a signal."""
    code = watched.exit_code
    crashed = code is not None and (code < 0 or code in _KILLED)
    return crashed or _TRACES.search(watched.output) is not None


def verdict(watched: Watched) -> str:
    """One of VERDICTS or UNJUDGED."""
    if not watched.calls:
        return "not_reached"
    if watched.why_not_struck:
        return "not_struck"
    if watched.exit_code is None:
        return "hung"
    if watched.exit_code == 0 and not watched.ending.holds:
        return "lied"
    if overspent(watched.paid, watched.usual_paid):
        return "overspent"
    if watched.exit_code == 0:
        return "recovered"
    return "failed_with_a_traceback" if has_traceback(watched) else "failed_cleanly"


def overspent(paid: Paid, usual: Paid) -> bool:
    """Whether more stays paid than in the run without a fault."""
    return paid.jobs > usual.jobs or paid.usd > usual.usd + _CENT


def evidence(watched: Watched) -> list[str]:
    """The evidence of the verdict, one phrase each, the most important first."""
    found = verdict(watched)
    if found in UNJUDGED:
        return [watched.why_not_struck or MEANING[found]]
    said = [_end_told(watched)]
    if watched.waited_for:
        said.append(watched.waited_for)
    if found in ("recovered", "lied"):
        said.append(watched.ending.why)
    if overspent(watched.paid, watched.usual_paid):
        money = f"{watched.paid}; without the fault {watched.usual_paid}"
        said.insert(0 if found == "overspent" else len(said), money)
    return said


def _end_told(watched: Watched) -> str:
    if watched.exit_code is None:
        return watched.waiting
    if watched.exit_code < 0:
        return f"ended by signal {-watched.exit_code}"
    code = f"exit code {watched.exit_code}"
    if watched.exit_code == 0:
        return code
    lines = [line.strip() for line in watched.output.splitlines() if line.strip()]
    words = [line for line in lines if any(map(str.isalnum, line))] or lines
    return f"{code}, and it said last: {words[-1]}" if words else f"{code}, and it said nothing"


def is_below(found: str, required: str) -> bool:
    """Whether a verdict is worse than the required one.

    What was not judged is never worse, except a run that never called: that is no pass.
    """
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
