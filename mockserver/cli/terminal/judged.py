"""A sandbox's findings as a project counts them:

without ignored findings and without earlier ones.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from mockserver.cli.terminal.starting import Unmet
from mockserver.domain.finding.ignoring import Aside, sift, since
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import whole_number
from mockserver.settings import load_ignored
from mockserver.system import today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mockserver.control import Control, Findings, Found

CLIENTS = ("exchange", "delivery")  # journal entries of what a client did


class Judged(Struct, frozen=True):
    """`found` and `counts` hold what counts; `aside` holds what was seen but does not count."""

    found: tuple[Found, ...]
    not_judged: dict[str, str]
    counts: dict[str, int]
    aside: tuple[Aside, ...] = ()
    notes: tuple[str, ...] = ()


def judged(
    control: Control, report: Findings, config: Path, before: Mapping[str, int] | None = None
) -> Judged:
    """The report without what a settings file ignores and an earlier report has.

    Raises BadInput.
    """
    known = [one["name"] for one in control.finding_kinds()]
    ours = sift(report.found, load_ignored(config), known, today())
    new = since(ours.kept, before or {})
    severities = Counter[str](one.severity for one in new.kept)
    return Judged(
        found=new.kept,
        not_judged=report.not_judged,
        counts={severity: severities[severity] for severity in report.counts},
        aside=ours.aside + new.aside,
        notes=ours.notes + new.notes,
    )


def read_baseline(path: Path) -> dict[str, int]:
    """How often each finding is in a report that `findings --json` wrote. Raises BadInput."""
    try:
        content: Any = msgspec.json.decode(path.read_bytes())
        counts = Counter(str(found["name"]) for found in content["found"])
        for one in content["aside"]:
            counts[str(one["finding"])] += _count(one["count"])
    except OSError as error:
        raise BadInput("baseline", str(path), f"a readable file ({error.strerror})") from None
    except (msgspec.DecodeError, KeyError, TypeError, ValueError):
        raise BadInput("baseline", str(path), "a file that `findings --json` wrote") from None
    return dict(counts)


def _count(given: object) -> int:
    found = whole_number(given)
    if found is None:
        raise ValueError("a count is a whole number from 0")
    return found


def check_called(control: Control, sandbox: str) -> None:
    """Raises Unmet if no client has called, because then there is nothing to judge."""
    if not any(control.journal(sandbox, kind=kind, limit=1).entries for kind in CLIENTS):
        raise Unmet(
            f"no call of a client is in the journal of sandbox {control.sandbox(sandbox).id}, so "
            "there is nothing to judge: check its base URL and key"
        )
