"""Creation, upload, balances, models and webhook, each held to its contract."""

import json
from typing import Any

import pytest

import contracts
from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.plan import Results
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import Accepted, Balance, Models, Stored
from mockserver.domain.provider.provider import Inbound, Part
from mockserver.providers.xcompute import PROVIDER, encode
from mockserver.providers.xcompute.decode import MAX_UPLOAD_BYTES, upload
from tests.unit.providers.xcompute.calls import (
    DONE_MS,
    PNG,
    TASK_ID,
    body_of,
    context,
    posted,
    submitted,
    task,
)

NOTHING = Inbound("GET", "/")


def test_a_creation_answers_with_an_array() -> None:
    body = body_of(encode.created(Accepted(task()), NOTHING, context()))
    assert body == {"code": 200, "data": [{"status": "submitted", "task_id": TASK_ID}]}


def test_ids_are_task_and_a_ulid_of_the_virtual_time() -> None:
    made = PROVIDER.make_id(bytes(24), DONE_MS, "create", {})
    assert made.startswith("task_01KBS")
    assert len(made) == 31


def uploading(*parts: Part) -> Inbound:
    return Inbound("POST", "/v1/uploads/images", form=parts)


@pytest.mark.parametrize(
    ("data", "content_type", "suffix"),
    [
        (PNG, "image/png", ".png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", ".jpg"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp", ".webp"),
        (b"GIF89a\x01", "image/gif", ".gif"),
    ],
)
def test_an_upload_is_told_by_its_first_bytes(data: bytes, content_type: str, suffix: str) -> None:
    image = upload(uploading(Part("file", data, "C:\\shots\\a.png", "text/plain")), context())
    body = body_of(encode.uploaded(Stored(image), NOTHING, context()))
    assert (body["content_type"], body["bytes"]) == (content_type, len(data))
    assert body["filename"] == "a.png"
    assert body["url"].endswith(suffix)
    assert contracts.validate("xcompute", "uploaded", body, strict=True) == []


def test_a_creation_takes_an_uploaded_url_but_no_gif() -> None:
    image = upload(uploading(Part("file", PNG, "a.png")), context())
    url = body_of(encode.uploaded(Stored(image), NOTHING, context()))["url"]
    assert submitted(image_urls=[url]).images == (url,)
    with pytest.raises(Refusal, match="suffix"):
        submitted(image_urls=[url.replace(".png", ".gif")])


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ((), "invalid_field"),
        ((Part("image", PNG, "a.png"),), "invalid_field"),
        ((Part("file", PNG),), "invalid_field"),
        ((Part("file", b"", "a.png"),), "image_unreadable"),
        ((Part("file", b"%PDF-1.7", "a.png"),), "image_unreadable"),
        ((Part("file", PNG + bytes(MAX_UPLOAD_BYTES), "a.png"),), "image_too_large"),
    ],
)
def test_an_upload_that_is_no_image_file_is_refused(parts: tuple[Part, ...], kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        upload(uploading(*parts), context())
    assert caught.value.kind == kind
    assert caught.value.reason.startswith("file: ")


def test_an_upload_that_is_no_form_names_the_content_type() -> None:
    with pytest.raises(Refusal, match="Content-Type"):
        upload(posted({"file": "x"}), context())


def balances(left_micros: int | None, used_micros: int, **dialect: str) -> tuple[Any, Any]:
    """The bodies of both balance calls."""
    outcome = Balance(left_micros, used_micros)
    spoken = context(**dialect)
    own = body_of(encode.balance(outcome, NOTHING, spoken))
    user = body_of(encode.user_balance(outcome, NOTHING, spoken))
    assert contracts.validate("xcompute", "balance", own, strict=True) == []
    assert contracts.validate("xcompute", "user_balance", user, strict=True) == []
    return own, user


def test_a_balance_with_a_limit_is_in_dollars() -> None:
    own, user = balances(10_500_000, 2_300_000)
    assert user == {"success": True, "remain_balance": 10.5, "used_balance": 2.3}
    assert own == user | {"unlimited_quota": False}


def test_an_unlimited_balance_is_minus_one() -> None:
    own, user = balances(None, 140_000)
    assert own["unlimited_quota"] is True
    assert own["remain_balance"] == user["remain_balance"] == -1


def test_a_balance_that_was_lowered_below_what_is_spent_is_nothing() -> None:
    assert balances(-700_000, 700_000)[0]["remain_balance"] == 0


def test_credits_come_by_dialect() -> None:
    own, _ = balances(10_500_000, 2_300_000, balance_credits="on")
    assert (own["remain_credits"], own["used_credits"]) == (105, 23)
    assert balances(None, 0, balance_credits="on")[0]["remain_credits"] == -1


def test_the_models_are_listed_in_the_usual_form() -> None:
    body = body_of(encode.models(Models(DONE_MS), NOTHING, context()))
    assert [m["id"] for m in body["data"]] == ["veo3.1-fast", "veo3.1-quality", "veo3.1-lite"]
    assert contracts.validate("xcompute", "models", body, strict=True) == []


def webhook(job: Task, **dialect: str) -> Any:
    """The body of the callback of a task that has ended."""
    delivery = Delivery("d", job.id, "xcompute", "finished", "http://h/callback", DONE_MS, DONE_MS)
    assert PROVIDER.callback is not None
    message = PROVIDER.callback(job, delivery, context(now_ms=DONE_MS + 90_000, **dialect))
    assert message.headers == ((b"content-type", b"application/json"),)
    return json.loads(message.body)


def test_a_webhook_carries_the_flat_task() -> None:
    body = webhook(task())
    assert (body["id"], body["status"], body["progress"]) == (TASK_ID, "completed", 100)
    assert contracts.validate("xcompute", "webhook_completed", body, strict=True) == []


def test_the_error_of_a_webhook_is_short_or_newer_by_dialect() -> None:
    body = webhook(task(failure="content_policy"))
    assert body["error"] == {"message": "content rejected", "code": ""}
    assert contracts.validate("xcompute", "webhook_failed", body, strict=True) == []
    newer = webhook(task(failure="content_policy"), webhook_error="task_failed")["error"]
    assert newer == {
        "message": "content rejected",
        "type": "task_failed",
        "param": "",
        "code": "task_failed",
    }


def test_a_contradicting_webhook_says_the_opposite_of_the_query() -> None:
    liar = Results(contradict_callback=True)
    assert webhook(task(liar))["status"] == "failed"
    assert webhook(task(liar, failure="task_failed"))["status"] == "completed"


def test_links_live_a_day_or_three_by_dialect() -> None:
    assert PROVIDER.media_ttl_ms({"link_life": "24h"}) == 86_400_000
    assert PROVIDER.media_ttl_ms({"link_life": "72h"}) == 3 * 86_400_000
