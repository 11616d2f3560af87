"""What the server saw of one run: its calls, its jobs, and what it sent for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from mockserver.cli.campaigns.aim import fields
from mockserver.cli.campaigns.fetched import is_fetched
from mockserver.cli.terminal.live import status
from mockserver.domain.input.counted import counted
from mockserver.domain.reply.statuses import is_success

if TYPE_CHECKING:
    from mockserver.control import Balance, Control, Entry, Task

ENDED = ("succeeded", "failed", "expired")


class Paid(Struct, frozen=True):
    """The jobs of a run that stay paid, and what they cost in USD."""

    jobs: int
    usd: float

    def __str__(self) -> str:
        return f"{counted(self.jobs, 'job')} paid, ${self.usd:g}"


class Seen(Struct, frozen=True):
    """One run, from the server's side.

    `hosts` are the servers of its videos. `own` maps the SHA-256 of each video of its jobs to the
    job's id. `fetched` are the hashes of the videos that the media host sent whole. `told` are the
    hashes of those whose link a whole reply or an acknowledged callback named. `streamed` says that
    a stream was sent to its end. `fields` names what matters in the replies of each phase. `refused`
    says how the first creation that was refused was answered.
    """

    calls: int
    phases: tuple[str, ...]
    jobs: int
    paid: Paid
    hosts: frozenset[str]
    own: dict[str, str]
    fetched: frozenset[str]
    told: frozenset[str]
    streamed: bool
    fields: dict[str, str]
    refused: str

    @staticmethod
    def of(control: Control, sandbox: str) -> Seen:
        """Reads what the sandbox holds."""
        entries = list(control.entries(sandbox))
        tasks = [control.task(task.id, sandbox) for task in control.tasks(sandbox)]
        files = [(task.id, file) for task in tasks for file in task.files]
        named = _named(entries)
        phases = [e.call_phase for e in entries if e.kind in ("exchange", "delivery")]
        return Seen(
            calls=sum(entry.kind == "exchange" for entry in entries),
            phases=tuple(dict.fromkeys(phases)),
            jobs=len(tasks),
            paid=Paid(
                sum(not _fails(task) for task in tasks),
                _spent_usd(control.balance(sandbox), tasks),
            ),
            hosts=frozenset(urlsplit(file["url"]).netloc for _, file in files),
            own={file["sha256"]: task for task, file in files},
            fetched=frozenset(
                file["sha256"]
                for task, file in files
                if is_fetched(entries, task, _name(file["url"]), file["size_bytes"])
            ),
            told=frozenset(
                file["sha256"]
                for task in tasks
                for file in made(task)
                if _name(file["url"]) in named
            ),
            streamed=any(entry.detail.get("done") for entry in entries if entry.kind == "sent"),
            fields=fields(entries, {task.id for task in tasks}),
            refused=refused(entries),
        )


def refused(entries: Iterable[Entry]) -> str:
    """The first creation that was refused, and its answer; empty if none was."""
    for entry in entries:
        is_creation = entry.kind == "exchange" and entry.call_phase in ("create", "stream")
        if is_creation and entry.status and not is_success(entry.code or entry.status):
            why = f" ({entry.reason})" if entry.reason else ""
            return f"{entry.method} {entry.path} -> {status(entry)}{why}"
    return ""


def made(task: Task) -> Iterator[Mapping[str, Any]]:
    """The videos of a job that exist or will exist; any other link leads nowhere."""
    for file in task.files:
        never = task.plan["urls"] == "broken" or file["index"] in task.plan["failed_videos"]
        if not never:
            yield file


def _named(entries: Sequence[Entry]) -> set[str]:
    """The file names of all links that a whole reply or an acknowledged callback named."""
    broken = {e.detail["of"] for e in entries if e.kind == "sent" and not e.detail["whole"]}
    named: set[str] = set()
    for entry in entries:
        if entry.kind == "delivery" and is_success(entry.status):
            body = entry.request_body
        elif entry.kind == "exchange" and is_success(entry.status) and entry.seq not in broken:
            body = entry.reply_body
        else:
            continue
        named.update(map(_name, _links(body.text) if body else ()))
    return named


def _links(text: str) -> Iterator[str]:
    try:
        waiting = [msgspec.json.decode(text)]
    except msgspec.DecodeError:
        return
    while waiting:
        content = waiting.pop()
        if isinstance(content, dict):
            waiting += content.values()
        elif isinstance(content, list):
            waiting += content
        elif isinstance(content, str) and content.startswith("http"):
            yield content


def _name(link: str) -> str:
    """The last part of a link's path: a job's id and the number of its video."""
    return urlsplit(link).path.rpartition("/")[2]


def _fails(task: Task) -> bool:
    return any(step["phase"] == "failed" for step in task.plan["steps"])


def _spent_usd(balances: Mapping[str, Balance], tasks: Sequence[Task]) -> float:
    """What stays paid when every job has ended: later failures are refunded."""
    spent = sum(balance.spent_usd for balance in balances.values())
    for task in tasks:
        if _fails(task) and task.phase not in ENDED:
            balance = balances[task.provider]
            per_unit = balance.spent_usd / balance.spent if balance.spent else 0
            spent -= task.price * per_unit
    return round(spent, 6)
