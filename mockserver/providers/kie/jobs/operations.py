"""The calls of the jobs API: method, path, how each request is read and answered, and their limits."""

from __future__ import annotations

from typing import Any

from mockserver.providers.kie.jobs import catalogue, decode, encode
from mockserver.providers.kie.jobs.callbacks import CREATE_TASK
from mockserver.providers.kie.jobs.judging import JOBS_JUDGING
from mockserver.sdk.provider import Api, Operation, PollAdvice, Quota

JOBS = "/api/v1/jobs"
# assumed: the pace of the older calls, because no document of this API advises one
API = Api("jobs", JOBS_JUDGING, PollAdvice(interval_ms=30_000, deadline_ms=600_000))

OF_A_MODEL = tuple(
    Operation(
        name + of, "GET", path + last, "account", catalogue.list_models, told, summary=summary
    )
    for name, last, told, summary in (
        ("model_price", "price", catalogue.price, "Read the price of a model"),
        (
            "model_success_rate",
            "success-rate",
            catalogue.success_rate,
            "Read how often jobs of a model succeed",
        ),
        ("model_schema", "schema", catalogue.schema, "Read the fields that a model takes"),
    )
    for of, path in (
        ("", "/api/v1/models/{model}/"),
        ("_of_kind", "/api/v1/models/{model}/{kind}/"),  # a model's name may have a slash
    )
)
OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        CREATE_TASK,
        "POST",
        f"{JOBS}/createTask",
        "create",
        decode.create_task,
        encode.created,
        api=API,
        summary="Create a task of the jobs API",
    ),
    Operation(
        "task_record",
        "GET",
        f"{JOBS}/recordInfo",
        "poll",
        decode.record_info,
        encode.record,
        "taskId",
        api=API,
        summary="Read a task of the jobs API",
    ),
    Operation(
        "list_models",
        "GET",
        "/api/v1/models",
        "account",
        catalogue.list_models,
        catalogue.models,
        summary="List the models of the catalogue",
    ),
    *OF_A_MODEL,
)
CATALOGUE = frozenset(each.name for each in OPERATIONS if each.path.startswith("/api/v1/models"))
# docs: kie.ai, agent skill kie-models; refused calls are not queued
QUOTAS = (
    Quota("kie_job_creations", 20, 10_000, frozenset({CREATE_TASK}), per="account"),
    Quota("kie_job_polls", 10, 1000, frozenset({"task_record"}), per="task", switch="read_limits"),
    Quota("kie_catalogue", 1, 1000, CATALOGUE, per="account", switch="read_limits"),
)
