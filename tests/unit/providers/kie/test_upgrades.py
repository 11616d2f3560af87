"""1080p, 4k, credits and links as the codec writes them."""

from typing import Any

import pytest

import contracts
from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.plan import Results
from mockserver.domain.job.task import Task, Upgrade
from mockserver.domain.provider.command import Balance, Linked, Outcome, Upgraded, UpgradeVideo
from mockserver.domain.provider.provider import Inbound
from tests.unit.providers.kie.calls import (
    DONE_MS,
    OPERATIONS,
    TASK_ID,
    asked,
    body_of,
    context,
    posted,
    replied,
    task,
)

MEDIA = f"http://127.0.0.1:8080/media/sb1/{TASK_ID}"


def upgraded(
    variant: Any = "1080p",
    *,
    ready: bool = False,
    first: bool = False,
    failed: bool = False,
    of: Task | None = None,
) -> Upgraded:
    return Upgraded(of or task(), Upgrade(variant, 0, DONE_MS, DONE_MS), ready, first, failed)


def refused(name: str, outcome: Outcome) -> Refusal:
    with pytest.raises(Refusal) as caught:
        OPERATIONS[name].encode(outcome, Inbound("GET", "/"), context())
    return caught.value


def decoded(name: str, request: Inbound, **dialect: str) -> UpgradeVideo:
    command = OPERATIONS[name].decode(request, context(**dialect))
    assert isinstance(command, UpgradeVideo)
    return command


def test_a_1080p_video_is_one_url() -> None:
    body = replied("get_1080p", upgraded(ready=True), context())
    assert body == {
        "code": 200,
        "msg": "success",
        "data": {"resultUrl": f"{MEDIA}-0-1080p.mp4"},
    }
    assert contracts.validate("kie", "video_1080p", body, strict=True) == []


def test_a_1080p_video_that_is_not_there_yet_is_pending() -> None:
    assert refused("get_1080p", upgraded(first=True)).kind == "pending_1080p"


@pytest.mark.parametrize(("urls", "data"), [("absent", {}), ("empty", {"resultUrl": ""})])
def test_a_plan_may_spoil_the_1080p_url(urls: Any, data: dict[str, str]) -> None:
    spoilt = upgraded(ready=True, of=task(Results(urls=urls)))
    assert replied("get_1080p", spoilt, context())["data"] == data


def test_a_1080p_upgrade_needs_no_start_and_fits_16_9_alone() -> None:
    command = decoded("get_1080p", asked("get_1080p"))
    assert (command.run, command.only, command.index) == (None, "landscape", 0)
    assert decoded("get_1080p", asked("get_1080p"), ratio_1080p="both").only is None


@pytest.mark.parametrize("index", ["first", "-1", "1.0", "٣", "9" * 40])
def test_an_index_that_is_no_number_is_named(index: str) -> None:
    request = asked("get_1080p", f"taskId=x&index={index}")
    with pytest.raises(Refusal, match="index: got "):
        OPERATIONS["get_1080p"].decode(request, context())


@pytest.mark.parametrize("query", ["", "taskId=", "task_id=x"])
@pytest.mark.parametrize("name", ["record_info", "get_1080p"])
def test_a_query_without_a_task_lacks_a_field(name: str, query: str) -> None:
    with pytest.raises(Refusal) as caught:
        OPERATIONS[name].decode(asked(name, query), context())
    assert caught.value.kind == "missing_field"


def test_4k_is_accepted_then_worked_on_then_ready() -> None:
    accepted = replied("get_4k", upgraded("4k", first=True), context())
    assert contracts.validate("kie", "video_4k_accepted", accepted, strict=True) == []
    pending = replied("get_4k", upgraded("4k"), context())
    assert contracts.validate("kie", "video_4k_processing", pending, strict=True) == []
    ready = replied("get_4k", upgraded("4k", ready=True), context())
    assert contracts.validate("kie", "video_4k_ready", ready, strict=True) == []
    assert (accepted["code"], pending["code"], ready["code"]) == (200, 422, 422)
    assert ready["data"]["resultUrls"] == [f"{MEDIA}-0-4k.mp4"]


def test_a_pending_4k_says_why_in_the_mock_header_and_a_ready_one_does_not() -> None:
    def headers(outcome: Upgraded) -> dict[bytes, bytes]:
        return dict(OPERATIONS["get_4k"].encode(outcome, posted("get_4k", {}), context()).headers)

    assert b"x-mock-reason" in headers(upgraded("4k"))
    assert b"x-mock-reason" not in headers(upgraded("4k", ready=True))


def test_a_failed_4k_is_refused() -> None:
    assert refused("get_4k", upgraded("4k", failed=True)).kind == "upgrade_failed"


def test_a_4k_call_reads_index_and_callback() -> None:
    body = {"taskId": "t1", "index": 0, "callBackUrl": "http://127.0.0.1:9/cb"}
    command = decoded("get_4k", posted("get_4k", body))
    assert (command.task_id, command.index) == ("t1", 0)
    assert command.callback_url == "http://127.0.0.1:9/cb"
    assert command.run is not None
    with pytest.raises(Refusal, match="index: got True"):
        OPERATIONS["get_4k"].decode(posted("get_4k", {"taskId": "t1", "index": True}), context())


@pytest.mark.parametrize(
    ("left_micros", "shown"),
    [(100_000_000, 100), (5_454_650_000, 5454.65), (0, 0), (None, 999_999_940)],
)
def test_credits_are_a_bare_number(left_micros: int | None, shown: float) -> None:
    body = replied("credit", Balance(left_micros, 60_000_000), context())
    assert body == {"code": 200, "msg": "success", "data": shown}
    assert type(body["data"]) is type(shown)


def test_a_fresh_link_is_a_bare_text() -> None:
    reply = OPERATIONS["download_url"].encode(Linked("http://x"), Inbound("POST", "/"), context())
    assert body_of(reply) == {"code": 200, "msg": "success", "data": "http://x"}


def test_a_4k_video_takes_the_documented_five_to_ten_minutes() -> None:
    run = decoded("get_4k", posted("get_4k", {"taskId": TASK_ID})).run
    assert run is not None
    assert (run.draw(0.0), run.draw(0.9999999999)) == (5 * 60_000, 10 * 60_000)
