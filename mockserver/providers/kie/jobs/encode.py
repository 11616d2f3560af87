"""Writes the replies of the jobs API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.providers.kie.errors import success
from mockserver.providers.kie.jobs.models import model_of
from mockserver.providers.kie.jobs.results import credits_consumed, param, result
from mockserver.providers.kie.status import FAILED_UPSTREAM, GENERATING, SUCCESS
from mockserver.sdk.provider import Accepted, Found, Reply, State, Task, encode_json

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Inbound

FLAGS = {"succeeded": SUCCESS, "failed": FAILED_UPSTREAM}
ENDED = {"succeeded": "success", "failed": "fail"}


def created(outcome: Accepted, inbound: Inbound, context: Context) -> Reply:
    """The reply to createTask. Both ids are the same [recorded]."""
    task_id = outcome.task.id
    return success(context, {"taskId": task_id, "recordId": task_id})


def record(outcome: Found, inbound: Inbound, context: Context) -> Reply:
    """The record, with its fields in the recorded order."""
    task, state = outcome.task, outcome.state
    failure = state.failure
    succeeded = state.phase == "succeeded"
    ended = succeeded or failure is not None
    made = result(task, context) if succeeded else None
    asked = param(task)
    data: dict[str, Any] = {
        "taskId": task.id,
        "model": model_of(task),
        "state": _state(task, state, context),
        "param": asked,
        "resultJson": "" if made is None else encode_json(made).decode(),
        "failCode": None if failure is None else str(failure.code),
        "failMsg": None if failure is None else failure.message,
        "costTime": _cost_s(task, state) if ended else None,
        "completeTime": state.since_ms if ended else None,
        "createTime": task.created_ms,
        "creditsConsumed": credits_consumed(task, failure),
        "operationType": model_of(task),
    }
    if made is not None:
        data["response"] = made
    data["successFlag"] = FLAGS.get(state.phase, GENERATING)
    data["paramJson"] = asked
    return success(context, data)


def _cost_s(task: Task, state: State) -> int:
    """Whole seconds, rounded down [recorded]; 0 for a job that failed [docs: callbacks]."""
    return 0 if state.failure is not None else (state.since_ms - task.created_ms) // 1000


def _state(task: Task, state: State, context: Context) -> str:
    """The word for a state. An undocumented word is sent as it is."""
    if state.word or state.phase in ENDED:
        return state.word or ENDED[state.phase]
    if context.dialect["job_states"] == "waiting":
        return "waiting"
    if state.phase == "running":
        return "generating"
    # assumed: a job waits for the first half of its time in the queue
    queue_ms = task.plan.steps[1].at_ms - task.created_ms
    return "waiting" if 2 * (context.now_ms - task.created_ms) < queue_ms else "queuing"
