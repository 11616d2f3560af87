"""xcompute's calls: method, path, how each request is read and answered."""

from __future__ import annotations

from mockserver.providers.xcompute import decode, encode, schema
from mockserver.sdk.provider import Operation

OPERATIONS = (
    Operation("create", "POST", "/v1/videos/generations", "create", decode.create, encode.created),
    Operation(
        "status", "GET", "/v1/tasks/{task_id}", "poll", decode.read, encode.status, "task_id"
    ),
    Operation("upload", "POST", "/v1/uploads/images", "account", decode.upload, encode.uploaded),
    Operation("balance", "GET", "/v1/balance", "account", decode.balance, encode.balance),
    Operation("balance_alias", "GET", "/balance", "account", decode.balance, encode.balance),
    Operation(
        "user_balance", "GET", "/v1/user/balance", "account", decode.balance, encode.user_balance
    ),
    Operation("models", "GET", "/v1/models", "account", decode.models, encode.models),
    Operation("model_schema", "GET", "/v1/model-schema", "account", schema.ask, schema.told),
    Operation(
        "remix", "POST", "/v1/videos/{task_id}/remix", "upgrade", decode.remix, encode.created
    ),
)
