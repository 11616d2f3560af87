"""xcompute's webhook: the flat task, posted once it has ended. docs: docs.apimart.ai tasks/webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mockserver.providers.xcompute.encode import task_object
from mockserver.providers.xcompute.errors import spoken
from mockserver.providers.xcompute.status import FAILURES
from mockserver.sdk.provider import (
    JSON_TYPE,
    CallbackPolicy,
    Failure,
    Message,
    State,
    encode_json,
    state_at,
)

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Delivery, Task

POLICY = CallbackPolicy(
    timeout_ms=10_000, retry_delays_ms=(10_000, 30_000, 60_000), stops_on_4xx=True
)


def callback(task: Task, delivery: Delivery, context: Context) -> Message:
    """The message about a terminal state. The gateway signs nothing."""
    state = state_at(task.plan, delivery.event_ms)
    if task.plan.results.contradict_callback:
        state = _opposite(state)
    body = task_object(task, state, context)
    if state.failure is not None:
        body["error"] = _error(state.failure, context)
    return Message((JSON_TYPE,), encode_json(body))


def _opposite(state: State) -> State:
    if state.failure is not None:
        return replace(state, phase="succeeded", failure=None)
    return replace(state, phase="failed", failure=FAILURES["server_error"])


def _error(failure: Failure, context: Context) -> dict[str, Any]:
    message = spoken(failure.message, "", context)
    if context.dialect["webhook_error"] == "short":
        return {"message": message, "code": ""}
    return {"message": message, "type": "task_failed", "param": "", "code": "task_failed"}
