"""A codec for the reference client: `Client("lumen")`, `reelmock make --provider lumen`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from clientlib.sdk import (
    Asking,
    Callback,
    Failure,
    Order,
    Pace,
    Price,
    Reply,
    Request,
    Snapshot,
    Status,
    by_status,
    errors,
    json_object,
    malformed,
    refuse,
    same_task,
    text,
)

sdk = 1

COINS = {"lumen-1": 20.0, "lumen-1-slow": 80.0}
SHAPES = {None: None, "16:9": "wide", "9:16": "tall"}
STATUS = {
    "waiting": Status.QUEUED,
    "drawing": Status.RUNNING,
    "ready": Status.SUCCEEDED,
    "broken": Status.FAILED,
}


class LumenOptions:
    """Lumen takes nothing of its own."""


class Lumen:
    """The codec of `https://api.lumen.example`."""

    name: ClassVar[str] = "lumen"
    base_url: ClassVar[str] = "https://api.lumen.example"
    key_header: ClassVar[str] = "X-Lumen-Key"
    pace: ClassVar[Pace] = Pace(every_s=5)
    options: ClassVar[type] = LumenOptions
    signs_callbacks: ClassVar[bool] = False

    def authorization(self, key: str) -> str:
        """The key by itself."""
        return key

    def check(self, order: Order) -> None:
        """Two models, two shapes, no images and one resolution."""
        if (order.model or "lumen-1") not in COINS:
            raise refuse("model", f"{order.model!r} is not one of {', '.join(COINS)}")
        if order.aspect not in SHAPES:
            raise refuse("aspect", f"{order.aspect!r} is neither 16:9 nor 9:16")
        if order.images:
            raise refuse("images", "Lumen takes none")
        if order.resolution not in (None, "720p"):
            raise refuse("resolution", "every film has 720p")

    def price(self, order: Order) -> Price:
        """By model."""
        return Price(COINS.get(order.model or "lumen-1", 0.0), "coins")

    def create(self, order: Order) -> Request:
        """`POST /v2/renders`."""
        fields = {
            "model": order.model,
            "prompt": order.prompt,
            "shape": SHAPES[order.aspect],
            "notify": order.callback_url,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        return Request("POST", "/v2/renders", json=given)

    def read_created(self, reply: Reply) -> str:
        """`render`."""
        render = text(_ok(reply).get("render"))
        if render is None:
            raise malformed(reply, "The reply to a creation has no render")
        return render

    def poll(self, task_id: str) -> Request:
        """`GET /v2/renders/{render}`."""
        return Request("GET", f"/v2/renders/{quote(task_id, safe='')}")

    def read_task(self, reply: Reply, task_id: str) -> Snapshot:
        """The render as it stands; `done` is a share."""
        body = _ok(reply)
        same_task(reply, task_id, body.get("render"))
        status = STATUS.get(str(body.get("state")))
        if status is None:
            raise malformed(reply, f"The state is {body.get('state')!r}")
        done = body.get("done")
        percent = done * 100.0 if isinstance(done, int | float) else None
        failure = _failure(body) if status is Status.FAILED else None
        return Snapshot(task_id, status, percent, _films(body), failure, body)

    def content(self, task_id: str) -> Asking[tuple[str, ...]] | None:
        """The render itself has the links."""
        return None

    def upgrade(self, task_id: str, resolution: str, index: int) -> Asking[tuple[str, ...]]:
        """There is none."""
        raise refuse("resolution", "every film has 720p")

    def extend(self, task_id: str, prompt: str, **more: Any) -> Request:
        """There is none."""
        raise refuse("extend", "Lumen does not continue a film")

    def stream(self, order: Order, n: int) -> Asking[None]:
        """There is none."""
        raise refuse("stream", "Lumen streams nothing")

    def read_callback(self, body: Mapping[str, Any]) -> Callback:
        """The render, as a query tells it."""
        render, status = text(body.get("render")), STATUS.get(str(body.get("state")))
        if render is None or status not in (Status.SUCCEEDED, Status.FAILED):
            raise errors.MalformedCallback("The callback names no render that has ended")
        message = _failure(body).message if status is Status.FAILED else ""
        return Callback(render, status is Status.SUCCEEDED, message, _films(body), body)


PROVIDER = Lumen()


def _ok(reply: Reply) -> dict[str, Any]:
    if reply.is_success:
        return json_object(reply)
    try:
        told = json_object(reply).get("problem")
    except errors.MalformedReply:
        told = None
    problem = told if isinstance(told, dict) else {}
    message = text(problem.get("text")) or f"HTTP {reply.status} without a reason"
    raise by_status(reply.status)(message, code=text(problem.get("word")), reply=reply)


def _films(body: Mapping[str, Any]) -> tuple[str, ...]:
    films = body.get("films")
    found = [film.get("url") for film in films if isinstance(film, dict)] if films else []
    return tuple(url for url in found if isinstance(url, str))


def _failure(body: Mapping[str, Any]) -> Failure:
    why = body.get("why")
    told = why if isinstance(why, dict) else {}
    return Failure(text(told.get("word")), text(told.get("text")) or "no reason given")
