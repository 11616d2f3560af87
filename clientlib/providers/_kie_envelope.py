"""Kie's envelope `{code, msg, data}`, which both of its APIs answer with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from clientlib.sdk import Reply, by_status, errors, integer, json_object, malformed, text

KINDS: Final[Mapping[int, type[errors.ProviderError]]] = {
    455: errors.ProviderUnavailable,  # maintenance
    501: errors.ProviderUnavailable,  # generation failed
    505: errors.PermissionRefused,  # feature disabled
}
REFUSALS: Final = ("is required", "not within the range of allowed options")
"""Texts under code 500 that name a field of the request (observed on the jobs API, 2026-10)."""


def given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def envelope(reply: Reply) -> dict[str, Any]:
    try:
        return json_object(reply)
    except errors.MalformedReply:
        return {}


def data_of(reply: Reply) -> Any:
    """The envelope's data, when both HTTP and the envelope say that all is well."""
    ok = reply.is_success
    body = json_object(reply) if ok else envelope(reply)
    code = integer(body.get("code"))
    if ok and code == 200:
        return body.get("data")
    if ok and code is None:
        raise malformed(reply, "The envelope has no code")
    # A failing HTTP status outweighs an envelope that claims success.
    told = reply.status if code in (None, 200) else code
    assert told is not None
    message = text(body.get("msg")) or f"code {told} without a reason"
    raise _kind(told, message)(message, code=str(told), reply=reply)


def _kind(code: int, message: str) -> type[errors.ProviderError]:
    if code == 422:
        return _unprocessable(message.lower())
    if code == 500 and message.endswith(REFUSALS):
        return errors.InvalidRequest
    if code == 500 and message.startswith("Credits insufficient"):  # observed, 2026-09-13
        return errors.InsufficientCredit
    return KINDS.get(code) or by_status(code)


def _unprocessable(message: str) -> type[errors.ProviderError]:
    """422 stands for several things; its documented texts tell them apart."""
    if "14 days" in message:
        return errors.RecordExpired
    if "result data" in message or "status is not success" in message:
        return errors.NotReady
    if "not found" in message or "not exist" in message or "is null" in message:
        return errors.TaskNotFound
    return errors.InvalidRequest
