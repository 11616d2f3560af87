"""Runs all cases of a campaign against one server, several at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from mockserver.cli.campaigns.attempt import Attempted, Trial, attempt
from mockserver.cli.campaigns.files import TMP
from mockserver.cli.campaigns.outcome import Campaign, CaseOutcome, LeftOut
from mockserver.cli.terminal.signals import as_they_end
from mockserver.domain.input.counted import counted
from mockserver.system import real_ns

if TYPE_CHECKING:
    from mockserver.cli.campaigns.progress import Teller
    from mockserver.cli.campaigns.usual import Usual
    from mockserver.control import Control
    from mockserver.engine.matrix import Case

TAIL_LINES = 5


class NoCampaign(click.ClickException):
    """The faults of this command cannot be judged: one line, exit code 2."""

    exit_code = 2


class Course:
    """One campaign as it goes on: the cases that have run, and the cases that will run."""

    def __init__(self, control: Control, trial: Trial, jobs: int, teller: Teller) -> None:
        self._control = control
        self._trial = trial
        self._jobs = jobs
        self._teller = teller
        self._began_ns = real_ns()
        self._first: CaseOutcome | None = None
        self._cases: Sequence[Case] = ()
        self._left_out: tuple[LeftOut, ...] = ()
        self._done: dict[str, CaseOutcome] = {}

    def first(self) -> Usual:
        """Does the run without a fault, as many at the same time as cases will run.

        Raises NoCampaign.
        """
        with _crew(self._trial, self._jobs) as pool:
            runs = [pool.submit(self._attempt, None, None) for _ in range(self._jobs)]
            found = [future.result() for future in as_they_end(runs, self._teller.beat)]
        whys = [why for one in found if (why := _why_not(self._control, self._trial, one))]
        if whys and len(whys) < len(found):
            hint = (
                f"give it a folder of its own with {TMP}, or run one case at a time with --jobs 1"
            )
            raise NoCampaign(
                f"of {counted(len(found), 'run')} at once {len(whys)} failed; {hint}; {whys[0]}"
            )
        if whys:
            raise NoCampaign(whys[0])
        self._first = found[0].outcome
        return found[0].usual.beside([(one.run, one.ended.real_ms) for one in found])

    def rest(self, usual: Usual, cases: Sequence[Case], left_out: tuple[LeftOut, ...]) -> None:
        """Runs every case.

        A case that strikes every client of the server runs with no other beside it. A case that
        hung runs again like this, and the second run counts.
        """
        self._cases, self._left_out = cases, left_out
        self._teller.begin(len(cases))
        self._run([case for case in cases if not case.strikes_all], usual, self._jobs)
        self._run([case for case in cases if case.strikes_all], usual, 1)
        hung = [case for case in cases if self._done[case.name].verdict == "hung"]
        with _crew(self._trial, 1) as pool:
            for case in hung:
                self._teller.again(case.name)
                again = [pool.submit(self._attempt, case, usual, alone=True)]
                for future in as_they_end(again, self._teller.beat):
                    alone = future.result().outcome
                    self._done[case.name] = _twice(self._done[case.name], alone)

    def _run(self, cases: Sequence[Case], usual: Usual, jobs: int) -> None:
        with _crew(self._trial, jobs) as pool:
            running = [pool.submit(self._attempt, case, usual) for case in cases]
            for future in as_they_end(running, self._teller.beat):
                outcome = future.result().outcome
                self._done[outcome.name] = outcome
                self._teller.tick(outcome)

    def _attempt(self, case: Case | None, usual: Usual | None, *, alone: bool = False) -> Attempted:
        return attempt(self._control, self._trial, case, usual, alone=alone)

    def campaign(self) -> Campaign | None:
        """The cases that have run, in their order; None before the first run is over."""
        if self._first is None:
            return None
        return Campaign(
            command=list(self._trial.command),
            seed=self._trial.seed,
            control=self._first,
            outcomes=[self._done[case.name] for case in self._cases if case.name in self._done],
            not_run=[case.name for case in self._cases if case.name not in self._done],
            real_ms=(real_ns() - self._began_ns) // 1_000_000,
            left_out=self._left_out,
        )


def _twice(beside: CaseOutcome, alone: CaseOutcome) -> CaseOutcome:
    """The outcome of a case that hung beside others and then ran again by itself."""
    first = beside.evidence[0]
    return replace(alone, evidence=[*alone.evidence, f"before that {first}"])


@contextmanager
def _crew(trial: Trial, jobs: int) -> Iterator[ThreadPoolExecutor]:
    """Threads for the cases. If the campaign is stopped, the commands that still run are ended."""
    with ThreadPoolExecutor(jobs, thread_name_prefix="campaign") as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            trial.children.end_all()
            raise


def _why_not(control: Control, trial: Trial, found: Attempted) -> str:
    """Why a run without a fault makes it impossible to judge any case; empty if it does not."""
    ended = found.ended
    if not found.run.seen.calls:
        if any(sandbox.opened_by_key for sandbox in control.sandboxes()):
            return (
                "the command called the server with another key than the one in its environment "
                "(KIE_API_KEY and the like; --env NAME={key} sets another name), so no case could "
                "be judged"
            )
        return (
            "no call of the command reached the server with a key: it must take its base URL from "
            "KIE_BASE_URL, APIYI_BASE_URL, XCOMPUTE_BASE_URL or OPENAI_BASE_URL and its key from "
            "KIE_API_KEY and the like (--env NAME={kie} sets another name), so no case could be "
            f"judged{_tail(ended.output)}"
        )
    if ended.exit_code is None:
        return (
            f"the command did not end within {trial.deadline_s:g} s even without a fault. "
            "Give it a shorter pace of its own between two polls, or more time with --deadline"
            f"{_tail(ended.output)}"
        )
    if ended.exit_code != 0:
        return (
            f"the command fails even without a fault (exit code {ended.exit_code}), so no case "
            f"could be judged{_tail(ended.output)}"
        )
    return ""


def _tail(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return f"; it printed last: {' | '.join(lines[-TAIL_LINES:])}" if lines else ""
