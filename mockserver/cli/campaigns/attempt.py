"""One case: a new sandbox, the user's command, and what was seen of it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mockserver.cli.campaigns import process
from mockserver.cli.campaigns.aim import aimed
from mockserver.cli.campaigns.deadline import (
    allowed_s,
    left_s,
    waited_as_told_ms,
    waited_for,
    waiting,
)
from mockserver.cli.campaigns.files import TMP, File, files_in
from mockserver.cli.campaigns.outcome import NO_FAULT, CaseOutcome
from mockserver.cli.campaigns.seen import Seen
from mockserver.cli.campaigns.usual import Run, Usual
from mockserver.cli.campaigns.verdict import Watched, evidence, verdict
from mockserver.cli.terminal import child
from mockserver.control.struck import Struck, rule_struck, scenario_struck
from mockserver.domain.input import variables

if TYPE_CHECKING:
    from mockserver.cli.terminal.address import ServerAddress
    from mockserver.control import Control, Sandbox
    from mockserver.engine.matrix import Case

SETTLE_S = 0.025
SETTLE_ROUNDS = 40


class Trial(Struct, frozen=True):
    """What every case of a campaign has in common."""

    command: tuple[str, ...]
    address: ServerAddress
    extra: tuple[str, ...]
    deadline_s: float
    clock: Mapping[str, Any]
    speed: float
    seed: str
    repeat: tuple[str, ...]  # the command line up to `--only`
    children: process.Children
    real_ms: Callable[[], int]  # the server's own clock
    connect: Callable[[], Control]  # by a new connection; it waits while those are refused


class Attempted(Struct, frozen=True):
    """A run as it was seen, and its outcome."""

    run: Run
    ended: process.Ended
    usual: Usual
    outcome: CaseOutcome


def attempt(
    control: Control, trial: Trial, case: Case | None, usual: Usual | None, *, alone: bool = False
) -> Attempted:
    """Runs the command once. Raises CannotStart, BrokenOff.

    `usual` is what the run without a fault showed, or None for that run itself. `alone` says that
    no other case runs at the same time.
    """
    if case is not None and usual is not None:
        case = aimed(case, usual.seen.fields)
    sandbox = _opened(control, trial, case)
    ended, files = _ran(control, trial, sandbox, case, usual)
    over_ms = trial.real_ms()
    if case is not None and case.strikes_all:  # it must not strike the next case, too
        with trial.connect() as another:
            another.version()
    _settle(control, sandbox.id)
    seen = Seen.of(control, sandbox.id)
    run = Run(trial.command, sandbox.api_key, files, ended.output, seen)
    struck = _struck(control, sandbox.id, case)
    known = {"over": True, "exit_code": ended.exit_code, "output": ended.output}
    findings = control.findings(sandbox.id, **known).found
    moments = control.timeline(sandbox.id).moments
    killed = ended.exit_code is None
    control.clear_faults(sandbox.id)  # so that each link still answers as it did
    usual = usual or Usual.of(run, ended.real_ms)
    watched = Watched(
        exit_code=ended.exit_code,
        output=ended.output,
        calls=seen.calls,
        why_not_struck=struck.why,
        ending=usual.ending_of(run),
        paid=seen.paid,
        usual_paid=usual.seen.paid,
        waiting=waiting(ended.real_ms, usual.took_ms, alone=alone),
        waited_for=waited_for(list(control.entries(sandbox.id)), moments, over_ms)
        if killed
        else "",
    )
    control.delete_sandbox(sandbox.id)
    outcome = CaseOutcome(
        **_named(trial, case),
        verdict=verdict(watched),
        evidence=evidence(watched) + (Usual.doubts(run) if case is None else []),
        exit_code=ended.exit_code,
        real_ms=ended.real_ms,
        calls=seen.calls,
        paid_jobs=seen.paid.jobs,
        more_jobs=max(0, seen.paid.jobs - usual.seen.paid.jobs),
        spent_usd=seen.paid.usd,
        struck=struck.times,
        why=struck.why,
        findings=findings,
        moments=moments,
        output=ended.output,
        seed=sandbox.seed,
    )
    return Attempted(run, ended, usual, outcome)


def _named(trial: Trial, case: Case | None) -> dict[str, Any]:
    """The name and the parameters of a case in reports, and the command that repeats it."""
    if case is None:
        nothing = dict.fromkeys(("family", "fault", "phase"), "")
        return {"name": NO_FAULT, "command": shlex.join(trial.command), **nothing}
    named = {name: getattr(case, name) for name in ("name", "family", "fault", "phase")}
    given = dict(case.rule.get("with", {}))
    return {**named, "command": repeated(trial, case.name), "parameters": given}


def _opened(control: Control, trial: Trial, case: Case | None) -> Sandbox:
    """A sandbox with its own seed for each case, so that no other run has the same video."""
    label = case.name if case else NO_FAULT
    sandbox = control.create_sandbox(
        label=label, seed=f"{trial.seed} {label}", clock=trial.clock, speed=trial.speed
    )
    if case is not None and case.scenario:
        control.set_scenario_rules(case.scenario_rules, sandbox.id)
    elif case is not None:
        control.add_fault(case.rule, sandbox.id)
    return sandbox


def _ran(
    control: Control, trial: Trial, sandbox: Sandbox, case: Case | None, usual: Usual | None
) -> tuple[process.Ended, tuple[File, ...]]:
    """Runs the command to its end or its deadline, and looks at the files that it left."""
    allowed = allowed_s(trial.deadline_s, usual.took_ms if usual else 0)

    def waited_ms() -> int:
        return waited_as_told_ms(list(control.entries(sandbox.id)), trial.real_ms())

    with TemporaryDirectory(prefix="reelmock-") as folder:
        exported = child.environment(trial.address, sandbox.api_key, trial.extra)
        exported |= {variables.CASE: case.name if case else NO_FAULT, variables.TMP: folder}
        command = [word.replace(TMP, folder) for word in trial.command]
        ended = trial.children.run(command, exported, lambda s: left_s(s, allowed, waited_ms))
        return ended, files_in(Path(folder))


def _settle(control: Control, sandbox: str) -> None:
    """Waits until the server has noticed that the command's connections are gone."""
    before = -1
    for _ in range(SETTLE_ROUNDS):
        total = control.journal(sandbox, limit=1).total
        if total == before:
            return
        before = total
        Event().wait(SETTLE_S)


def _struck(control: Control, sandbox: str, case: Case | None) -> Struck:
    """How often the case struck, or why it never did."""
    if case is None:
        return Struck(1)
    if case.scenario:
        return scenario_struck(control, sandbox, case.scenario)
    (rule,) = control.faults(sandbox)
    return rule_struck(control, sandbox, rule["id"])


def repeated(trial: Trial, name: str) -> str:
    """The command that repeats only this case."""
    words: Sequence[str] = (*trial.repeat, "--only", name, "--", *trial.command)
    return shlex.join(words)
