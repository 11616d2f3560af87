"""xcompute's calls: method, path, how each request is read and answered."""

from __future__ import annotations

from mockserver.providers.xcompute import decode, encode, schema
from mockserver.sdk.provider import Operation

OPERATIONS = (
    Operation(
        "create",
        "POST",
        "/v1/videos/generations",
        "create",
        decode.create,
        encode.created,
        summary="Create a video",
    ),
    Operation(
        "status",
        "GET",
        "/v1/tasks/{task_id}",
        "poll",
        decode.read,
        encode.status,
        "task_id",
        summary="Read a task: its status and its videos",
    ),
    Operation(
        "upload",
        "POST",
        "/v1/uploads/images",
        "account",
        decode.upload,
        encode.uploaded,
        summary="Upload an image",
    ),
    Operation(
        "balance",
        "GET",
        "/v1/balance",
        "account",
        decode.balance,
        encode.balance,
        summary="Read the balance of the key",
    ),
    Operation(
        "balance_alias",
        "GET",
        "/balance",
        "account",
        decode.balance,
        encode.balance,
        summary="Read the balance of the key",
    ),
    Operation(
        "user_balance",
        "GET",
        "/v1/user/balance",
        "account",
        decode.balance,
        encode.user_balance,
        summary="Read the balance of the account",
    ),
    Operation(
        "models",
        "GET",
        "/v1/models",
        "account",
        decode.models,
        encode.models,
        summary="List the models",
    ),
    Operation(
        "model_schema",
        "GET",
        "/v1/model-schema",
        "account",
        schema.ask,
        schema.told,
        summary="Read the fields that a model takes",
    ),
    Operation(
        "remix",
        "POST",
        "/v1/videos/{task_id}/remix",
        "upgrade",
        decode.remix,
        encode.created,
        summary="Make a new video from a completed one",
    ),
)
