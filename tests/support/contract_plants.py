"""One planted deviation per check of the verifier, and which checks must notice it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.support.contract_tampering import Change, Exchange


@dataclass(frozen=True)
class Plant:
    """A deviation of one provider's mock."""

    provider: str
    check: str
    """The check that must notice it."""
    make: Callable[[], Change]
    """Makes the change afresh: some of them count."""
    also: tuple[str, ...] = ()
    """The checks that notice it as well."""


def plant(provider: str, check: str, *also: str) -> Callable[[Callable[[], Change]], None]:
    def add(make: Callable[[], Change]) -> None:
        PLANTS.append(Plant(provider, check, make, also))

    return add


PLANTS: list[Plant] = []
UNKNOWN = ("doesnotexist", "00000000000000000000")


def when(matches: Callable[[Exchange], bool], spoil: Callable[[Exchange], Exchange]) -> Change:
    return lambda exchange: spoil(exchange) if matches(exchange) else None


def body(spoil: Callable[[Any], Any], status: int | None = None) -> Callable[..., Exchange]:
    """Spoil a JSON reply; what `spoil` returns counts, or the object that it changed."""

    def change(exchange: Exchange) -> Exchange:
        value = exchange.json
        return exchange.with_json(spoil(value) or value, status)

    return change


def unknown(exchange: Exchange) -> bool:
    return any(word in exchange.path + exchange.query for word in UNKNOWN)


def bad_key(exchange: Exchange) -> bool:
    return "sk-mock-invalid" in (exchange.authorization or "")


def probe(exchange: Exchange) -> bool:
    good = exchange.authorization is not None and not bad_key(exchange)
    return exchange.method == "GET" and unknown(exchange) and good


def media(exchange: Exchange) -> bool:
    return "/media/" in exchange.path


def poll(exchange: Exchange) -> bool:
    pattern = r"/v1/videos/[^/]+$|/v1/tasks/[^/]+$|/record-info$"
    asked = exchange.method == "GET" and re.search(pattern, exchange.path) is not None
    return asked and not unknown(exchange) and "no/such" not in exchange.path and (
        "record-info" not in exchange.path or "taskId" in exchange.query
    )  # fmt: skip


def creates(exchange: Exchange) -> bool:
    path = exchange.path.endswith(("/v1/videos", "/veo/generate", "/videos/generations"))
    return exchange.method == "POST" and path


def create(exchange: Exchange) -> bool:
    """A creation that was taken."""
    if not creates(exchange) or exchange.status != 200:
        return False
    return exchange.json.get("code", 200) == 200


def sent(**fields: object) -> Callable[[Exchange], bool]:
    """A request with these fields; None stands for a missing one."""

    def matches(exchange: Exchange) -> bool:
        if exchange.method != "POST" or not isinstance(exchange.sent, dict):
            return False
        return all(exchange.sent.get(name) == value for name, value in fields.items())

    return matches


def counted(matches: Callable[[Exchange], bool], *numbers: int) -> Callable[[Exchange], bool]:
    """Only the exchanges with these numbers among those that match, from 1; negative: from there."""
    count = 0

    def matched(exchange: Exchange) -> bool:
        nonlocal count
        if not matches(exchange):
            return False
        count += 1
        return any(count == n if n > 0 else count >= -n for n in numbers)

    return matched


def replaced(value: Any, status: int | None = None) -> Callable[[Exchange], Exchange]:
    return lambda exchange: exchange.with_json(value, status)


