"""The use cases of a task, pure: (snapshot, command, now) -> (outcome, changes)."""

from __future__ import annotations

from struct import Struct as StructFormat
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.chance.chance import digest_of, roll
from mockserver.domain.fault.submission_overrides import NO_OVERRIDES, Overrides
from mockserver.domain.input.errors import BadInput, Refusal, shown, wrong_field
from mockserver.domain.input.pattern import OUT_OF_TIME
from mockserver.domain.job.ids import CHANCE_BYTES
from mockserver.domain.job.plan import expires_ms, outcome_step, state_at
from mockserver.domain.job.task import Task, Upgrade
from mockserver.domain.provider.command import (
    Accepted,
    Balance,
    Found,
    Submit,
    Upgraded,
    UpgradeVideo,
)
from mockserver.domain.sandbox.admission import admit, charged, limits, occupied
from mockserver.domain.sandbox.caller import Caller
from mockserver.domain.sandbox.once import remembered
from mockserver.domain.sandbox.sandbox import SUCCEED, Books
from mockserver.domain.sandbox.snapshot import Changes, Snapshot
from mockserver.domain.scenario.plan_templates import success
from mockserver.domain.scenario.scenario import (
    Choice,
    Chosen,
    PlanRequest,
    Scenario,
    Timing,
    Undecided,
    check_options,
)
from mockserver.domain.scenario.usual import missed_end_ms

if TYPE_CHECKING:
    from mockserver.domain.job.plan import Step
    from mockserver.domain.sandbox.sandbox import Sandbox


# A task's seed, the chances of its three spans, and the chance of its id: all from one digest.
_DRAWN = StructFormat(f">16s3H{CHANCE_BYTES}s")


def _rolled(sandbox: Sandbox, index: int, ordinal: int) -> float:
    return roll(sandbox.seed, "scenario rule", index, ordinal)


def choose(sandbox: Sandbox, provider: str, command: Submit, ordinal: int) -> Chosen:
    """The scenario for a submission: the first rule that matches, else the sandbox's default."""
    undecided: tuple[Undecided, ...] = ()
    for index, rule in enumerate(sandbox.scenario_rules):
        answer = rule.when.answer(provider, command.model, command.prompt)
        if answer == "late":
            undecided = (*undecided, Undecided(index, rule.scenario.name, OUT_OF_TIME))
        elif answer == "yes" and (
            rule.probability >= 1 or _rolled(sandbox, index, ordinal) < rule.probability
        ):
            return Chosen(rule.scenario, undecided)
    return Chosen(sandbox.scenario, undecided)


def submit(
    snapshot: Snapshot,
    caller: Caller,
    command: Submit,
    scenario: Scenario,
    choice: Choice,
    terms: Overrides = NO_OVERRIDES,
) -> tuple[Accepted, Changes]:
    """Stores a new job. Raises Refusal for the rate window, the balance or a bad directive."""
    sandbox, books = snapshot.sandbox, snapshot.books
    quotas = limits(sandbox, caller, terms)
    hits = admit(quotas, books, caller, snapshot.task_id) if quotas else books.hits
    task = _made(snapshot, caller, command, scenario, choice)
    end = outcome_step(task.plan)
    refund_ms = end.at_ms if end is not None and end.phase == "failed" else None
    # A job that never ends counts as running until it is forgotten.
    busy_until_ms = end.at_ms if end is not None else expires_ms(task.plan)
    ledgers = charged(books, sandbox, caller, terms, task.price_micros, refund_ms)
    if quotas:
        hits = occupied(quotas, caller, hits, busy_until_ms, snapshot.task_id)
    deliveries: tuple[Delivery, ...] = ()
    if task.callback_url and end is not None:
        deliveries = (_announcement(task, task.callback_url, end, terms),)
    elif task.callback_url and (missed_ms := missed_end_ms(task)) is not None:
        deliveries = (_owed(task, task.callback_url, missed_ms),)
    once = remembered(books, command.once, task)
    turns = books.turns
    if command.turns is not None:
        turns = {**turns, command.turns.name: turns.get(command.turns.name, 0) + 1}
    books_after = Books(task.ordinal, ledgers, hits, once, turns)
    changes = Changes(None, books_after, (task,), deliveries)
    return Accepted(task, command.reply_as), changes


