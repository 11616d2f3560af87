"""Runs a client's campaign over its rows, and compares what Reelmock finds with the table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.truth.table import CANNOT_JUDGE, NO_FAULT, Client, Row

SEED, DEADLINE, JOBS = "truth", "12s", "4"
ANY_CASE = "extra_field@create"  # a campaign needs one, even where its control run is all we want
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


@dataclass(frozen=True)
class Found:
    """What Reelmock said of one case; `why` helps whoever reads a difference."""

    verdict: str
    findings: frozenset[str]
    why: str = ""


def run(
    client: Client, reelmock: Sequence[str] = (sys.executable, "-m", "mockserver")
) -> dict[str, Found]:
    """What Reelmock says of each case of the client's rows, by the case's name."""
    names = [row.case for row in client.rows if row.case != NO_FAULT] or [ANY_CASE]
    with TemporaryDirectory(prefix="truth-") as folder:
        report = Path(folder) / "report.json"
        options = ["--seed", SEED, "--deadline", DEADLINE, "--jobs", JOBS, "--json", str(report)]
        command = [*reelmock, "campaign", *options, "--only", ",".join(names), *client.flags]
        done = subprocess.run(
            [*command, "--", *client.command],
            env={k: v for k, v in os.environ.items() if k.lower() not in PROXIES},
            capture_output=True,
            text=True,
            check=False,
            timeout=500,
        )
        if done.returncode not in (0, 1) or not report.exists():
            return {row.case: Found(CANNOT_JUDGE, frozenset(), done.stderr) for row in client.rows}
        content = json.loads(report.read_text("utf-8"))
    outcomes = [content["control"], *content["outcomes"]]
    return {one["name"]: _found(one) for one in outcomes}


def _found(outcome: dict) -> Found:
    names = frozenset(found["name"] for found in outcome["findings"])
    why = (
        f"exit code {outcome['exit_code']}, {outcome['why']}, printed {outcome['output'][-300:]!r}"
    )
    return Found(outcome["verdict"], names, why)


def differences(rows: Sequence[Row], found: dict[str, Found]) -> Iterator[str]:
    """Each difference in a line. A row of which nothing was said is one, and so are no rows."""
    if not rows:
        yield "there is no row to compare"
    for row in rows:
        seen = found.get(row.case)
        if seen is None:
            yield f"{row.client}, {row.case}: was not run"
            continue
        for what in (_verdict(row, seen), _findings(row, seen)):
            if what:
                yield f"{row.client}, {row.case}: {what}; {row.why} [{seen.why}]"


def _verdict(row: Row, seen: Found) -> str:
    if row.says and row.says not in seen.why:
        return f"did not say {row.says!r}"
    return "" if seen.verdict == row.verdict else f"is {row.verdict}, Reelmock says {seen.verdict}"


def _findings(row: Row, seen: Found) -> str:
    missed, false = row.finds - seen.findings, seen.findings - row.finds - row.may
    parts = [f"misses {', '.join(sorted(missed))}"] if missed else []
    parts += [f"false alarm {', '.join(sorted(false))}"] if false else []
    return " and ".join(parts)


def is_right(row: Row, seen: Found | None) -> tuple[bool, bool]:
    """Whether the verdict and whether the findings are right."""
    if seen is None:
        return False, False
    return not _verdict(row, seen), not _findings(row, seen)
