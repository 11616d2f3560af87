"""One case: a fresh sandbox, the user's command, and what was seen of it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mockserver.cli.campaigns import process
from mockserver.cli.campaigns.aim import aimed
from mockserver.cli.campaigns.outcome import NO_FAULT, Outcome
from mockserver.cli.campaigns.seen import Seen, videos_in
from mockserver.cli.campaigns.verdict import Watched, verdict
from mockserver.cli.terminal import child

if TYPE_CHECKING:
    from mockserver.cli.terminal.address import Address
    from mockserver.control import Control, Sandbox
    from mockserver.engine.cases import Case

SETTLE_S = 0.025
SETTLE_ROUNDS = 40
TMP = "{tmp}"


class Trial(Struct, frozen=True):
    """What every case of a campaign has in common."""

    command: tuple[str, ...]
    address: Address
    extra: tuple[str, ...]
    deadline_s: float
    clock: Mapping[str, Any]
    speed: float
    seed: str
    repeat: tuple[str, ...]  # the command line up to `--only`
    children: process.Children


class Attempted(Struct, frozen=True):
    """A run as it was seen, before it is judged by what the run without a fault ended with."""

    case: Case | None
    ended: process.Ended
    seen: Seen
    outcome: Outcome


def attempt(control: Control, trial: Trial, case: Case | None, usual: Seen | None) -> Attempted:
    """Runs the command once. `usual` is what the run without a fault showed. Raises CannotStart."""
    if case is not None and usual is not None:
        case = aimed(case, usual.fields)
    sandbox = _opened(control, trial, case)
    with TemporaryDirectory(prefix="reelmock-") as folder:
        exported = child.environment(trial.address, sandbox.api_key, trial.extra)
        exported |= {"REELMOCK_CASE": case.name if case else NO_FAULT, "REELMOCK_TMP": folder}
        command = [word.replace(TMP, folder) for word in trial.command]
        ended = trial.children.run(command, exported, trial.deadline_s)
        videos = videos_in(Path(folder))
    _settle(control, sandbox.id)
    seen = Seen.of(control, sandbox.id, videos)
    outcome = _judged(control, trial, sandbox, case, ended, seen, usual)
    control.delete_sandbox(sandbox.id)
    return Attempted(case, ended, seen, outcome)


def _opened(control: Control, trial: Trial, case: Case | None) -> Sandbox:
    settings: dict[str, Any] = {"clock": trial.clock, "speed": trial.speed, "seed": trial.seed}
    if case is not None and case.scenario:
        settings["scenario"] = case.scenario
    sandbox = control.create_sandbox(label=case.name if case else NO_FAULT, **settings)
    if case is not None and case.rule:
        control.add_fault(case.rule, sandbox.id)
    return sandbox


def _settle(control: Control, sandbox: str) -> None:
    """Waits until the server has noticed that the command's connections are gone."""
    before = -1
    for _ in range(SETTLE_ROUNDS):
        total = control.journal(sandbox, limit=1).total
        if total == before:
            return
        before = total
        Event().wait(SETTLE_S)


def _judged(
    control: Control,
    trial: Trial,
    sandbox: Sandbox,
    case: Case | None,
    ended: process.Ended,
    seen: Seen,
    usual: Seen | None,
) -> Outcome:
    fired, why = _struck(control, sandbox.id, case, seen)
    watched = Watched(
        exit_code=ended.exit_code,
        output=ended.output,
        calls=seen.calls,
        struck=case is None or fired > 0,
        complete=seen.complete_as(usual or seen),
        spent=seen.spent_usd,
        usual_spent=(usual or seen).spent_usd,
    )
    run = {"over": True, "exit_code": ended.exit_code, "output": ended.output}
    name = case.name if case else NO_FAULT
    return Outcome(
        name=name,
        family=case.family if case else "",
        fault=case.fault if case else "",
        phase=case.phase if case else "",
        verdict=verdict(watched),
        exit_code=ended.exit_code,
        real_ms=ended.real_ms,
        calls=seen.calls,
        spent_usd=seen.spent_usd,
        fired=fired,
        why=why,
        findings=control.findings(sandbox.id, **run).found,
        moments=control.timeline(sandbox.id).moments,
        output=ended.output,
        command=repeated(trial, name) if case else shlex.join(trial.command),
        seed=sandbox.seed,
    )


def _struck(control: Control, sandbox: str, case: Case | None, seen: Seen) -> tuple[int, str]:
    """How often the case struck, and why not where it never did."""
    if case is None:
        return 0, ""
    if case.scenario:
        return seen.submissions, "" if seen.submissions else "no job was submitted"
    (rule,) = control.faults(sandbox)
    fired = int(rule["struck"])
    if fired:
        return fired, ""
    held = rule["held_back"]
    reasons = ", ".join(held) if isinstance(held, (dict, list)) else str(held or "")
    return 0, reasons or f"no call of phase {case.phase} came"


def repeated(trial: Trial, name: str) -> str:
    """The one command that repeats a case alone."""
    words: Sequence[str] = (*trial.repeat, "--only", name, "--", *trial.command)
    return shlex.join(words)