def _made(
    snapshot: Snapshot, caller: Caller, command: Submit, scenario: Scenario, choice: Choice
) -> Task:
    """The job with its whole future. Raises Refusal for a bad directive."""
    sandbox, provider, ordinal = snapshot.sandbox, caller.provider, snapshot.books.ordinal + 1
    now_ms, speed = caller.now_ms, sandbox.speed
    drawn = digest_of(f"{sandbox.seed}\x1ftask\x1f{provider.name}\x1f{ordinal}", _DRAWN.size)
    seed, queue, run, hd, chance = _DRAWN.unpack(drawn)
    timing, turn = _turn(snapshot.books, command)
    queue_ms, run_ms, hd_ms = timing.drawn_ms(queue, run, hd, speed)
    # by position, and so is the task below: names would cost as much as the plan
    asked = PlanRequest(
        now_ms,
        seed.hex(),
        queue_ms,
        run_ms,
        hd_ms,
        provider.retention_ms,
        command.videos,
        provider.failures,
        choice.options,
        provider.refusals,
        provider.ticks,
    )
    try:
        if choice.options:
            check_options(scenario, choice.options)
        plan = scenario.make(asked)
        usual = None if choice.name == SUCCEED.name else success(asked, queue_ms, run_ms)
    except BadInput as error:
        raise Refusal("bad_directive", str(error)) from None
    # An extension continues its original, in the same shape.
    shape = snapshot.task if command.parent_id is not None and snapshot.task else command
    resolution = shape.resolution
    if command.continuation is not None:
        resolution = command.continuation.resolution
    operation, dialect = caller.operation, caller.dialect
    return Task(
        provider.make_id(chance, now_ms, operation, dialect),
        ordinal,
        provider.name,
        operation,
        caller.key,
        command.model,
        command.prompt,
        now_ms,
        plan,
        caller.base_url,
        shape.orientation,
        resolution,
        command.gif,
        command.videos,
        command.images,
        command.params,
        command.callback_url,
        command.price_micros,
        round(command.estimated_ms / speed),
        provider.media_ttl_ms(dialect),
        choice.name,
        command.parent_id,
        (),
        None if usual == plan else usual,
        command.duration_s,
        turn,
    )


def _turn(books: Books, command: Submit) -> tuple[Timing, int]:
    """How long a job takes, and which of those it is that take turns."""
    turns = command.turns
    if turns is None:
        return command.timing, 0
    turn = books.turns.get(turns.name, 0) % len(turns.timings)
    return turns.timings[turn], turn


def _announcement(task: Task, url: str, end: Step, terms: Overrides) -> Delivery:
    """The callback that a new task will send when it ends, or earlier if the terms say so."""
    delivery = delivery_of(task, "finished", url, end.at_ms)
    early_ms = end.at_ms - terms.callback_lead_ms
    due_ms = task.created_ms if terms.callback_first else max(task.created_ms, early_ms)
    detail = {"early_by": terms.early_by} if due_ms < end.at_ms and terms.early_by else {}
    return replace(delivery, due_ms=due_ms, detail=detail)


def _owed(task: Task, url: str, missed_ms: int) -> Delivery:
    """The callback that a job which never ends does not send, and when it would have been sent."""
    return replace(delivery_of(task, "finished", url, missed_ms), detail={"withheld": True})


def delivery_of(task: Task, event: str, url: str, at_ms: int) -> Delivery:
    """The callback about an event of a task, due when that comes."""
    return Delivery(f"{task.id}:{event}", task.id, task.provider, event, url, at_ms, at_ms)


def present(snapshot: Snapshot, caller: Caller, task_id: str) -> Task:
    """The task, if this provider knows it now. Raises Refusal(`not_found` | `record_expired`)."""
    task, now_ms, kind = snapshot.task, caller.now_ms, "not_found"
    provider = caller.provider
    known = task is not None and task.provider == provider.name
    if task is None or not (known and provider.knows(task.operation, caller.operation)):
        why = "no such task in this sandbox"
    elif now_ms < task.plan.known_ms:
        why = "the task is not known yet"
    elif task.plan.vanish_ms is not None and now_ms >= task.plan.vanish_ms:
        why = "the record vanished"
    elif now_ms >= expires_ms(task.plan):
        why = "the record has expired"
        kind = "record_expired" if "record_expired" in caller.provider.refusals else kind
    else:
        return task
    raise Refusal(kind, f"task id: got {shown(task_id)}, {why}", task_id=task_id)


def read(snapshot: Snapshot, caller: Caller, task_id: str) -> Found:
    """The present state of a task. Raises Refusal(`not_found`)."""
    task = present(snapshot, caller, task_id)
    return Found(task, state_at(task.plan, caller.now_ms))


