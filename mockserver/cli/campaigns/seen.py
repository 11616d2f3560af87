"""What the server and the file system saw of one run, and whether it ended with a video."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from mockserver.cli.campaigns.aim import fields

if TYPE_CHECKING:
    from mockserver.control import Control, Entry, Task

ENDED = ("succeeded", "failed", "expired")
SUFFIXES = (".mp4", ".gif")
SUBMITTING = ("create", "stream")


class Seen(Struct, frozen=True):
    """How a run ended, by proofs of falling strength; a later one counts where no earlier one did.

    `on_disk`: a complete video in the folder `{tmp}`; `downloaded`: one left the media host whole;
    `streamed`: a stream to its terminal event; `told`: a status or callback said success;
    `submitted`: a job was accepted. `jobs` counts those; `fields` names what matters in the replies
    of each phase.
    """

    calls: int
    phases: tuple[str, ...]
    jobs: int
    spent_usd: float
    on_disk: bool
    downloaded: bool
    streamed: bool
    told: bool
    submitted: bool
    fields: dict[str, str]

    @staticmethod
    def of(control: Control, sandbox: str, on_disk: bool) -> Seen:
        """What the sandbox holds."""
        entries = list(control.entries(sandbox))
        tasks = [control.task(task.id, sandbox) for task in control.tasks(sandbox)]
        exchanges = [entry for entry in entries if entry.kind == "exchange"]
        phases = dict.fromkeys(
            entry.call_phase for entry in entries if entry.kind in ("exchange", "delivery")
        )
        sent = [entry.detail for entry in entries if entry.kind == "sent"]
        served = {entry.seq for entry in exchanges if entry.status in (200, 206)}
        whole = [detail for detail in sent if detail["whole"] and detail["of"] in served]
        return Seen(
            calls=len(exchanges),
            phases=tuple(phases),
            jobs=len(tasks),
            spent_usd=_spent_usd(control, sandbox, tasks),
            on_disk=on_disk,
            downloaded=any(detail["asset"] for detail in whole),
            streamed=any(detail["done"] for detail in sent),
            told=any(_told(entry, tasks) for entry in entries),
            submitted=bool(tasks),
            fields=fields(entries, {task.id for task in tasks}),
        )

    @property
    def submissions(self) -> int:
        """How often a scenario had a say: in every job, and in a creation that it refused.

        Jobs first, because a client that polls for long pushes its creations out of the journal.
        """
        return self.jobs or sum(phase in SUBMITTING for phase in self.phases)

    def complete_as(self, usual: Seen) -> bool:
        """Whether this run ended with as much as the run without a fault, by its strongest proof."""
        for proof in ("on_disk", "downloaded", "streamed", "told", "submitted"):
            if getattr(usual, proof):
                return bool(getattr(self, proof))
        return True


def _spent_usd(control: Control, sandbox: str, tasks: list[Task]) -> float:
    """What stays paid once every job has ended: failures to come are refunded then."""
    balances = control.balance(sandbox)
    spent = sum(balance.spent_usd for balance in balances.values())
    for task in tasks:
        fails = any(step["phase"] == "failed" for step in task.plan["steps"])
        if fails and task.phase not in ENDED:
            balance = balances[task.provider]
            per_unit = balance.spent_usd / balance.spent if balance.spent else 0
            spent -= task.price * per_unit
    return round(spent, 6)


def _told(entry: Entry, tasks: list[Task]) -> bool:
    """Whether a reply or a callback told the client, undamaged, that a job had succeeded."""
    task = next((task for task in tasks if task.id == entry.task_id), None)
    if task is None or any(fault["struck"] for fault in entry.faults):
        return False
    if not any(
        step["phase"] == "succeeded" and step["at_ms"] <= entry.virtual_ms
        for step in task.plan["steps"]
    ):
        return False
    if entry.kind == "delivery":
        return 200 <= entry.status < 300
    return entry.call_phase in ("poll", "content") and entry.status == 200 and not entry.reason


def videos_in(folder: Path) -> bool:
    """Whether a folder holds a video, and every one in it is complete."""
    from clientlib._mp4 import Verdict, inspect

    found = [path for path in folder.rglob("*") if path.suffix in SUFFIXES]
    verdicts = []
    for path in found:
        with path.open("rb") as file:
            verdicts.append(inspect(file).verdict)
    return bool(verdicts) and all(each is Verdict.COMPLETE for each in verdicts)
