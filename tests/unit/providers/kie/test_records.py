"""The record of a task: the recorded fields in their order, and what dialects change."""

import json

import pytest

import contracts
from mockserver.domain.job.plan import Results, State
from mockserver.domain.provider.command import Accepted
from mockserver.providers.kie import PROVIDER
from mockserver.providers.kie.status import FAILURES, flag
from tests.unit.providers.kie.calls import (
    CREATED_MS,
    DONE_MS,
    TASK_ID,
    context,
    record,
    replied,
    task,
)

URL = f"http://127.0.0.1:8080/media/sb1/{TASK_ID}-0-720p.mp4"


def test_a_creation_answers_with_the_task_id_alone() -> None:
    body = replied("generate", Accepted(task()), context())
    assert body == {"code": 200, "msg": "success", "data": {"taskId": TASK_ID}}


def test_a_task_at_work_reads_as_it_was_recorded() -> None:
    body = record(task(), context(now_ms=CREATED_MS + 9000))
    param_json = (
        '{"enableTranslation":true,"aspectRatio":"16:9","model":"veo3_fast",'
        '"enableFallback":false,"prompt":"A cat"}'
    )
    assert list(body.items())[:2] == [("code", 200), ("msg", "success")]
    assert list(body["data"].items()) == [
        ("taskId", TASK_ID),
        ("paramJson", param_json),
        ("response", None),
        ("successFlag", 0),
        ("fallbackFlag", False),
        ("completeTime", None),
        ("createTime", CREATED_MS),
        ("errorCode", None),
        ("errorMessage", ""),
    ]
    assert contracts.validate("kie", "record_generating", body, strict=True) == []


RECORDED_ORDER = (
    "duration enableTranslation generationType aspectRatio model enableFallback resolution prompt"
)


def test_the_names_of_a_request_stand_as_they_were_recorded_or_in_the_alphabet_s_order() -> None:
    asked = task(params=dict.fromkeys(sorted(RECORDED_ORDER.split()), "x"))
    told = json.loads(record(asked, context())["data"]["paramJson"])
    assert list(told) == RECORDED_ORDER.split()
    other = json.loads(record(asked, context(param_order="alphabet"))["data"]["paramJson"])
    assert list(other) == sorted(RECORDED_ORDER.split())


def test_a_finished_task_holds_its_videos() -> None:
    body = record(task(), context())
    data = body["data"]
    assert (data["successFlag"], data["completeTime"]) == (1, DONE_MS)
    assert list(data["response"].items()) == [
        ("taskId", TASK_ID),
        ("resolution", "720p"),
        ("originUrls", None),
        ("resultUrls", [URL]),
        ("hasAudioList", [True]),
        ("seeds", [79960]),
    ]
    assert data["errorMessage"] is None
    assert contracts.validate("kie", "record_succeeded", body, strict=True) == []


def test_a_success_reads_as_the_documents_have_it_by_dialect() -> None:
    data = record(task(), context(response_fields="documented", error_message="empty"))["data"]
    assert list(data["response"].items()) == [
        ("taskId", TASK_ID),
        ("resultUrls", [URL]),
        ("originUrls", None),
        ("fullResultUrls", None),
        ("resolution", "720p"),
    ]
    assert data["errorMessage"] == ""


def test_a_seed_that_was_asked_for_is_told() -> None:
    response = record(task(params={"seeds": 12345}), context())["data"]["response"]
    assert response["seeds"] == [12345]


def test_a_larger_video_names_that_of_720p_from_which_it_was_made() -> None:
    response = record(task(resolution="1080p"), context())["data"]["response"]
    assert response["originUrls"] == [URL]
    assert response["resultUrls"] == [URL.replace("720p", "1080p")]
    assert record(task(orientation="portrait"), context())["data"]["response"]["originUrls"] is None


def test_only_a_ratio_other_than_16_9_has_original_urls_by_dialect() -> None:
    portrait = record(task(orientation="portrait"), context(origin_urls="portrait"))
    assert portrait["data"]["response"]["originUrls"] == [URL]
    larger = record(task(resolution="1080p"), context(origin_urls="portrait"))
    assert larger["data"]["response"]["originUrls"] is None


