"""A task's history is read out of replies and held to the allowed steps."""

import pytest

import contracts
from contracts import Observation
from tests.support.some import some

DAY_MS = 86_400_000


def seen(*states):
    return [Observation(number * 1000, *state) for number, state in enumerate(states)]


def problems(provider, *states, **how):
    return contracts.check_history(provider, seen(*states), **how)


@pytest.mark.parametrize(
    ("provider", "states"),
    [
        ("apiyi", [("queued",), ("processing", 0), ("processing", 50), ("completed", 100)]),
        ("apiyi", [("queued",), ("completed",)]),
        ("apiyi", [("queued",), ("in_progress",), ("failed", 0)]),
        ("apiyi", []),
        ("kie", [("0",), ("0",), ("1",)]),
        ("kie", [("0",), ("2",), ("2",)]),
        ("xcompute", [("submitted",), ("pending", 0), ("processing", 91), ("completed", 100)]),
    ],
)
def test_a_lawful_history_has_no_problems(provider, states):
    assert problems(provider, *states) == []


@pytest.mark.parametrize(
    ("provider", "states", "where"),
    [
        ("apiyi", [("processing",), ("queued",)], "/1"),
        ("apiyi", [("completed",), ("failed",)], "/1"),
        ("apiyi", [("processing", 50), ("processing", 40)], "/1"),
        ("apiyi", [("processing", 101)], "/0"),
        ("apiyi", [("completed", 90)], "/0"),
        ("apiyi", [("rendering",)], "/0"),
        ("apiyi", [("processing",), ("in_progress",)], "/1"),
        ("kie", [("1",), ("0",)], "/1"),
        ("kie", [("4",)], "/0"),
        ("xcompute", [("completed",), ("processing",)], "/1"),
    ],
)
def test_an_unlawful_history_is_told_where(provider, states, where):
    assert [problem.pointer for problem in problems(provider, *states)] == [where]


def test_a_skipped_state_matters_only_when_the_history_is_exact():
    steps = [("0",), ("1",), ("gone",)]
    assert contracts.check_history("kie", [Observation(0, "0"), Observation(1, "1")]) == []
    assert problems("xcompute", ("pending",), ("completed",), exact=True) == []
    assert problems("apiyi", ("processing",), ("completed",), exact=True)
    assert [p.pointer for p in problems("kie", *steps)] == ["/2"]


def test_a_record_is_gone_after_a_day_and_not_before():
    early = [Observation(0, "queued"), Observation(DAY_MS - 1, "gone")]
    late = [Observation(0, "queued"), Observation(1, "completed"), Observation(DAY_MS, "gone")]
    assert contracts.check_history("apiyi", early)
    assert contracts.check_history("apiyi", late) == []


def test_time_does_not_run_backwards():
    history = [Observation(0, "queued"), Observation(5, "queued"), Observation(4, "queued")]
    assert [p.pointer for p in contracts.check_history("apiyi", history)] == ["/2"]


def test_an_unknown_task_is_refused():
    with pytest.raises(contracts.UnknownMessage, match="video_1080p"):
        contracts.check_history("kie", [], task="video_8k")


@pytest.mark.parametrize(
    ("provider", "task", "body", "status"),
    [
        ("apiyi", "video", {"id": "video_1", "status": "processing", "progress": 5}, "processing"),
        ("apiyi", "video", {"error": {"code": "video_not_found", "message": "x",
                                      "type": "invalid_request_error"}}, "gone"),
        ("kie", "video", {"code": 200, "data": {"successFlag": 3}}, "3"),
        ("kie", "video", {"code": 422, "msg": "record is null.", "data": None}, "gone"),
        ("kie", "video_1080p", {"code": 400, "msg": "1080P is processing."}, "pending"),
        ("kie", "video_1080p", {"code": 200, "msg": "success",
                                "data": {"resultUrl": "https://a.example/x.mp4"}}, "ready"),
        ("xcompute", "video", {"code": 200, "data": {"status": "pending"}}, "pending"),
        ("xcompute", "video", {"status": "pending"}, "pending"),
        ("xcompute", "video", {"code": 200, "data": [{"status": "submitted"}]}, "submitted"),
    ],
)  # fmt: skip
def test_a_reply_is_read_as_an_observation(provider, task, body, status):
    assert contracts.observe(provider, body, 7, task) == Observation(
        7, status, body.get("progress")
    )


@pytest.mark.parametrize("body", [None, [], "x", {}, {"code": 500, "msg": "boom"}])
@pytest.mark.parametrize("provider", contracts.providers())
def test_a_reply_that_tells_no_state_is_no_observation(provider, body):
    for task in some(contracts.life_cycle(provider)["tasks"]):
        if (provider, task) != ("kie", "video_4k"):
            assert contracts.observe(provider, body, 0, task) is None
