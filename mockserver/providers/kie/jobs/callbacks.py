"""Callbacks of the jobs API, in the form of Veo's page or in the general form of all models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mockserver.providers.kie import events
from mockserver.providers.kie.java_order import in_hash_map_order
from mockserver.providers.kie.jobs.models import TIERS, model_of
from mockserver.providers.kie.jobs.results import result
from mockserver.providers.kie.status import FAILURES
from mockserver.sdk.provider import Delivery, Message, Task, encode_json, outcome_step

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context

CREATE_TASK = "create_task"


def callback(task: Task, delivery: Delivery, context: Context) -> Message:
    """What a receiver gets from any of Kie's calls, always signed in the same way. docs: the page
    of `veo-3-1` links the callback of the older calls; the market's pages show another one.
    """
    told = task if task.model in TIERS else replace(task, parent_id=None)  # it extends nothing
    message = events.callback(told, delivery, context)
    if task.operation != CREATE_TASK or context.dialect["job_callback"] == "veo":
        return message
    return replace(message, body=encode_json(_general(task, context)))


def _general(task: Task, context: Context) -> dict[str, Any]:
    """docs: the market's pages. The newer pages leave out the account's credits."""
    step = outcome_step(task.plan)
    failure = step.failure if step is not None else None
    if task.plan.results.contradict_callback:
        failure = None if failure is not None else FAILURES["internal"]
    ended_ms = step.at_ms if step is not None else task.created_ms
    data: dict[str, Any] = {
        "completeTime": ended_ms,
        "costTime": 0 if failure is not None else (ended_ms - task.created_ms) // 1000,
        "createTime": task.created_ms,
        "model": model_of(task),
        "param": _param(task),
        "taskId": task.id,
    }
    if failure is not None:
        data |= {"failCode": str(failure.code), "failMsg": failure.message, "state": "fail"}
        return {"code": 501, "data": dict(sorted(data.items())), "msg": "Playground task failed."}
    data |= {"resultJson": encode_json(result(task, context)).decode(), "state": "success"}
    msg = "Playground task completed successfully."
    return {"code": 200, "data": dict(sorted(data.items())), "msg": msg}


def _param(task: Task) -> str:
    """The request as JSON text. Here `input` is an object [docs]."""
    asked: dict[str, Any] = {"callBackUrl": task.callback_url, "model": model_of(task)}
    return encode_json(asked | {"input": in_hash_map_order(task.params)}).decode()