def test_an_extension_is_joined_with_its_original_under_another_link() -> None:
    response = record(task(parent_id="t0"), context())["data"]["response"]
    assert response["resultUrls"] == [URL]
    assert response["fullResultUrls"] == [URL.replace("720p", "720p-joined")]
    assert "fullResultUrls" not in record(task(), context())["data"]["response"]


FLAGS = {
    "content_policy": 3,
    "english_only": 2,
    "image_fetch": 2,
    "unsafe_image": 2,
    "fallback_refused": 3,
    "audio": 3,
    "real_people": 3,
    "internal": 3,
    "upstream": 3,
    "timeout": 3,
    "generation_failed": 3,
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_task_says_why(name: str) -> None:
    body = record(task(failure=name), context())
    data = body["data"]
    assert data["response"] is None
    assert data["completeTime"] == DONE_MS
    assert data["successFlag"] == FLAGS[name]
    assert data["errorCode"] == FAILURES[name].code
    assert data["errorMessage"] == FAILURES[name].message
    assert contracts.validate("kie", "record_failed", body, strict=True) == []


def test_a_failure_before_generation_has_flag_2_and_one_upstream_3() -> None:
    states = {name: State("failed", 0.0, 0, failure, "") for name, failure in FAILURES.items()}
    flags = {name: flag(state) for name, state in states.items()}
    assert {name for name, value in flags.items() if value == 2} == {
        "english_only",
        "image_fetch",
        "unsafe_image",
    }
    assert flags["content_policy"] == flags["upstream"] == 3


def test_the_documented_time_is_a_text_in_utc() -> None:
    data = record(task(), context(time="string"))["data"]
    assert data["createTime"] == "2026-08-06 06:57:57"
    assert data["completeTime"] == "2026-08-06 06:59:37"


def test_a_time_beyond_all_calendars_is_shown_as_the_last() -> None:
    far = task(created_ms=10**18)
    data = record(far, context(time="string"))["data"]
    assert data["createTime"] == "9999-12-31 23:59:59"


def test_result_urls_may_be_json_text_as_the_quickstart_reads_them() -> None:
    data = record(task(), context(result_urls="string"))["data"]
    assert json.loads(data["response"]["resultUrls"]) == [URL]
    assert data["resultUrls"] == data["response"]["resultUrls"]


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (Results(urls="empty"), []),
        (Results(failed_videos=(0,)), []),
        (Results(urls="broken"), [URL]),
    ],
)
def test_a_plan_may_spoil_its_urls(results: Results, expected: list[str]) -> None:
    assert record(task(results), context())["data"]["response"]["resultUrls"] == expected


def test_a_plan_may_leave_its_urls_out() -> None:
    assert "resultUrls" not in record(task(Results(urls="absent")), context())["data"]["response"]


def test_a_word_that_no_document_lists_stands_for_itself() -> None:
    assert flag(State("running", 50.0, 0, None, "7")) == 7
    assert flag(State("running", 50.0, 0, None, "paused")) == "paused"


def test_ids_look_like_the_recorded_or_the_documented_ones() -> None:
    recorded = PROVIDER.make_id(bytes(24), CREATED_MS, "generate", PROVIDER.defaults)
    assert len(recorded) == 32
    assert int(recorded, 16)
    documented = PROVIDER.dialect_with({"task_id": "veo_task"})
    assert PROVIDER.make_id(bytes(24), 5, "generate", documented).startswith("veo_task_")
    assert PROVIDER.make_id(bytes(24), 5, "extend", documented).startswith("veo_extend_task_")


def test_links_live_as_long_as_records_or_a_day() -> None:
    assert PROVIDER.media_ttl_ms(PROVIDER.defaults) == 14 * 86_400_000
    assert PROVIDER.media_ttl_ms(PROVIDER.dialect_with({"media_ttl": "24h"})) == 86_400_000
