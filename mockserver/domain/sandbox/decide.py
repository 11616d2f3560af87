"""Which use case serves a command: pure, from a snapshot to an outcome and its changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.fault.submission_overrides import NO_OVERRIDES, Overrides
from mockserver.domain.input.errors import BadInput, Refusal, wrong_field
from mockserver.domain.job.task import fresh_url, media_until_ms, parse_media_name
from mockserver.domain.provider.command import (
    Accepted,
    CancelJob,
    FreshLink,
    Linked,
    ListModels,
    Models,
    Read,
    ReadBalance,
    Stored,
    StoreImage,
    Submit,
    UpgradeVideo,
)
from mockserver.domain.sandbox import use_cases
from mockserver.domain.sandbox.admission import admit_read
from mockserver.domain.sandbox.caller import Caller
from mockserver.domain.sandbox.cancelling import cancel
from mockserver.domain.sandbox.once import made_before, replayed
from mockserver.domain.sandbox.sandbox import SUCCEED
from mockserver.domain.sandbox.snapshot import Changes, Snapshot, StoreUnavailable
from mockserver.domain.scenario.scenario import Chosen, Scenarios, Undecided, directive
from mockserver.domain.scenario.usual import usual_task

if TYPE_CHECKING:
    from mockserver.domain.job.task import Task
    from mockserver.domain.provider.command import Command, Outcome
    from mockserver.domain.sandbox.sandbox import Books

# all except Submit
Query = Read | UpgradeVideo | CancelJob | ReadBalance | ListModels | StoreImage | FreshLink


class Decision(Struct, frozen=True, gc=False):
    """The outcome of a command, the changes to write, and the task that it was about."""

    outcome: Outcome
    changes: Changes | None = None
    task: Task | None = None


def _task_named(command: Command, books: Books) -> str:
    """The id of the task that a command needs loaded; empty if it needs none."""
    if type(command) is Submit:
        return command.parent_id or made_before(books, command)
    if isinstance(command, (Read, UpgradeVideo, CancelJob)):
        return command.task_id
    if isinstance(command, FreshLink):
        media = parse_media_name(_file_name(command.url))
        return media.task_id if media else ""
    return ""


def task_missing(command: Command, snapshot: Snapshot) -> str:
    """The id of the task that a command needs, if another one was loaded; else empty."""
    wanted = _task_named(command, snapshot.books)
    return wanted if wanted != snapshot.task_id else ""


def decide(
    snapshot: Snapshot,
    caller: Caller,
    command: Command,
    scenarios: Scenarios,
    terms: Overrides = NO_OVERRIDES,
    *,
    usual: bool = False,
) -> Decision:
    """The outcome of a command. Raises Refusal.

    `usual`: as if the scenario were `succeed`.
    """
    if usual and snapshot.task is not None:
        snapshot = replace(snapshot, task=usual_task(snapshot.task))
    if isinstance(command, Submit):
        return _submit(snapshot, caller, command, scenarios, terms, usual)
    if snapshot.sandbox.quotas or terms.quotas or caller.operation in caller.provider.limited:
        hits = admit_read(snapshot.sandbox, snapshot.books, caller, terms, snapshot.task_id)
        if hits is not None:
            snapshot = replace(snapshot, books=replace(snapshot.books, hits=hits))
            decision = _decided(snapshot, caller, command, terms)
            changes = decision.changes or Changes()
            return replace(
                decision, changes=replace(changes, books=changes.books or snapshot.books)
            )
    return _decided(snapshot, caller, command, terms)


def _decided(snapshot: Snapshot, caller: Caller, command: Query, terms: Overrides) -> Decision:
    match command:
        case Read():
            found = use_cases.read(snapshot, caller, command.task_id)
            return Decision(found, None, found.task)
        case UpgradeVideo():
            upgraded, changes = use_cases.upgrade(snapshot, caller, command, terms)
            return Decision(upgraded, changes, upgraded.task)
        case CancelJob():
            cancelled, changes = cancel(snapshot, caller, command)
            return Decision(cancelled, changes, cancelled.task)
        case ReadBalance():
            return Decision(use_cases.balance(snapshot, caller))
        case ListModels():
            return Decision(Models(snapshot.sandbox.began_ms))
        case StoreImage():
            return Decision(Stored(command))
        case FreshLink():
            return Decision(_fresh_link(snapshot, caller, command.url), task=snapshot.task)


def _submit(
    snapshot: Snapshot,
    caller: Caller,
    command: Submit,
    scenarios: Scenarios,
    terms: Overrides,
    usual: bool,
) -> Decision:
    if command.parent_id is not None:
        use_cases.check_parent(snapshot, caller, command)
        command = use_cases.continued(snapshot, command)
    earlier = replayed(snapshot, command, caller.now_ms)
    if earlier is not None:
        return Decision(Accepted(earlier, command.reply_as, replayed=True), None, earlier)
    choice = chosen(snapshot, caller.provider.name, command, scenarios).choice
    if usual:
        choice = SUCCEED
    try:
        scenario = scenarios.get(choice.name)
    except BadInput as error:  # set by a replica with other plug-ins
        raise StoreUnavailable(f"it holds a scenario that is unknown here: {error}") from None
    accepted, changes = use_cases.submit(snapshot, caller, command, scenario, choice, terms)
    return Decision(accepted, changes, accepted.task)


def chosen(snapshot: Snapshot, provider: str, command: Submit, scenarios: Scenarios) -> Chosen:
    """The scenario of a submission: that of the prompt, else that of the sandbox. Raises Refusal."""
    choice = directive(command.prompt, scenarios.names)
    if choice is not None:
        return Chosen(choice)
    return use_cases.choose(snapshot.sandbox, provider, command, snapshot.books.ordinal + 1)


def unusual(snapshot: Snapshot, provider: str, command: Submit, scenarios: Scenarios) -> str:
    """The scenario for a submission that left no task; empty if it is the usual one."""
    try:
        name = chosen(snapshot, provider, command, scenarios).choice.name
    except Refusal:
        return ""
    return "" if name == SUCCEED.name else name


def undecided(
    snapshot: Snapshot, provider: str, command: Submit, scenarios: Scenarios
) -> tuple[Undecided, ...]:
    """The scenario rules that ran out of time for a submission, whatever its outcome."""
    try:
        return chosen(snapshot, provider, command, scenarios).undecided
    except Refusal:
        return ()


def _file_name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _fresh_link(snapshot: Snapshot, caller: Caller, url: str) -> Linked:
    """The same video under a link that soon dies. Raises Refusal(`foreign_url`)."""
    task, folder = snapshot.task, f"/media/{snapshot.sandbox.id}/"
    own = task is not None and task.provider == caller.provider.name and media_until_ms(task) > 0
    if task is None or not own or folder not in url:
        raise wrong_field("foreign_url", "url", url, "a URL that this provider handed out")
    until_ms = caller.now_ms + caller.provider.fresh_link_ms
    return Linked(fresh_url(task, snapshot.sandbox.id, _file_name(url), until_ms))
