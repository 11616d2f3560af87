"""Runs all cases of a campaign against one server, several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from mockserver.cli.campaigns.attempt import Attempted, Trial, attempt
from mockserver.cli.campaigns.outcome import Campaign, Outcome
from mockserver.cli.terminal.signals import result
from mockserver.system import real_ns

if TYPE_CHECKING:
    from mockserver.control import Control
    from mockserver.engine.cases import Case

TAIL_LINES = 5


class NoCampaign(click.ClickException):
    """The command is not one whose faults could be judged: one line, exit code 2."""

    exit_code = 2


@contextmanager
def crew(trial: Trial, jobs: int) -> Iterator[ThreadPoolExecutor]:
    """Threads for the cases. What breaks a campaign off ends the commands that still run."""
    with ThreadPoolExecutor(jobs, thread_name_prefix="campaign") as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            trial.children.end_all()
            raise


def first_run(pool: ThreadPoolExecutor, control: Control, trial: Trial) -> Attempted:
    """The run without a fault. Raises NoCampaign when it calls nobody, fails or hangs."""
    found = result(pool.submit(attempt, control, trial, None, None))
    ended, seen = found.ended, found.seen
    if not seen.calls:
        if any(sandbox.opened_by_key for sandbox in control.sandboxes()):
            raise NoCampaign(
                "the command called the server with another key than the one in its environment "
                "(KIE_API_KEY and the like; --env NAME={key} sets another name), so no case could "
                "be judged"
            )
        raise NoCampaign(
            "no call of the command reached the server with a key: it must take its base URL from "
            "KIE_BASE_URL, APIYI_BASE_URL, XCOMPUTE_BASE_URL or OPENAI_BASE_URL and its key from "
            "KIE_API_KEY and the like (--env NAME={kie} sets another name), so no case could be "
            f"judged{_tail(ended.output)}"
        )
    if ended.exit_code is None:
        raise NoCampaign(
            f"the command did not end within {trial.deadline_s:g} s even without a fault; "
            f"--deadline gives it longer{_tail(ended.output)}"
        )
    if ended.exit_code != 0:
        raise NoCampaign(
            f"the command fails even without a fault (exit code {ended.exit_code}), so no case "
            f"could be judged{_tail(ended.output)}"
        )
    return found


def _tail(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return f"; it printed last: {' | '.join(lines[-TAIL_LINES:])}" if lines else ""


def run_all(
    pool: ThreadPoolExecutor,
    control: Control,
    trial: Trial,
    usual: Attempted,
    chosen: Sequence[Case],
    tick: Callable[[Outcome], None],
) -> Campaign:
    """Every case; `tick` hears of each as it ends. The order is that of the cases."""
    began_ns = real_ns()

    def one(case: Case) -> Outcome:
        outcome = attempt(control, trial, case, usual.seen).outcome
        tick(outcome)
        return outcome

    running = [pool.submit(one, case) for case in chosen]
    return Campaign(
        command=list(trial.command),
        seed=trial.seed,
        control=usual.outcome,
        outcomes=[result(future) for future in running],
        real_ms=(real_ns() - began_ns) // 1_000_000,
    )