def check_parent(snapshot: Snapshot, caller: Caller, command: Submit) -> None:
    """Raises Refusal unless a task can be extended: it succeeded, in a resolution that allows it."""
    task = _succeeded(snapshot, caller, command.parent_id or "")
    shapes = {task.resolution: "made in"} | {one.variant: "upgraded to" for one in task.upgrades}
    for resolution in command.parent_unless:
        if resolution in shapes:
            reason = f"{_id_field(caller)}: the original was {shapes[resolution]} {resolution}"
            raise Refusal("not_extendable", reason)
    continuation = command.continuation
    if continuation is not None and continuation.of_model not in ("", task.model):
        expected = f"{shown(task.model)}, the original's"
        raise wrong_field("not_extendable", "model", continuation.of_model, expected)


def continued(snapshot: Snapshot, command: Submit) -> Submit:
    """The command with the model, price and timing that its parent's model decides."""
    parent, continuation = snapshot.task, command.continuation
    if parent is None or continuation is None or parent.model not in continuation.by_model:
        return command
    price_micros, timing = continuation.by_model[parent.model]
    return replace(command, model=parent.model, price_micros=price_micros, timing=timing)


def _succeeded(snapshot: Snapshot, caller: Caller, task_id: str) -> Task:
    task = present(snapshot, caller, task_id)
    phase = state_at(task.plan, caller.now_ms).phase
    if phase != "succeeded":
        reason = f"{_id_field(caller)}: the original is {phase}, expected succeeded"
        raise Refusal("not_succeeded", reason)
    return task


def _id_field(caller: Caller) -> str:
    """What the provider calls the id of a task that a request names."""
    return caller.provider.judging_of(caller.operation).id_field or "task id"


def upgrade(
    snapshot: Snapshot, caller: Caller, command: UpgradeVideo, terms: Overrides = NO_OVERRIDES
) -> tuple[Upgraded, Changes | None]:
    """Begins or reads an upgrade. Raises Refusal(`not_found`, `not_succeeded`, `wrong_ratio`, …)."""
    task = _succeeded(snapshot, caller, command.task_id)
    if not 0 <= command.index < task.videos:
        raise Refusal(
            "no_such_video", f"index: got {command.index}, expected 0 to {task.videos - 1}"
        )
    if command.only is not None and task.orientation != command.only:
        reason = f"{_id_field(caller)}: a {task.orientation} video, expected {command.only}"
        raise Refusal("wrong_ratio", reason)
    known = task.upgrade(command.variant, command.index)
    if known is not None:
        return _upgraded(task, known, caller.now_ms, first=False), None
    begun = _begin_upgrade(snapshot.sandbox, task, caller, command)
    upgraded = replace(task, upgrades=(*task.upgrades, begun))
    ledgers = charged(
        snapshot.books, snapshot.sandbox, caller, terms, command.price_micros, begun.failed_ms
    )
    books = replace(snapshot.books, ledgers=ledgers)
    deliveries: tuple[Delivery, ...] = ()
    ends_ms = begun.ends_ms
    if begun.callback_url and ends_ms is not None:
        event = f"upgraded_{command.variant}_{command.index}"
        deliveries = (delivery_of(task, event, begun.callback_url, ends_ms),)
    changes = Changes(books=books, tasks=(upgraded,), deliveries=deliveries)
    return _upgraded(upgraded, begun, caller.now_ms, first=True), changes


def _upgraded(task: Task, upgrade: Upgrade, now_ms: int, *, first: bool) -> Upgraded:
    """The present state of an upgrade."""
    ends_ms = upgrade.ends_ms
    ended = ends_ms is not None and ends_ms <= now_ms
    failed = upgrade.ready_ms is None
    return Upgraded(task, upgrade, ended and not failed, first, ended and failed)


def _begin_upgrade(sandbox: Sandbox, task: Task, caller: Caller, command: UpgradeVideo) -> Upgrade:
    """An upgrade that is asked for now. In a plan without `hd_ms`, no upgrade succeeds."""
    ready_ms, failed_ms = task.plan.hd_ms, None
    if command.run is not None:
        chance = roll(task.plan.seed, "upgrade", command.variant, command.index)
        ends_ms = caller.now_ms + round(command.run.draw(chance) / sandbox.speed)
        ready_ms, failed_ms = (None, ends_ms) if task.plan.hd_ms is None else (ends_ms, None)
    return Upgrade(
        variant=command.variant,
        index=command.index,
        asked_ms=caller.now_ms,
        ready_ms=ready_ms,
        failed_ms=failed_ms,
        failure=command.failure if failed_ms is not None else None,
        callback_url=command.callback_url,
    )


def balance(snapshot: Snapshot, caller: Caller) -> Balance:
    """What is left, and what was used, at this provider."""
    used = snapshot.books.ledger(caller.provider.name).used_micros(caller.now_ms)
    limit = snapshot.sandbox.balances_micros.get(caller.provider.name)
    return Balance(None if limit is None else limit - used, used)
