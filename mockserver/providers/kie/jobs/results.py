"""What the record and the callback of a job say: its request, its state, and its links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.providers.kie.java_order import in_hash_map_order
from mockserver.providers.kie.jobs.models import model_of
from mockserver.providers.kie.urls import video_urls
from mockserver.sdk.provider import MICROS, Failure, Task, encode_json

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context


def param(task: Task) -> str:
    """The request as JSON text, with `input` as JSON text inside it [recorded]."""
    asked: dict[str, Any] = {
        "model": model_of(task),
        "input": encode_json(in_hash_map_order(task.params)).decode(),
    }
    if task.callback_url:
        asked["callBackUrl"] = task.callback_url  # docs: the page's sample
    return encode_json(in_hash_map_order(asked)).decode()


def credits_consumed(task: Task, failure: Failure | None) -> float:
    """Known from the first poll on [recorded]; 0 for a job that failed [observed]."""
    return 0.0 if failure is not None else task.price_micros / MICROS


def result(task: Task, context: Context) -> dict[str, Any]:
    """What `resultJson` holds: `resultUrls` at 720p [docs], two lists in an envelope at 1080p and
    4k [observed].
    """
    made = video_urls(task, context, task.resolution)
    if task.resolution == "720p":
        return {} if made is None else {"resultUrls": made}
    lists: dict[str, Any] = {}
    if made is not None:
        lists = {"origin_urls": video_urls(task, context, "720p"), "result_urls": made}
    return {"code": 200, "data": lists}