def at(*path: str | int, to: Any) -> Callable[[Any], None]:
    def spoil(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to(value[path[-1]]) if callable(to) else to

    return spoil


def without(*path: str | int) -> Callable[[Any], None]:
    def spoil(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        del value[path[-1]]

    return spoil


ACCEPTED = {"ok": True}

for name in ("apiyi", "kie", "xcompute"):
    _get_bad = lambda e: e.method == "GET" and bad_key(e)  # noqa: E731
    _no_key = lambda e: e.authorization is None and not media(e)  # noqa: E731
    plant(name, "auth.bad_key")(lambda m=_get_bad: when(m, replaced(ACCEPTED, 200)))
    plant(name, "auth.no_key")(lambda m=_no_key: when(m, replaced(ACCEPTED, 200)))
    plant(name, "errors.missing_prompt")(
        lambda: when(
            lambda e: creates(e) and "prompt" not in (e.sent or {"prompt": ""}),
            replaced(ACCEPTED, 200),
        )
    )
    plant(name, "errors.unknown_model")(
        lambda: when(sent(model="no-such-model"), replaced(ACCEPTED, 200))
    )
    plant(name, "errors.malformed_json")(
        lambda: when(
            lambda e: e.method == "POST" and e.sent is None and not bad_key(e),
            replaced(ACCEPTED, 200),
        )
    )
    plant(name, "errors.unknown_path")(
        lambda: when(
            lambda e: e.path.endswith("/no/such/call"),
            lambda e: replace(e, headers={"content-type": "text/html"}, body=b"<h1>Not Found</h1>"),
        )
    )
    _upgrades = ("upgrade.extension", "upgrade.1080p", "upgrade.4k") if name == "kie" else ()
    plant(name, "content.download", "content.range", *_upgrades)(
        lambda: when(lambda e: media(e) and not e.ranged, lambda e: replace(e, body=b"<html>"))
    )
    plant(name, "content.range")(
        lambda: when(lambda e: media(e) and e.ranged, lambda e: replace(e, status=200))
    )
    plant(name, "poll.headers")(
        lambda: when(probe, lambda e: replace(e, headers={"content-type": "text/html"}))
    )

for name in ("kie", "xcompute"):
    _raw = lambda e: not (e.authorization or "Bearer").startswith("Bearer")  # noqa: E731
    plant(name, "auth.raw_key")(lambda m=_raw: when(m, replaced(ACCEPTED, 200)))
    plant(name, "errors.bad_ratio")(lambda: when(sent(aspect_ratio="7:5"), replaced(ACCEPTED, 200)))

# --- APIYI
REFUSED = {"error": {"code": "invalid_api_key", "message": "no", "type": "authentication_error"}}
plant("apiyi", "auth.key_forms")(
    lambda: when(lambda e: (e.authorization or "").startswith("Bearer"), replaced(REFUSED, 401))
)
plant("apiyi", "auth.models")(
    lambda: when(lambda e: e.path.endswith("/v1/models"), body(at("data", to=[])))
)
plant("apiyi", "create.reply")(lambda: when(create, body(at("created", to=str))))
GONE = {"error": {"code": "video_not_found", "message": "?", "type": "invalid_request_error"}}
plant("apiyi", "create.known_at_once", "poll.reply", "lifecycle.steps", "lifecycle.final")(
    lambda: when(counted(poll, 1), replaced(GONE, 404))
)
plant("apiyi", "poll.unknown_id", "auth.key_forms")(
    lambda: when(
        lambda e: probe(e) and "content" not in e.path, body(at("error", "code", to="no_video"))
    )
)
plant("apiyi", "poll.reply")(lambda: when(poll, body(without("model"))))
plant("apiyi", "poll.same_id")(lambda: when(poll, body(at("id", to="video_other"))))


def _backwards() -> Change:
    first, second = counted(poll, 1), counted(poll, 2)
    forms = {
        "processing": at("status", to="processing"),
        "queued": at("status", to="queued"),
    }

    def change(exchange: Exchange) -> Exchange | None:
        words = [w for m, w in ((first, "processing"), (second, "queued")) if m(exchange)]
        if not words:
            return None
        value = exchange.json
        forms[words[0]](value)
        value.pop("prompt", None)
        return exchange.with_json(value)

    return change


plant("apiyi", "lifecycle.steps")(_backwards)


def _never_done(exchange: Exchange) -> Exchange:
    value = exchange.json
    value["status"] = "processing"
    return exchange.with_json(value)


plant("apiyi", "lifecycle.ends")(lambda: when(poll, _never_done))
plant("apiyi", "lifecycle.constant")(
    lambda: when(counted(poll, 1), body(at("created", to=lambda value: value + 1)))
)


def _done_changes() -> Change:
    def done(exchange: Exchange) -> bool:
        return poll(exchange) and exchange.json.get("status") == "completed"

    return when(counted(done, 2), body(at("prompt", to="another prompt")))


plant("apiyi", "lifecycle.final")(_done_changes)


def content(exchange: Exchange) -> bool:
    return exchange.path.endswith("/content") and not unknown(exchange) and exchange.status == 200


plant("apiyi", "content.json")(
    lambda: when(lambda e: content(e) and "json" in e.accept, body(at("duration", to=str)))
)
plant("apiyi", "content.bytes")(
    lambda: when(
        lambda e: content(e) and "video" in e.accept, lambda e: replace(e, body=b"not a video")
    )
)
plant("apiyi", "content.not_ready")(
    lambda: when(
        lambda e: e.path.endswith("/content") and not unknown(e) and e.status == 400,
        body(at("error", "code", to="later")),
    )
)
plant("apiyi", "content.unknown_id")(
    lambda: when(
        lambda e: unknown(e) and e.path.endswith("/content"), body(without("error", "message"))
    )
)
plant("apiyi", "stream.order", "stream.several")(
    lambda: when(
        lambda e: "event-stream" in e.headers.get("content-type", ""),
        lambda e: replace(e, body=e.body.replace(b"data: [DONE]\n\n", b"")),
    )
)


def _one_video_less(exchange: Exchange) -> Exchange:
    events = exchange.body.split(b"\n\n")
    return replace(exchange, body=b"\n\n".join(e for e in events if "第2个".encode() not in e))


plant("apiyi", "stream.several")(
    lambda: when(lambda e: "event-stream" in e.headers.get("content-type", ""), _one_video_less)
)
plant("apiyi", "stream.refused_key")(
    lambda: when(
        lambda e: e.method == "POST" and bad_key(e),
        lambda e: replace(e, status=200, headers={"content-type": "text/event-stream"}),
    )
)
plant("apiyi", "errors.chat_n_too_large")(lambda: when(sent(n=5), replaced(ACCEPTED, 200)))
LIMITED = {"error": {"code": "rate_limit_exceeded", "message": "?", "type": "rate_limit_error"}}
plant("apiyi", "limits.retry_after", "auth.models")(
    lambda: when(lambda e: e.path.endswith("/v1/models"), replaced(LIMITED, 429))
)

# --- Kie
plant("kie", "auth.credit")(lambda: when(lambda e: "credit" in e.path, body(at("data", to=str))))
plant("kie", "create.reply")(lambda: when(create, body(at("msg", to="ok"))))
plant("kie", "poll.unknown_id")(
    lambda: when(
        lambda e: probe(e) and "record-info" in e.path and e.authorization.startswith("Bearer"),
        body(at("code", to=404)),
    )
)
plant("kie", "poll.missing_id")(
    lambda: when(lambda e: e.path.endswith("record-info") and not e.query, body(at("code", to=200)))
)
plant("kie", "poll.unknown_upgrade")(
    lambda: when(lambda e: "1080p" in e.path and unknown(e), body(at("code", to=404)))
)
plant("kie", "poll.reply", "upgrade.extension")(
    lambda: when(poll, body(at("data", "successFlag", to=str)))
)
plant("kie", "lifecycle.constant")(
    lambda: when(counted(poll, 1), body(at("data", "createTime", to=lambda value: value + 1)))
)


def _extended(exchange: Exchange) -> bool:
    data = exchange.json["data"] if poll(exchange) else None
    return bool(data) and "fullResultUrls" in (data["response"] or {})


def _ready(variant: str) -> Callable[[Exchange], bool]:
    return lambda e: variant in e.path and not unknown(e) and "mp4" in e.body.decode()


plant("kie", "upgrade.extension")(
    lambda: when(_extended, body(without("data", "response", "fullResultUrls")))
)
plant("kie", "upgrade.1080p")(
    lambda: when(
        _ready("1080p"), body(at("data", to=lambda data: {"resultUrls": [data["resultUrl"]]}))
    )
)
plant("kie", "upgrade.4k")(lambda: when(_ready("4k"), body(at("code", to=200))))
CREATED = {"code": 200, "msg": "success", "data": {"taskId": "0" * 31 + "1"}}
plant("kie", "limits.creations")(
    lambda: when(
        lambda e: e.path.endswith("/generate") and e.json.get("code") == 429, replaced(CREATED)
    )
)
plant("kie", "limits.reads_are_free")(
    lambda: when(counted(probe, -20), replaced({"code": 429, "msg": "Rate Limited", "data": None}))
)

# --- Kie's jobs API


def record_info(exchange: Exchange) -> bool:
    return exchange.path.endswith("/jobs/recordInfo")


def job_poll(exchange: Exchange) -> bool:
    return record_info(exchange) and exchange.query != "" and "f" * 32 not in exchange.query


def job_done(exchange: Exchange) -> bool:
    return job_poll(exchange) and exchange.json["data"]["state"] == "success"


def job_created(exchange: Exchange) -> bool:
    return exchange.path.endswith("/createTask") and exchange.json.get("code") == 200


plant("kie", "jobs.unknown_id")(
    lambda: when(lambda e: record_info(e) and "f" * 32 in e.query, replaced(ACCEPTED, 200))
)
plant("kie", "jobs.missing_id")(
    lambda: when(lambda e: record_info(e) and not e.query, replaced(ACCEPTED, 200))
)
plant("kie", "jobs.models")(
    lambda: when(lambda e: e.path.endswith("/api/v1/models"), body(at("data", "total", to=str)))
)
plant("kie", "jobs.unknown_model")(
    lambda: when(sent(model="unknown/model"), replaced(ACCEPTED, 200))
)
plant("kie", "jobs.missing_prompt")(
    lambda: when(sent(model="veo-3-1", input={}), replaced(ACCEPTED, 200))
)
plant("kie", "jobs.job")(lambda: when(job_created, body(without("data", "taskId"))))
plant("kie", "jobs.job")(
    lambda: when(counted(job_poll, 1), body(at("data", "state", to="running")))
)
plant("kie", "jobs.job")(lambda: when(job_poll, body(at("data", "taskId", to="0" * 32))))
plant("kie", "jobs.job")(lambda: when(job_done, body(at("data", "resultJson", to="{}"))))
plant("kie", "jobs.job")(
    lambda: when(
        job_done, body(at("data", "response", "resultUrls", to=["https://other.example/"]))
    )
)
plant("kie", "jobs.job")(
    lambda: when(
        counted(job_poll, 1),
        replaced({"code": 422, "msg": "recordInfo is null", "data": None}),
    )
)

# --- xcompute
plant("xcompute", "auth.balance")(
    lambda: when(lambda e: e.path.endswith("/v1/balance"), body(without("success")))
)
plant("xcompute", "create.reply")(lambda: when(create, body(at("data", 0, "status", to="pending"))))
plant("xcompute", "poll.unknown_id")(
    lambda: when(
        lambda e: probe(e) and e.authorization.startswith("Bearer"),
        body(at("error", "type", to="misc")),
    )
)
plant("xcompute", "poll.reply")(lambda: when(poll, body(at("data", "progress", to=str))))
plant("xcompute", "poll.same_id")(
    lambda: when(poll, body(at("data", "id", to="task_01K8SGYNNNVBQTXNR4MM964S7K")))
)


def _later(value: Any) -> None:
    for item in value["data"].get("result", {}).get("videos", []):
        item["expires_at"] += 1


plant("xcompute", "content.expiry")(lambda: when(poll, body(_later)))
plant("xcompute", "errors.lite_with_pictures")(
    lambda: when(lambda e: bool((e.sent or {}).get("image_urls")), replaced(ACCEPTED, 200))
)
plant("xcompute", "errors.gif_above_720p")(
    lambda: when(sent(enable_gif=True), replaced(ACCEPTED, 200))
)


# --- callbacks, spoilt on their way to the listener
def _dropped(headers: dict, delivery: Any) -> None:
    return None


def _coded_as_text(headers: dict, delivery: Any) -> tuple[dict, Any]:
    return headers, {**delivery, "code": str(delivery["code"])}


def _progress_as_text(headers: dict, delivery: Any) -> tuple[dict, Any]:
    return headers, {**delivery, "progress": str(delivery["progress"])}


def _as_a_form(headers: dict, delivery: Any) -> tuple[dict, Any]:
    return {**headers, "content-type": "application/x-www-form-urlencoded"}, delivery


def _wrongly_signed(headers: dict, delivery: Any) -> tuple[dict, Any]:
    return {**headers, "x-webhook-signature": "A" * 43 + "="}, delivery


RELAYED = [
    ("kie", "callback.arrives", _dropped),
    ("kie", "callback.body", _coded_as_text),
    ("kie", "callback.headers", _as_a_form),
    ("kie", "callback.signature", _wrongly_signed),
    ("xcompute", "callback.arrives", _dropped),
    ("xcompute", "callback.body", _progress_as_text),
    ("xcompute", "callback.headers", _as_a_form),
]
